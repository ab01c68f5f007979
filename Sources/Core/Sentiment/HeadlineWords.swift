import Model
import RealModule

/// What words in headlines have been worth, in log-odds, beyond what their tone has: learned from settlements alone, and nothing before the first.
///
/// A linear model on hashed words and pairs of words (`LinearModel.features`). A settlement is its label: with outcome y, the market's log-odds m, the shift s
/// that the tone was worth and the words x, p = sigmoid(m + s + w x). Each weight has its own variance, and one step of an extended Kalman filter on the
/// diagonal moves both: no state but these, no second look at any outcome.
public struct HeadlineWords: Hashable, Sendable, Codable {
    /// Of a weight before anything was seen. The words of one headline have a length of one together, so this is the variance of what it may be worth: a
    /// seventh of a unit of log-odds either way.
    static let priorVariance = 0.02
    /// Largest move of what one headline's words are worth that one outcome may cause.
    static let longestStep = 0.1

    private struct Weight: Hashable, Sendable, Codable {
        var mean = 0.0
        var variance = HeadlineWords.priorVariance
    }

    private var weights: [Int: Weight] = [:]
    /// Settlements that taught it.
    public private(set) var settlements = 0

    public init() {}

    /// The words of headlines as a direction: by bucket, each headline of the length of its weight.
    static func direction(_ headlines: [(features: [Int], weight: Double)]) -> [Int: Double] {
        var found: [Int: Double] = [:]
        for headline in headlines where !headline.features.isEmpty {
            let share = headline.weight / Double(headline.features.count).squareRoot()
            for bucket in headline.features { found[bucket, default: 0] += share }
        }
        return found
    }

    /// What the words are worth, with its variance. Zero where no settlement had any of them.
    func worth(_ direction: [Int: Double]) -> (logOdds: Double, variance: Double) {
        var (mean, variance) = (0.0, 0.0)
        for bucket in direction.keys.sorted() {
            guard let x = direction[bucket] else { continue }
            let weight = weights[bucket] ?? Weight()
            mean += weight.mean * x
            variance += weight.variance * x * x
        }
        return (mean, variance)
    }

    /// - Parameters:
    ///   - logOdds: the market's when the words were read, with the shift that their tone was worth.
    ///   - outcome: what one YES paid, in 0...1.
    mutating func learn(_ direction: [Int: Double], logOdds: Double, outcome: Double) {
        guard !direction.isEmpty, logOdds.isFinite else { return }
        let before = worth(direction)
        let p = min(max(1 / (1 + Double.exp(-(logOdds + before.logOdds))), 0.01), 0.99)
        let information = p * (1 - p)
        let spread = 1 / information + before.variance
        // The whole step along the words is variance / spread times the innovation.
        let innovation = (outcome - p) / information
        let step = before.variance * innovation / spread
        let share = abs(step) > Self.longestStep ? Self.longestStep / abs(step) : 1
        for bucket in direction.keys.sorted() {
            guard let x = direction[bucket] else { continue }
            var weight = weights[bucket] ?? Weight()
            let gain = weight.variance * x / spread
            weight.mean += gain * innovation * share
            weight.variance -= gain * weight.variance * x
            weights[bucket] = weight
        }
        settlements += 1
    }

    func feed(into digest: inout Digest) {
        guard settlements > 0 else { return }
        digest.feed(settlements)
        for bucket in weights.keys.sorted() { digest.feed(weights[bucket]?.mean ?? 0) }
    }
}
