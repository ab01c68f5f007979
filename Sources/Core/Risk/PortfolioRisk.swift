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
    /// The UTC day on which it is decided; what is decided on one day moves together more than what is not.
    public var day: Int64?

    public init(gains: [Double], probabilities: [Double], group: CorrelationGroup?, underlying: Underlying?, day: Int64? = nil) {
        precondition(gains.count == probabilities.count && !gains.isEmpty, "a gain and a probability for each state")
        self.gains = gains
        self.probabilities = probabilities
        self.group = group
        self.underlying = underlying
        self.day = day
    }

    public var ties: EventTies { EventTies(group: group, underlying: underlying, day: day) }

    /// The most that it can lose, in dollars; below zero where every state gains.
    public var worst: Double { -(gains.min() ?? 0) }
}

/// All events together, in scenarios: which numbers come out high or low at once is a Gaussian copula over the events, each event's own law is kept exactly.
public struct PortfolioRisk: Sendable, Equatable {
    /// The loss of each scenario in dollars, ascending; negative where the scenario gains.
    public let losses: [Double]

    /// - Parameters:
    ///   - correlation: of the bets, in their order; nil for the assumed one.
    ///   - pairs: half the number of scenarios: each is drawn with its mirror image, so that the factors' means are exact.
    public init(_ bets: [EventBet], correlation: SymmetricMatrix? = nil, pairs: Int = 1000, using random: inout SeededRandom) {
        let known = bets.filter { $0.group != nil }
        precondition(correlation.map { $0.order == known.count } ?? true, "a correlation for each bet whose group is known")
        let certain = bets.filter { $0.group == nil }.reduce(0.0) { $0 + $1.worst }
        guard let factor = (correlation ?? Self.assumed(known)).cholesky(), !known.isEmpty else {
            losses = [known.reduce(certain) { $0 + $1.worst }]
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

    /// The correlations as they are assumed.
    static func assumed(_ bets: [EventBet]) -> SymmetricMatrix { matrix(bets) { EventCorrelations.assumed($0.ties, $1.ties) } }

    /// The correlations that are known, and assumed where nothing was measured. What was measured pair by pair may fit together in no world: then it is drawn to
    /// what is assumed, which can always be drawn from, by quarters until it does.
    public static func together(_ bets: [EventBet], _ correlations: EventCorrelations) -> SymmetricMatrix {
        let known = matrix(bets) { correlations.between($0.ties, $1.ties) }
        guard !known.isPositive else { return known }
        let assumed = assumed(bets)
        for share in [0.25, 0.5, 0.75] {
            let drawn = known.mixed(assumed, share: share)
            if drawn.isPositive { return drawn }
        }
        return assumed
    }

    /// Only what is measured on one number on one day moves together: then a bet on one city hedges none on another.
    static func apart(_ bets: [EventBet]) -> SymmetricMatrix {
        matrix(bets) { a, b in a.underlying != nil && a.underlying == b.underlying && a.day == b.day ? 0.95 : 0 }
    }

    private static func matrix(_ bets: [EventBet], _ correlation: (EventBet, EventBet) -> Double) -> SymmetricMatrix {
        var matrix = SymmetricMatrix(order: bets.count)
        for i in bets.indices { for j in 0...i { matrix[i, j] = i == j ? 1 : correlation(bets[i], bets[j]) } }
        return matrix
    }
}

extension EventBet {
    /// Of a group that is not known it may move with any.
    public func mayMove(with other: CorrelationGroup) -> Bool { group == nil || group == other }

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
