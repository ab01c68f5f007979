public import Model

/// One market as it is searched for. What changes by the second is from the moment of the listing.
public struct IndexedMarket: Hashable, Sendable {
    public var ticker: Ticker
    public var event: EventTicker
    public var series: SeriesTicker
    public var category: String
    /// With what YES means.
    public var title: String
    public var rules: String
    public var status: MarketStatus
    public var closes: Timestamp?
    public var yesBid: Price?
    public var yesAsk: Price?
    public var last: Price?
    public var volumeOfDay: Quantity

    public init(
        ticker: Ticker, event: EventTicker, series: SeriesTicker, category: String, title: String, rules: String, status: MarketStatus, closes: Timestamp?,
        yesBid: Price?, yesAsk: Price?, last: Price?, volumeOfDay: Quantity
    ) {
        self.ticker = ticker
        self.event = event
        self.series = series
        self.category = category
        self.title = title
        self.rules = rules
        self.status = status
        self.closes = closes
        self.yesBid = yesBid
        self.yesAsk = yesAsk
        self.last = last
        self.volumeOfDay = volumeOfDay
    }
}

/// What is looked for among the markets; all conditions hold at once.
public struct MarketQuery: Hashable, Sendable {
    public enum Order: String, Hashable, Sendable, CaseIterable {
        /// The best match first; without a text, like `volume`.
        case relevance
        case volume, closes, spread
    }

    /// Words, each of which a match contains or has a word that begins with it: in title, rules, tickers or category.
    public var text: String?
    public var category: String?
    public var series: SeriesTicker?
    public var event: EventTicker?
    public var status: MarketStatus?
    public var closesBefore: Timestamp?
    /// Contracts within the last day.
    public var minimumVolume: Quantity?
    /// Only markets with a bid and an ask.
    public var quoted = false
    public var order = Order.relevance
    public var offset = 0
    public var limit = 20

    public init() {}
}

public struct MarketPage: Hashable, Sendable {
    public var markets: [IndexedMarket]
    /// How many fit, on all pages.
    public var total: Int

    public init(markets: [IndexedMarket], total: Int) {
        self.markets = markets
        self.total = total
    }
}

/// The exchange's markets, searchable here: the exchange has no search for words.
public protocol MarketIndex: Sendable {
    /// These and no others, from now on.
    func replace(with markets: [IndexedMarket]) throws(JournalError)
    func search(_ query: MarketQuery) throws(JournalError) -> MarketPage
    /// Tickers that begin so, for completion.
    func tickers(beginning prefix: String, limit: Int) throws(JournalError) -> [Ticker]
}
