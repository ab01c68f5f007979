import Model
import RealModule

/// Weights over the market and the strategies that follow their log losses and forget: Fixed-Share (Herbster & Warmuth 1998), the market as expert zero.
///
/// Whatever sequence of experts would have been best, with m changes in T rounds, the mixture of the probabilities by these weights loses at most
/// ln 1/π + m ln 1/(απ) + (T - m - 1) ln 1/(1 - α) more, where π is the smallest share it started with; a test holds it to that. The pool mixes in log-odds:
/// its loss is never more than the weighted mean of the losses.
public struct FixedShare: Hashable, Sendable, Codable {
    /// The share of the pool that all strategies together start with: the market is hard to beat, and a newcomer has shown nothing.
    ///
    /// It is what being open to them may cost in a family. Against the market alone, T markets cost the mixture ln 1/(1 - share) + T ln 1/(1 - α share) at
    /// most: after sixty of them (ten events of six) less than 0.003 nats a market with 0.1, and 0.0006 with 0.02.
    public let strategiesShare: Double
    /// α: what each round gives back towards the first shares. The best expert is expected to change once in so many markets.
    public static let switching = 0.01

    /// By name; they sum to 1.
    public private(set) var weights: [String: Double]

    public init(strategiesShare: Double) {
        self.strategiesShare = strategiesShare
        weights = [Learner.market: 1]
    }

    /// The share that each is drawn back to.
    public func prior(_ name: String) -> Double {
        guard weights.count > 1 else { return 1 }
        return name == Learner.market ? 1 - strategiesShare : strategiesShare / Double(weights.count - 1)
    }

    /// A newcomer gets its first share: of what strategies start with together, so from the others first; what they have lost already, from the market.
    public mutating func admit(_ name: String) {
        guard weights[name] == nil else { return }
        let others = weights.keys.filter { $0 != Learner.market }.sorted()
        let held = others.reduce(0) { $0 + (weights[$1] ?? 0) }
        weights[name] = 0
        let share = prior(name)
        let given = min(share, held / Double(others.count + 1))
        for other in others where held > 0 { weights[other] = (weights[other] ?? 0) * (held - given) / held }
        weights[Learner.market] = (weights[Learner.market] ?? 0) - (share - given)
        weights[name] = share
    }

    /// One round. An expert that was silent neither gains nor loses by it: it is given the mixture's loss (Freund et al. 1997).
    public mutating func learn(_ losses: [String: Double]) {
        let awake = losses.keys.sorted()
        for name in awake { admit(name) }
        let total = awake.reduce(0) { $0 + (weights[$1] ?? 0) }
        guard total > 0, let least = losses.values.min() else { return }
        // Relative to the least loss, so that the exponentials do not vanish.
        let mixed = awake.reduce(0) { $0 + (weights[$1] ?? 0) / total * Double.exp(least - (losses[$1] ?? least)) }
        for name in awake { weights[name] = (weights[name] ?? 0) * Double.exp(least - (losses[name] ?? least)) / mixed }
        for name in weights.keys.sorted() { weights[name] = (1 - Self.switching) * (weights[name] ?? 0) + Self.switching * prior(name) }
        let sum = weights.keys.sorted().reduce(0) { $0 + (weights[$1] ?? 0) }
        weights = weights.mapValues { $0 / sum }
    }

    func feed(into digest: inout Digest) {
        for name in weights.keys.sorted() { digest.feed(weights[name] ?? 0) }
    }
}
