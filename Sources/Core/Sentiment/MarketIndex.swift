public import Model

/// What each market is about: its topics, from its title and its series; and how much a text about some topics has to do with it.
public struct MarketIndex: Sendable, Codable {
    /// Sharing less than this is no match: a place alone is too little.
    static let relevanceNeeded = 0.75

    public let topics = MarketIndex.known
    /// Made once: it is the same for every index.
    private static let known = TopicIndex()
    private var entries: [Ticker: [Topic]] = [:]
    /// What a series is about when its title does not say.
    private let series: [(prefix: String, topics: [Topic])] = TopicCatalog.series

    // The topics are part of the program.
    private enum CodingKeys: CodingKey { case entries }

    public init() {}

    /// Markets that are about something.
    public var count: Int { entries.count }

    public mutating func add(_ market: Market) {
        var found = topics.mentions(in: market.title).map(\.topic)
        for (prefix, known) in series where market.series.text.hasPrefix(prefix) { for topic in known where !found.contains(topic) { found.append(topic) } }
        entries[market.ticker] = found.isEmpty ? nil : found.sorted()
    }

    public mutating func remove(_ ticker: Ticker) { entries[ticker] = nil }

    public func topics(of market: Ticker) -> [Topic] { entries[market] ?? [] }

    /// In 0...1: how surely a market and a text with these topics speak of the same thing; nil where they share too little.
    public static func relevance(_ market: [Topic], _ text: [Topic]) -> Double? {
        let shared = min(1, market.reduce(0) { text.contains($1) ? $0 + $1.specificity : $0 })
        return shared >= relevanceNeeded ? shared : nil
    }

    /// More of a thing is YES above a strike, NO below one; within a bracket neither. Where no number decides, YES is taken for the better: what that is
    /// worth in a series, and with which sign, is learned.
    public static func polarity(_ strike: Strike) -> Double {
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
