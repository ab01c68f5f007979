public import Model

/// A public trade.
public struct KalshiTrade: Sendable, Equatable {
    public let id: TradeID
    public let market: Ticker
    public let yesPrice: Price
    public let quantity: Quantity
    /// The leg that the taker bought.
    public let takerSide: Side
    public let isBlock: Bool
    public let time: Timestamp
}

extension KalshiTrade: Answered {
    static let contract = Contract(
        "Trade",
        "trade_id ticker count_fp yes_price_dollars no_price_dollars taker_side taker_outcome_side taker_book_side created_time is_block_trade")

    init(_ fields: Fields) throws(ContractBreak) {
        id = TradeID(try fields.name("trade_id"))
        market = Ticker(try fields.name("ticker"))
        yesPrice = try fields.price("yes_price_dollars")
        quantity = try fields.quantity("count_fp", "count")
        let side = if let outcome = try fields.text(ifPresent: "taker_outcome_side") { outcome } else { try fields.text("taker_side") }
        guard let taker = Side(rawValue: side) else { throw fields.contradiction("has the unknown taker \"\(side.prefix(60))\"") }
        takerSide = taker
        isBlock = try fields.bool(ifPresent: "is_block_trade") ?? false
        time = try fields.time("created_time")
    }
}

/// One period of a market: quotes and trades. A price is nil where there was none.
public struct KalshiCandlestick: Sendable, Equatable {
    public struct Range: Sendable, Equatable {
        public let open: Price?
        public let low: Price?
        public let high: Price?
        public let close: Price?
        /// Of trades only: the average, and the last one before the period.
        public let mean: Price?
        public let previous: Price?
    }

    /// The period's last moment.
    public let end: Timestamp
    public let yesBid: Range
    public let yesAsk: Range
    public let price: Range
    public let volume: Quantity
    public let openInterest: Quantity
}

extension KalshiCandlestick.Range: Answered {
    static let contract = Contract(
        "Distribution",
        """
        open_dollars low_dollars high_dollars close_dollars mean_dollars previous_dollars min_dollars max_dollars open low high close mean previous
        """)

    init(_ fields: Fields) throws(ContractBreak) {
        open = try Self.price("open", fields)
        low = try Self.price("low", fields)
        high = try Self.price("high", fields)
        close = try Self.price("close", fields)
        mean = try Self.price("mean", fields)
        previous = try Self.price("previous", fields)
    }

    /// Dollars as text under the longer name; the historical twin has them under the shorter one, where before 2026 whole cents stood as numbers.
    private static func price(_ name: String, _ fields: Fields) throws(ContractBreak) -> Price? {
        if let dollars = try fields.price(ifPresent: name + "_dollars") { return dollars }
        guard case .number? = fields[name] else { return try fields.price(ifPresent: name) }
        let cents = try fields.integer(name)
        guard (0...100).contains(cents) else { throw fields.contradiction("has a \(name) that is not 0 to 100 cents") }
        return .cents(Int32(cents))
    }
}

extension KalshiCandlestick: Answered {
    static let contract = Contract("Candlestick", "end_period_ts yes_bid yes_ask price volume_fp open_interest_fp volume open_interest")

    init(_ fields: Fields) throws(ContractBreak) {
        end = try fields.seconds("end_period_ts")
        yesBid = try fields.one("yes_bid", Range.self)
        yesAsk = try fields.one("yes_ask", Range.self)
        price = try fields.one("price", Range.self)
        volume = try fields.quantity("volume_fp", "volume")
        openInterest = try fields.quantity("open_interest_fp", "open_interest")
    }
}

/// One market's candlesticks, as the batch and the single answer have them.
struct CandlesticksOfMarket: Answered {
    static let contract = Contract("Candlesticks", "ticker market_ticker candlesticks")
    let market: Ticker
    let sticks: [KalshiCandlestick]

    init(_ fields: Fields) throws(ContractBreak) {
        let name = if let name = try fields.text(ifPresent: "market_ticker") { name } else { try fields.text("ticker") }
        market = Ticker(name)
        sticks = try fields.many("candlesticks", KalshiCandlestick.self)
    }
}

/// Those of all markets of an event, in the order of the tickers.
struct CandlesticksOfEvent: Answered {
    static let contract = Contract("EventCandlesticks", "market_tickers market_candlesticks adjusted_end_ts")
    let sticks: [Ticker: [KalshiCandlestick]]

    init(_ fields: Fields) throws(ContractBreak) {
        let tickers = try fields.texts("market_tickers")
        let rows = try fields.rows("market_candlesticks", KalshiCandlestick.self)
        guard tickers.count == rows.count else { throw fields.contradiction("has \(tickers.count) markets and \(rows.count) rows") }
        sticks = Dictionary(zip(tickers.map { Ticker($0) }, rows), uniquingKeysWith: { a, _ in a })
    }
}

/// A fee rule that comes into force, or did.
public struct KalshiFeeChange: Sendable, Equatable {
    public let id: String
    public let series: SeriesTicker
    /// Nil for a change of the whole series.
    public let event: EventTicker?
    public let terms: FeeTerms
    public let time: Timestamp
}

extension KalshiFeeChange: Answered {
    static let contract = Contract(
        "FeeChange", "id series_ticker event_ticker fee_type fee_multiplier fee_type_override fee_multiplier_override scheduled_ts")

    init(_ fields: Fields) throws(ContractBreak) {
        id = try fields.text("id")
        series = SeriesTicker(try fields.text("series_ticker"))
        event = try fields.text(ifPresent: "event_ticker").map { EventTicker($0) }
        let type = if let override = try fields.text(ifPresent: "fee_type_override") { override } else { try fields.text("fee_type") }
        KalshiSeries.check(type, "fee_type", fields)
        terms = KalshiListing.fees(type: type, multiplier: try fields.number("fee_multiplier_override", "fee_multiplier"))
        time = try fields.time("scheduled_ts")
    }
}

/// From when on the live endpoints have everything: what is older is asked of the historical ones.
public struct KalshiCutoff: Sendable, Equatable {
    public let marketsSettled: Timestamp
    public let trades: Timestamp
    public let orders: Timestamp
    public let positions: Timestamp?
}

extension KalshiCutoff: Answered {
    static let contract = Contract("HistoricalCutoff", "market_settled_ts trades_created_ts orders_updated_ts market_positions_last_updated_ts")

    init(_ fields: Fields) throws(ContractBreak) {
        marketsSettled = try fields.time("market_settled_ts")
        trades = try fields.time("trades_created_ts")
        orders = try fields.time("orders_updated_ts")
        positions = try fields.time(ifPresent: "market_positions_last_updated_ts")
    }
}
