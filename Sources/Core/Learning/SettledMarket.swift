public import Model
import RealModule

/// Sums over what one forecaster said of one market, from which its scores by any outcome follow exactly.
struct SaidOfMarket: Sendable, Equatable, Codable {
    private(set) var count = 0.0
    private var sum = 0.0
    private var squared = 0.0
    private var logOfYes = 0.0
    private var logOfNo = 0.0
    private(set) var curve = CalibrationCurve()

    init(_ probabilities: [Double]) {
        for p in probabilities {
            count += 1
            sum += p
            squared += p * p
            logOfYes += Double.log(Self.bounded(p))
            logOfNo += Double.log(1 - Self.bounded(p))
        }
        curve.add(probabilities, outcome: 0)
    }

    /// A logarithm needs a bound; a forecast of zero that came true costs fourteen nats, not all of them.
    static func bounded(_ p: Double) -> Double { min(max(p, 1e-6), 1 - 1e-6) }

    func squares(_ outcome: Double) -> Double { squared - 2 * outcome * sum + count * outcome * outcome }
    func logs(_ outcome: Double) -> Double { -(outcome * logOfYes + (1 - outcome) * logOfNo) }
}

/// A market that was learned from, kept for as long as its result may be taken back.
struct SettledMarket: Sendable, Equatable, Codable {
    let family: SeriesTicker
    let event: EventTicker
    var outcome: Double
    /// What calibration and weights looked at, by strategy.
    let rows: [String: [ForecastRow]]
    let said: [String: SaidOfMarket]
}

extension Learner {
    /// Markets that can still be scored anew; past it the oldest cannot.
    static let settledKept = 512

    /// Scores a market anew, by the result that is true after all; nil where it was never scored, or nothing changes.
    ///
    /// Scores and curves become exactly what they would have been, and so does the evidence while the event is not over. What is learned from the last state
    /// and the newest outcome alone cannot be unlearned: weights and calibrations learn the true outcome as one more, and evidence that was judged stays.
    /// A market that turns out void stays scored as it was.
    public mutating func correct(_ market: Ticker, result: MarketResult) -> MarketScore? {
        guard let was = settled[market], let outcome = result.yesValue?.probability, outcome != was.outcome else { return nil }
        var local: [String: Score] = [:]
        for (name, said) in was.said {
            scores[name]?.correct(said, from: was.outcome, to: outcome)
            curves[name]?.correct(said.curve, from: was.outcome, to: outcome)
        }
        for (name, said) in was.said { local[name] = Score(said, outcome: outcome) }
        for strategy in was.rows.keys.sorted() { open[was.event]?[strategy]?.correct(market, to: outcome) }
        settled[market]?.outcome = outcome
        learn(was.rows, was.family, outcome)
        return MarketScore(market: market, outcome: outcome, scores: local)
    }
}
