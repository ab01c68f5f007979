import MCP
import Notation
import Testing

/// From 2026-07-28 on: every request stands alone.
@Suite struct ModernDialogueTests {
    @Test func `discovery tells who is there, what there is, and for how long that holds`() {
        var talk = Talk()
        talk.ask("server/discover")
        #expect(talk.result?["supportedVersions"] == .array(["2026-07-28"]))
        #expect(talk.result?["resultType"] == "complete" && talk.result?["ttlMs"] == 0 && talk.result?["cacheScope"] == "private")
        #expect(talk.result?["capabilities"]?["tools"] != nil && talk.result?["instructions"] == "Be kind.")
        #expect(talk.result?["_meta"]?[MetaKey.serverInfo]?["name"] == "test")
    }

    @Test func `a capability that is not there is not declared, and its methods are unknown`() {
        var talk = Talk(Offer(identity: Implementation(name: "bare", version: "1"), tools: ToolShelf([])))
        talk.ask("server/discover")
        #expect(talk.result?["capabilities"]?["prompts"] == nil && talk.result?["capabilities"]?["resources"] == nil)
        for method in ["prompts/list", "prompts/get", "resources/list", "resources/templates/list", "resources/read"] {
            talk.ask(method)
            #expect(talk.code == -32601 && talk.status == 404, "\(method)")
        }
    }

    @Test func `a request without its revision or capabilities is refused, and one without a name is not`() {
        for missing in [MetaKey.protocolVersion, MetaKey.clientCapabilities] {
            var talk = Talk()
            talk.ask("tools/list", meta: Talk.meta.setting(missing, nil))
            #expect(talk.code == -32602 && talk.status == 400, "\(missing)")
        }
        var talk = Talk()
        talk.ask("tools/list", meta: Talk.meta.setting(MetaKey.clientInfo, nil))
        #expect(talk.result != nil)
    }

    @Test func `an unknown revision is told which are known`() {
        for version in ["1999-01-01", "2025-11-25"] {
            var talk = Talk()
            talk.ask("server/discover", meta: Talk.meta.setting(MetaKey.protocolVersion, .text(version)))
            #expect(talk.code == -32022 && talk.status == 400)
            #expect(talk.error?["data"]?["supported"] == .array(["2026-07-28"]) && talk.error?["data"]?["requested"] == .text(version))
        }
    }

    @Test(arguments: ["ping", "initialize", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"])
    func `what sessions had is gone`(method: String) {
        var talk = Talk()
        talk.ask(method)
        #expect(talk.code == -32601 && talk.status == 404)
    }

    @Test func `a call becomes a call, and its outcome a result`() {
        var talk = Talk()
        talk.ask("tools/call", .object(["name": "get_weather", "arguments": .object(["city": "Oslo"])]), id: "c")
        #expect(talk.calls.first?.target == .tool(name: "get_weather", arguments: .object(["city": "Oslo"])))
        talk.note(talk.dialogue.finish(talk.calls[0].number, .tool(.structured(.object(["t": 3])))))
        #expect(talk.result?["structuredContent"]?["t"] == 3 && talk.result?["content"]?.asArray?.first?["text"] == #"{"t":3}"#)
        #expect(talk.result?["resultType"] == "complete" && talk.result?["isError"] == nil)
        #expect(talk.note(talk.dialogue.finish(talk.calls[0].number, .tool(.failure("again")))).isEmpty, "an outcome counts once")
    }

    @Test(arguments: [
        JSON.object([]), .object(["name": 7]), .object(["name": "no_such_tool"]), .object(["name": "get_weather", "arguments": "x"]), .object(["name": "get_weather", "arguments": .array([1])]),
        .object(["name": "get_weather", "requestState": 5]), .object(["name": "get_weather", "inputResponses": "nonsense"]),
    ])
    func `a malformed call is refused`(params: JSON) {
        var talk = Talk()
        talk.ask("tools/call", params)
        #expect(talk.code == -32602 && talk.calls.isEmpty)
    }

    @Test func `what a call needs is asked for by its result, and the answers come with the next call`() {
        var talk = Talk()
        talk.ask("tools/call", .object(["name": "get_weather"]))
        let question = InputRequest("city", .form(message: "Where?", schema: .object(["type": "object", "properties": .object([])])))
        talk.note(talk.dialogue.finish(talk.calls[0].number, .inputRequired([question], state: "sealed")))
        #expect(talk.result?["resultType"] == "input_required" && talk.result?["requestState"] == "sealed")
        #expect(talk.result?["inputRequests"]?["city"]?["method"] == "elicitation/create")
        talk.ask("tools/call", .object(["name": "get_weather", "inputResponses": .object(["city": .object(["action": "accept"])]), "requestState": "sealed"]), id: 2)
        #expect(talk.calls[1].inputResponses?["city"]?["action"] == "accept" && talk.calls[1].requestState == "sealed")
    }

    @Test func `progress is told to who asked, only forward, and not after the end`() {
        var talk = Talk()
        talk.ask("tools/call", .object(["name": "get_weather"]), meta: Talk.meta.setting("progressToken", "tok"))
        let call = talk.calls[0].number
        for done in [1.0, 1.0, 0.5, .nan, 2.0] { talk.note(talk.dialogue.progress(call, Progress(done, of: 4, "step"))) }
        talk.note(talk.dialogue.finish(call, .tool(ToolResult([]))))
        talk.note(talk.dialogue.progress(call, Progress(3)))
        #expect(talk.told.map { $0["params"]?["progress"] } == [1, 2].map { JSON.number($0) })
        #expect(talk.told.allSatisfy { $0["params"]?["progressToken"] == "tok" && $0["params"]?["total"] == .number(4) })
        talk.ask("tools/call", .object(["name": "get_weather"]), id: 2)
        #expect(talk.note(talk.dialogue.progress(talk.calls[1].number, Progress(1))).isEmpty, "nobody asked")
    }

    @Test func `log lines go to who asked for their level in that request`() {
        var talk = Talk()
        talk.ask("tools/call", .object(["name": "get_weather"]))
        #expect(talk.note(talk.dialogue.log(talk.calls[0].number, .emergency, "unasked")).isEmpty)
        talk.ask("tools/call", .object(["name": "get_weather"]), id: 2, meta: Talk.meta.setting(MetaKey.logLevel, "warning"))
        talk.note(talk.dialogue.log(talk.calls[1].number, .info, "too low"))
        talk.note(talk.dialogue.log(talk.calls[1].number, .error, "heard"))
        #expect(talk.told.map { $0["params"]?["data"] } == ["heard"])
        talk.ask("tools/list", id: 3, meta: Talk.meta.setting(MetaKey.logLevel, "loud"))
        #expect(talk.code == -32602)
    }

    @Test func `a cancelled call is stopped and never answered`() {
        var talk = Talk()
        talk.ask("tools/call", .object(["name": "get_weather"]), id: "gone")
        talk.say(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"gone"}}"#)
        #expect(talk.stopped == [talk.calls[0].number])
        talk.note(talk.dialogue.finish(talk.calls[0].number, .tool(ToolResult([.text("late")]))))
        #expect(talk.replies.isEmpty)
        for unknown in [#"{"requestId":"never"}"#, #"{"requestId":4242}"#, "{}"] {
            #expect(talk.say(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":\#(unknown)}"#).isEmpty)
        }
    }

    @Test func `an id that is under way is not taken twice`() {
        var talk = Talk()
        talk.ask("tools/call", .object(["name": "get_weather"]), id: "same")
        talk.ask("tools/call", .object(["name": "get_weather"]), id: "same")
        #expect(talk.calls.count == 1 && talk.code == -32600)
    }

    @Test func `the number of calls at work is bounded`() {
        var limits = ServerDialogue.Limits()
        limits.calls = 2
        var talk = Talk(limits: limits)
        for id in 1...3 { talk.ask("tools/call", .object(["name": "get_weather"]), id: .integer(Int64(id))) }
        #expect(talk.calls.count == 2 && talk.error != nil)
        talk.note(talk.dialogue.finish(talk.calls[0].number, .tool(ToolResult([]))))
        talk.ask("tools/call", .object(["name": "get_weather"]), id: 4)
        #expect(talk.calls.count == 3)
    }

    @Test func `a missing resource is an error that names it`() {
        var talk = Talk()
        talk.ask("resources/read", .object(["uri": "x://y"]))
        talk.note(talk.dialogue.finish(talk.calls[0].number, .failed(.unknownResource("x://y", .july2026))))
        #expect(talk.code == -32602 && talk.error?["data"]?["uri"] == "x://y")
        talk.ask("resources/read", id: 2)
        #expect(talk.code == -32602)
    }

    @Test func `listeners hear what they asked for, under their own name, and nothing else`() {
        var talk = Talk()
        talk.ask("subscriptions/listen", .object(["notifications": .object(["toolsListChanged": true, "resourceSubscriptions": .array(["test://one"])])]), id: "l")
        #expect(talk.told.last?["method"] == "notifications/subscriptions/acknowledged")
        #expect(talk.told.last?["params"]?["notifications"] == .object(["toolsListChanged": true, "resourceSubscriptions": .array(["test://one"])]))
        for change in [Change.tools, .prompts, .resources, .resource(uri: "test://one"), .resource(uri: "test://two")] { talk.note(talk.dialogue.changed(change)) }
        #expect(talk.told.dropFirst().map { $0["method"] } == ["notifications/tools/list_changed", "notifications/resources/updated"])
        #expect(talk.told.allSatisfy { $0["params"]?["_meta"]?[MetaKey.subscriptionID] == "l" })
        talk.note(talk.dialogue.close())
        #expect(talk.result?["_meta"]?[MetaKey.subscriptionID] == "l" && talk.result?["resultType"] == "complete")
    }
}
