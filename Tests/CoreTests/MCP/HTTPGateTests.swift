import MCP
import Notation
import Testing

@Suite struct HTTPGateTests {
    private func judge(_ method: String = "POST", _ headers: [String: String], _ body: String = "") -> HTTPGate.Verdict {
        let lower = Dictionary(uniqueKeysWithValues: headers.map { ($0.key.lowercased(), $0.value) })
        let tools = Offer.everything.tools
        return HTTPGate().judge(method: method, header: { lower[$0.lowercased()] }, body: Array(body.utf8)[...], tool: { tools?.tool($0) })
    }

    private func modern(_ method: String, _ params: JSON = .object([]), _ changes: [String: String?] = [:], meta: JSON = Talk.meta) -> HTTPGate.Verdict {
        var headers = ["content-type": "application/json", "accept": "application/json, text/event-stream"]
        for header in RoutingHeaders.headers(method: method, params: params, revision: .july2026, tool: params["name"]?.asText.flatMap { Offer.everything.tools?.tool($0) }) {
            headers[header.name.lowercased()] = header.value
        }
        for (name, value) in changes { headers[name.lowercased()] = value }
        return judge("POST", headers, JSON.object(["jsonrpc": "2.0", "id": 1, "method": .text(method), "params": params.setting("_meta", meta)]).rendered)
    }

    private let plain = ["content-type": "application/json", "accept": "application/json, text/event-stream"]

    private func refusal(_ verdict: HTTPGate.Verdict) -> String {
        switch verdict {
        case .refuse(let status, let refusal, _): "\(status) \(refusal?.error.code ?? 0)"
        case .alone: "alone"
        case .open: "open"
        case .session(let id, _): "session \(id)"
        case .stream(let session, let after): "stream \(session) \(after ?? "-")"
        case .end(let session): "end \(session)"
        }
    }

    @Test func `a request with matching headers stands alone`() {
        #expect(refusal(modern("server/discover")) == "alone")
        #expect(refusal(modern("tools/call", .object(["name": "route", "arguments": .object(["region": "eu"])]))) == "alone")
        #expect(refusal(modern("tools/call", .object(["name": "route", "arguments": .object([])]))) == "alone")
        #expect(refusal(modern("resources/read", .object(["uri": "test://ünï"]))) == "alone", "encoded, and decoded again")
        #expect(refusal(modern("server/discover", .object([]), ["Mcp-Session-Id": "made-up", "Last-Event-ID": "7"])) == "alone", "sessions are not of this era")
    }

    @Test(arguments: [
        ("Mcp-Method", nil), ("Mcp-Method", "prompts/list"), ("Mcp-Name", nil), ("Mcp-Name", "other"), ("Mcp-Name", "=?base64?%%%?="), ("Mcp-Param-Region", nil),
        ("Mcp-Param-Region", "us"), ("MCP-Protocol-Version", nil), ("MCP-Protocol-Version", "2025-11-25"), ("MCP-Protocol-Version", "1999-01-01"),
    ] as [(String, String?)])
    func `a header that is missing or says something else than the body is refused`(name: String, value: String?) {
        #expect(refusal(modern("tools/call", .object(["name": "route", "arguments": .object(["region": "eu"])]), [name: value])) == "400 -32020", "\(name)")
    }

    @Test func `an encoded header is decoded before it is compared`() {
        let call = JSON.object(["name": "get_weather", "arguments": .object([])])
        #expect(refusal(modern("tools/call", call, ["Mcp-Name": "=?base64?\(Base64.standard.encode("get_weather".utf8))?="])) == "alone")
        #expect(refusal(modern("tools/call", call, ["Mcp-Name": "=?base64?\(Base64.standard.encode([0xFF]))?="])) == "400 -32020")
    }

    @Test func `a revision that is missing in the body is told before what differs from it`() {
        #expect(refusal(modern("tools/list", meta: Talk.meta.setting(MetaKey.protocolVersion, nil))) == "400 -32602")
    }

    @Test func `an argument that no header can carry is left to the schema`() {
        #expect(refusal(modern("tools/call", .object(["name": "route", "arguments": .object(["region": .object([])])]), ["Mcp-Param-Region": "x"])) == "alone")
    }

    @Test func `media types are judged before the body`() {
        #expect(refusal(judge("POST", ["content-type": "text/plain"], "{}")) == "415 -32600")
        #expect(refusal(judge("POST", ["content-type": "application/json", "accept": "text/html"], "{}")) == "406 -32600")
        #expect(refusal(judge("POST", ["content-type": "application/json; charset=utf-8", "accept": "*/*"], "{bad")) == "400 -32700")
        #expect(refusal(judge("POST", plain, "[]")) == "400 -32600")
    }

    @Test func `without a revision in the body it is a matter of sessions`() {
        let call = #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#
        #expect(refusal(judge("POST", plain, #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#)) == "open")
        #expect(refusal(judge("POST", plain, call)) == "400 -32600")
        #expect(refusal(judge("POST", plain.merging(["mcp-session-id": "s"]) { $1 }, call)) == "session s")
        #expect(refusal(judge("POST", plain.merging(["mcp-session-id": "s", "mcp-protocol-version": "1999-01-01"]) { $1 }, call)) == "400 -32022")
    }

    @Test func `streams and ends belong to sessions, other verbs to nobody`() {
        #expect(refusal(judge("GET", ["accept": "text/event-stream", "mcp-session-id": "s"])) == "stream s -")
        #expect(refusal(judge("GET", ["accept": "text/event-stream", "mcp-session-id": "s", "last-event-id": "3-1"])) == "stream s 3-1")
        #expect(refusal(judge("GET", ["accept": "text/event-stream"])) == "400 -32600")
        #expect(refusal(judge("GET", ["accept": "application/json", "mcp-session-id": "s"])) == "406 -32600")
        #expect(refusal(judge("DELETE", ["mcp-session-id": "s"])) == "end s")
        for verb in ["GET", "DELETE"] { #expect(refusal(judge(verb, ["accept": "text/event-stream", "mcp-protocol-version": "2026-07-28"])) == "405 0") }
        for verb in ["PUT", "PATCH", "OPTIONS", "HEAD"] { #expect(refusal(judge(verb, [:])) == "405 0") }
    }
}

@Suite struct EventStreamTests {
    @Test func `events come out as they went in, however the bytes are cut`() {
        let events = [ServerSentEvent(id: "1-1", data: ""), ServerSentEvent(id: "1-2", data: #"{"a":1}"#, retryMilliseconds: 300), ServerSentEvent(data: "last")]
        let bytes = ServerSentEvent.heartbeat + events.flatMap(\.bytes)
        for size in 1...bytes.count {
            var reader = EventStreamReader()
            var found: [ServerSentEvent] = []
            for start in stride(from: 0, to: bytes.count, by: size) { found += reader.read(bytes[start..<min(bytes.count, start + size)]) ?? [] }
            #expect(found == events, "\(size)")
        }
    }

    @Test func `lines may end in three ways, and data may have several`() {
        var reader = EventStreamReader()
        #expect(reader.read(Array("data: a\r\ndata:b\r\rdata: c\n\n: note\nevent: x\n\n".utf8)) == [ServerSentEvent(data: "a\nb"), ServerSentEvent(data: "c")])
    }

    @Test func `an event without end is not kept`() {
        var reader = EventStreamReader(limit: 100)
        #expect(reader.read([UInt8](repeating: 0x61, count: 101)) == nil)
    }

    @Test func `who comes back with an id gets what came after it on that stream`() throws {
        var log = EventLog()
        let (a, b) = (log.open(), log.open())
        let first = log.append("", to: a)
        for i in 1...3 {
            _ = log.append("a\(i)", to: a)
            _ = log.append("b\(i)", to: b)
        }
        let rest = try #require(log.rest(after: first.id ?? ""))
        #expect(rest.stream == a && rest.events.map(\.data) == ["a1", "a2", "a3"])
        #expect(log.rest(after: "\(a)-4")?.events.isEmpty == true)
        for unknown in ["", "9-1", "\(a)-5", "x", "1-", "-1", "1-1-1"] { #expect(log.rest(after: unknown) == nil, "\(unknown)") }
        log.forget(a)
        #expect(log.rest(after: first.id ?? "") == nil && log.rest(after: "\(b)-1")?.events.count == 2)
    }

    @Test func `the oldest events go first when there are too many`() {
        var log = EventLog(eventLimit: 4, byteLimit: 1000)
        let stream = log.open()
        for i in 1...10 { _ = log.append("\(i)", to: stream) }
        #expect(log.rest(after: "\(stream)-0")?.events.map(\.data) == ["7", "8", "9", "10"])
        _ = log.append(String(repeating: "x", count: 999), to: stream)
        #expect(log.rest(after: "\(stream)-0")?.events.count == 1)
    }
}
