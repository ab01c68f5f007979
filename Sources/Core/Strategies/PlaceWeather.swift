import Model

/// What is known of one place's days: the forecasts, the highs, and how the running day stands.
struct PlaceWeather: Sendable, Equatable, Codable {
    typealias Preferred = ([String]) -> (leader: String, weights: [String: Double])?

    /// On how many days the high had been reached by an hour, and on how many not.
    private struct Reached: Sendable, Equatable, Codable {
        var yes: Double
        var no: Double
    }

    private(set) var forecasts: [Int64: [String: Double]] = [:]
    /// As it stood when the last forecast of the day came under each leading source: each is learned from, because each was acted on for some hours.
    private(set) var prepared: [Int64: [String: HighError.Prepared]] = [:]
    private(set) var soFar: HighSoFar?
    private var highs: [Int64: Double] = [:]
    /// The highs so far of remembered days, by hour.
    private var courses: [Int64: [Int: Double]] = [:]
    /// By hour of local standard time, with what was assumed before.
    private var reached: [Reached] = Self.prior.map { Reached(yes: $0 * Self.priorDays, no: (1 - $0) * Self.priorDays) }

    /// The chance that the high has come by an hour, before any day was watched: the course of an ordinary clear day.
    private static let prior: [Double] = [
        0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.03, 0.05, 0.1, 0.2, 0.35, 0.55, 0.75, 0.87, 0.93, 0.95, 0.96, 0.97, 0.98, 0.99,
    ]
    private static let priorDays = 8.0
    private static let mostDaysCounted = 200.0

    func knows(_ day: Int64) -> Bool { highs[day] != nil }

    func doneShare(_ hour: Int) -> Double {
        let counts = reached[min(max(hour, 0), 23)]
        return counts.yes / (counts.yes + counts.no)
    }

    mutating func note(_ forecast: HighForecast) {
        guard forecast.fahrenheit.isFinite else { return }
        forecasts[forecast.day, default: [:]][forecast.source] = forecast.fahrenheit
        forget(before: forecast.day - WeatherStrategy.memoryDays)
    }

    mutating func note(_ high: HighSoFar) {
        guard high.fahrenheit.isFinite, (0...23).contains(high.hour) else { return }
        // A high so far that falls is a correction of the station, not of the day: the higher one was read.
        let before = soFar.flatMap { $0.day == high.day ? $0.fahrenheit : nil } ?? high.fahrenheit
        soFar = HighSoFar(place: high.place, day: high.day, hour: high.hour, fahrenheit: max(before, high.fahrenheit))
        courses[high.day, default: [:]][high.hour] = max(before, high.fahrenheit)
    }

    mutating func note(_ high: OfficialHigh) {
        highs[high.day] = high.fahrenheit
        for (hour, value) in courses.removeValue(forKey: high.day)?.sorted(by: { $0.key < $1.key }) ?? [] {
            let keep = min(1, Self.mostDaysCounted / (reached[hour].yes + reached[hour].no + 1))
            let done = value.rounded() >= high.fahrenheit
            reached[hour] = Reached(yes: reached[hour].yes * keep + (done ? 1 : 0), no: reached[hour].no * keep + (done ? 0 : 1))
        }
        forget(before: high.day - WeatherStrategy.memoryDays)
    }

    mutating func prepare(_ day: Int64, _ climate: Double?, _ preferred: Preferred) {
        if let fresh = freshlyPrepared(day, climate, preferred) { prepared[day, default: [:]][fresh.source] = fresh }
    }

    /// From what is known now; nil while no source has spoken about the day.
    func freshlyPrepared(_ day: Int64, _ climate: Double?, _ preferred: Preferred) -> HighError.Prepared? {
        guard let said = forecasts[day], let (leader, weights) = preferred(said.keys.sorted()), let lead = said[leader] else { return nil }
        let others = said.keys.sorted().filter { $0 != leader }
        let weight = others.reduce(0) { $0 + (weights[$1] ?? 0) }
        let blend = weight > 0 ? others.reduce(0) { $0 + (weights[$1] ?? 0) * ((said[$1] ?? lead) - lead) } / weight : 0
        // The last high that is known, if it is of these days.
        let last = highs.keys.filter { $0 < day && $0 >= day - 3 }.max()
        let error = last.flatMap { day in highs[day].flatMap { high in forecasts[day]?[leader].map { high - $0 } } } ?? 0
        let persistence = last.flatMap { highs[$0] }.map { $0 - lead } ?? 0
        return HighError.Prepared(source: leader, said: lead, features: [1, blend, (climate.map { $0 - lead } ?? 0) / 3, error / 3, persistence / 5])
    }

    private mutating func forget(before day: Int64) {
        if forecasts.keys.contains(where: { $0 < day }) { forecasts = forecasts.filter { $0.key >= day } }
        if prepared.keys.contains(where: { $0 < day }) { prepared = prepared.filter { $0.key >= day } }
        if highs.keys.contains(where: { $0 < day }) { highs = highs.filter { $0.key >= day } }
        if courses.keys.contains(where: { $0 < day }) { courses = courses.filter { $0.key >= day } }
    }

    func feed(into digest: inout Digest) {
        for day in forecasts.keys.sorted() { for source in (forecasts[day] ?? [:]).keys.sorted() { digest.feed(forecasts[day]?[source] ?? 0) } }
        for day in highs.keys.sorted() { digest.feed(highs[day] ?? 0) }
        digest.feed(soFar?.fahrenheit ?? 0)
        for counts in reached { digest.feed(counts.yes) }
    }
}
