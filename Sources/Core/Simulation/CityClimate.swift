import Model
import RealModule

/// The cities whose daily high is traded.
enum City: String, Hashable, Sendable, Codable, CaseIterable {
    case newYork, chicago, miami

    var series: SeriesTicker {
        switch self {
        case .newYork: SeriesTicker("KXHIGHNY")
        case .chicago: SeriesTicker("KXHIGHCHI")
        case .miami: SeriesTicker("KXHIGHMIA")
        }
    }
    var underlying: Underlying {
        switch self {
        case .newYork: Underlying("NYC-HIGH")
        case .chicago: Underlying("CHI-HIGH")
        case .miami: Underlying("MIA-HIGH")
        }
    }
    var name: String {
        switch self {
        case .newYork: "NYC"
        case .chicago: "Chicago"
        case .miami: "Miami"
        }
    }
    var clock: WallClock { self == .chicago ? .central : .eastern }

    /// Mean, yearly amplitude, warmest day, spread of a day about the season, and its memory from day to day, in °F
    /// (weather-observed-highs: 1,392, 1,382 and 1,361 days, least squares).
    var season: (mean: Double, amplitude: Double, warmestDay: Double, spread: Double, memory: Double) {
        switch self {
        case .newYork: (63.9, 22.0, 202, 8.0, 0.59)
        case .chicago: (62.6, 25.6, 201, 9.9, 0.65)
        case .miami: (85.7, 7.0, 206, 3.9, 0.60)
        }
    }
}

/// One day's high as a forecast that sharpens hour by hour until it is the truth: a martingale, so its value is the fair mean at any time.
struct DailyHigh: Hashable, Sendable, Codable {
    let day: Int64
    private(set) var forecast: Double
    private var hour: Double

    init(day: Int64, forecast: Double) {
        self.day = day
        self.forecast = forecast
        hour = Self.spreadByHour[0].hour
    }

    /// Standard deviation of what is still unknown, by local hour of the day (negative: the day before).
    /// kalshi-weather-quotes-hourly (NY and CHI, 150 events): spread implied by the brackets, less the 0.65 °F that their width alone adds.
    static let spreadByHour: [(hour: Double, sd: Double)] = [
        (-14, 2.08), (-6, 1.92), (0, 1.79), (6, 1.63), (8, 1.56), (10, 1.40), (12, 1.15), (14, 0.89), (16, 0.47), (18, 0.20), (21, 0.06), (24, 0),
    ]

    static func variance(atHour hour: Double) -> Double {
        guard let after = spreadByHour.firstIndex(where: { $0.hour >= hour }) else { return 0 }
        guard after > 0 else { return spreadByHour[0].sd * spreadByHour[0].sd }
        let a = spreadByHour[after - 1]
        let b = spreadByHour[after]
        let part = (hour - a.hour) / (b.hour - a.hour)
        return a.sd * a.sd + part * (b.sd * b.sd - a.sd * a.sd)
    }

    mutating func advance(toHour next: Double, random: inout SeededRandom) {
        guard next > hour else { return }
        let gained = Self.variance(atHour: hour) - Self.variance(atHour: next)
        if gained > 0 { forecast += gained.squareRoot() * random.normal() }
        hour = next
    }

    var remainingSpread: Double { Self.variance(atHour: hour).squareRoot() }
    /// What the station reports: whole degrees. It is final when the day is over.
    var reported: Double { forecast.rounded() }
}

/// The highs of one city that are traded now: today's, and tomorrow's from 10 in the morning on.
struct CityClimate: Hashable, Sendable, Codable {
    let city: City
    private var anomaly: Double
    private(set) var highs: [DailyHigh] = []

    init(city: City, random: inout SeededRandom) {
        self.city = city
        anomaly = city.season.spread * random.normal()
    }

    /// Once a minute (or in longer steps over a gap): every day that can be traded exists and knows what that hour knows. Days long gone leave.
    mutating func advance(to time: Timestamp, random: inout SeededRandom) {
        let local = city.clock.localSeconds(time)
        let today = local / 86_400
        for day in [today, today + 1] where day > highs.last?.day ?? Int64.min && local - day * 86_400 >= -14 * 3600 {
            highs.append(DailyHigh(day: day, forecast: firstForecast(day: day, random: &random)))
        }
        for i in highs.indices { highs[i].advance(toHour: Double(local - highs[i].day * 86_400) / 3600, random: &random) }
        highs.removeAll { $0.day < today - 3 }
    }

    func high(ofDay day: Int64) -> DailyHigh? { highs.first { $0.day == day } }

    private mutating func firstForecast(day: Int64, random: inout SeededRandom) -> Double {
        let season = city.season
        let known = (season.spread * season.spread - 2.08 * 2.08).squareRoot()
        anomaly = season.memory * anomaly + known * (1 - season.memory * season.memory).squareRoot() * random.normal()
        let date = CivilTime.date(days: Int(day))
        let dayOfYear = Double(day) - Double(CivilTime.days(year: date.year, month: 1, day: 1))
        return season.mean + season.amplitude * Double.cos(2 * .pi * (dayOfYear - season.warmestDay) / 365.25) + anomaly
    }
}
