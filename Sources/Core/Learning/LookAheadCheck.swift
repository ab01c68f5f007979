public import Model
import RealModule

/// Finds forecasts that know what they could not have known, by what they say and when, whatever they are called.
///
/// Three things give them away. Nothing says when they were known. They were known when their day was over. Or they are nearer to what came than any forecast
/// of that lead is: the spread of their errors, as a share of that of the plainest forecast there is ("as yesterday"), is below a floor that no real
/// forecast reaches. The share is taken for each place and then the median over places, so that one station on a wrong grid point, or one season, does not
/// decide; the errors of a day go together over places, so the confidence counts them as fewer than they are.
public struct LookAheadCheck: Sendable {
    public enum Verdict: Hashable, Sendable {
        /// Nothing was found; with what was measured.
        case clean(String)
        /// It could not be measured; with why.
        case unchecked(String)
        /// What gives it away, in one sentence.
        case lookAhead(String)
    }

    /// When a forecast was known, by its own day.
    enum Lead: Int, Sendable, CaseIterable {
        /// Before the climate day began.
        case dayAhead
        /// In the first eight hours of it.
        case early

        /// Of the error of "as yesterday". Forecasts of public models for the next day leave 37 to 52 % of it, the national weather service's own 33 %
        /// (`weather-forecast-snapshots`, `-previous-runs`; medians over places). Highs that were put together from runs of the day itself leave 24 %.
        var floor: Double { self == .dayAhead ? 0.29 : 0.25 }

        var words: String { self == .dayAhead ? "known before its day began" : "known in the first hours of its day" }
    }

    /// Forecasts with outcomes that a judgement needs, of one source; and at one place, to count there.
    static let rowsNeeded = 60
    static let rowsAtPlace = 10
    /// Standard errors between the measured share and the floor.
    static let confidence = 3.0
    /// Correlation of the errors of two places on one day.
    static let correlation = 0.15
    /// Of all rows, those from after their day, beyond which the set as a whole is not one of forecasts.
    static let lateShare = 0.2
    /// A forecast that is stamped at midnight by summer time is not one of the day.
    private static let grace = Interval.seconds(3600)

    private struct Key: Hashable, Sendable {
        let source: String
        let lead: Lead
    }

    private var rows = 0
    private var undated = 0
    private var late = 0
    /// The newest by place and day.
    private var said: [Key: [Underlying: [Int64: (known: Timestamp, fahrenheit: Double)]]] = [:]
    private var highs: [Underlying: [Int64: Double]] = [:]

    public init() {}

    /// - Parameter knownFrom: nil where nothing says it. Such a forecast is measured as if it were of the day before.
    public mutating func note(_ forecast: HighForecast, knownFrom: Timestamp?) {
        guard forecast.fahrenheit.isFinite, let place = WeatherPlace.of(forecast.place) else { return }
        rows += 1
        let begins = place.begins(forecast.day)
        if knownFrom == nil { undated += 1 }
        let known = knownFrom ?? begins
        guard known < place.begins(forecast.day + 1) else {
            late += 1
            return
        }
        let lead: Lead
        if known <= begins + Self.grace { lead = .dayAhead } else if known <= begins + .seconds(8 * 3600) { lead = .early } else { return }
        let key = Key(source: forecast.source, lead: lead)
        if let before = said[key]?[forecast.place]?[forecast.day], before.known > known { return }
        said[key, default: [:]][forecast.place, default: [:]][forecast.day] = (known, forecast.fahrenheit)
    }

    public mutating func note(_ high: OfficialHigh) {
        if high.fahrenheit.isFinite { highs[high.place, default: [:]][high.day] = high.fahrenheit }
    }

    public var verdict: Verdict {
        guard rows > 0 else { return .unchecked("there are no forecasts of places that are known") }
        let measured = measure()
        let nearest = measured.min { $0.share / $0.key.lead.floor < $1.share / $1.key.lead.floor }
        if undated > 0 {
            let evidence = nearest.map { "; measured as forecasts of the day before, " + sentence($0) } ?? ""
            return .lookAhead("\(undated) of \(rows) forecasts do not say when they were known\(evidence)")
        }
        if Double(late) > Self.lateShare * Double(rows) { return .lookAhead("\(late) of \(rows) forecasts were known only after their day was over") }
        guard let nearest else { return .unchecked("not measured: fewer than \(Self.rowsNeeded) forecasts of one source have an observed high beside them") }
        if let caught = measured.first(where: { $0.share * Double.exp(Self.confidence * $0.error) < $0.key.lead.floor }) { return .lookAhead(sentence(caught)) }
        return .clean("of \(measured.count) sources and leads, " + sentence(nearest))
    }

    // MARK: - Measuring

    private struct Measured {
        let key: Key
        let count: Int
        let places: Int
        /// Of the error of "as yesterday"; the median over places.
        let share: Double
        /// Standard error of the logarithm of `share`.
        let error: Double
        /// Standard deviation in degrees, the median over places.
        let degrees: Double
    }

    private func measure() -> [Measured] {
        said.keys.sorted { ($0.source, $0.lead.rawValue) < ($1.source, $1.lead.rawValue) }.compactMap(measure)
    }

    private func measure(_ key: Key) -> Measured? {
        var shares: [Double] = []
        var spreads: [Double] = []
        var count = 0
        for (place, days) in (said[key] ?? [:]).sorted(by: { $0.key < $1.key }) {
            let known = highs[place] ?? [:]
            var errors: [Double] = []
            var changes: [Double] = []
            for (day, forecast) in days.sorted(by: { $0.key < $1.key }) {
                guard let high = known[day], let before = known[day - 1] else { continue }
                errors.append(high - forecast.fahrenheit)
                changes.append(high - before)
            }
            guard errors.count >= Self.rowsAtPlace, let spread = deviation(errors), let change = deviation(changes), change > 0 else { continue }
            shares.append(spread / change)
            spreads.append(spread)
            count += errors.count
        }
        guard count >= Self.rowsNeeded else { return nil }
        let together = 1 + Double(shares.count - 1) * Self.correlation
        return Measured(
            key: key, count: count, places: shares.count, share: median(shares), error: (together / Double(count)).squareRoot(), degrees: median(spreads))
    }

    private func deviation(_ values: [Double]) -> Double? {
        guard values.count > 1 else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }

    private func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    private func sentence(_ measured: Measured) -> String {
        "the error of '\(measured.key.source)', \(measured.key.lead.words), is \(tenths(measured.degrees)) F or \(percent(measured.share)) of that of 'as yesterday' "
            + "(\(measured.count) forecasts, \(measured.places) places); no forecast of that lead is below \(percent(measured.key.lead.floor))"
    }

    private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

    private func tenths(_ degrees: Double) -> String {
        let tenths = Int((degrees * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
