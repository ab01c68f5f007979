import Accounting
import Books
import Learning
import Model
import Risk

// What resting orders teach: how long they wait, and what being filled was worth. The same live and in a backtest.
extension TradingEngine {
    /// An order that is to rest and has not filled.
    struct Wait: Hashable, Sendable, Codable {
        /// At its price or better when it was sent.
        let ahead: Quantity
        /// To the close, then.
        let left: Interval
        /// Since when it rests, once the exchange has said so.
        var since: Timestamp?
    }

    /// A maker's fill whose market is looked at again.
    struct Markout: Hashable, Sendable, Codable {
        let market: Ticker
        let side: Side
        /// The middle at the fill, of YES.
        let middle: Double
        let due: Timestamp
    }

    /// Fills that wait for their second look at once; past it the oldest are not learned from.
    static let markoutsKept = 1024
    /// How long an edge is taken to live that is waited for.
    static let edgeLives = Interval.seconds(60)

    /// Contracts of others that would be served before an order at that price.
    func ahead(of side: Side, at limit: Price, in book: OrderBook) -> Quantity {
        book[side].levels.reduce(.zero) { $1.price >= limit ? $0 + $1.quantity : $0 }
    }

    /// The chance of a first fill while the edge lives; nil until any order has filled.
    func chanceOfFill(_ market: Market, _ side: Side, _ limit: Price, _ book: OrderBook) -> Double? {
        let left = market.closeTime - risk.settings.quietBeforeClose - now
        return fills.probability(
            market.series, ahead: ahead(of: side, at: limit, in: book), within: min(left, Self.edgeLives), left: market.closeTime - now)
    }

    mutating func beginWait(_ order: TrackedOrder) {
        guard order.intent.postOnly, let book = books.book(order.intent.market), book.state == .live, let known = market(order.intent.market) else { return }
        waits[order.id] = Wait(ahead: ahead(of: order.intent.side, at: order.intent.limit, in: book), left: known.market.closeTime - now)
    }

    /// After each news of an order: the wait begins when it is known to rest and ends with its first fill, or when it can fill no more.
    mutating func tendWait(_ id: ClientOrderID) {
        guard let wait = waits[id], let order = orders[id], let series = market(order.intent.market)?.market.series else { return }
        if !order.filled.isZero {
            waits[id] = nil
            fills.learn(series, ahead: wait.ahead, waited: now - (wait.since ?? now), left: wait.left, filled: true)
        } else if order.state == .resting {
            if wait.since == nil { waits[id]?.since = now }
        } else if !order.mayStillFill {
            waits[id] = nil
            // One that never rested says nothing of resting.
            if let since = wait.since { fills.learn(series, ahead: wait.ahead, waited: now - since, left: wait.left, filled: false) }
        }
    }

    mutating func beginMarkout(_ fill: Fill) {
        guard fill.liquidity == .maker, let middle = market(fill.market)?.mark else { return }
        if markouts.count == Self.markoutsKept { markouts.removeFirst() }
        markouts.append(Markout(market: fill.market, side: fill.side, middle: middle, due: now + AdverseSelection.after))
    }

    /// Reads the middles that are due: how the market ended, if that is known; where only one side is still quoted, what that leaves of the middle. One without a book teaches nothing.
    mutating func tendMarkouts() {
        while let first = markouts.first, first.due <= now {
            markouts.removeFirst()
            guard let known = market(first.market), let middle = middleNow(known, since: first.middle) else { continue }
            adverse.learn(known.market.series, move: first.side == .yes ? middle - first.middle : first.middle - middle)
        }
    }

    private func middleNow(_ known: MarketState, since before: Double) -> Double? {
        if let result = known.result { return result.yesValue?.probability }
        guard let book = books.book(known.market.ticker), book.state == .live else { return nil }
        let touch = Touch(book, own: booksHoldOwnOrders ? known.openOrder.flatMap { orders[$0] } : nil)
        return touch.mid ?? (touch.yes == nil && touch.no == nil ? nil : touch.bounded(before))
    }
}
