import Engine
import MCP
import MCPHosting
import MCPKalshi
import MCPTestSupport
import Model
@testable import Node
import Notation
import Testing

/// Every tool of the Kalshi server that changes something, by the list that the server itself declares: what stands between it and the exchange.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ChangingToolTests {
    private static let rows = ChangingTool.rows
    // A list that cannot be made is seen by the first test.
    private static let declared = (try? ChangingTool.declared()) ?? []

    @Test func `every tool that changes something has a row here, and every row its tool`() throws {
        #expect(try ChangingTool.declared() == Self.rows.keys.sorted())
    }

    // A tool without a row is taken for one that asks, and fails.
    @Test(arguments: declared.filter { rows[$0]?.asks != false })
    func `a tool that asks does nothing without a person's yes to this very call, and then does it once`(name: String) async throws {
        let row = try #require(Self.rows[name], "no row says what \(name) is called with")
        let rig = try await AssistantRig(row.tier)
        let patient = try await rig.client(Asked("accept"))
        let call = try await row.prepare(rig, patient, 0)
        let before = try await row.done(rig)
        func nothing(_ what: String) async throws { #expect(try await row.done(rig) == before, "\(name) was done: \(what)") }

        for era in [ClientDialogue.Era.sessions, .modern] {
            let mute = try await rig.client(era: era)
            do {
                _ = try await mute.call(name, call.arguments)
                Issue.record("\(name) asked nobody")
            } catch ClientError.refused(let error) { #expect(error.code == -32021) }
            try await nothing("for a client that cannot ask")
            await mute.close()
            for (action, word) in [("decline", "declined"), ("cancel", "no answer")] {
                let person = Asked(action)
                let client = try await rig.client(person, era: era)
                let result = try await client.call(name, call.arguments)
                #expect(result.isError && said(result).contains(word) && person.questions.count == 1 && person.questions[0].hasPrefix("SIMULATED: "), "\(said(result))")
                try await nothing("after \(action)")
                await client.close()
            }
        }

        let another = name == "trading_resume" ? "order_amend" : "trading_resume"
        try await Agreement(name, call.arguments, other: call.other, another: another).goAround(rig.host) { what, reply in
            #expect(!reply.isDone, "\(what): \(reply)")
            try await nothing(what)
        }

        // Sent twice at once by an impatient client, then once more, then asked for anew under the same name.
        let again = try await row.prepare(rig, patient, 1)
        let replies = try await Agreement(name, again.arguments, other: again.other, another: another).sendThrice(rig.host)
        #expect(replies.prefix(2).count(where: \.isDone) == 1 && !replies[2].isDone, "\(replies)")
        #expect(try await row.done(rig) == before + row.once)
        _ = try await patient.call(name, again.arguments)
        #expect(try await row.done(rig) == before + row.once, "the same asked for again is the same")

        await patient.close()
        let past = try DeskNode.past(of: rig.desk.journal)
        #expect(past.difference == nil, "\(past.difference ?? "")")
        try await rig.stop()
    }

    @Test(arguments: declared.filter { rows[$0]?.asks == false })
    func `a tool that asks nobody only takes risk away, and twice is once`(name: String) async throws {
        let row = try #require(Self.rows[name])
        let rig = try await AssistantRig(row.tier)
        let person = Asked("accept")
        let patient = try await rig.client(person)
        let call = try await row.prepare(rig, patient, 0)
        let (before, asked, acts) = (try await row.done(rig), person.questions.count, rig.desk.acts.all.count)
        let mute = try await rig.client()
        for round in 0..<2 {
            let result = try await mute.call(name, call.arguments)
            #expect(round == 1 || !result.isError, "\(said(result))")
            // The way to the exchange is gone when the answer is here, or a moment later.
            for _ in 0..<200 where try await row.done(rig) == before { try await Task.sleep(for: .milliseconds(10)) }
            #expect(try await row.done(rig) == before + row.once)
        }
        #expect(person.questions.count == asked)
        let risky = rig.desk.acts.all.dropFirst(acts).filter { $0.hasPrefix("place") || $0.hasPrefix("amend") }
        #expect(risky.isEmpty, "\(risky)")
        for client in [patient, mute] { await client.close() }
        try await rig.stop()
    }
}
