import Model
import Notation

/// What a weather service's JSON says of one place, whichever of the known services it is: its own shape tells.
///
/// Open-Meteo's daily forecast (`daily.temperature_2m_max`), the National Weather Service's grid (`properties.maxTemperature`) and observations (`features`),
/// and the climate reports as the Iowa Environmental Mesonet lists them (`results` with `valid` and `high`).
enum WeatherPage {
    /// Forecast days ahead that are taken; a market's day is a few days away at most.
    static let daysAhead: Int64 = 10
    /// Entries of a list that are looked at; the newest reports of a year stand last.
    static let entries = 2000
    /// What a thermometer in these cities may say; beyond it is a fault.
    static let plausible = -60.0...140.0

    /// - Parameter name: the operator's name for the source; a model's name in the page is added to it.
    /// - Throws: `FeedError` when nothing of it can be used.
    static func facts(_ bytes: [UInt8], name: String, place: WeatherPlace, at now: Timestamp) throws(FeedError) -> [Fact] {
        guard bytes.count <= FeedLimits.bytes else { throw .tooLarge("\(bytes.count) bytes") }
        let root: JSON
        do throws(JSONError) { root = try JSON(parsing: bytes) } catch { throw .notWellFormed("no JSON at byte \(error.offset)") }
        if let daily = root["daily"] { return try openMeteo(root, daily, name, place, now) }
        if let grid = root["properties"]?["maxTemperature"] { return forecasts(try gridpoint(grid, place), name, place, now) }
        if let features = root["features"]?.asArray { return try observations(features, place, now) }
        if let results = root["results"]?.asArray { return reports(results, place, now) }
        throw .unusable("neither a forecast, nor observations, nor climate reports of a form that is known here")
    }

    // MARK: - Forecasts

    private static func openMeteo(_ root: JSON, _ daily: JSON, _ name: String, _ place: WeatherPlace, _ now: Timestamp) throws(FeedError) -> [Fact] {
        // The exchange's day is one of standard time; a day of summer time is another hour's high.
        guard root["utc_offset_seconds"]?.asInteger == -place.hoursBehind * 3600 else {
            throw .unusable("its days are not those of \(place.city)'s standard time: ask with timezone=Etc/GMT+\(place.hoursBehind)")
        }
        guard let days = daily["time"]?.asArray else { throw .unusable("a daily forecast without its days") }
        var facts: [Fact] = []
        for member in daily.asObject ?? [] where member.key.hasPrefix(maximum) {
            guard let degrees = scale(root["daily_units"]?[member.key]?.asText) else { throw .unusable("no unit of \(member.key)") }
            let model = member.key.dropFirst(maximum.count).drop { $0 == "_" }
            let said = zip(days, member.value.asArray ?? []).compactMap { day, value -> (Int64, Double)? in
                guard let day = day.asText.flatMap(self.day), let value = value.asNumber else { return nil }
                return (day, degrees(value))
            }
            facts += forecasts(said, model.isEmpty ? name : "\(name) \(model)", place, now)
        }
        return facts
    }

    private static let maximum = "temperature_2m_max"

    /// The grid's value for a day counts from the morning of local time, and belongs to the climate day in which it begins.
    private static func gridpoint(_ grid: JSON, _ place: WeatherPlace) throws(FeedError) -> [(Int64, Double)] {
        guard let degrees = scale(grid["uom"]?.asText), let values = grid["values"]?.asArray else { throw .unusable("a grid forecast without its unit or values") }
        return values.prefix(entries).compactMap { value in
            guard let span = value["validTime"]?.asText, let start = CivilTime.parse(span.prefix { $0 != "/" }), let number = value["value"]?.asNumber else { return nil }
            return (place.day(at: start), degrees(number))
        }
    }

    /// A forecast of tomorrow and one of today are of different worth: each is a source of its own. One of a day that is over is none.
    private static func forecasts(_ said: [(day: Int64, fahrenheit: Double)], _ source: String, _ place: WeatherPlace, _ now: Timestamp) -> [Fact] {
        let today = place.day(at: now)
        return said.filter { $0.day >= today && $0.day <= today + daysAhead && plausible.contains($0.fahrenheit) }.map {
            .highForecast(HighForecast(place: place.underlying, day: $0.day, source: "\(source) day-\($0.day - today)", fahrenheit: $0.fahrenheit))
        }
    }

    // MARK: - What was measured

    /// The running day's high so far, up to the hour of the newest observation.
    ///
    /// The station measures in whole degrees Fahrenheit and the service passes them on in Celsius, some rounded to a whole degree: what counts is the least
    /// whole degree Fahrenheit that a reading can have been, because the high so far is taken as certain.
    private static func observations(_ features: [JSON], _ place: WeatherPlace, _ now: Timestamp) throws(FeedError) -> [Fact] {
        let today = place.day(at: now)
        var high: Double?
        var newest: Timestamp?
        for feature in features.prefix(entries) {
            guard let said = feature["properties"], let time = said["timestamp"]?.asText.flatMap({ CivilTime.parse($0) }) else { continue }
            guard time <= now, place.day(at: time) == today, let value = said["temperature"]?["value"]?.asNumber else { continue }
            guard !rejected.contains(said["temperature"]?["qualityControl"]?.asText ?? "") else { continue }
            guard said["temperature"]?["unitCode"]?.asText?.hasSuffix("degC") == true else { throw .unusable("observations that are not in Celsius") }
            let least = leastFahrenheit(celsius: value)
            guard plausible.contains(least) else { continue }
            high = max(high ?? least, least)
            newest = max(newest ?? time, time)
        }
        guard let high, let newest else { return [] }
        let hour = Int((newest - place.begins(today)).nanoseconds / 3_600_000_000_000)
        return [.highSoFar(HighSoFar(place: place.underlying, day: today, hour: min(max(hour, 0), 23), fahrenheit: high))]
    }

    /// MADIS: failed a check, questioned, or so judged by a person.
    private static let rejected: Set<String> = ["X", "Q", "B"]

    static func leastFahrenheit(celsius: Double) -> Double {
        let half = celsius == celsius.rounded() ? 0.5 : 0.05
        return ((celsius - half) * 1.8 + 32).rounded(.up)
    }

    /// Days whose report is final by the rule that a backtest goes by (`WeatherPlace.reported`): a report of the running day is a partial one.
    private static func reports(_ results: [JSON], _ place: WeatherPlace, _ now: Timestamp) -> [Fact] {
        results.suffix(entries).compactMap { result in
            guard let day = result["valid"]?.asText.flatMap(day), place.reported(day) <= now else { return nil }
            // The listing may be of another station: then it is not this place's.
            if let station = result["station"]?.asText, station != place.station { return nil }
            guard let high = result["high"]?.asNumber, plausible.contains(high), high == high.rounded() else { return nil }
            return .high(OfficialHigh(place: place.underlying, day: day, fahrenheit: high))
        }
    }

    // MARK: - Units

    private static func day(_ text: String) -> Int64? { text.utf8.count == 10 ? CivilTime.parse("\(text)T00:00:00Z")?.utcDay : nil }

    private static func scale(_ unit: String?) -> ((Double) -> Double)? {
        guard let unit else { return nil }
        if unit.hasSuffix("degC") || unit == "°C" { return { $0 * 1.8 + 32 } }
        return unit.hasSuffix("degF") || unit == "°F" ? { $0 } : nil
    }
}
