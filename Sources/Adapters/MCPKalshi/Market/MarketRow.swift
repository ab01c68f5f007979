import Kalshi
import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Ports

/// A market in a list.
struct MarketRow: Shaped {
    var ticker: String?
    var event: String?
    var title: String?
    var category: String?
    var status: String?
    var closes: String?
    var yes_bid: String?
    var yes_ask: String?
    var last: String?
    var volume_24h: String?

    static let notes: [String: Note] = [
        "ticker": .plain, "event": .plain, "title": .plain, "category": .plain, "status": .plain, "closes": .plain, "yes_bid": .plain, "yes_ask": .plain,
        "last": .plain, "volume_24h": .plain,
    ]

    init(_ market: IndexedMarket) {
        ticker = market.ticker.text
        event = market.event.text
        title = market.title
        category = market.category.isEmpty ? nil : market.category
        status = market.status.rawValue
        closes = market.closes?.told
        yes_bid = market.yesBid?.description
        yes_ask = market.yesAsk?.description
        last = market.last?.description
        volume_24h = market.volumeOfDay.description
    }
}

/// `markets_search`: the search that the exchange does not have.
struct MarketsSearch: Tool {
    enum Sort: String, Choice {
        case relevance, volume, closes, spread
    }
    struct Arguments: Shaped {
        let text: String?
        let category: String?
        let series: String?
        let event: String?
        let closes_within_hours: Int?
        let min_volume: Int?
        let quoted: Bool
        let sort: Sort
        let limit: Int
        let cursor: String?
        let fields: [String]?
        let max_bytes: Int
        static let notes: [String: Note] = [
            "text": Note("Words or their beginnings.", lengths: 1...200), "category": "As listed.", "series": "Ticker.",
            "event": "Ticker.", "closes_within_hours": Note("From now.", range: 1...87_600), "min_volume": "Contracts in 24 h.",
            "quoted": Note("Only with bid and ask now.", default: false), "sort": Note("Order.", default: "relevance"), "limit": Note("Rows.", range: 1...200, default: 20),
            "cursor": "Next page.", "fields": ListBudget.fields, "max_bytes": ListBudget.maxBytes,
        ]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let total: Int
        let markets: [MarketRow]
        let truncated: Bool
        let next_cursor: String?
        static let notes: [String: Note] = [
            "environment": .plain, "as_of": .plain, "total": "Quoted or not.", "markets": .plain, "truncated": .plain,
            "next_cursor": .plain,
        ]
    }
    static let name = "markets_search"
    static let summary = "Open markets by words and filters. Quotes are the listing's; with quoted, of now."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        var listed = try await door.catalogue.prepared()
        var query = MarketQuery()
        query.text = arguments.text
        query.category = arguments.category
        query.series = try arguments.series.map { try Given.name($0) }
        query.event = try arguments.event.map { try Given.name($0) }
        query.closesBefore = arguments.closes_within_hours.map { door.clock.now() + .seconds(Int64($0) * 3600) }
        query.minimumVolume = arguments.min_volume.map { .contracts(Int64($0)) }
        query.order = MarketQuery.Order(rawValue: arguments.sort.rawValue) ?? .relevance
        query.offset = try Given.offset(arguments.cursor)
        query.limit = arguments.limit
        let found: Found
        if arguments.quoted {
            found = try await quoted(query)
            listed = door.clock.now()
        } else {
            let page = try door.catalogue.index.search(query)
            found = Found(rows: page.markets.enumerated().map { (query.offset + $0.offset, MarketRow($0.element)) }, next: query.offset + page.markets.count, total: page.total)
        }
        let shown = try ListBudget.fit(found.rows.map(\.row), fields: arguments.fields, maxBytes: arguments.max_bytes)
        if shown.truncated, shown.rows.isEmpty { throw ToolFailure("not one row fits into max_bytes: ask for fewer fields or for more bytes") }
        let next = shown.truncated ? found.rows[shown.rows.count].place : found.next
        return Output(
            environment: door.environment.rawValue, as_of: listed.told, total: found.total, markets: shown.rows, truncated: shown.truncated,
            next_cursor: next < found.total ? String(next) : nil)
    }

    private struct Found {
        /// Each with its place among all that fit.
        var rows: [(place: Int, row: MarketRow)]
        /// Where the next page begins.
        var next: Int
        /// Quoted or not.
        var total: Int
    }

    /// So many markets are asked for their quotes in one search, at most.
    static let mostAsked = 1000

    /// What was quoted when it was listed may not be now, and the other way round: the exchange is asked about all that fit, until the page is full.
    private func quoted(_ query: MarketQuery) async throws -> Found {
        let client = try await door.client()
        var part = query
        part.limit = 100
        var found = Found(rows: [], next: query.offset, total: 0)
        while found.next - query.offset < Self.mostAsked {
            part.offset = found.next
            let page = try door.catalogue.index.search(part)
            found.total = page.total
            if page.markets.isEmpty { return found }
            let now = Dictionary(try await client.marketDetails(page.markets.map(\.ticker)).map { ($0.market.ticker, $0) }, uniquingKeysWith: { a, _ in a })
            for var market in page.markets {
                found.next += 1
                guard let detail = now[market.ticker], detail.market.status == .active, detail.yesBid != nil, detail.yesAsk != nil else { continue }
                market.take(detail)
                found.rows.append((found.next - 1, MarketRow(market)))
                if found.rows.count == query.limit { return found }
            }
        }
        return found
    }
}

extension IndexedMarket {
    /// What changes by the second, as it is now.
    mutating func take(_ detail: KalshiMarketDetail) {
        status = detail.market.status
        yesBid = detail.yesBid
        yesAsk = detail.yesAsk
        last = detail.last
        volumeOfDay = detail.volumeOfDay ?? volumeOfDay
    }
}
