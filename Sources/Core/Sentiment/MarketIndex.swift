public import Model

/// Which markets a headline is about: markets by topic, from their titles and series, so that a headline finds its markets without a look at the others.
public struct MarketIndex: Sendable {
    /// A market that a headline concerns.
    public struct Match: Hashable, Sendable {
        public let market: Ticker
        public let series: SeriesTicker
        /// In 0...1: how surely both speak of the same thing.
        public let relevance: Double
        /// +1 where good news for the topic speaks for YES by the market's own strike ("above"), -1 where it speaks against ("below"), 0 where neither.
        public let polarity: Double
        public let topics: [Topic]
    }

    private struct Entry: Sendable {
        let market: Market
        let topics: [Topic]
        let polarity: Double
    }

    /// Sharing less than this is no match: a place alone is too little.
    static let relevanceNeeded = 0.75
    /// Markets that one headline may concern.
    static let matches = 256

    public let topics: TopicIndex
    private var entries: [Ticker: Entry] = [:]
    private var byTopic: [Topic: Set<Ticker>] = [:]
    /// What a series is about when its title does not say.
    private let series: [(prefix: String, topics: [Topic])] = TopicCatalog.series

    public init(topics: TopicIndex = TopicIndex()) { self.topics = topics }

    public var count: Int { entries.count }

    public mutating func add(_ market: Market) {
        remove(market.ticker)
        var found = topics.mentions(in: market.title).map(\.topic)
        for (prefix, known) in series where market.series.text.hasPrefix(prefix) { for topic in known where !found.contains(topic) { found.append(topic) } }
        guard !found.isEmpty else { return }
        entries[market.ticker] = Entry(market: market, topics: found.sorted(), polarity: Self.polarity(market.strike))
        for topic in found { byTopic[topic, default: []].insert(market.ticker) }
    }

    public mutating func remove(_ ticker: Ticker) {
        guard let entry = entries.removeValue(forKey: ticker) else { return }
        for topic in entry.topics {
            byTopic[topic]?.remove(ticker)
            if byTopic[topic]?.isEmpty == true { byTopic[topic] = nil }
        }
    }

    public func topics(of market: Ticker) -> [Topic] { entries[market]?.topics ?? [] }

    /// The markets that share enough with a text's topics, by ticker.
    public func matches(_ mentioned: [Topic]) -> [Match] {
        var shared: [Ticker: [Topic]] = [:]
        for topic in mentioned.sorted() { for ticker in byTopic[topic] ?? [] { shared[ticker, default: []].append(topic) } }
        let found = shared.compactMap { ticker, topics -> Match? in
            guard let entry = entries[ticker] else { return nil }
            let relevance = min(1, topics.reduce(0) { $0 + $1.specificity })
            guard relevance >= Self.relevanceNeeded else { return nil }
            return Match(market: ticker, series: entry.market.series, relevance: relevance, polarity: entry.polarity, topics: topics)
        }
        return Array(found.sorted { ($1.relevance, $0.market) < ($0.relevance, $1.market) }.prefix(Self.matches))
    }

    /// More of a thing is YES above a strike, NO below one; within a bracket neither. Where no number decides, YES is taken for the better: what that is
    /// worth in a series, and with which sign, is learned.
    static func polarity(_ strike: Strike) -> Double {
        switch strike {
        case .greater, .greaterOrEqual, .other: 1
        case .less, .lessOrEqual: -1
        case .between: 0
        }
    }
}

extension TopicCatalog {
    /// What a series' markets are about, by the beginning of its ticker.
    static let series: [(prefix: String, topics: [Topic])] = [
        ("KXBTC", [Topic("bitcoin", .coin)]), ("KXETH", [Topic("ethereum", .coin)]), ("KXSOL", [Topic("solana", .coin)]), ("KXXRP", [Topic("xrp", .coin)]),
        ("KXDOGE", [Topic("dogecoin", .coin)]), ("KXGOLD", [Topic("gold", .economy)]), ("KXINX", [Topic("sp500", .economy)]),
        ("KXNASDAQ", [Topic("nasdaq", .economy)]), ("KXFED", [Topic("fed_rates", .economy)]), ("KXCPI", [Topic("inflation", .economy)]),
        ("KXPAYROLLS", [Topic("payrolls", .economy)]), ("KXU3", [Topic("unemployment", .economy)]), ("KXGDP", [Topic("gdp", .economy)]),
        ("KXWTI", [Topic("oil", .economy)]), ("KXAAAGAS", [Topic("gas_price", .economy)]), ("KXEURUSD", [Topic("euro", .economy)]),
        ("KXHIGHNY", [Topic("new_york", .place), Topic("temperature", .weather)]), ("KXHIGHCHI", [Topic("chicago", .place), Topic("temperature", .weather)]),
        ("KXHIGHMIA", [Topic("miami", .place), Topic("temperature", .weather)]), ("KXHIGHLAX", [Topic("los_angeles", .place), Topic("temperature", .weather)]),
        ("KXHIGHAUS", [Topic("austin", .place), Topic("temperature", .weather)]), ("KXHIGHDEN", [Topic("denver", .place), Topic("temperature", .weather)]),
        ("KXHIGHPHIL", [Topic("philadelphia", .place), Topic("temperature", .weather)]),
    ]
}
