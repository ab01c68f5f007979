/// What a WebSocket client can subscribe to (Kalshi reference, section 11.4).
enum Channel: Int, CaseIterable, Sendable {
    case book, ticker, trade, fill, order, position, group, lifecycle, comboLifecycle, communications, index, fastIndex, pyth

    private static let names = [
        "orderbook_delta", "ticker", "trade", "fill", "user_orders", "market_positions", "order_group_updates", "market_lifecycle_v2",
        "multivariate_market_lifecycle", "communications", "cfbenchmarks_value", "cfbenchmarks_value_5hz", "pyth_value",
    ]

    /// Its name in the contract.
    var name: String { Channel.names[rawValue] }

    init?(name: String) {
        guard let place = Channel.names.firstIndex(of: name) else { return nil }
        self.init(rawValue: place)
    }

    /// Whether the channel's data messages carry `seq`; replies to commands always do.
    var isSequenced: Bool {
        switch self {
        case .book, .trade, .group, .lifecycle, .comboLifecycle, .communications, .index, .fastIndex, .pyth: true
        case .ticker, .fill, .order, .position: false
        }
    }

    /// Whether `market_tickers` narrows it. The others ignore them.
    var takesMarkets: Bool {
        switch self {
        case .book, .ticker, .trade, .fill, .order, .position: true
        case .group, .lifecycle, .comboLifecycle, .communications, .index, .fastIndex, .pyth: false
        }
    }

    /// What the channel calls the things it can be narrowed to, beside markets.
    var things: Things? {
        switch self {
        case .index, .fastIndex: .indices
        case .pyth: .underlyings
        case .book, .ticker, .trade, .fill, .order, .position, .group, .lifecycle, .comboLifecycle, .communications: nil
        }
    }

    /// The two kinds of price feeds: one of indices, one of underlyings.
    enum Things: String { case indices = "index_ids", underlyings = "underlying_tickers" }

    /// One bit a channel: a set of them is a number.
    var bit: UInt16 { 1 << UInt16(rawValue) }
}
