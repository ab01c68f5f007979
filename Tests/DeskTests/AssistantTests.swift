import Accounting
import Books
import Engine
import Exchange
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
import Testing

/// A person who is asked, and remembers what.
private final class Asked: ClientAnswers {
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

/// Assistants at a running desk and its exchange: what they can have done, and what never reaches the exchange.
@Suite(.serialized, .timeLimit(.minutes(2))) struct AssistantTests {
    /// Wants nothing of its own, so that whatever reaches the exchange was asked for.
    private static var idle: DeskSettings {
        var settings = DeskSettings()
        settings.kellyFraction = 0
        settings.maximumOrderCost = .dollars(20)
        return settings
    }

    private struct Rig {
        let desk: DeskUnderTest
        let host: ServiceHost
        let folder: String

        init(_ tier: AssistantTier = .paper, environment: TradingMode = .simulated) async throws {
            desk = try await DeskUnderTest(seed: 11, settings: AssistantTests.idle)
            try await desk.wait("a market to trade") { $0.reconciled && AssistantTests.quoted($0) != nil }
            let client = desk.anotherClient()
            let door = KalshiDoor(
                environment: environment, hasAccount: true, clock: desk.time, index: try SQLiteMarketIndex(), desk: desk.node, tier: tier, open: { client })
            folder = try DataFolder("/tmp/aura-assistants-\(UInt64.random(in: 0 ... .max))").path
            let trail = try AuditTrail(folder + "/audit.jsonl", now: { "" })
            host = try KalshiServer.product(door).host(ServerModes(allowsChanges: true, extraSets: ["all"]), version: "1", audit: trail)
        }

        func client(_ answers: any ClientAnswers = NoAnswers(), era: ClientDialogue.Era = .either) async throws -> Client {
            let client = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1"), answers: answers, era: era)
            _ = try await client.connect()
            return client
        }

        /// A market with both sides quoted, and an order for it that the gate lets pass.
        func order(_ key: String?, count: String = "2", reduceOnly: Bool = false) async throws -> JSON {
            let engine = await desk.node.state
            guard let (ticker, ask) = AssistantTests.quoted(engine) else { throw Missed(description: "no market is quoted") }
            return .object([
                "ticker": .text(ticker.text), "side": "yes", "count": .text(count), "price": .text(ask.description), "probability": .number(0.999), "time_in_force": "ioc",
                "client_order_id": key.map { .text($0) }, "reduce_only": .bool(reduceOnly),
            ])
        }

        /// The client ids of all orders that the exchange ever took.
        func upstream() throws -> [String] { try ExchangeMemory(desk.ledger).clients }
    }

    private static func quoted(_ engine: TradingEngine) -> (Ticker, Price)? {
        for market in engine.markets where market.status == .active && market.openOrder == nil && market.market.closeTime - engine.now > .seconds(300) {
            guard let book = engine.books.book(market.market.ticker), book.state == .live, let ask = book.ask(.yes), ask.price <= .cents(90), book.bid(.yes) != nil else { continue }
            return (market.market.ticker, ask.price)
        }
        return nil
    }

    private func said(_ result: ToolResult) -> String { if case .text(let text, _)? = result.content.first { text } else { "" } }

    @Test(arguments: [ClientDialogue.Era.sessions, .modern]) func `a confirmed order reaches the exchange once, however often it is asked for`(era: ClientDialogue.Era) async throws {
        let rig = try await Rig()
        let person = Asked("accept")
        let client = try await rig.client(person, era: era)
        let order = try await rig.order("mine-1")
        for round in 0..<3 {
            let result = try await client.call("order_place", order)
            #expect(!result.isError, "\(round): \(said(result))")
            #expect(result.structured?["environment"] == "SIMULATED" && result.structured?["order"]?["client_order_id"] == "mine-1")
            #expect(result.structured?["order"]?["sent"] == true)
        }
        #expect(try rig.upstream().filter { $0.hasSuffix("-x-mine-1") }.count == 1)
        #expect(person.questions.count == 3 && person.questions.allSatisfy { $0.hasPrefix("SIMULATED: buy 2.00 YES of") && $0.contains("at most $") })
        // Another order under the same id is none.
        let other = try await client.call("order_place", order.setting("count", "3"))
        #expect(other.isError && said(other).contains("used before"))
        #expect(try rig.upstream().count == 1)
        await client.close()
        // The journal holds it all, and replays to itself.
        try await rig.desk.wait("the journal") { _ in true }
        let past = try DeskNode.past(of: rig.desk.journal)
        #expect(past.difference == nil, "\(past.difference ?? "")")
        try await rig.desk.stop()
    }

    @Test func `without a person's yes nothing is sent`() async throws {
        let rig = try await Rig()
        for (answers, word) in [(Asked("decline"), "declined"), (Asked("cancel"), "no answer")] {
            let client = try await rig.client(answers)
            let result = try await client.call("order_place", try await rig.order("no-1"))
            #expect(result.isError && said(result).contains(word), "\(said(result))")
            await client.close()
        }
        // A client that cannot ask: refused by the protocol's own error.
        let mute = try await rig.client()
        for (tool, arguments) in [("order_place", try await rig.order("no-2")), ("orders_place_batch", .object(["orders": .array([try await rig.order("no-3")])])), ("trading_resume", .object(["reason": "just so"]))] {
            await #expect(throws: ClientError.self, "\(tool)") { try await mute.call(tool, arguments) }
        }
        #expect(try rig.upstream().isEmpty)
        await mute.close()
        try await rig.desk.stop()
    }

    /// An order that rests far from the market, under that key; whose size is 5 and price 1 cent below the bid's half.
    private func resting(_ rig: Rig, _ client: Client, _ key: String) async throws -> JSON {
        var order = try await rig.order(key, count: "5")
        order = order.setting("price", "0.05").setting("time_in_force", "gtc").setting("post_only", true)
        let placed = try await client.call("order_place", order)
        #expect(!placed.isError, "\(said(placed))")
        try await rig.desk.wait("the order to rest") { $0.orders.values.contains { $0.state == .resting && $0.id.text.hasSuffix("-x-\(key)") } }
        return order
    }

    /// The order as the exchange has it now.
    private func upstream(_ rig: Rig, _ key: String) throws -> (price: String, size: String) {
        let order = try #require(try ExchangeMemory(rig.desk.ledger).orders.first { $0.client.text.hasSuffix("-x-\(key)") })
        return (order.limit.description, order.initial.description)
    }

    @Test(arguments: [ClientDialogue.Era.sessions, .modern]) func `a resting order is amended in place after a person's yes, and made smaller without`(era: ClientDialogue.Era) async throws {
        let rig = try await Rig()
        let person = Asked("accept")
        let client = try await rig.client(person, era: era)
        _ = try await resting(rig, client, "am-1")
        let asked = person.questions.count
        let change: JSON = .object(["order": "am-1", "price": "0.06", "count": "7"])
        let preview = try await client.call("order_amend", change.setting("dry_run", true))
        #expect(!preview.isError && preview.structured?["state"] == "dry_run" && preview.structured?["price_before"] == "0.0500" && preview.structured?["count"] == "7.00")
        #expect(try person.questions.count == asked && upstream(rig, "am-1") == ("0.0500", "5.00"))
        for round in 0..<3 {
            let result = try await client.call("order_amend", change)
            #expect(!result.isError && result.structured?["state"]?.asText == (round == 0 ? "changed" : "as_asked"), "\(round): \(said(result))")
            #expect(result.structured?["price"] == "0.0600" && result.structured?["count"] == "7.00" && result.structured?["environment"] == "SIMULATED")
        }
        #expect(person.questions.count == asked + 3 && person.questions.last?.contains("from 7.00 at 0.0600 to 7.00 at 0.0600") == true)
        #expect(try upstream(rig, "am-1") == ("0.0600", "7.00"))
        for round in 0..<2 {
            let result = try await client.call("order_decrease", .object(["order": "am-1", "to": "2"]))
            #expect(!result.isError && result.structured?["state"]?.asText == (round == 0 ? "changed" : "as_asked") && result.structured?["count"] == "2.00", "\(said(result))")
        }
        #expect(try person.questions.count == asked + 3 && upstream(rig, "am-1") == ("0.0600", "2.00"))
        #expect(try rig.upstream().count == 1, "one order all the time")
        // The desk believes what the exchange shows, and both go on agreeing.
        try await rig.desk.wait("a comparison") { $0.reconciled && $0.differences.isEmpty && $0.orders.values.contains { $0.intent.quantity == .contracts(2) && $0.change == nil } }
        // Refused, whoever says yes.
        for (arguments, word) in [(change.setting("count", "1000"), "limit"), (change.setting("price", "0.0655"), "accept"), (change.setting("max_cost", "0.01"), "max_cost"), (change.setting("order", "am-9"), "no order of the desk")] as [(JSON, String)] {
            let result = try await client.call("order_amend", arguments)
            #expect(result.isError && said(result).contains(word), "\(said(result))")
        }
        #expect(try upstream(rig, "am-1") == ("0.0600", "2.00"))
        await client.close()
        let past = try DeskNode.past(of: rig.desk.journal)
        #expect(past.difference == nil, "\(past.difference ?? "")")
        try await rig.desk.stop()
    }

    @Test func `an order that is to expire is taken off by the exchange itself`() async throws {
        let rig = try await Rig()
        let person = Asked("accept")
        let client = try await rig.client(person)
        let order = try await rig.order("ex-1").setting("price", "0.05").setting("time_in_force", "gtc")
        func expiring(_ seconds: Int64) -> JSON { order.setting("expires_at", .text(CivilTime.text(rig.desk.time.now() + .seconds(seconds), decimals: 0))) }
        for (wrong, word) in [(expiring(1), "from now"), (expiring(60).setting("time_in_force", "ioc"), "gtc"), (order.setting("expires_at", "soon"), "expires_at")] {
            let result = try await client.call("order_place", wrong)
            #expect(result.isError && said(result).contains(word), "\(said(result))")
        }
        #expect(try person.questions.isEmpty && rig.upstream().isEmpty)
        let placed = try await client.call("order_place", expiring(30))
        #expect(!placed.isError && placed.structured?["order"]?["state"] == "resting", "\(said(placed))")
        #expect(person.questions.last?.contains("resting if not filled until 20") == true)
        // Amended, it keeps its end.
        #expect(!(try await client.call("order_amend", .object(["order": "ex-1", "price": "0.06"]))).isError)
        try await rig.desk.wait("its end") { engine in engine.orders.values.contains { $0.id.text.hasSuffix("-x-ex-1") && $0.state == .canceled && $0.finallyFilled == .zero } }
        #expect(try ExchangeMemory(rig.desk.ledger).resting == 0)
        await client.close()
        let past = try DeskNode.past(of: rig.desk.journal)
        #expect(past.difference == nil, "\(past.difference ?? "")")
        try await rig.desk.stop()
    }

    @Test func `without a person's yes, or with one for something else, nothing is amended`() async throws {
        let rig = try await Rig()
        let patient = try await rig.client(Asked("accept"))
        _ = try await resting(rig, patient, "am-2")
        let change: JSON = .object(["order": "am-2", "price": "0.06"])
        for (answers, word) in [(Asked("decline"), "declined"), (Asked("cancel"), "no answer")] {
            let client = try await rig.client(answers)
            let result = try await client.call("order_amend", change)
            #expect(result.isError && said(result).contains(word), "\(said(result))")
            await client.close()
        }
        let mute = try await rig.client()
        await #expect(throws: ClientError.self) { try await mute.call("order_amend", change) }
        #expect(try upstream(rig, "am-2") == ("0.0500", "5.00"))
        for client in [patient, mute] { await client.close() }
        try await rig.desk.stop()
    }

    @Test func `an order that is only checked asks nobody, sends nothing and leaves its id free`() async throws {
        let rig = try await Rig()
        let person = Asked("accept")
        let client = try await rig.client(person)
        let order = try await rig.order("dry-1").setting("dry_run", true)
        for (tool, arguments) in [("order_place", order), ("orders_place_batch", .object(["orders": .array([order, order.setting("client_order_id", "dry-2").setting("dry_run", nil)])]))] {
            let result = try await client.call(tool, arguments)
            #expect(!result.isError, "\(tool): \(said(result))")
            let told = result.structured?["order"] ?? result.structured?["orders"]?.asArray?.first
            #expect(told?["sent"] == false && told?["state"] == "dry_run", "\(said(result))")
        }
        let dear = try await client.call("order_place", order.setting("max_cost", "0.01"))
        #expect(dear.isError && said(dear).contains("more than max_cost"), "\(said(dear))")
        #expect(try person.questions.isEmpty && rig.upstream().isEmpty)
        #expect(await rig.desk.node.view().proposals.isEmpty)
        let sent = try await client.call("order_place", order.setting("dry_run", false))
        #expect(!sent.isError && sent.structured?["order"]?["sent"] == true, "\(said(sent))")
        #expect(try rig.upstream().count == 1)
        await client.close()
        try await rig.desk.stop()
    }

    @Test func `what the limits and the gate refuse never reaches the exchange, and mostly not even the person`() async throws {
        let rig = try await Rig()
        let person = Asked("accept")
        let client = try await rig.client(person)
        func refused(_ tool: String, _ arguments: JSON) async throws -> String {
            let result = try await client.call(tool, arguments)
            #expect(result.isError)
            return said(result)
        }
        let order = try await rig.order("r-1")
        #expect(try await refused("order_place", order.setting("count", "1000")).contains("the limit for one order"))
        #expect(try await refused("order_place", order.setting("max_cost", "0.01")).contains("max_cost"))
        #expect(try await refused("order_place", order.setting("probability", nil)).contains("probability is needed"))
        #expect(try await refused("order_place", order.setting("price", "0")).contains("price"))
        #expect(try await refused("order_place", order.setting("ticker", "../orders")).contains("ticker"))
        #expect(try await refused("order_place", order.setting("client_order_id", "a b")).contains("client_order_id"))
        #expect(person.questions.isEmpty)
        #expect(try await refused("order_place", order.setting("probability", .number(0.01))).contains("edge"))
        #expect(try await refused("order_place", order.setting("client_order_id", "r-2").setting("reduce_only", true)).contains("only"))
        #expect(try rig.upstream().isEmpty)
        await client.close()
        try await rig.desk.stop()
    }

    @Test func `a halt needs no question and stops everything; resuming does`() async throws {
        let rig = try await Rig()
        let person = Asked("accept")
        let client = try await rig.client(person)
        let halted = try await client.call("trading_halt")
        #expect(!halted.isError && person.questions.isEmpty)
        try await rig.desk.wait("the halt") { $0.state == .killed }
        let order = try await client.call("order_place", try await rig.order("h-1"))
        #expect(order.isError && said(order).contains("killed"))
        let resumed = try await client.call("trading_resume", .object(["reason": "the test is over"]))
        #expect(!resumed.isError, "\(said(resumed))")
        #expect(person.questions.count == 2 && person.questions[1].contains("the test is over"))
        try await rig.desk.wait("trading") { $0.state == .running }
        #expect(try rig.upstream().isEmpty)
        let tightened = try await client.call("risk_limits_tighten", .object(["maximum_order_cost": "1.00"]))
        #expect(tightened.structured?["limits"]?["maximum_order_cost"] == "1.0000")
        let loosened = try await client.call("risk_limits_tighten", .object(["maximum_order_cost": "2.00", "daily_loss_limit": "1"]))
        #expect(loosened.isError && said(loosened).contains("maximum_order_cost"))
        #expect(try await client.call("risk_limits_get").structured?["limits"]?["daily_loss_limit"] == "200.0000")
        await client.close()
        try await rig.desk.stop()
    }

    @Test func `a proposal waits for the operator, and is sent once when he accepts`() async throws {
        let rig = try await Rig(.propose)
        let client = try await rig.client()
        let proposed = try await client.call("order_propose", try await rig.order("p-1"))
        #expect(!proposed.isError && proposed.structured?["order"]?["state"] == "proposed", "\(said(proposed))")
        #expect(try rig.upstream().isEmpty)
        let shown = await rig.desk.node.view().proposals
        #expect(shown.map(\.key) == ["p-1"] || shown.isEmpty, "a view may be a moment old")
        #expect(try await rig.desk.node.command(.decide(key: "p-1", accepted: true)).contains("ordered"))
        #expect(try await rig.desk.node.command(.decide(key: "p-1", accepted: true)).contains("no such proposal"))
        try await rig.desk.wait("the order") { $0.ordersPlaced == 1 && $0.openOrders == 0 }
        #expect(try rig.upstream().count == 1)
        await client.close()
        try await rig.desk.stop()
    }

    @Test(arguments: [
        (AssistantTier.read, TradingMode.simulated, [], ["order_place", "order_propose", "order_cancel", "trading_halt"]),
        (.propose, .simulated, ["order_propose", "order_cancel", "trading_halt"], ["order_place", "position_close"]),
        (.paper, .simulated, ["order_place", "position_close"], ["order_propose"]), (.paper, .live, ["order_propose", "trading_halt"], ["order_place", "orders_place_batch"]),
        (.live, .live, ["order_place"], ["order_propose"]),
    ] as [(AssistantTier, TradingMode, Set<String>, Set<String>)])
    func `what a tier does not allow is not listed`(tier: AssistantTier, mode: TradingMode, there: Set<String>, gone: Set<String>) async throws {
        let rig = try await Rig(tier, environment: mode)
        let client = try await rig.client(Asked("accept"))
        let names = Set(try await client.tools().map(\.name))
        #expect(there.isSubset(of: names) && gone.isDisjoint(with: names), "\(names.sorted())")
        let bytes = try JSON(encoding: try await client.tools()).bytes.count
        #expect(bytes < 32_000, "\(bytes) bytes")
        for name in gone.sorted() { await #expect(throws: ClientError.self) { try await client.call(name, try await rig.order("t")) } }
        await client.close()
        try await rig.desk.stop()
    }
}
