import MCP
import Notation
import Testing

/// Up to 2025-11-25: a session, opened by `initialize`.
@Suite struct LegacyDialogueTests {
    @Test(arguments: [("2025-11-25", "2025-11-25"), ("2025-06-18", "2025-06-18"), ("2025-03-26", "2025-03-26"), ("1999-01-01", "2025-11-25"), ("2026-07-28", "2025-11-25")])
    func `a known revision is agreed to, another is countered with the newest that has sessions`(asked: String, agreed: String) {
        var talk = Talk()
        talk.initialize(asked)
        #expect(talk.result?["protocolVersion"] == .text(agreed) && talk.result?["serverInfo"]?["name"] == "test")
    }

    @Test func `before initialize nothing but a ping is served`() {
        var talk = Talk()
        talk.send("tools/list")
        #expect(talk.error != nil)
        talk.send("ping", id: 2)
        #expect(talk.result == .object([]))
    }

    @Test func `initialize needs its parts, and comes once`() {
        var talk = Talk()
        talk.send("initialize", .object(["capabilities": .object([])]))
        #expect(talk.code == -32602)
        talk.initialize()
        talk.initialize()
        #expect(talk.code == -32600)
    }

    @Test func `results carry nothing of the new era`() {
        var talk = Talk()
        talk.initialize()
        talk.send("tools/list")
        #expect(talk.result?["tools"]?.asArray?.count == 2)
        #expect(talk.result?["resultType"] == nil && talk.result?["ttlMs"] == nil && talk.result?["_meta"] == nil)
    }

    @Test func `an output schema that is no object is kept from clients that cannot read it`() {
        var offer = Offer.everything
        offer.tools = ToolShelf([
            ToolDescription(name: "rows", description: "x", inputSchema: .object(["type": "object"]), outputSchema: .object(["type": "array"]), annotations: .readsHere)
        ])
        var talk = Talk(offer)
        talk.ask("tools/list")
        #expect(talk.result?["tools"]?.asArray?[0]["outputSchema"] != nil)
        talk.initialize()
        talk.send("tools/list", id: 2)
        #expect(talk.result?["tools"]?.asArray?[0]["outputSchema"] == nil)
    }

    @Test func `a list comes in pages, in one order, and a cursor that was not given out is refused`() {
        var offer = Offer.everything
        offer.pageSize = 2
        offer.tools = ToolShelf((0..<5).map { ToolDescription(name: "t\($0)", description: "x", inputSchema: .object(["type": "object"]), annotations: .readsHere) })
        var talk = Talk(offer)
        talk.initialize()
        var names: [String] = []
        var cursor: JSON?
        repeat {
            talk.send("tools/list", .object(["cursor": cursor]), id: .integer(Int64(names.count + 1)))
            names += (talk.result?["tools"]?.asArray ?? []).compactMap { $0["name"]?.asText }
            cursor = talk.result?["nextCursor"]
        } while cursor != nil && names.count < 100
        #expect(names == ["t0", "t1", "t2", "t3", "t4"])
        for bad: JSON in ["no-such", "tools~0", "tools~5", "tools~-1", "tools~02", "prompts~2", 7] {
            talk.send("tools/list", .object(["cursor": bad]), id: 99)
            #expect(talk.code == -32602, "\(bad)")
        }
    }

    @Test func `log lines follow the level of the session`() {
        var talk = Talk()
        talk.initialize()
        talk.note(talk.dialogue.log(nil, .debug, "too low"))
        talk.send("logging/setLevel", .object(["level": "debug"]))
        talk.note(talk.dialogue.log(nil, .debug, "heard"))
        talk.send("logging/setLevel", .object(["level": "loud"]), id: 2)
        #expect(talk.told.map { $0["params"]?["data"] } == ["heard"] && talk.code == -32602)
    }

    @Test func `a subscriber hears of its resource until it has enough`() {
        var talk = Talk()
        talk.initialize()
        talk.send("resources/subscribe", .object(["uri": "test://one"]))
        for uri in ["test://one", "test://two"] { talk.note(talk.dialogue.changed(.resource(uri: uri))) }
        talk.send("resources/unsubscribe", .object(["uri": "test://one"]), id: 2)
        talk.note(talk.dialogue.changed(.resource(uri: "test://one")))
        #expect(talk.told.map { $0["params"]?["uri"] } == ["test://one"])
    }

    @Test func `a question goes to a client that can be asked, and its answer to the call`() throws {
        var talk = Talk()
        talk.initialize(capabilities: .object(["elicitation": .object([])]))
        talk.send("tools/call", .object(["name": "get_weather"]), id: "c")
        let form = Question.form(message: "Where?", schema: .object(["type": "object", "properties": .object([])]))
        let question = talk.dialogue.ask(talk.calls[0].number, form)
        let asked = try #require(question)
        talk.note(asked.actions)
        #expect(talk.told.last?["method"] == "elicitation/create" && talk.told.last?["params"]?["message"] == "Where?")
        let answer = talk.say(#"{"jsonrpc":"2.0","id":\#(talk.told.last?["id"]?.rendered ?? ""),"result":{"action":"accept"}}"#)
        guard case .answered(asked.question, .success(let json))? = answer.first else { return #expect(Bool(false), "\(answer)") }
        #expect(json["action"] == "accept")
        let undeclared = talk.dialogue.ask(talk.calls[0].number, .roots)
        #expect(undeclared == nil)
        #expect(talk.say(#"{"jsonrpc":"2.0","id":77,"result":{}}"#).isEmpty, "an answer to no question")
    }

    @Test func `a form that is accepted may come back without content where nothing is required`() {
        func form(_ required: JSON?) -> Question { .form(message: "Sure?", schema: .object(["type": "object", "properties": .object(["sure": .object(["type": "boolean"])]), "required": required])) }
        let accepted = JSON.object(["action": "accept"])
        #expect(form(nil).isAnswered(by: accepted))
        #expect(!form(.array(["sure"])).isAnswered(by: accepted))
    }

    @Test func `a call that needs what sessions do not have fails, and the session goes on`() {
        var talk = Talk()
        talk.initialize()
        talk.send("tools/call", .object(["name": "get_weather"]), id: "c")
        talk.note(talk.dialogue.finish(talk.calls[0].number, .inputRequired([], state: "sealed")))
        #expect(talk.code == -32603)
        talk.send("ping", id: 2)
        #expect(talk.result == .object([]))
    }

    @Test func `both eras are served in one dialogue`() {
        var talk = Talk()
        talk.initialize()
        talk.ask("server/discover", id: "modern")
        #expect(talk.result?["supportedVersions"] != nil)
        talk.send("ping", id: "legacy")
        #expect(talk.result == .object([]))
        talk.send("server/discover", id: "wrong era")
        #expect(talk.code == -32601)
    }

    @Test func `a missing resource has the code of its era`() {
        #expect(ProtocolError.unknownResource("x://y", .november2025).code == -32002 && ProtocolError.unknownResource("x://y", .july2026).code == -32602)
    }

    @Test func `completion needs a reference that exists, and gives a hundred values at most`() {
        var talk = Talk()
        talk.initialize()
        let argument = JSON.object(["name": "code", "value": "a"])
        talk.send("completion/complete", .object(["ref": .object(["type": "ref/prompt", "name": "code_review"]), "argument": argument]))
        talk.note(talk.dialogue.finish(talk.calls[0].number, .completion((0..<150).map { "v\($0)" }, total: nil)))
        #expect(talk.result?["completion"]?["values"]?.asArray?.count == 100 && talk.result?["completion"]?["hasMore"] == true)
        for ref: JSON in [.object(["type": "ref/prompt", "name": "none"]), .object(["type": "ref/resource", "uri": "none://x"]), .object(["type": "ref/nonsense"]), .null] {
            talk.send("completion/complete", .object(["ref": ref, "argument": argument]), id: 2)
            #expect(talk.code == -32602, "\(ref)")
        }
    }
}
