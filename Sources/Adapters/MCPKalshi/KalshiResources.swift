import Kalshi
import MCP
import MCPHosting
import Model
import Notation
import Ports

/// What can be read and subscribed to: markets, books, events, the portfolio, the resting orders.
struct KalshiResources: ResourceSource {
    static let portfolio = "kalshi://portfolio"
    static let openOrders = "kalshi://orders/open"
    static let ofAccount: Set<String> = [portfolio, openOrders]
    static let type = "application/json"

    /// One address, understood.
    enum Address: Hashable {
        case market(Ticker)
        case book(Ticker)
        case event(EventTicker)
        case portfolio
        case openOrders

        init?(_ uri: String) {
            if uri == KalshiResources.portfolio {
                self = .portfolio
            } else if uri == KalshiResources.openOrders {
                self = .openOrders
            } else if let match = uri.wholeMatch(of: /kalshi:\/\/(market|book|event)\/([A-Za-z0-9][A-Za-z0-9._\-]{0,79})/) {
                switch match.1 {
                case "market": self = .market(Ticker(String(match.2)))
                case "book": self = .book(Ticker(String(match.2)))
                default: self = .event(EventTicker(String(match.2)))
                }
            } else {
                return nil
            }
        }
    }

    let door: KalshiDoor

    var resources: [ResourceDescription] {
        guard door.hasAccount else { return [] }
        return [
            ResourceDescription(uri: Self.portfolio, name: "portfolio", title: "Portfolio", description: "Balance and positions.", mimeType: Self.type),
            ResourceDescription(uri: Self.openOrders, name: "open-orders", title: "Resting orders", description: "The account's resting orders.", mimeType: Self.type),
        ]
    }

    let templates = [
        ResourceTemplateDescription(
            uriTemplate: "kalshi://book/{ticker}", name: "book", title: "Order book", description: "A live book; subscribed to, it is kept by the stream, and told of at most four times a second.",
            mimeType: KalshiResources.type),
        ResourceTemplateDescription(
            uriTemplate: "kalshi://market/{ticker}", name: "market", title: "Market", description: "A market's state, quotes and rules.", mimeType: KalshiResources.type),
        ResourceTemplateDescription(
            uriTemplate: "kalshi://event/{event_ticker}", name: "event", title: "Event", description: "An event with its markets.", mimeType: KalshiResources.type),
    ]

    func read(_ uri: String, _ context: CallContext) async throws -> [ResourceContents]? {
        guard let address = Address(uri) else { return nil }
        do {
            guard let json = try await json(address) else { return nil }
            return [.text(uri, Self.type, json.rendered)]
        } catch let error as KalshiError where error.isAbsent {
            return nil
        }
    }

    private func json(_ address: Address) async throws -> JSON? {
        let client = try await door.client()
        switch address {
        case .market(let ticker):
            guard let detail = try await client.marketDetails([ticker]).first else { return nil }
            return stamped(try JSON(encoding: MarketFacts(detail, fees: try await door.catalogue.fees(of: detail.market.event))))
        case .book(let ticker):
            guard let figures = try await door.figures([ticker])[ticker] else { return nil }
            return stamped(try JSON(encoding: BookRow(ticker, figures, depth: 50, now: door.clock.now())))
        case .event(let ticker):
            let event = try await client.eventDetail(ticker)
            let markets = try await client.marketDetails(event: ticker).prefix(EventGet.mostRows)
            return stamped(
                .object([
                    "event": .text(ticker.text), "series": .text(event.event.series.text), "title": .text(event.event.title),
                    "mutually_exclusive": .bool(event.event.mutuallyExclusive),
                    "markets": .array(try markets.map { try JSON(encoding: MarketFacts($0, fees: nil)) }),
                ]))
        case .portfolio:
            guard door.hasAccount else { return nil }
            let rows = try await PositionsList.rows(try await client.positions(), client)
            return stamped(.object(["balance": .text(try await client.balance().available.description), "positions": try JSON(encoding: rows)]))
        case .openOrders:
            guard door.hasAccount else { return nil }
            let orders = try await client.orders(status: .resting).sorted { ($0.created, $0.order) < ($1.created, $1.order) }
            return stamped(.object(["orders": try JSON(encoding: orders.map { OrdersList.Row($0) })]))
        }
    }

    private func stamped(_ json: JSON) -> JSON { json.setting("environment", .text(door.environment.rawValue)).setting("as_of", .text(door.asOf)) }

    func complete(_ template: String, variable: String, value: String, others: [String: String]) async -> [String] { await Self.tickers(door, value, events: variable == "event_ticker") }

    /// Tickers that begin so; none where the index cannot be filled, for a completion is no place for trouble.
    static func tickers(_ door: KalshiDoor, _ value: String, events: Bool = false) async -> [String] {
        guard value.utf8.count <= 80, (try? await door.catalogue.prepared()) != nil else { return [] }
        // The same here: no answer is a short list.
        guard events else { return (try? door.catalogue.index.tickers(beginning: value, limit: 50))?.map(\.text) ?? [] }
        var query = MarketQuery()
        query.limit = 1000
        let markets = (try? door.catalogue.index.search(query).markets) ?? []
        return Array(Set(markets.map(\.event.text)).filter { $0.hasPrefix(value) }.sorted().prefix(50))
    }
}
