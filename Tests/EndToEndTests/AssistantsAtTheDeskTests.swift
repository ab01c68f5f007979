import Foundation
import Testing
import Transport

/// The way of assistants to `aura run`, from outside.
@Suite(.serialized) struct AssistantsAtTheDeskTests {
    private static let hello = Array(
        #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"stranger","version":"1"}}}"#.utf8)

    @Test func `assistants come in by a token of their own, do what their tier allows, and it replays`() async throws {
        try await Scratch.with { scratch in
            try await RunningDesk.with(scratch, ["--mcp-tier", "propose"]) { desk in
                let url = "http://127.0.0.1:\(desk.ready.bridge_port)/mcp/kalshi"
                let secret = try String(contentsOfFile: desk.ready.data_dir + "/mcp-token", encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
                #expect(secret != desk.token)
                let web = WebClient()
                func ask(_ body: [UInt8], token: String?, origin: String? = nil, session: String? = nil) async throws -> HTTPReply {
                    var headers: HeaderFields = ["content-type": "application/json", "accept": "application/json, text/event-stream"]
                    if let token { headers.add("authorization", "Bearer \(token)") }
                    if let origin { headers.add("origin", origin) }
                    if let session { headers.add("mcp-session-id", session) }
                    let answer = try await web.request("POST", url, headers: headers, body: body)
                    return HTTPReply(status: answer.status, session: answer.headers["mcp-session-id"], text: String(decoding: answer.body, as: UTF8.self))
                }
                #expect(try await ask(Self.hello, token: nil).status == 401)
                #expect(try await ask(Self.hello, token: desk.token).status == 401, "the bridge's token opens the bridge alone")
                #expect(try await ask(Self.hello, token: secret, origin: "http://elsewhere.example").status == 403)
                let opened = try await ask(Self.hello, token: secret)
                #expect(opened.status == 200 && opened.text.contains("Environment: SIMULATED"), "\(opened.text)")
                let list = try await ask(Array(#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#.utf8), token: secret, session: opened.session)
                #expect(list.text.contains("order_propose") && !list.text.contains("order_place") && list.text.contains("trading_halt"))
                let halt = try await ask(
                    Array(#"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"trading_halt","arguments":{}}}"#.utf8), token: secret, session: opened.session)
                #expect(halt.text.contains("halted") || halt.text.contains("killing"), "\(halt.text)")
                let tightened = try await ask(
                    Array(#"{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"risk_limits_tighten","arguments":{"maximum_order_cost":"5"}}}"#.utf8), token: secret,
                    session: opened.session)
                #expect(tightened.text.contains("5.0000"), "\(tightened.text)")
                let trail = try String(contentsOfFile: desk.ready.data_dir + "/audit/kalshi.jsonl", encoding: .utf8)
                #expect(trail.contains("\"trading_halt\"") && !trail.contains(secret))
                await web.shutdown()
                let (end, _) = try await desk.stop(SIGTERM)
                #expect(end.code == 0 && end.errors.isEmpty, "\(end.errors)")
            }
            #expect(try await Replay.run(scratch).equal, "what assistants did is in the journal, and replays")
        }
    }

    private struct HTTPReply {
        let status: Int
        let session: String?
        let text: String
    }

    @Test func `a tier that there is not is refused in a sentence`() async throws {
        try await Scratch.with { scratch in
            let process = try AuraProcess(["run", "--mcp-tier", "everything", "--data-dir", "data"], in: scratch.path)
            let end = try await process.ended(within: .seconds(20))
            #expect(end.code == 78)
            #expect(end.errors.contains("must be read, propose, paper or live"), "\(end.errors)")
        }
    }
}
