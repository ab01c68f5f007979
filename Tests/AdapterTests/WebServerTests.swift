import Testing
import Transport

/// An echo server on a free port: what came in is told back, headers and all.
private func echoServer(bodyLimit: Int = 1 << 20) -> WebServer {
    WebServer(port: 0, requestBodyLimit: bodyLimit) { request in
        switch request.path {
        case "/slow":
            // The client's timeout is what is tested; the handler only has to be slower.
            try? await Task.sleep(for: .seconds(3))
            return .text(200, "late")
        default:
            let items = request.queryItems.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
            let body = String(decoding: request.body, as: UTF8.self)
            return .text(200, "\(request.method) \(request.path) [\(request.query)] \(items) \(request.headers["X-NAME"] ?? "-") \(body)")
        }
    }
}

private func withClient(_ body: (WebClient) async throws -> Void) async throws {
    let client = WebClient()
    try await body(client)
    await client.shutdown()
}

@Suite(.timeLimit(.minutes(1)))
struct WebServerTests {
    @Test func `a request arrives whole, its path as it was sent and its query decoded`() async throws {
        let server = echoServer()
        let port = try await server.start()
        try await withClient { client in
            let answer = try await client.request(
                "DELETE", "http://127.0.0.1:\(port)/a%2Fb?x=1%202&y=a+b&z", headers: ["x-name": "n"], body: Array("{}".utf8))
            #expect(answer.status == 200)
            #expect(String(decoding: answer.body, as: UTF8.self) == "DELETE /a%2Fb [x=1%202&y=a+b&z] x=1 2;y=a b;z= n {}")
            let head = try await client.request("HEAD", "http://127.0.0.1:\(port)/")
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(head.headers["Content-Length"] == "13")
        }
        await server.stop()
    }

    @Test func `many requests share kept-alive connections`() async throws {
        let server = echoServer()
        let port = try await server.start()
        try await withClient { client in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<200 {
                    group.addTask { try await client.request("POST", "http://127.0.0.1:\(port)/\(index)", body: [65]).status }
                }
                for try await status in group { #expect(status == 200) }
            }
        }
        await server.stop()
    }

    @Test func `a body over the limit is refused with 413 and the next request works`() async throws {
        let server = echoServer(bodyLimit: 1000)
        let port = try await server.start()
        try await withClient { client in
            let refused = try await client.request("POST", "http://127.0.0.1:\(port)/", body: [UInt8](repeating: 65, count: 1001))
            #expect(refused.status == 413)
            // A client that sends on while it is refused may also find the connection cut.
            let huge = try? await client.request("POST", "http://127.0.0.1:\(port)/", body: [UInt8](repeating: 65, count: 40 << 20))
            #expect(huge == nil || huge?.status == 413)
            #expect(try await client.request("POST", "http://127.0.0.1:\(port)/", body: [UInt8](repeating: 65, count: 1000)).status == 200)
        }
        await server.stop()
    }

    @Test func `a port in use gives one sentence that names it`() async throws {
        let first = echoServer()
        let port = try await first.start()
        let second = WebServer(port: port) { _ in .text(200, "") }
        let error = await #expect(throws: TransportError.self) { _ = try await second.start() }
        #expect(error == .portInUse(port))
        #expect(error?.description == "port \(port) is already in use by another program")
        await second.stop()
        await first.stop()
    }

    @Test func `a stopped server has closed its port and its sockets within a second, and the port can be used again`() async throws {
        let server = echoServer()
        let port = try await server.start()
        try await withClient { client in
            _ = try await client.request("GET", "http://127.0.0.1:\(port)/")
            let slow = Task { try await client.request("GET", "http://127.0.0.1:\(port)/slow") }
            // The slow request has to be under way; a quick one that is answered after it shows that.
            _ = try await client.request("GET", "http://127.0.0.1:\(port)/")
            let began = ContinuousClock.now
            await server.stop()
            #expect(ContinuousClock.now - began < .seconds(1))
            _ = await slow.result
            let error = await #expect(throws: TransportError.self) { _ = try await client.request("GET", "http://127.0.0.1:\(port)/") }
            #expect(error?.nothingWasSent == true || error?.outcomeIsUnknown == true)
        }
        let again = WebServer(port: port) { _ in .text(200, "") }
        #expect(try await again.start() == port)
        await again.stop()
    }

    @Test func `the client tells trouble before sending from trouble after it`() async throws {
        let server = echoServer()
        let port = try await server.start()
        try await withClient { client in
            let late = await #expect(throws: TransportError.self) {
                _ = try await client.request("POST", "http://127.0.0.1:\(port)/slow", timeout: .milliseconds(200))
            }
            #expect(late?.outcomeIsUnknown == true)
            let bad = await #expect(throws: TransportError.self) { _ = try await client.request("GET", "nonsense://x y") }
            if case .badURL = bad {} else { Issue.record("\(String(describing: bad)) is no bad URL") }
            let secure = await #expect(throws: TransportError.self) { _ = try await client.request("GET", "https://127.0.0.1:\(port)/") }
            if case .tls = secure {} else { Issue.record("\(String(describing: secure)) is no TLS error") }
            await server.stop()
            let unknown = await #expect(throws: TransportError.self) { _ = try await client.request("GET", "http://no-such-host.invalid/") }
            #expect(unknown?.nothingWasSent == true)
        }
        try await withClient { client in
            let refused = await #expect(throws: TransportError.self) { _ = try await client.request("GET", "http://127.0.0.1:\(port)/") }
            #expect(refused == .couldNotConnect(to: "http://127.0.0.1:\(port)/", why: "connection refused"))
        }
    }
}
