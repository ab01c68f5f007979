public import Model

/// A collection of events whose markets may be combined into one (Kalshi reference, section 9.4).
public struct KalshiCollection: Sendable, Equatable {
    public struct Part: Sendable, Equatable {
        public let event: EventTicker
        public let isYesOnly: Bool
        /// How many of its markets a combination takes; nil where the exchange sets no bound.
        public let fewest: Int64?
        public let most: Int64?
    }

    public let ticker: String
    public let series: SeriesTicker
    public let title: String
    public let opens: Timestamp
    public let closes: Timestamp
    public let parts: [Part]
    /// How many legs a combination has; a `most` of 0 is no bound.
    public let fewest: Int64
    public let most: Int64
    public let isAllYes: Bool
    public let isOrdered: Bool
    public let isSingleMarketPerEvent: Bool
    /// How the legs make the result, in words.
    public let rule: String
}

extension KalshiCollection: Answered {
    static let contract = Contract(
        "MultivariateEventCollection",
        """
        collection_ticker series_ticker exchange_index title description open_date close_date associated_events associated_event_tickers is_ordered
        is_single_market_per_event is_all_yes size_min size_max functional_description price_level_structure price_ranges
        """)

    init(_ fields: Fields) throws(ContractBreak) {
        ticker = try fields.name("collection_ticker")
        series = SeriesTicker(try fields.name("series_ticker"))
        title = try fields.text("title")
        opens = try fields.time("open_date")
        closes = try fields.time("close_date")
        parts = try fields.many("associated_events", Part.self)
        fewest = try fields.integer("size_min")
        most = try fields.integer("size_max")
        isAllYes = try fields.bool("is_all_yes")
        isOrdered = try fields.bool("is_ordered")
        isSingleMarketPerEvent = try fields.bool("is_single_market_per_event")
        rule = try fields.text("functional_description")
    }
}

extension KalshiCollection.Part: Answered {
    static let contract = Contract("AssociatedEvent", "ticker is_yes_only size_max size_min active_quoters")

    init(_ fields: Fields) throws(ContractBreak) {
        event = EventTicker(try fields.name("ticker"))
        isYesOnly = try fields.bool("is_yes_only")
        fewest = try fields.integer(ifPresent: "size_min")
        most = try fields.integer(ifPresent: "size_max")
    }
}

/// One leg of a combination that is asked for.
public struct KalshiLeg: Sendable, Hashable {
    public let market: Ticker
    public let event: EventTicker
    public let side: Side

    public init(market: Ticker, event: EventTicker, side: Side) {
        self.market = market
        self.event = event
        self.side = side
    }
}

extension KalshiLeg: Answered {
    static let contract = Contract("MveSelectedLeg", "event_ticker market_ticker side yes_settlement_value_dollars")

    init(_ fields: Fields) throws(ContractBreak) {
        market = Ticker(try fields.name("market_ticker"))
        event = EventTicker(try fields.name("event_ticker"))
        let text = try fields.text("side")
        guard let side = Side(rawValue: text) else { throw ContractBreak("the side of a leg is '\(text.prefix(40))'") }
        self.side = side
    }
}

/// The market that a combination has, made now or before.
struct CombinationAnswer: Answered {
    static let contract = Contract("Combination", "event_ticker market_ticker market")
    let market: Ticker
    let event: EventTicker

    init(_ fields: Fields) throws(ContractBreak) {
        market = Ticker(try fields.name("market_ticker"))
        event = EventTicker(try fields.name("event_ticker"))
    }
}
