import Accounting
import Books
import Engine
import Foundation
import Kalshi
import MCP
import MCPHosting
import MCPKalshi
import MCPServing
import Matching
import Model
@testable import Node
import Notation
import Ports
import Storage
import Synchronization

/// A person who is asked, and remembers what.
final class Asked: ClientAnswers {
    let capabilities: JSON = .object(["elicitation": .object(["form": .object([])])])
    private let action: String
    private let heard = Mutex<[String]>([])

    init(_ action: String) { self.action = action }

    var questions: [String] { heard.withLock { $0 } }

    func answer(_ method: String, _ params: JSON) async throws -> JSON {
        heard.withLock { $0.append(params["message"]?.asText ?? "") }
        return .object(["action": .text(action), "content": action == "accept" ? .object([]) : nil])
    }
}

/// A person who says yes, after something else has happened.
final class Meddling: ClientAnswers {
    let capabilities: JSON = .object(["elicitation": .object(["form": .object([])])])
    private let before: @Sendable () async throws -> Void
    private let heard = Mutex<[String]>([])

    init(_ before: @escaping @Sendable () async throws -> Void) { self.before = before }

    var questions: [String] { heard.withLock { $0 } }

    func answer(_ method: String, _ params: JSON) async throws -> JSON {
        let isFirst = heard.withLock { heard in
            heard.append(params["message"]?.asText ?? "")
            return heard.count == 1
        }
        if isFirst { try await before() }
        return .object(["action": "accept", "content": .object([])])
    }
}

/// A desk that wants nothing of its own, its exchange, and the server through which assistants reach it.
struct AssistantRig: Sendable {
    /// Whatever reaches the exchange was asked for.
    private static var idle: DeskSettings {
        var settings = DeskSettings()
        settings.kellyFraction = 0
        settings.maximumOrderCost = .dollars(20)
        return settings
    }

    let desk: DeskUnderTest
    let host: ServiceHost
    let folder: String

    init(_ tier: AssistantTier = .paper, environment: TradingMode = .simulated) async throws {
        desk = try await DeskUnderTest(seed: 11, settings: Self.idle)
        try await desk.wait("a market to trade") { $0.reconciled && !Self.quoted($0).isEmpty }
        let client = desk.anotherClient()
        let door = KalshiDoor(environment: environment, hasAccount: true, clock: desk.time, index: try SQLiteMarketIndex(), desk: desk.node, tier: tier, open: { client })
        folder = try DataFolder("/tmp/aura-assistants-\(UInt64.random(in: 0 ... .max))").path
        let trail = try AuditTrail(folder + "/audit.jsonl", now: { "" })
        host = try KalshiServer.product(door).host(ServerModes(allowsChanges: true, extraSets: ["all"]), version: "1", audit: trail)
    }

    func stop() async throws {
        try await desk.stop()
        try FileManager.default.removeItem(atPath: folder)
    }

    func client(_ answers: any ClientAnswers = NoAnswers(), era: ClientDialogue.Era = .either) async throws -> Client {
        let client = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1"), answers: answers, era: era)
        _ = try await client.connect()
        return client
    }

    // MARK: - Orders

    /// An order for a market with both sides quoted, that the gate lets pass.
    /// - Parameter place: which of those markets.
    func order(_ key: String?, count: String = "2", reduceOnly: Bool = false, place: Int = 0) async throws -> JSON {
        let markets = Self.quoted(await desk.node.state)
        guard markets.indices.contains(place) else { throw Missed(description: "\(markets.count) markets are quoted") }
        let (ticker, ask) = markets[place]
        return .object([
            "ticker": .text(ticker.text), "side": "yes", "count": .text(count), "price": .text(ask.description), "probability": .number(0.999), "time_in_force": "ioc",
            "client_order_id": key.map { .text($0) }, "reduce_only": .bool(reduceOnly),
        ])
    }

    private static func quoted(_ engine: TradingEngine) -> [(Ticker, Price)] {
        engine.markets.compactMap { market in
            guard market.status == .active, market.openOrder == nil, market.market.closeTime - engine.now > .seconds(300), let book = engine.books.book(market.market.ticker),
                book.state == .live, let ask = book.ask(.yes), ask.price <= .cents(90), book.bid(.yes) != nil
            else { return nil }
            return (market.market.ticker, ask.price)
        }
    }

    /// Has an order rest far from the market, under that key: 5 contracts at 5 cents.
    @discardableResult func resting(_ client: Client, _ key: String) async throws -> JSON {
        let order = try await order(key, count: "5").setting("price", "0.05").setting("time_in_force", "gtc").setting("post_only", true)
        let placed = try await client.call("order_place", order)
        guard !placed.isError else { throw Missed(description: said(placed)) }
        try await desk.wait("the order to rest") { $0.orders.values.contains { $0.state == .resting && $0.id.text.hasSuffix("-x-\(key)") } }
        return order
    }

    // MARK: - The exchange

    /// The client ids of all orders that the exchange ever took.
    func upstream() throws -> [String] { try ExchangeMemory(desk.ledger).clients }

    /// The order as the exchange has it now.
    func upstream(_ key: String) throws -> (price: String, size: String) {
        guard let order = try ExchangeMemory(desk.ledger).orders.first(where: { $0.client.text.hasSuffix("-x-\(key)") }) else { throw Missed(description: "no order \(key) at the exchange") }
        return (order.limit.description, order.initial.description)
    }
}

/// What a tool said in words.
func said(_ result: ToolResult) -> String { if case .text(let text, _)? = result.content.first { text } else { "" } }
