/// A choice of how many contracts to buy, judged by the expected logarithm of what one owns when the event is over (Kelly 1956).
///
/// Everything that depends on one outcome stands together: all legs of all markets of an event, what is held of them already, and the cash. The states
/// are the outcomes that differ for at least one leg; exactly one of them comes true.
public struct GrowthProblem: Sendable, Equatable {
    /// Something that can be bought: a YES or a NO at a price.
    public struct Leg: Sendable, Equatable {
        /// What one contract pays in each state, in dollars.
        public var pays: [Double]
        /// What one contract costs, in dollars, its fee included. Positive.
        public var cost: Double
        /// Contracts that can be had at this cost; infinite where nothing limits them.
        public var most: Double

        public init(pays: [Double], cost: Double, most: Double = .infinity) {
            self.pays = pays
            self.cost = cost
            self.most = most
        }
    }

    /// Of each state. They are not negative and sum to 1.
    public var probabilities: [Double]
    /// What is owned in each state when nothing more is bought, in dollars: cash and the payout of what is held. Positive.
    public var wealth: [Double]
    public var legs: [Leg]
    /// Dollars that may be spent. Without it a sure profit would have no end.
    public var budget: Double
    public var drawdown: DrawdownBound?

    public init(probabilities: [Double], wealth: [Double], legs: [Leg], budget: Double, drawdown: DrawdownBound? = nil) {
        self.probabilities = probabilities
        self.wealth = wealth
        self.legs = legs
        self.budget = budget
        self.drawdown = drawdown
    }

    /// What is owned in each state after buying `contracts` of each leg.
    public func wealth(after contracts: [Double]) -> [Double] {
        wealth.indices.map { s in
            legs.indices.reduce(wealth[s]) { $0 + contracts[$1] * (legs[$1].pays[s] - legs[$1].cost) }
        }
    }

    /// Whether the figures can be a problem at all. A caller that cannot promise it asks first; `solve` insists.
    public var isSound: Bool {
        let states = probabilities.count
        return states > 0 && wealth.count == states && budget >= 0
            && probabilities.allSatisfy { $0 >= 0 && $0 <= 1 } && abs(probabilities.reduce(0, +) - 1) < 1e-9
            && wealth.allSatisfy { $0 > 0 && $0.isFinite }
            && legs.allSatisfy { $0.pays.count == states && $0.cost > 0 && $0.cost.isFinite && $0.most >= 0 && $0.pays.allSatisfy(\.isFinite) }
    }
}

/// A bound on ever being poor: the probability that wealth falls below `level` of today's is to stay below `chance`.
///
/// Risk-constrained Kelly (Busseti, Ryu & Boyd 2016): E[R^-λ] <= 1 with λ = ln chance / ln level suffices, where R is the growth of all wealth in one
/// bet and the bets to come are as good. It is a bound, not an estimate: the true probability is lower.
public struct DrawdownBound: Sendable, Equatable {
    /// Share of today's wealth, between 0 and 1.
    public var level: Double
    /// Between 0 and 1.
    public var chance: Double
    /// Dollars that are owned beside `GrowthProblem.wealth`: what fractional Kelly keeps out of the bet.
    public var aside: Double

    public init(level: Double, chance: Double, aside: Double = 0) {
        precondition(level > 0 && level < 1 && chance > 0 && chance < 1 && aside >= 0, "a level and a chance lie between 0 and 1")
        self.level = level
        self.chance = chance
        self.aside = aside
    }
}

/// What to buy, and how it is known to be best.
public struct GrowthSolution: Sendable, Equatable {
    /// Of each leg, not rounded.
    public var contracts: [Double]
    /// Expected growth of the logarithm of wealth, in nats: zero where nothing is bought.
    public var growth: Double
    /// What one more dollar of budget would add to the objective; zero where the budget does not bind.
    public var budgetMultiplier: Double
    /// What the drawdown bound costs; zero where it does not bind.
    public var drawdownMultiplier: Double
    /// Newton steps that were taken, over all inner problems.
    public var steps: Int
}
