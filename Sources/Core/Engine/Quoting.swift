import Accounting
import Books
import Learning
import Model
import Strategies

/// What the desk would like to have on one market, before risk has spoken.
struct Want: Equatable {
    let side: Side
    let limit: Price
    /// Rest and wait, or take what stands there.
    let rests: Bool
    /// Per contract after the expected fee.
    let edge: Double
    /// That `side` pays.
    let probability: Double
    /// Of being filled while the edge lives; 1 where it is taken, or not known.
    var chance = 1.0
}

/// The best of each leg's bids, without our own orders: the market as it would be if we were not there.
struct Touch: Equatable {
    let yes: Level?
    let no: Level?

    init(_ book: OrderBook, own: TrackedOrder?) {
        func best(_ side: Side) -> Level? {
            for level in book[side].levels.reversed() {
                guard let own, own.intent.side == side, own.intent.limit == level.price else { return level }
                let others = level.quantity - own.remaining
                if others > .zero { return Level(price: level.price, quantity: others) }
            }
            return nil
        }
        yes = best(.yes)
        no = best(.no)
    }

    func bid(_ side: Side) -> Level? { side == .yes ? yes : no }
    func ask(_ side: Side) -> Level? { bid(side.opposite).map { Level(price: $0.price.complement, quantity: $0.quantity) } }

    /// The best bid and ask of YES; nil unless both sides are quoted and do not cross.
    var quotes: (bid: Price, ask: Price)? {
        guard let bid = bid(.yes)?.price, let ask = ask(.yes)?.price, bid < ask else { return nil }
        return (bid, ask)
    }

    /// A former middle, held to the side that is still quoted: it is worth no more than somebody asks, and no less than somebody bids.
    func bounded(_ middle: Double) -> Double {
        switch (bid(.yes)?.price.probability, ask(.yes)?.price.probability) {
        case (nil, let ask?): min(middle, ask)
        case (let bid?, nil): max(middle, bid)
        default: middle
        }
    }

    var mid: Double? { quotes.map { ($0.bid.probability + $0.ask.probability) / 2 } }
}

/// Turns a pooled probability into a wish: to take where the edge pays the fee and more, else to rest where the edge is left by waiting.
enum Quoting {
    /// What an immediate order must promise beyond the minimum edge: it pays the spread for certain.
    static let takingPremium = 0.01
    /// A resting bid further than this many steps behind the best is not worth its place in the order rate.
    static let stepsBehindBest = 2

    /// What experience adds to price and rate, in dollars a contract.
    struct Costs: Equatable {
        /// Beyond the rate, of the fee of what is taken, and of what rests.
        var taking = FeeModel.assumedSurcharge(.taker)
        var resting = FeeModel.assumedSurcharge(.maker)
        /// What a resting order loses by being filled when it is wrong.
        var adverse = 0.0

        func surcharge(rests: Bool) -> Double { rests ? resting + adverse : taking }
    }

    /// - Parameter chance: that an order resting there is filled while its edge lives; nil where nothing is known of it, and then what can be taken is taken.
    static func want(
        _ pooled: PooledForecast, touch: Touch, market: Market, fees: FeeSchedule, costs: Costs = Costs(), minimumEdge: Double,
        chance: (Side, Price) -> Double? = { _, _ in nil }
    ) -> Want? {
        let wants = Side.allCases.compactMap { side -> Want? in
            let probability = side == .yes ? pooled.probability : 1 - pooled.probability
            let taken = taking(side, probability, touch, fees, costs, minimumEdge)
            guard var rested = resting(side, probability, pooled, touch, market, fees, costs, minimumEdge) else { return taken }
            guard let likely = chance(side, rested.limit) else { return taken ?? rested }
            rested.chance = likely
            return taken.map { $0.edge >= rested.edge * likely ? $0 : rested } ?? rested
        }
        return wants.max { $0.edge * $0.chance < $1.edge * $1.chance }
    }

    private static func taking(_ side: Side, _ probability: Double, _ touch: Touch, _ fees: FeeSchedule, _ costs: Costs, _ minimumEdge: Double) -> Want? {
        guard let ask = touch.ask(side), ask.price.isTradable else { return nil }
        let edge = probability - ask.price.probability - fees.expectedFeePerContract(price: ask.price, liquidity: .taker) - costs.taking
        guard edge >= minimumEdge + takingPremium else { return nil }
        return Want(side: side, limit: ask.price, rests: false, edge: edge, probability: probability)
    }

    private static func resting(
        _ side: Side, _ probability: Double, _ pooled: PooledForecast, _ touch: Touch, _ market: Market, _ fees: FeeSchedule, _ costs: Costs, _ minimumEdge: Double
    ) -> Want? {
        // Without an opinion against the market's own, a resting bid only waits to be picked off.
        let marketProbability = side == .yes ? pooled.market : 1 - pooled.market
        guard probability - marketProbability >= minimumEdge / 2, let ask = touch.ask(side), let bid = touch.bid(side) else { return nil }
        let fee = fees.expectedFeePerContract(price: bid.price, liquidity: .maker)
        let worth = probability - minimumEdge - fee - costs.surcharge(rests: true)
        guard worth > 0 else { return nil }
        let highest = market.grid.snappedDown(Price(tenThousandths: Int32(min(worth, 0.9999) * 10_000)))
        let limit = min(highest, market.grid.next(below: ask.price))
        var floor = bid.price
        for _ in 0..<stepsBehindBest { floor = market.grid.next(below: floor) }
        guard limit.isTradable, limit >= floor else { return nil }
        return Want(side: side, limit: limit, rests: true, edge: probability - limit.probability - fee - costs.surcharge(rests: true), probability: probability)
    }
}
