public import Accounting
public import Model
import RealModule

/// One market of an event, with all that its sizing depends on.
public struct EventMember: Sendable {
    /// A leg that is wanted at a price.
    public struct Offer: Hashable, Sendable, Codable {
        public var side: Side
        /// In `side`'s own dollars.
        public var price: Price
        public var liquidity: Liquidity
        /// Dollars a contract that experience adds to price and rate: what rounding takes, what a resting order loses to those who know more.
        public var surcharge: Double

        public init(side: Side, price: Price, liquidity: Liquidity, surcharge: Double = 0) {
            self.side = side
            self.price = price
            self.liquidity = liquidity
            self.surcharge = surcharge
        }
    }

    public var market: Market
    /// Of YES.
    public var probability: Double
    /// Standard error of `probability`.
    public var uncertainty: Double
    /// Positive YES, negative NO.
    public var held: Quantity
    /// What a YES is valued at in equity.
    public var mark: Double
    public var fees: FeeSchedule
    /// What would be bought here, if anything.
    public var offer: Offer?

    public init(
        market: Market, probability: Double, uncertainty: Double, held: Quantity, mark: Double, fees: FeeSchedule, offer: Offer?
    ) {
        self.market = market
        self.probability = probability
        self.uncertainty = uncertainty
        self.held = held
        self.mark = mark
        self.fees = fees
        self.offer = offer
    }
}

/// What is bet from, and how boldly.
public struct Bankroll: Sendable, Equatable {
    /// Cash and everything held at its mark.
    public var equity: Money
    /// Cash that may be spent.
    public var spendable: Money
    /// Share of full Kelly, with the breaker's share already in it.
    public var fraction: Double
    public var drawdown: DrawdownBound?

    public init(equity: Money, spendable: Money, fraction: Double, drawdown: DrawdownBound? = nil) {
        self.equity = equity
        self.spendable = spendable
        self.fraction = fraction
        self.drawdown = drawdown
    }
}

/// How much more to buy in one market of an event, sized with all the others (docs/sizing.md).
///
/// The fraction of Kelly is full Kelly on that fraction of the money: the rest is kept aside. For a single market without inventory it is the textbook's
/// fraction of (p - c) / (1 - c).
public enum EventKelly {
    /// Whole contracts to buy on top of what is held, rounded down, never up: a bet worth less than one contract is none.
    /// - Parameter index: of the member whose offer is sized; the others are sized with it and count as bought.
    public static func contracts(of index: Int, members: [EventMember], states: EventStates, bankroll: Bankroll) -> Quantity {
        guard let offer = members[index].offer, let leg = leg(of: index, members) else { return .zero }
        let held = offer.side == .yes ? -members[index].held : members[index].held
        guard let problem = problem(members, states, bankroll) else {
            // More is held than should be bet at all: what leaves it, at an edge, is still worth doing.
            return held > .zero && isOverinvested(members, bankroll) ? .contracts(held.hundredths / 100) : .zero
        }
        guard let solution = problem.solve() else { return .zero }
        // The solver is right to a billionth: what lacks less to a whole contract is one.
        let most = Int64(min(solution.contracts[leg] * (1 + 1e-9), 1e9).rounded(.down))
        return .contracts(wholeToTheFee(most, leg, offer, members[index].fees, problem, solution))
    }

    /// The share of the bet that the forecasts' own uncertainty leaves: e²/(e²+σ²) (Baker & McHale 2013), with e² and σ² summed over the legs that
    /// have an edge, so that a sure leg is not shrunk for an unsure one's sake more than they are parts of the bet.
    public static func trust(_ members: [EventMember]) -> Double {
        var edges = 0.0
        var variances = 0.0
        for member in members {
            guard let offer = member.offer else { continue }
            let edge = (offer.side == .yes ? member.probability : 1 - member.probability) - cost(offer, member.fees)
            guard edge > 0 else { continue }
            edges += edge * edge
            variances += member.uncertainty * member.uncertainty
        }
        return edges > 0 ? edges / (edges + variances) : 0
    }

    /// The problem that all offers of the event make together; nil where nothing can be bet.
    static func problem(_ members: [EventMember], _ states: EventStates, _ bankroll: Bankroll) -> GrowthProblem? {
        let equity = bankroll.equity.approximateDollars
        let share = bankroll.fraction * trust(members)
        guard equity > 0, share > 0, share <= 1 else { return nil }
        // What is held at its mark was bought from the money that is bet; what of that money is left is cash.
        let cash = share * equity - marked(members)
        guard cash > 0, bankroll.spendable > .zero else { return nil }
        let wealth = states.pays.map { row in
            zip(members, row).reduce(cash) { $0 + abs($1.0.held.approximateContracts) * (($1.0.held < .zero) != $1.1 ? 1 : 0) }
        }
        let legs = members.indices.compactMap { i in
            members[i].offer.map { offer in
                GrowthProblem.Leg(pays: states.pays.map { $0[i] == (offer.side == .yes) ? 1 : 0 }, cost: cost(offer, members[i].fees))
            }
        }
        var bound = bankroll.drawdown
        bound?.aside = equity - share * equity
        let problem = GrowthProblem(
            probabilities: states.probabilities(of: members.map(\.probability)), wealth: wealth, legs: legs,
            budget: min(cash, bankroll.spendable.approximateDollars), drawdown: bound)
        return problem.isSound ? problem : nil
    }

    private static func marked(_ members: [EventMember]) -> Double {
        members.reduce(0) { $0 + abs($1.held.approximateContracts) * ($1.held < .zero ? 1 - $1.mark : $1.mark) }
    }

    private static func isOverinvested(_ members: [EventMember], _ bankroll: Bankroll) -> Bool {
        marked(members) >= bankroll.fraction * trust(members) * bankroll.equity.approximateDollars
    }

    private static func leg(of index: Int, _ members: [EventMember]) -> Int? {
        members[index].offer == nil ? nil : members[..<index].count { $0.offer != nil }
    }

    private static func cost(_ offer: EventMember.Offer, _ fees: FeeSchedule) -> Double {
        // However little was charged lately, a contract costs its price.
        offer.price.probability + max(fees.expectedFeePerContract(price: offer.price, liquidity: offer.liquidity) + offer.surcharge, 0)
    }

    /// The exchange rounds the fee of an order, which matters where few contracts are bought: of the sizes up to `most` the one that is best with
    /// the fee it would be charged, or none.
    private static func wholeToTheFee(
        _ most: Int64, _ leg: Int, _ offer: EventMember.Offer, _ fees: FeeSchedule, _ problem: GrowthProblem, _ solution: GrowthSolution
    ) -> Int64 {
        var others = solution.contracts
        others[leg] = 0
        let before = problem.wealth(after: others)
        func growth(_ count: Int64) -> Double {
            var account = OrderFeeAccount(fees)
            let charge = account.charge(price: offer.price, quantity: .contracts(count), liquidity: offer.liquidity).net
            let cost = (offer.price * .contracts(count) + charge).approximateDollars
            var sum = 0.0
            for s in before.indices where problem.probabilities[s] > 0 {
                let gain = Double(count) * problem.legs[leg].pays[s] - cost
                guard before[s] + gain > 0 else { return -.infinity }
                sum += problem.probabilities[s] * Double.log(onePlus: gain / before[s])
            }
            return sum
        }
        // Rounding moves the fee by a cent: further down than a few contracts it has no say.
        var best: (count: Int64, growth: Double) = (0, 0)
        for count in stride(from: most, through: max(most - 10, 1), by: -1) where most > 0 {
            let value = growth(count)
            if value > best.growth { best = (count, value) }
        }
        return best.count
    }
}
