public import Model
import RealModule

/// What one event can bring, for the risk of all of them together.
public struct EventBet: Sendable, Equatable {
    /// What is gained in each state, in dollars; below zero where it is lost.
    public var gains: [Double]
    /// Of each state. For numeric strikes in the order of the number, so that two events can be high together.
    public var probabilities: [Double]
    /// Nil where it is not known what the event moves with: then it is taken to lose all it can, every time.
    public var group: CorrelationGroup?
    public var underlying: Underlying?

    public init(gains: [Double], probabilities: [Double], group: CorrelationGroup?, underlying: Underlying?) {
        precondition(gains.count == probabilities.count && !gains.isEmpty, "a gain and a probability for each state")
        self.gains = gains
        self.probabilities = probabilities
        self.group = group
        self.underlying = underlying
    }
}

/// All events together, in scenarios: which numbers come out high or low at once is a Gaussian copula over the events, each event's own law is kept exactly.
public struct PortfolioRisk: Sendable, Equatable {
    /// Correlations that are assumed until there are observations: of the same underlying, of one group, of everything.
    public static let sameUnderlying = 0.95
    public static let sameGroup = 0.7
    public static let anything = 0.1

    /// The loss of each scenario in dollars, ascending; negative where the scenario gains.
    public let losses: [Double]

    /// - Parameters:
    ///   - correlation: of the bets, in their order; nil for the assumed one.
    ///   - pairs: half the number of scenarios: each is drawn with its mirror image, so that the factors' means are exact.
    public init(_ bets: [EventBet], correlation: SymmetricMatrix? = nil, pairs: Int = 1000, using random: inout SeededRandom) {
        let known = bets.filter { $0.group != nil }
        precondition(correlation.map { $0.order == known.count } ?? true, "a correlation for each bet whose group is known")
        let certain = bets.filter { $0.group == nil }.reduce(0.0) { $0 - ($1.gains.min() ?? 0) }
        guard let factor = (correlation ?? Self.assumed(known)).cholesky(), !known.isEmpty else {
            losses = [known.reduce(certain) { $0 - ($1.gains.min() ?? 0) }]
            return
        }
        var found: [Double] = []
        found.reserveCapacity(2 * pairs)
        for _ in 0..<pairs {
            let z = factor.times(known.map { _ in random.normal() })
            for sign in [1.0, -1.0] {
                found.append(zip(known, z).reduce(certain) { $0 - $1.0.gain(at: 0.5 * Double.erfc(-sign * $1.1 / 2.0.squareRoot())) })
            }
        }
        losses = found.sorted()
    }

    /// The mean loss of the worst `tail` of the scenarios (conditional value at risk), in dollars.
    public func expectedShortfall(tail: Double) -> Double {
        let count = max(Int((Double(losses.count) * tail).rounded(.up)), 1)
        return losses.suffix(count).reduce(0, +) / Double(min(count, losses.count))
    }

    static func assumed(_ bets: [EventBet]) -> SymmetricMatrix {
        var matrix = SymmetricMatrix(order: bets.count)
        for i in bets.indices {
            for j in 0...i {
                let alike = bets[i].underlying != nil && bets[i].underlying == bets[j].underlying
                matrix[i, j] = i == j ? 1 : alike ? sameUnderlying : bets[i].group == bets[j].group ? sameGroup : anything
            }
        }
        return matrix
    }
}

extension EventBet {
    /// The gain in the state that lies at `quantile` of the event's law.
    func gain(at quantile: Double) -> Double {
        var sum = 0.0
        for (gain, probability) in zip(gains, probabilities) {
            sum += probability
            if quantile < sum { return gain }
        }
        return gains.last ?? 0
    }
}

extension SeededRandom {
    /// A standard normal (Box & Muller 1958).
    public mutating func normal() -> Double {
        let radius = (-2 * Double.log(1 - uniform())).squareRoot()
        return radius * Double.cos(2 * Double.pi * uniform())
    }
}
