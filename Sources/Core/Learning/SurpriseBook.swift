public import Model
import RealModule

/// Events whose numbers are still to come, and those of the last days: what the correlations between events are learned from.
///
/// The market's law of an event is noted at half of its life, and meets the outcome when all its markets are settled. A UTC day is closed two days after its end, so that results which come late
/// or are taken back still count; then its surprises are one observation, and what comes later is not.
struct SurpriseBook: Sendable, Equatable, Codable {
    /// Whole days after the end of a day in which its results are waited for.
    static let waitDays: Int64 = 2
    /// Events that wait at most; past it the oldest day goes unlearned.
    static let most = 4096
    /// A score beyond so many deviations counts as this many: one absurd quote must not decide.
    static let bound = 3.0

    private struct Expected: Sendable, Equatable, Codable {
        let underlying: Underlying
        let markets: [Ticker]
        /// In which states each market resolves YES, and the law of the states.
        let pays: [[Bool]]
        let law: [Double]
        var results: [Ticker: Bool] = [:]
        /// Some market was void, or paid a part: no state came true.
        var isVoid = false

        /// The state that came true; nil while that is not known.
        var state: Int? {
            guard !isVoid, results.count == markets.count else { return nil }
            return pays.firstIndex { row in zip(row, markets).allSatisfy { results[$0.1] == $0.0 } }
        }
    }

    private var days: [Int64: [EventTicker: Expected]] = [:]
    private var dayOf: [EventTicker: Int64] = [:]

    func expects(_ event: EventTicker) -> Bool { dayOf[event] != nil }

    /// - Parameter law: the market's own, of each state, in the order of the number.
    mutating func expect(_ event: EventTicker, _ underlying: Underlying, day: Int64, markets: [Ticker], states: EventStates, law: [Double]) {
        guard dayOf[event] == nil, law.count == states.pays.count, law.count > 1, law.allSatisfy(\.isFinite) else { return }
        if dayOf.count >= Self.most, let oldest = days.keys.min() { forget(oldest) }
        days[day, default: [:]][event] = Expected(underlying: underlying, markets: markets, pays: states.pays, law: law)
        dayOf[event] = day
    }

    /// A market's result, or another one after the first was taken back.
    mutating func settle(_ market: Ticker, of event: EventTicker, result: MarketResult) {
        guard let day = dayOf[event], days[day]?[event]?.markets.contains(market) == true else { return }
        switch result {
        case .yes: days[day]?[event]?.results[market] = true
        case .no: days[day]?[event]?.results[market] = false
        case .scalar, .void: days[day]?[event]?.isVoid = true
        }
    }

    /// The surprises of the days that are over, the earliest first; they are forgotten here.
    mutating func close(before today: Int64) -> [[DaySurprise]] {
        days.keys.filter { $0 + Self.waitDays < today }.sorted().map { day in
            let events = days[day] ?? [:]
            var scores: [Underlying: (score: Double, variance: Double, events: Double)] = [:]
            for event in events.keys.sorted() {
                guard let expected = events[event], let state = expected.state else { continue }
                let (score, variance) = Self.surprise(state, law: expected.law)
                let sum = scores[expected.underlying] ?? (0, 0, 0)
                scores[expected.underlying] = (sum.score + score, sum.variance + variance, sum.events + 1)
            }
            forget(day)
            // The events of one number follow each other in a day and each brings its own surprise: their sum is one, with their mean variance.
            return scores.keys.sorted().compactMap { underlying in
                scores[underlying].map {
                    DaySurprise(underlying: underlying, score: min(max($0.score / $0.events.squareRoot(), -Self.bound), Self.bound), variance: $0.variance / $0.events)
                }
            }
        }
    }

    private mutating func forget(_ day: Int64) {
        for event in (days.removeValue(forKey: day) ?? [:]).keys { dayOf[event] = nil }
    }

    /// The mean of a standard normal number given the state that it lies in, and the variance of that mean over the states: the number is cut where the law says.
    static func surprise(_ state: Int, law: [Double]) -> (score: Double, variance: Double) {
        // No state is less likely than one in ten thousand: no quote can say so.
        let floored = law.map { max($0, 1e-4) }
        let sum = floored.reduce(0, +)
        var (below, density, score, variance) = (0.0, 0.0, 0.0, 0.0)
        for (i, weight) in floored.enumerated() {
            let p = weight / sum
            below += p
            let next = i == floored.count - 1 ? 0 : NormalLaw.density(NormalLaw.quantile(min(max(below, 1e-12), 1 - 1e-12)))
            let mean = (density - next) / p
            if i == state { score = mean }
            variance += mean * mean * p
            density = next
        }
        return (score, variance)
    }

    func feed(into digest: inout Digest) {
        for day in days.keys.sorted() {
            digest.feed(day)
            for event in (days[day] ?? [:]).keys.sorted() {
                digest.feed(event.text)
                digest.feed(days[day]?[event]?.results.count ?? 0)
            }
        }
    }
}

extension Learner {
    /// Whether the market's law of an event was noted; it is once.
    public func expects(_ event: EventTicker) -> Bool { surprises.expects(event) }

    /// Notes what the market expects of an event, for the correlations between events.
    public mutating func expect(_ event: EventTicker, _ underlying: Underlying, day: Int64, markets: [Ticker], states: EventStates, law: [Double]) {
        surprises.expect(event, underlying, day: day, markets: markets, states: states, law: law)
    }

    /// A market's result, told at every settlement and again when it was taken back. Days that are over are learned from.
    /// - Parameter today: in UTC days.
    public mutating func hear(_ result: MarketResult, of market: Ticker, in event: EventTicker, today: Int64) {
        for day in surprises.close(before: today) { parameters.correlations.learn(day) }
        surprises.settle(market, of: event, result: result)
    }
}
