import Accounting
import Books
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

    var mid: Double? { quotes.map { ($0.bid.probability + $0.ask.probability) / 2 } }
}

/// Turns a pooled probability into a wish: to take where the edge pays the fee and more, else to rest where the edge is left by waiting.
enum Quoting {
    /// What an immediate order must promise beyond the minimum edge: it pays the spread for certain.
    static let takingPremium = 0.01
    /// A resting bid further than this many steps behind the best is not worth its place in the order rate.
    static let stepsBehindBest = 2

    static func want(_ pooled: PooledForecast, touch: Touch, market: Market, fees: FeeSchedule, minimumEdge: Double) -> Want? {
        let wants = Side.allCases.compactMap { side -> Want? in
            let probability = side == .yes ? pooled.probability : 1 - pooled.probability
            return taking(side, probability, touch, fees, minimumEdge) ?? resting(side, probability, pooled, touch, market, fees, minimumEdge)
        }
        return wants.max { $0.edge < $1.edge }
    }

    private static func taking(_ side: Side, _ probability: Double, _ touch: Touch, _ fees: FeeSchedule, _ minimumEdge: Double) -> Want? {
        guard let ask = touch.ask(side), ask.price.isTradable else { return nil }
        let edge = probability - ask.price.probability - fees.expectedFeePerContract(price: ask.price, liquidity: .taker)
        guard edge >= minimumEdge + takingPremium else { return nil }
        return Want(side: side, limit: ask.price, rests: false, edge: edge, probability: probability)
    }

    private static func resting(
        _ side: Side, _ probability: Double, _ pooled: PooledForecast, _ touch: Touch, _ market: Market, _ fees: FeeSchedule, _ minimumEdge: Double
    ) -> Want? {
        // Without an opinion against the market's own, a resting bid only waits to be picked off.
        let marketProbability = side == .yes ? pooled.market : 1 - pooled.market
        guard probability - marketProbability >= minimumEdge / 2, let ask = touch.ask(side), let bid = touch.bid(side) else { return nil }
        let fee = fees.expectedFeePerContract(price: bid.price, liquidity: .maker)
        // The fee's rounding to the cent is spread over few contracts: leave a tenth of a cent for it.
        let worth = probability - minimumEdge - fee - 0.001
        guard worth > 0 else { return nil }
        let highest = market.grid.snappedDown(Price(tenThousandths: Int32(min(worth, 0.9999) * 10_000)))
        let limit = min(highest, market.grid.next(below: ask.price))
        var floor = bid.price
        for _ in 0..<stepsBehindBest { floor = market.grid.next(below: floor) }
        guard limit.isTradable, limit >= floor else { return nil }
        return Want(side: side, limit: limit, rests: true, edge: probability - limit.probability - fee, probability: probability)
    }
}
