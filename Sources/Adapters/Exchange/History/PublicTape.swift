import Model

/// What the markets' public trades add up to, and the newest of them. It starts empty with the process; volumes go on from the market's own record.
struct PublicTape {
    /// So many trades are kept; the oldest go.
    static let limit = 20_000

    struct Activity {
        var lastSize: Quantity = .zero
        var dollarVolume: Money = .zero
    }

    /// Oldest first; `serial` counts all trades since the start.
    private(set) var trades: [(serial: UInt64, trade: PublicTrade)] = []
    private(set) var activity: [Ticker: Activity] = [:]
    private var serial: UInt64 = 0

    mutating func note(_ trade: PublicTrade) {
        serial += 1
        trades.append((serial, trade))
        if trades.count > PublicTape.limit + PublicTape.limit / 8 { trades.removeFirst(trades.count - PublicTape.limit) }
        activity[trade.market, default: Activity()].lastSize = trade.quantity
        activity[trade.market, default: Activity()].dollarVolume += trade.yesPrice * trade.quantity
    }
}
