import Engine
import Kalshi
import MCP
import MCPHosting
import MCPKalshi
import MCPServing
import MCPTestSupport
import Model
@testable import Node
import Notation
import Ports
import Risk
import Storage

/// One tool that changes something: what it is called with, and how it shows that it was done.
struct ChangingTool: Sendable {
    /// A call that can be carried out now, and the same tool for something else.
    struct Prepared: Sendable {
        let arguments: JSON
        let other: JSON
    }

    /// Whether a person is asked. What is not asked about must only take risk away.
    let asks: Bool
    var tier = AssistantTier.paper
    /// What doing it once comes to by `done`.
    var once = 1
    /// Brings about what the tool needs, by a client whose person says yes to everything. The number tells calls of one test apart.
    let prepare: @Sendable (AssistantRig, Client, Int) async throws -> Prepared
    /// How often it was done: counted at the way to the exchange, or in the engine for what does not go there.
    let done: @Sendable (AssistantRig) async throws -> Int

    static let rows: [String: ChangingTool] = [
        "order_place": ChangingTool(asks: true) { rig, _, number in
            try await rig.settle()
            let order = try await rig.order("t\(number)")
            return Prepared(arguments: order, other: order.setting("count", "3"))
        } done: { $0.acts("place d-x-t") },
        "orders_place_batch": ChangingTool(asks: true, once: 2) { rig, _, number in
            try await rig.settle()
            let (first, second) = (try await rig.order("t\(number)a"), try await rig.order("t\(number)b", place: 1))
            return Prepared(arguments: .object(["orders": .array([first, second])]), other: .object(["orders": .array([first, second.setting("count", "3")])]))
        } done: { $0.acts("place d-x-t") },
        "position_close": ChangingTool(asks: true) { rig, patient, number in
            let ticker = try await rig.holding(patient, "p\(number)")
            let close = JSON.object(["ticker": .text(ticker), "max_slippage": "0.05", "client_order_id": .text("t\(number)")])
            return Prepared(arguments: close, other: close.setting("max_slippage", "0.50"))
        } done: { $0.acts("place d-x-t") },
        "order_amend": ChangingTool(asks: true) { rig, patient, number in
            if number == 0 { try await rig.resting(patient, "p0") }
            let change = JSON.object(["order": "p0", "price": .text("0.0\(6 + number)")])
            return Prepared(arguments: change, other: change.setting("price", "0.15"))
        } done: { $0.acts("amend ") },
        "order_group_set": ChangingTool(asks: true) { _, _, number in
            Prepared(arguments: .object(["group": .text("t\(number)"), "limit": "5"]), other: .object(["group": .text("t\(number)"), "limit": "500"]))
        } done: { $0.acts("group set ") },
        "order_group_reset": ChangingTool(asks: true) { rig, patient, number in
            try await rig.triggered(patient, "t\(number)")
            try await rig.triggered(patient, "other\(number)")
            return Prepared(arguments: .object(["group": .text("t\(number)")]), other: .object(["group": .text("other\(number)")]))
        } done: { $0.acts("group reset ") },
        "order_group_delete": ChangingTool(asks: true) { _, patient, number in
            for name in ["t\(number)", "other\(number)"] { _ = try await patient.call("order_group_set", .object(["group": .text(name), "limit": "5"])) }
            return Prepared(arguments: .object(["group": .text("t\(number)")]), other: .object(["group": .text("other\(number)")]))
        } done: { $0.acts("group delete ") },
        "trading_resume": ChangingTool(asks: true) { rig, patient, number in
            _ = try await patient.call("trading_halt")
            try await rig.desk.wait("the halt") { $0.state == .killed }
            return Prepared(arguments: .object(["reason": "the halt was a test"]), other: .object(["reason": "something else"]))
        } done: { rig in rig.desk.journal.all.count { $0.kind == .effect && String(decoding: $0.body, as: UTF8.self).contains("The halt was cleared") } },

        "order_decrease": ChangingTool(asks: false) { rig, patient, _ in
            try await rig.resting(patient, "p0")
            return Prepared(arguments: .object(["order": "p0", "to": "2"]), other: .null)
        } done: { $0.acts("decrease ") },
        "order_cancel": ChangingTool(asks: false) { rig, patient, _ in
            try await rig.resting(patient, "p0")
            return Prepared(arguments: .object(["order": "p0"]), other: .null)
        } done: { $0.acts("cancel d-x-p0") },
        "orders_cancel_all": ChangingTool(asks: false) { rig, patient, _ in
            try await rig.resting(patient, "p0")
            return Prepared(arguments: .object([]), other: .null)
        } done: { $0.acts("cancel d-x-p0") },
        "trading_halt": ChangingTool(asks: false) { _, _, _ in Prepared(arguments: .object([]), other: .null) } done: { await $0.desk.node.state.state == .killed ? 1 : 0 },
        "risk_limits_tighten": ChangingTool(asks: false) { _, _, _ in
            Prepared(arguments: .object(["maximum_order_cost": "10.00"]), other: .null)
        } done: { await $0.desk.node.limits.maximumOrderCost == .dollars(10) ? 1 : 0 },
        "order_propose": ChangingTool(asks: false, tier: .propose) { rig, _, number in
            Prepared(arguments: try await rig.order("t\(number)"), other: .null)
        } done: { await $0.desk.node.state.proposals.count },
    ]

    // MARK: - What the server declares

    /// The names of all tools that the server has in some tier and that do not say that they only read.
    static func declared() throws -> [String] {
        let index = try SQLiteMarketIndex()
        let tools = AssistantTier.allCases.flatMap { tier in
            let door = KalshiDoor(environment: .simulated, hasAccount: true, clock: FastClock(speed: 1), index: index, desk: UnaskedDesk(), tier: tier) {
                throw Missed(description: "only the list is wanted")
            }
            return KalshiServer.product(door).sets.flatMap(\.tools)
        }
        return Set(tools.filter { $0.hints?.readOnlyHint != true }.map(\.name)).sorted()
    }
}

extension AssistantRig {
    fileprivate func acts(_ prefix: String) -> Int { desk.acts.all.count { $0.hasPrefix(prefix) } }

    /// Lets the time pass in which fills of a market's last order may still come.
    func settle() async throws {
        let began = await desk.node.state.now
        // On a busy machine the account may not have been compared for a while, and then nothing is sent.
        try await desk.wait("the markets to be quiet") { $0.now - began > .seconds(3) && $0.blocked == nil }
    }

    /// A group that the exchange has been told to shut, as it does by itself once the limit has filled; by another line of the same account.
    func triggered(_ client: Client, _ name: String) async throws {
        let set = try await client.call("order_group_set", .object(["group": .text(name), "limit": "5"]))
        guard let group = set.structured?["order_group_id"]?.asText else { throw Missed(description: said(set)) }
        let line = desk.anotherClient()
        try await line.triggerOrderGroup(group)
        try await desk.wait("the news that \(name) was triggered") { $0.groups.contains { $0.name == name && $0.isTriggered == true } }
    }

    /// The ticker of a market in which two contracts of YES are held, after buying them if need be.
    fileprivate func holding(_ client: Client, _ key: String) async throws -> String {
        // The price may move away while it is asked for: it is tried again, some times.
        for attempt in 0..<10 {
            try await settle()
            if let held = await desk.node.view().positions.first { return held.market }
            _ = try await client.call("order_place", try await order("\(key)-\(attempt)"))
        }
        throw Missed(description: "nothing could be bought")
    }
}
