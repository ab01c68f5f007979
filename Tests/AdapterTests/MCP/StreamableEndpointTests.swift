import MCP
import MCPHosting
import Notation
import Synchronization
import Testing
@testable import Transport

/// Who may speak to an endpoint, and what sessions are to strangers. No socket is needed to ask.
@Suite(.timeLimit(.minutes(1))) struct StreamableEndpointTests {
    private let headers: HeaderFields = ["host": "127.0.0.1:8765", "content-type": "application/json", "accept": "application/json, text/event-stream"]
    private let initialize = Array(
        #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#.utf8)
    private let ping = Array(#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#.utf8)

    private func request(_ method: String = "POST", _ changes: [String: String?] = [:], _ body: [UInt8] = [], path: String = "/mcp") -> HTTPRequest {
        var headers = headers
        for (name, value) in changes { headers[name] = value }
        return HTTPRequest(method: method, path: path, headers: headers, body: body)
    }

    private func status(_ endpoint: StreamableEndpoint, _ request: HTTPRequest) async -> Int? { await endpoint.answer(request)?.status }

    @Test func `a page from elsewhere and a foreign name are refused on every verb; no origin is a program`() async {
        let endpoint = StreamableEndpoint(Workshop().host)
        for verb in ["POST", "GET", "DELETE", "OPTIONS"] {
            for foreign: [String: String?] in [
                ["origin": "http://evil.example.com"], ["origin": "http://127.0.0.1.evil.example.com:8765"], ["origin": "https://evil.example.com:8765"], ["origin": "null"],
                ["origin": "http://127.0.0.1:9999"], ["host": "evil.example.com"], ["host": "evil.example.com", "origin": "http://evil.example.com"], ["host": nil],
            ] {
                let found = await status(endpoint, request(verb, foreign, initialize))
                #expect(found == 403, "\(verb) \(foreign)")
            }
        }
        let (own, none) = (await status(endpoint, request("POST", ["origin": "http://127.0.0.1:8765"], initialize)), await status(endpoint, request("POST", [:], initialize)))
        #expect(own == 200 && none == 200)
        let elsewhere = await endpoint.answer(request(path: "/other"))
        #expect(elsewhere == nil)
    }

    @Test func `a session is known by its id, ends once, and is nobody else's`() async throws {
        let endpoint = StreamableEndpoint(
            Workshop().host, access: .bearer(issuers: [], scopes: []) { .allowed(principal: $0) })
        func sent(_ who: String, _ session: String?, _ body: [UInt8], _ method: String = "POST") async -> HTTPResponse? {
            await endpoint.answer(request(method, ["authorization": "Bearer \(who)", "mcp-session-id": session], body))
        }
        let opened = try #require(await sent("ada", nil, initialize))
        let session = try #require(opened.headers["mcp-session-id"])
        #expect(opened.status == 200 && session.utf8.count >= 32)
        let (own, foreign, unknown, without) = (
            await sent("ada", session, ping)?.status, await sent("eve", session, ping)?.status, await sent("ada", "0000", ping)?.status, await sent("ada", nil, ping)?.status)
        #expect(own == 200 && foreign == 404 && unknown == 404 && without == 400)
        let (theft, end, again) = (await sent("eve", session, [], "DELETE")?.status, await sent("ada", session, [], "DELETE")?.status, await sent("ada", session, ping)?.status)
        #expect(theft == 404 && end == 204 && again == 404)
    }

    @Test func `a service that is made late is made once, for the first who is let in; what it cannot be made for is told and tried again`() async throws {
        let workshop = Workshop()
        let attempts = Mutex(0)
        let endpoint = StreamableEndpoint(path: "/mcp", access: .token("a secret of its own")) {
            let attempt = attempts.withLock { count in
                count += 1
                return count
            }
            guard attempt > 1 else { throw Missing() }
            return workshop.host
        }
        func sent(_ token: String?) async -> HTTPResponse? { await endpoint.answer(request("POST", ["authorization": token.map { "Bearer \($0)" }], initialize)) }
        let (stranger, wrong) = (await sent(nil)?.status, await sent("another")?.status)
        #expect(stranger == 401 && wrong == 401 && attempts.withLock { $0 } == 0)
        let first = try #require(await sent("a secret of its own"))
        #expect(first.status == 503)
        let told = try JSON(parsing: first.body)
        #expect(told["id"] == 1 && told["error"]?["message"]?.asText?.contains("there is no such program") == true, "\(told)")
        let (second, third) = (await sent("a secret of its own")?.status, await sent("a secret of its own")?.status)
        #expect(second == 200 && third == 200 && attempts.withLock { $0 } == 2)
    }

    private struct Missing: Error, CustomStringConvertible { let description = "there is no such program" }

    @Test func `a failed initialize opens no session`() async throws {
        let endpoint = StreamableEndpoint(Workshop().host)
        let answer = try #require(await endpoint.answer(request("POST", [:], Array(#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#.utf8))))
        #expect(answer.headers["mcp-session-id"] == nil && answer.status == 200)
    }

    @Test func `sessions are bounded: the one that was idle the longest goes`() async throws {
        let endpoint = StreamableEndpoint(Workshop().host)
        var ids: [String] = []
        for _ in 0..<66 { ids.append(try #require(await endpoint.answer(request("POST", [:], initialize))?.headers["mcp-session-id"])) }
        var statuses: [Int?] = []
        for id in ids { statuses.append(await status(endpoint, request("POST", ["mcp-session-id": id], ping))) }
        #expect(statuses.filter { $0 == 200 }.count == 64 && statuses.prefix(2) == [404, 404])
    }

    enum End: CaseIterable { case deleted, crowdedOut, stopped }

    private func end(_ session: String, _ way: End, _ endpoint: StreamableEndpoint) async throws {
        switch way {
        case .deleted: #expect(await status(endpoint, request("DELETE", ["mcp-session-id": session])) == 204)
        case .crowdedOut: for _ in 0..<64 { #expect(await status(endpoint, request("POST", [:], initialize)) == 200) }
        case .stopped: endpoint.stop()
        }
    }

    @Test(arguments: End.allCases) func `a session may end while somebody is asked in it`(way: End) async throws {
        let workshop = Workshop()
        let endpoint = StreamableEndpoint(workshop.host)
        let opening = #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"elicitation":{}},"clientInfo":{"name":"t","version":"1"}}}"#
        let session = try #require(await endpoint.answer(request("POST", [:], Array(opening.utf8)))?.headers["mcp-session-id"])
        let call = #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"ask_name"}}"#
        let stream = try #require(await endpoint.answer(request("POST", ["mcp-session-id": session], Array(call.utf8)))?.stream)
        try await end(session, way, endpoint)
        await workshop.log.wait(for: "nobody answered")
        while await stream.next() != nil {}
    }

    @Test(arguments: End.allCases) func `a request of the last moment is answered when its session ends`(way: End) async throws {
        let workshop = Workshop()
        let endpoint = StreamableEndpoint(workshop.host)
        let session = try #require(await endpoint.answer(request("POST", [:], initialize))?.headers["mcp-session-id"])
        let call = request("POST", ["mcp-session-id": session], Array(#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"wait"}}"#.utf8))
        async let answer = endpoint.answer(call)
        await workshop.log.wait(for: "waiting")
        try await end(session, way, endpoint)
        // With JSON at once, or, had it taken a quarter of a second, by a stream: which ends.
        if let stream = await answer?.stream { while await stream.next() != nil {} }
    }

    @Test func `a token is needed where one is set, and the answer says where to get it`() async throws {
        let endpoint = StreamableEndpoint(Workshop().host, access: .token("sesame", issuers: ["https://issuer.example"], scopes: ["mcp"]))
        for wrong: [String: String?] in [[:], ["authorization": "Bearer wrong"], ["authorization": "Basic sesame"], ["authorization": "sesame"]] {
            let answer = try #require(await endpoint.answer(request("POST", wrong, initialize)))
            #expect(answer.status == 401)
            #expect(answer.headers["www-authenticate"]?.hasPrefix("Bearer resource_metadata=\"http://127.0.0.1:8765/.well-known/oauth-protected-resource/mcp\"") == true)
        }
        var query = request("POST", [:], initialize)
        query.query = "access_token=sesame"
        let (inQuery, right) = (await status(endpoint, query), await status(endpoint, request("POST", ["authorization": "bearer sesame"], initialize)))
        #expect(inQuery == 401 && right == 200)
        let document = try #require(await endpoint.answer(request("GET", [:], path: "/.well-known/oauth-protected-resource/mcp")))
        let json = try JSON(parsing: document.body)
        #expect(json["resource"] == "http://127.0.0.1:8765/mcp" && json["authorization_servers"] == .array(["https://issuer.example"]))
    }

    @Test func `a lone request has no session and may have any id`() async throws {
        let endpoint = StreamableEndpoint(Workshop().host)
        let body = JSON.object([
            "jsonrpc": "2.0", "id": 1, "method": "server/discover",
            "params": .object(["_meta": .object([.init(key: MetaKey.protocolVersion, value: "2026-07-28"), .init(key: MetaKey.clientCapabilities, value: .object([]))])]),
        ])
        let answer = try #require(await endpoint.answer(request("POST", ["mcp-protocol-version": "2026-07-28", "mcp-method": "server/discover", "mcp-session-id": "made-up"], body.bytes)))
        #expect(answer.status == 200 && answer.headers["mcp-session-id"] == nil)
    }
}
