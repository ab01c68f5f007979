import Accounting
import Engine
import MCP
import MCPHosting
import MCPKalshi
import Matching
import Model
@testable import Node
import Notation
import Ports
import Testing

/// Assistants at a running desk and its exchange: what they can have done, and what never reaches the exchange.
@Suite(.serialized, .timeLimit(.minutes(2))) struct AssistantTests {
    @Test(arguments: [ClientDialogue.Era.sessions, .modern]) func `a confirmed order reaches the exchange once, however often it is asked for`(era: ClientDialogue.Era) async throws {
        let rig = try await AssistantRig()
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
        try await rig.stop()
    }

    @Test func `without a person's yes nothing is sent`() async throws {
        let rig = try await AssistantRig()
        for (answers, word) in [(Asked("decline"), "declined"), (Asked("cancel"), "no answer")] {
            let client = try await rig.client(answers)
            let result = try await client.call("order_place", try await rig.order("no-1"))
            #expect(result.isError && said(result).contains(word), "\(said(result))")
            await client.close()
        }
        // A client that cannot ask: refused by the protocol's own error.
        let mute = try await rig.client()
        for (tool, arguments) in [("order_place", try await rig.order("no-2")), ("orders_place_batch", .object(["orders": .array([try await rig.order("no-3")])]))] {
            await #expect(throws: ClientError.self, "\(tool)") { try await mute.call(tool, arguments) }
        }
        await #expect(throws: ClientError.self) { try await mute.call("trading_resume", .object(["reason": "just so"])) }
        #expect(try await mute.call("trading_halt").structured?["desk_state"] != "running")
        try await rig.desk.wait("the halt") { $0.state == .killed }
        await #expect(throws: ClientError.self) { try await mute.call("trading_resume", .object(["reason": "just so"])) }
        #expect(try rig.upstream().isEmpty)
        await mute.close()
        try await rig.stop()
    }

    @Test(arguments: [ClientDialogue.Era.sessions, .modern]) func `a resting order is amended in place after a person's yes, and made smaller without`(era: ClientDialogue.Era) async throws {
        let rig = try await AssistantRig()
        let person = Asked("accept")
        let client = try await rig.client(person, era: era)
        try await rig.resting(client, "am-1")
        let asked = person.questions.count
        let change: JSON = .object(["order": "am-1", "price": "0.06", "count": "7"])
        let preview = try await client.call("order_amend", change.setting("dry_run", true))
        #expect(!preview.isError && preview.structured?["state"] == "dry_run" && preview.structured?["price_before"] == "0.0500" && preview.structured?["count"] == "7.00")
        #expect(try person.questions.count == asked && rig.upstream("am-1") == ("0.0500", "5.00"))
        for round in 0..<3 {
            let result = try await client.call("order_amend", change)
            #expect(!result.isError && result.structured?["state"]?.asText == (round == 0 ? "changed" : "as_asked"), "\(round): \(said(result))")
            #expect(result.structured?["price"] == "0.0600" && result.structured?["count"] == "7.00" && result.structured?["environment"] == "SIMULATED")
        }
        #expect(person.questions.count == asked + 3 && person.questions.last?.contains("from 7.00 at 0.0600 to 7.00 at 0.0600") == true)
        #expect(try rig.upstream("am-1") == ("0.0600", "7.00"))
        for round in 0..<2 {
            let result = try await client.call("order_decrease", .object(["order": "am-1", "to": "2"]))
            #expect(!result.isError && result.structured?["state"]?.asText == (round == 0 ? "changed" : "as_asked") && result.structured?["count"] == "2.00", "\(said(result))")
        }
        #expect(try person.questions.count == asked + 3 && rig.upstream("am-1") == ("0.0600", "2.00"))
        #expect(try rig.upstream().count == 1, "one order all the time")
        // The desk believes what the exchange shows, and both go on agreeing.
        try await rig.desk.wait("a comparison") { $0.reconciled && $0.differences.isEmpty && $0.orders.values.contains { $0.intent.quantity == .contracts(2) && $0.change == nil } }
        // Refused, whoever says yes.
        for (arguments, word) in [(change.setting("count", "1000"), "limit"), (change.setting("price", "0.0655"), "accept"), (change.setting("max_cost", "0.01"), "max_cost"), (change.setting("order", "am-9"), "no order of the desk")] as [(JSON, String)] {
            let result = try await client.call("order_amend", arguments)
            #expect(result.isError && said(result).contains(word), "\(said(result))")
        }
        #expect(try rig.upstream("am-1") == ("0.0600", "2.00"))
        await client.close()
        let past = try DeskNode.past(of: rig.desk.journal)
        #expect(past.difference == nil, "\(past.difference ?? "")")
        try await rig.stop()
    }

    @Test func `an order that is to expire is taken off by the exchange itself`() async throws {
        let rig = try await AssistantRig()
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
        try await rig.stop()
    }

    @Test func `without a person's yes, or with one for something else, nothing is amended`() async throws {
        let rig = try await AssistantRig()
        let patient = try await rig.client(Asked("accept"))
        try await rig.resting(patient, "am-2")
        let change: JSON = .object(["order": "am-2", "price": "0.06"])
        for (answers, word) in [(Asked("decline"), "declined"), (Asked("cancel"), "no answer")] {
            let client = try await rig.client(answers)
            let result = try await client.call("order_amend", change)
            #expect(result.isError && said(result).contains(word), "\(said(result))")
            await client.close()
        }
        let mute = try await rig.client()
        await #expect(throws: ClientError.self) { try await mute.call("order_amend", change) }
        #expect(try rig.upstream("am-2") == ("0.0500", "5.00"))
        for client in [patient, mute] { await client.close() }
        try await rig.stop()
    }

    @Test func `an order that is only checked asks nobody, sends nothing and leaves its id free`() async throws {
        let rig = try await AssistantRig()
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
        try await rig.stop()
    }

    @Test func `what the limits and the gate refuse never reaches the exchange, and mostly not even the person`() async throws {
        let rig = try await AssistantRig()
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
        try await rig.stop()
    }

    @Test(arguments: [ClientDialogue.Era.sessions, .modern], [true, false])
    func `a yes to a desk as it stood lifts no halt that came while the person thought`(era: ClientDialogue.Era, isPaused: Bool) async throws {
        let rig = try await AssistantRig()
        let node = rig.desk.node
        let person = Meddling { _ = try await node.command(.kill(flatten: false)) }
        let client = try await rig.client(person, era: era)
        if isPaused {
            _ = try await node.command(.pause)
            try await rig.desk.wait("the pause") { $0.state == .paused }
        }
        let resumed = try await client.call("trading_resume", .object(["reason": "all is well"]))
        #expect(resumed.isError || person.questions.count > 1, "\(said(resumed))")
        #expect(person.questions.first?.contains(isPaused ? "paused" : "running") == true)
        if era == .sessions { #expect(await rig.desk.node.state.state == .killed) }
        await client.close()
        try await rig.stop()
    }

    @Test func `a halt needs no question and stops everything; resuming does`() async throws {
        let rig = try await AssistantRig()
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
        try await rig.stop()
    }

    @Test func `a proposal waits for the operator, and is sent once when he accepts`() async throws {
        let rig = try await AssistantRig(.propose)
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
        try await rig.stop()
    }

    @Test(arguments: [
        (AssistantTier.read, TradingMode.simulated, [], ["order_place", "order_propose", "order_cancel", "trading_halt"]),
        (.propose, .simulated, ["order_propose", "order_cancel", "trading_halt"], ["order_place", "position_close"]),
        (.paper, .simulated, ["order_place", "position_close"], ["order_propose"]), (.paper, .live, ["order_propose", "trading_halt"], ["order_place", "orders_place_batch"]),
        (.live, .live, ["order_place"], ["order_propose"]),
    ] as [(AssistantTier, TradingMode, Set<String>, Set<String>)])
    func `what a tier does not allow is not listed`(tier: AssistantTier, mode: TradingMode, there: Set<String>, gone: Set<String>) async throws {
        let rig = try await AssistantRig(tier, environment: mode)
        let client = try await rig.client(Asked("accept"))
        let names = Set(try await client.tools().map(\.name))
        #expect(there.isSubset(of: names) && gone.isDisjoint(with: names), "\(names.sorted())")
        let bytes = try JSON(encoding: try await client.tools()).bytes.count
        // All sets together; a new tool needs words that another can spare.
        #expect(bytes < 32_768, "\(bytes) bytes")
        for name in gone.sorted() { await #expect(throws: ClientError.self) { try await client.call(name, try await rig.order("t")) } }
        await client.close()
        try await rig.stop()
    }
}
