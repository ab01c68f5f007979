import Kalshi
import MCP
import MCPHosting
import MCPServing
import Model
import Notation

/// `event_get`: an event with its markets, and what their prices come to together.
struct EventGet: Tool {
    struct Arguments: Shaped {
        let event_ticker: String
        static let notes: [String: Note] = ["event_ticker": "Event."]
    }
    struct Row: Shaped {
        let ticker: String
        let title: String
        let status: String
        let yes_bid: String?
        let yes_ask: String?
        let last: String?
        static let notes: [String: Note] = ["ticker": .plain, "title": .plain, "status": .plain, "yes_bid": .plain, "yes_ask": .plain, "last": .plain]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let event: String
        let series: String
        let title: String
        let category: String?
        let mutually_exclusive: Bool
        let sources: [String]
        let markets: [Row]
        let truncated: Bool
        let sum_of_bids: String?
        let sum_of_asks: String?
        let overround: String?
        static let notes: [String: Note] = [
            "environment": .plain, "as_of": .plain, "event": .plain, "series": .plain, "title": .plain, "category": .plain,
            "mutually_exclusive": .plain, "sources": .plain, "markets": .plain, "truncated": .plain,
            "sum_of_bids": "YES, if all are quoted.", "sum_of_asks": .plain, "overround": .plain,
        ]
    }
    /// Rows beyond are left out, and the sums still count them.
    static let mostRows = 100
    static let name = "event_get"
    static let summary = "An event with its markets, the sums of their quotes, and the sources that settle it."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let ticker: EventTicker = try Given.name(arguments.event_ticker)
        let client = try await door.client()
        let event = try await asked(about: "event \(ticker)") { try await client.eventDetail(ticker) }
        let series = try await door.catalogue.seriesDetail(event.event.series)
        let markets = try await client.marketDetails(event: ticker).sorted { $0.market.ticker < $1.market.ticker }
        let active = markets.filter { $0.market.status == .active }
        let bids = EventGet.sum(active.map(\.yesBid))
        let asks = EventGet.sum(active.map(\.yesAsk))
        return Output(
            environment: door.environment.rawValue, as_of: door.asOf, event: ticker.text, series: event.event.series.text, title: event.event.title,
            category: event.category.isEmpty ? nil : event.category, mutually_exclusive: event.event.mutuallyExclusive,
            sources: (event.sources.isEmpty ? series.sources : event.sources).map { $0.url.isEmpty ? $0.name : "\($0.name) \($0.url)" },
            markets: markets.prefix(Self.mostRows).map {
                Row(
                    ticker: $0.market.ticker.text, title: $0.market.title, status: $0.market.status.rawValue, yes_bid: $0.yesBid?.description,
                    yes_ask: $0.yesAsk?.description, last: $0.last?.description)
            },
            truncated: markets.count > Self.mostRows, sum_of_bids: bids?.description, sum_of_asks: asks?.description,
            overround: event.event.mutuallyExclusive ? asks.map { ($0 - .dollars(1)).description } : nil)
    }

    /// Nil unless every one is known, and there is one.
    static func sum(_ prices: [Price?]) -> Money? {
        guard !prices.isEmpty, !prices.contains(where: { $0 == nil }) else { return nil }
        return prices.reduce(Money.zero) { sum, price in price.map { sum + $0 * .contracts(1) } ?? sum }
    }
}
