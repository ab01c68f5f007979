import MCP
import Notation
import Testing

@Suite struct EnvelopeTests {
    @Test(arguments: [
        ("{this is not json", -32700, nil), (#"{"jsonrpc":"2.0","id":1,"method":"tools/list""#, -32700, nil), (#"{"jsonrpc":"2.0","id":"a"}"#, -32600, "a"),
        (#"{"jsonrpc":"1.0","id":"v1","method":"ping"}"#, -32600, "v1"), (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600, nil),
        (#"{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}"#, -32600, nil), (#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32600, nil),
        (#"{"jsonrpc":"2.0","id":"m","method":5}"#, -32600, "m"), (#"{"jsonrpc":"2.0","id":"p","method":"ping","params":[1]}"#, -32600, "p"),
        ("42", -32600, nil), (#""x""#, -32600, nil), ("null", -32600, nil), ("[]", -32600, nil), (#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600, nil),
        (#"{"jsonrpc":"2.0","id":"s","method":"no/such","params":{"x":"\ud800"}}"#, -32700, nil), (#"{"jsonrpc":"2.0","id":"n","method":"no/such","params":{"x":1e999999}}"#, -32700, nil),
    ] as [(String, Int64, String?)])
    func `what is no message gets an error, with its id where it has one`(text: String, code: Int64, id: String?) {
        var talk = Talk()
        talk.say(text)
        #expect(talk.code == code, "\(talk.replies)")
        #expect(talk.replies.last?["id"]?.asText == id)
        #expect(talk.calls.isEmpty)
    }

    @Test func `hostile input gets an error and ends nothing`() {
        var talk = Talk()
        talk.say(#"{"jsonrpc":"2.0","id":"deep","method":"tools/list","params":{"x":"# + String(repeating: "[", count: 20_000) + String(repeating: "]", count: 20_000) + "}}")
        #expect(talk.code == -32700)
        talk.note(talk.dialogue.receive((Array(#"{"jsonrpc":"2.0","id":"u","method":"tools/list","params":{"cursor":""#.utf8) + [0xFF, 0xFE] + Array(#""}}"#.utf8))[...]))
        #expect(talk.code == -32700)
        talk.ask("no/such", .object(["x": .text(String(repeating: "y", count: 1 << 20))]))
        #expect(talk.code == -32601)
        talk.ask("server/discover", id: "still here")
        #expect(talk.result != nil)
    }

    @Test func `ids come back as they were`() {
        for id: JSON in ["string-id", 0, -7, .integer(1 << 53 - 1), "ünï©ode", .text(String(repeating: "a", count: 200))] {
            var talk = Talk()
            talk.ask("server/discover", id: id)
            #expect(talk.replies.last?["id"] == id)
            talk.ask("no/such", id: id)
            #expect(talk.replies.last?["id"] == id)
        }
    }
}
