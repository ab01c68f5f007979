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

/// Order groups from an assistant's word to the exchange's own cancel, on a running desk.
@Suite(.serialized, .timeLimit(.minutes(1))) struct OrderGroupTests {
    @Test(arguments: [ClientDialogue.Era.sessions, .modern]) func `a group that has filled its limit is canceled by the exchange itself, and takes no more`(era: ClientDialogue.Era) async throws {
        let rig = try await AssistantRig()
        let person = Asked("accept")
        let client = try await rig.client(person, era: era)
        let group: JSON = .object(["group": "g1", "limit": "1"])
        let dry = try await client.call("order_group_set", group.setting("dry_run", true))
        #expect(dry.structured?["state"] == "dry_run" && person.questions.isEmpty && rig.desk.acts.all.isEmpty)
        for round in 0..<2 {
            let result = try await client.call("order_group_set", group)
            #expect(!result.isError && result.structured?["state"]?.asText == (round == 0 ? "set" : "as_asked"), "\(said(result))")
            #expect(result.structured?["environment"] == "SIMULATED" && result.structured?["limit"] == "1.00" && result.structured?["order_group_id"] != nil)
        }
        #expect(person.questions[0].contains("set order group g1 to 1.00 contracts") && rig.desk.acts.all == ["group set g1"])

        // One order of it rests far from the market; another fills, and with it the limit.
        let low = try await rig.order("low", count: "5").setting("price", "0.05").setting("time_in_force", "gtc").setting("post_only", true).setting("group", "g1")
        let placed = try await client.call("order_place", low)
        #expect(!placed.isError && placed.structured?["order"]?["state"] == "resting", "\(said(placed))")
        #expect(person.questions.last?.contains("in group g1") == true)
        try await rig.fill(client, "g1")
        try await rig.desk.wait("the exchange's cancel") { engine in engine.orders.values.contains { $0.id.text.hasSuffix("-x-low") && $0.state == .canceled } }
        #expect(!rig.desk.acts.all.contains { $0.hasPrefix("cancel") }, "the desk took nothing back")
        #expect(try ExchangeMemory(rig.desk.ledger).resting == 0)
        // The exchange says so by itself, the screen shows it, and from then on the desk sends nothing there.
        try await rig.desk.wait("the news that g1 was triggered") { $0.groups.first?.isTriggered == true }
        let shown = try #require(await rig.desk.node.view().groups.first)
        #expect(shown.name == "g1" && shown.isTriggered == true && shown.limit == "1.00" && shown.trouble == nil)
        let sent = rig.desk.acts.all.count
        let late = try await rig.place(client, "late", "g1")
        #expect(late.isError && said(late).contains("was triggered") && rig.desk.acts.all.count == sent, "\(said(late))")

        // A person opens it again, and orders go in as before.
        let reset = try await client.call("order_group_reset", .object(["group": "g1"]))
        #expect(reset.structured?["state"] == "reset" && person.questions.last?.contains("reset order group g1") == true, "\(said(reset))")
        #expect(rig.desk.acts.all.last == "group reset g1" || rig.desk.acts.all.contains("group reset g1"))
        let again = try await rig.order("again", count: "1").setting("price", "0.05").setting("time_in_force", "gtc").setting("post_only", true).setting("group", "g1")
        try await rig.desk.wait("a desk that trades") { $0.blocked == nil && $0.notTrading == nil }
        let rests = try await client.call("order_place", again)
        #expect(rests.structured?["order"]?["state"] == "resting", "\(said(rests))")
        #expect(await rig.desk.node.view().orders.contains { $0.group == "g1" })
        // Once more is the same, and sends nothing.
        #expect(try await client.call("order_group_reset", .object(["group": "g1"])).structured?["state"] == "as_asked")

        // Deleted, its order goes with it and nothing can name it any more.
        let gone = try await client.call("order_group_delete", .object(["group": "g1"]))
        #expect(gone.structured?["state"] == "deleted", "\(said(gone))")
        try await rig.desk.wait("the exchange's cancel") { $0.orders.values.contains { $0.id.text.hasSuffix("-x-again") && $0.state == .canceled } }
        #expect(await rig.desk.node.view().groups.isEmpty && !rig.desk.acts.all.contains { $0.hasPrefix("cancel") })
        #expect(try await client.call("order_group_delete", .object(["group": "g1"])).isError)

        // A name that was never set is none.
        let stray = try await rig.place(client, "stray", "g9")
        #expect(stray.isError && said(stray).contains("g9 is not set"), "\(said(stray))")
        for (wrong, word) in [(group.setting("limit", "0"), "count"), (group.setting("limit", "2000000"), "1000000"), (group.setting("group", "a b"), "name")] {
            let result = try await client.call("order_group_set", wrong)
            #expect(result.isError && said(result).contains(word), "\(said(result))")
        }
        _ = try await client.call("order_group_set", .object(["group": "g2", "limit": "3"]))
        await client.close()
        let past = try DeskNode.past(of: rig.desk.journal)
        #expect(past.difference == nil, "\(past.difference ?? "")")
        // Another life of the desk knows the group.
        try await rig.desk.crash()
        #expect(await rig.desk.node.group("g2")?.limit == "3.00")
        try await rig.stop()
    }
}

extension AssistantRig {
    /// Orders in that group at a moment when nothing about the desk is in doubt: on a busy machine its account may not have been compared for a while.
    fileprivate func place(_ client: Client, _ key: String, _ group: String) async throws -> ToolResult {
        for attempt in 0..<10 {
            try await settle()
            try await desk.wait("a desk that trades") { $0.blocked == nil && $0.notTrading == nil }
            let result = try await client.call("order_place", try await order("\(key)-\(attempt)").setting("group", .text(group)))
            if !result.isError || !said(result).contains("blocked") { return result }
        }
        throw Missed(description: "the desk never traded")
    }

    /// Buys in that group until something has filled: the price may move away while it is asked for.
    fileprivate func fill(_ client: Client, _ group: String) async throws {
        for attempt in 0..<10 {
            let result = try await place(client, "fill\(attempt)", group)
            guard !result.isError else { throw Missed(description: said(result)) }
            try await settle()
            if await !desk.node.view().positions.isEmpty { return }
        }
        throw Missed(description: "nothing could be bought")
    }
}
