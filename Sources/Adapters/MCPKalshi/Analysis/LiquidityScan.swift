import Kalshi
import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Ports

/// `liquidity_scan`: where an order can be filled at all.
struct LiquidityScan: Tool {
    struct Arguments: Shaped {
        let text: String?
        let series: String?
        let event: String?
        let closes_within_hours: Int?
        let limit: Int
        let fields: [String]?
        let max_bytes: Int
        static let notes: [String: Note] = [
            "text": Note("As in markets_search.", lengths: 1...200), "series": "Ticker.", "event": "Ticker.", "closes_within_hours": Note("From now.", range: 1...87_600),
            "limit": Note("Rows.", range: 1...25, default: 10), "fields": ListBudget.fields, "max_bytes": ListBudget.maxBytes,
        ]
    }
    struct Row: Shaped {
        var ticker: String?
        var title: String?
        var spread: String?
        var yes_bid: String?
        var yes_ask: String?
        var bid_depth: String?
        var ask_depth: String?
        var volume_24h: String?
        var closes: String?
        static let notes: [String: Note] = [
            "ticker": .plain, "title": .plain, "spread": .plain, "yes_bid": .plain, "yes_ask": .plain, "bid_depth": .plain,
            "ask_depth": .plain, "volume_24h": .plain, "closes": .plain,
        ]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let markets: [Row]
        let truncated: Bool
        static let notes: [String: Note] = ["environment": .plain, "as_of": .plain, "markets": .plain, "truncated": .plain]
    }
    static let name = "liquidity_scan"
    static let summary = "Quoted markets by spread and depth of their books."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        _ = try await door.catalogue.prepared()
        var query = MarketQuery()
        query.text = arguments.text
        query.series = try arguments.series.map { try Given.name($0) }
        query.event = try arguments.event.map { try Given.name($0) }
        query.closesBefore = arguments.closes_within_hours.map { door.clock.now() + .seconds(Int64($0) * 3600) }
        query.quoted = true
        query.order = .spread
        query.limit = arguments.limit
        let listed = try door.catalogue.index.search(query).markets
        let books = try await door.figures(listed.map(\.ticker))
        let rows = listed.compactMap { market in books[market.ticker].map { (market, $0) } }.sorted { Self.rank($0) < Self.rank($1) }.map(Self.row)
        let fitted = try ListBudget.fit(rows, fields: arguments.fields, maxBytes: arguments.max_bytes)
        return Output(environment: door.environment.rawValue, as_of: door.asOf, markets: fitted.rows, truncated: fitted.truncated)
    }

    private static func spread(_ book: BookFigures) -> Int32? {
        book.yes.first.flatMap { bid in book.offers(.yes).first.map { $0.price.tenThousandths - bid.price.tenThousandths } }
    }

    private static func rank(_ pair: (IndexedMarket, BookFigures)) -> (Int32, Int64, String) {
        (spread(pair.1) ?? .max, -pair.0.volumeOfDay.hundredths, pair.0.ticker.text)
    }

    private static func row(_ market: IndexedMarket, _ book: BookFigures) -> Row {
        func depth(_ levels: [Level]) -> String {
            guard let best = levels.first else { return Quantity.zero.description }
            let near = levels.filter { abs($0.price.tenThousandths - best.price.tenThousandths) <= 500 }
            return near.reduce(Quantity.zero) { $0 + $1.quantity }.description
        }
        return Row(
            ticker: market.ticker.text, title: market.title, spread: spread(book).map { FixedPoint.text(Int64($0), decimals: 4) }, yes_bid: book.yes.first?.price.description,
            yes_ask: book.offers(.yes).first?.price.description, bid_depth: depth(book.yes), ask_depth: depth(book.offers(.yes)),
            volume_24h: market.volumeOfDay.description, closes: market.closes?.told)
    }
}
