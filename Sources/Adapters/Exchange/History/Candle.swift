import Model

/// What the quotes did in one period.
struct QuoteRange: Hashable, Sendable {
    private(set) var open: Price
    private(set) var low: Price
    private(set) var high: Price
    private(set) var close: Price

    init(_ price: Price) {
        open = price
        low = price
        high = price
        close = price
    }

    mutating func note(_ price: Price) {
        low = min(low, price)
        high = max(high, price)
        close = price
    }

    /// Two periods, one after the other.
    mutating func append(_ next: QuoteRange) {
        low = min(low, next.low)
        high = max(high, next.high)
        close = next.close
    }
}

/// What traded in one period.
struct TradeRange: Hashable, Sendable {
    private(set) var range: QuoteRange
    private(set) var volume: Quantity
    private var value: Money

    init(_ price: Price, _ quantity: Quantity) {
        range = QuoteRange(price)
        volume = quantity
        value = price * quantity
    }

    mutating func append(_ next: TradeRange) {
        range.append(next.range)
        volume += next.volume
        value += next.value
    }

    /// Per contract, cut to ten-thousandths of a dollar. The venue lets no trade through that would be of nothing, or would overflow the sums.
    var mean: Price { Price(tenThousandths: Int32(value.millionths / volume.hundredths)) }
}

/// One period of a market: quotes, trades and what was open at its end. `end` is the period's inclusive end.
struct Candle: Hashable, Sendable {
    /// Seconds since 1970.
    var end: Int64
    var bid: QuoteRange
    var ask: QuoteRange
    var trades: TradeRange?
    /// The last price before the period; nil before the first trade.
    var previous: Price?
    var openInterest: Quantity

    /// A period after this one in which nothing happened.
    func quiet(until end: Int64) -> Candle {
        Candle(end: end, bid: QuoteRange(bid.close), ask: QuoteRange(ask.close), trades: nil, previous: lastPrice, openInterest: openInterest)
    }

    var lastPrice: Price? { trades?.range.close ?? previous }

    mutating func append(_ next: Candle) {
        bid.append(next.bid)
        ask.append(next.ask)
        if let more = next.trades {
            if trades == nil { trades = more } else { trades?.append(more) }
        }
        openInterest = next.openInterest
    }
}
