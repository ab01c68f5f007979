public import Model
import RealModule

/// What news has been worth so far, in log-odds per unit of signal: nothing at first, then what the settlements show.
///
/// One coefficient a series with its variance, updated by every settlement from its last state alone: a Gaussian about the coefficient, one Newton step on
/// the log likelihood of the outcome (the extended Kalman filter of a logistic observation, also known as Laplace's approximation, online). With outcome y,
/// the market's log-odds m and the signal s, p = sigmoid(m + b s):
/// precision += p (1 - p) s², b += (y - p) s / precision. Its sign is learned too: for unemployment bad news speaks for "above".
public struct NewsInfluence: Hashable, Sendable, Codable {
    public struct Coefficient: Hashable, Sendable, Codable {
        public fileprivate(set) var mean: Double
        public fileprivate(set) var variance: Double
        /// Settlements that taught it.
        public fileprivate(set) var settlements = 0
    }

    /// Standard deviation of what is believed before anything was seen: half a unit of log-odds for the strongest news.
    static let priorVariance = 0.25
    /// What is known fades a little with every settlement, so that a change of the times is followed.
    static let fading = 0.998
    /// Largest step that one outcome may cause.
    static let longestStep = 0.25
    /// Series that are remembered; more than these use what all series together have shown.
    static let bound = 4096

    public private(set) var all = Coefficient(mean: 0, variance: NewsInfluence.priorVariance)
    private var bySeries: [SeriesTicker: Coefficient] = [:]

    public init() {}

    /// What one unit of signal is worth in a series: what the series showed, or before that what all of them did, as unsure as at the start.
    public func coefficient(_ series: SeriesTicker) -> Coefficient {
        bySeries[series] ?? Coefficient(mean: all.mean, variance: Self.priorVariance)
    }

    public var series: [SeriesTicker] { bySeries.keys.sorted() }

    /// - Parameters:
    ///   - signal: what the news said when the market was at `marketLogOdds`, in -1...1.
    ///   - outcome: what one YES paid, in 0...1.
    public mutating func learn(_ series: SeriesTicker, signal: Double, marketLogOdds: Double, outcome: Double) {
        guard signal != 0, signal.isFinite, marketLogOdds.isFinite else { return }
        var own = coefficient(series)
        Self.update(&own, signal, marketLogOdds, outcome)
        if bySeries[series] != nil || bySeries.count < Self.bound { bySeries[series] = own }
        Self.update(&all, signal, marketLogOdds, outcome)
    }

    private static func update(_ coefficient: inout Coefficient, _ signal: Double, _ logOdds: Double, _ outcome: Double) {
        let p = 1 / (1 + Double.exp(-(logOdds + coefficient.mean * signal)))
        let precision = fading / coefficient.variance + (1 - fading) / priorVariance + p * (1 - p) * signal * signal
        coefficient.variance = 1 / precision
        coefficient.mean += min(max((outcome - p) * signal / precision, -longestStep), longestStep)
        coefficient.settlements += 1
    }

    public func feed(into digest: inout Digest) {
        digest.feed(all.mean)
        digest.feed(all.variance)
        for series in bySeries.keys.sorted() {
            let own = coefficient(series)
            digest.feed(series.text)
            digest.feed(own.mean)
            digest.feed(own.variance)
        }
    }
}
