import MCP
@testable import MCPHosting
import Notation
import Synchronization
import Testing
import Transport

/// What a client says over HTTP, in which order, and what it hears of trouble.
@Suite(.timeLimit(.minutes(1))) struct HTTPLinkTests {
    /// Notes each message when it is done with it; the one that is named takes its time.
    private func server(slow: String, _ log: EventSignal) -> WebServer {
        WebServer(port: 0) { request in
            guard request.method == "POST", let message = try? Envelope(parsing: request.body[...]) else { return HTTPResponse(status: 405) }
            let (id, method) =
                switch message {
                case .request(let id, let method, _): (Optional(id), method)
                case .notification(let method, _): (nil, method)
                case .result, .error: (nil, "answer")
                }
            // Long enough for what overtakes it to arrive.
            if method == slow { try? await Task.sleep(for: .milliseconds(200)) }
            log.happen(method)
            guard let id else { return HTTPResponse(status: 202) }
            let result: JSON =
                method == "initialize"
                ? .object(["protocolVersion": "2025-11-25", "capabilities": .object([]), "serverInfo": .object(["name": "slow", "version": "1"])]) : .object(["tools": .array([])])
            return jsonResponse(Envelope.result(id, result).json, status: 200)
        }
    }

    @Test func `nothing is asked in a session before the server has heard that it is open`() async throws {
        let log = EventSignal()
        let server = server(slow: "notifications/initialized", log)
        let client = Client(HTTPLink("http://127.0.0.1:\(try await server.start())/mcp"), info: Implementation(name: "tester", version: "1"), era: .sessions)
        _ = try await client.connect()
        _ = try await client.tools()
        #expect(log.all == ["initialize", "notifications/initialized", "tools/list"])
        await client.close()
        await server.stop()
    }

    @Test func `a cancellation does not overtake its request`() async throws {
        let log = EventSignal()
        let server = server(slow: "tools/call", log)
        let link = HTTPLink("http://127.0.0.1:\(try await server.start())/mcp")
        try await link.start { _ in }
        let context = LinkContext(revision: .november2025, tool: nil)
        link.send(.request(.integer(1), method: "tools/call", params: .object([])), context)
        link.send(.notification(method: "notifications/cancelled", params: .object(["requestId": 1])), context)
        await log.wait(for: "notifications/cancelled")
        #expect(log.all == ["tools/call", "notifications/cancelled"])
        await link.close()
        await server.stop()
    }

    @Test func `every failure is told, however fast it comes`() async throws {
        let link = HTTPLink("no address")
        let (events, told) = AsyncStream.makeStream(of: Envelope.self)
        try await link.start { if case .message(let message) = $0 { told.yield(message) } }
        for id in 0..<500 { link.send(.request(.integer(Int64(id)), method: "ping", params: .object([])), LinkContext(revision: .november2025, tool: nil)) }
        var ids: Set<RequestID?> = []
        for await message in events {
            if case .error(let id, _) = message { ids.insert(id) }
            if ids.count == 500 { break }
        }
        #expect(ids.count == 500)
        await link.close()
    }

    @Test(arguments: ["text/event-stream", "application/json"]) func `an answer without end is given up, and said to be too large`(type: String) async throws {
        let server = WebServer(port: 0) { _ in
            var response = HTTPResponse(status: 200, headers: ["content-type": type])
            let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            response.stream = HTTPBodyStream(next: { piece }, ended: {})
            return response
        }
        let link = HTTPLink("http://127.0.0.1:\(try await server.start())/mcp")
        let (events, told) = AsyncStream.makeStream(of: Envelope.self)
        try await link.start { if case .message(let message) = $0 { told.yield(message) } }
        link.send(.request(.integer(1), method: "ping", params: .object([])), LinkContext(revision: .november2025, tool: nil))
        for await message in events {
            guard case .error(_, let error) = message else { continue }
            #expect(error.message.contains("large"), "\(error)")
            break
        }
        await link.close()
        await server.stop()
    }
}
