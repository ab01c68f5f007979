import Model
import Simulation

/// How long a candle is; days are those of New York, as the exchange cuts them.
enum CandlePeriod: Int64, Sendable {
    case minute = 1
    case hour = 60
    case day = 1440

    /// The inclusive end of the period that `time` (in nanoseconds' precision) belongs to, in seconds since 1970.
    func end(of time: Timestamp) -> Int64 { end(ofSecond: time.nanoseconds / 1_000_000_000 + (time.nanoseconds % 1_000_000_000 > 0 ? 1 : 0)) }

    /// The end of the period that the second belongs to; a second that is an end belongs to what it ends.
    func end(ofSecond second: Int64) -> Int64 {
        switch self {
        case .minute: return (second + 59) / 60 * 60
        case .hour: return (second + 3599) / 3600 * 3600
        case .day:
            let start = WallClock.eastern.start(ofDay: WallClock.eastern.localDay(.seconds(second))).wholeSeconds
            return start == second ? second : next(after: start)
        }
    }

    /// The end that follows an end.
    func next(after end: Int64) -> Int64 {
        guard self == .day else { return end + rawValue * 60 }
        // Days have 23 to 25 hours: some hours into the next one lie surely inside of it.
        let tomorrow = WallClock.eastern.localDay(.seconds(end + 12 * 3600)) + 1
        return WallClock.eastern.start(ofDay: tomorrow).wholeSeconds
    }
}

/// The candles of all markets: minutes in which something happened, kept within a bound; everything else is computed from them.
///
/// It begins empty with the process, like the tape: nothing is shown that this process did not see quoted or traded.
struct CandleBook: Sendable {
    /// So many minutes are kept in all; beyond it the market that was seen first is forgotten whole.
    static let limit = 400_000

    private var markets: [Ticker: [Candle]] = [:]
    private var order: [Ticker] = []
    private var count = 0

    /// The best prices as they are now; `zero` and `one` where a side is empty.
    mutating func quote(_ market: Ticker, bid: Price, ask: Price, openInterest: Quantity, at time: Timestamp) {
        if let last = markets[market]?.last, last.bid.close == bid, last.ask.close == ask, last.openInterest == openInterest { return }
        let place = open(market, bid: bid, ask: ask, openInterest: openInterest, at: time)
        markets[market]?[place].bid.note(bid)
        markets[market]?[place].ask.note(ask)
        markets[market]?[place].openInterest = openInterest
    }

    /// A trade, told before the quotes that it left behind. A market that was never quoted begins with its first trade, unquoted.
    mutating func trade(_ trade: PublicTrade) {
        let place = open(trade.market, bid: .zero, ask: .one, openInterest: .zero, at: trade.time)
        let range = TradeRange(trade.yesPrice, trade.quantity)
        if markets[trade.market]?[place].trades == nil {
            markets[trade.market]?[place].trades = range
        } else {
            markets[trade.market]?[place].trades?.append(range)
        }
    }

    /// The place of the minute that `time` lies in, made if need be.
    private mutating func open(_ market: Ticker, bid: Price, ask: Price, openInterest: Quantity, at time: Timestamp) -> Int {
        let end = CandlePeriod.minute.end(of: time)
        guard let last = markets[market]?.last else {
            order.append(market)
            markets[market] = [
                Candle(end: end, bid: QuoteRange(bid), ask: QuoteRange(ask), trades: nil, previous: nil, openInterest: openInterest)
            ]
            count += 1
            forgetOldest(but: market)
            return 0
        }
        if last.end < end {
            markets[market]?.append(last.quiet(until: end))
            count += 1
            forgetOldest(but: market)
        }
        return (markets[market]?.count ?? 1) - 1
    }

    private mutating func forgetOldest(but market: Ticker) {
        while count > CandleBook.limit, let oldest = order.first, oldest != market {
            order.removeFirst()
            count -= markets.removeValue(forKey: oldest)?.count ?? 0
        }
    }

    // MARK: - Asking

    /// The candles that end from `start` to `end` (seconds, both inclusive), quiet ones among them, at most `limit`; none after `last`, the end of the
    /// market's life or now.
    func candles(_ market: Ticker, _ period: CandlePeriod, from start: Int64, to end: Int64, until last: Timestamp, limit: Int) -> [Candle] {
        guard let minutes = markets[market], let first = minutes.first else { return [] }
        let final = min(period.end(of: last), end)
        var moment = period.end(ofSecond: first.end)
        var next = 0
        var before: Candle?
        var found: [Candle] = []
        while moment <= final, found.count < limit {
            var candle = before?.quiet(until: moment)
            while next < minutes.count, minutes[next].end <= moment {
                if candle == nil { candle = minutes[next] } else { candle?.append(minutes[next]) }
                next += 1
            }
            candle?.end = moment
            if moment >= start, let candle { found.append(candle) }
            before = candle
            moment = period.next(after: moment)
        }
        return found
    }

    /// The latest candle before `start`, projected onto the first period after it: every price is the last close.
    func latest(_ market: Ticker, _ period: CandlePeriod, before start: Int64) -> Candle? {
        guard let last = markets[market]?.last(where: { $0.end < start }) else { return nil }
        return last.quiet(until: period.end(ofSecond: start))
    }
}
