import Synchronization
import Testing
import Transport

/// A server that echoes every text and binary message, and refuses whoever sends no `x-key`.
private func echoServer(limits: WebSocketLimits = .server) -> WebServer {
    let route = WebSocketRoute(limits: limits) { request in
        request.headers["x-key"] == nil ? .refuse(.text(401, "no key")) : .accept(["x-hello": "yes"])
    } session: { _, connection in
        for await message in connection.incoming {
            // A failed echo means that the client is gone, which the next message says.
            switch message {
            case .text(let bytes): try? await connection.send(text: bytes)
            case .binary(let bytes): try? await connection.send(binary: bytes)
            case .closed: return
            }
        }
    }
    return WebServer(port: 0, webSocket: route) { request in .text(200, "plain \(request.path)") }
}

private func text(_ message: WebSocketMessage?) -> String? {
    if case .text(let bytes) = message { String(decoding: bytes, as: UTF8.self) } else { nil }
}

@Suite(.timeLimit(.minutes(1)))
struct WebSocketTests {
    @Test func `one port serves HTTP and WebSocket, and messages come back in order`() async throws {
        let server = echoServer()
        let port = try await server.start()
        let socket = try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/x?y=1", headers: ["x-key": "k"])
        let count = 2000
        let sender = Task { for index in 0..<count { try await socket.send(text: "message \(index)") } }
        var received = 0
        for await message in socket.incoming {
            guard text(message) == "message \(received)" else { break }
            received += 1
            if received == count { break }
        }
        #expect(received == count)
        try await sender.value
        let client = WebClient()
        #expect(try await client.request("GET", "http://127.0.0.1:\(port)/p").body == Array("plain /p".utf8))
        await client.shutdown()
        await server.stop()
    }

    @Test func `a refused upgrade tells its status, and a plain request with an upgrade header is told so`() async throws {
        let server = echoServer()
        let port = try await server.start()
        let url = "ws://127.0.0.1:\(port)/"
        let error = await #expect(throws: TransportError.self) { _ = try await WebSocketClient.connect(url: url) }
        #expect(error == .refused(url: url, status: 401))
        let client = WebClient()
        let headers: HeaderFields = ["x-key": "k", "connection": "upgrade", "upgrade": "websocket"]
        let answer = try await client.request("GET", "http://127.0.0.1:\(port)/", headers: headers)
        #expect(answer.status == 400)
        await client.shutdown()
        await server.stop()
    }

    @Test func `nobody there, no WebSocket there, and no URL are told apart`() async throws {
        let server = WebServer(port: 0) { _ in .text(404, "nothing") }
        let port = try await server.start()
        let plain = await #expect(throws: TransportError.self) { _ = try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/") }
        #expect(plain == .refused(url: "ws://127.0.0.1:\(port)/", status: 404))
        let secure = await #expect(throws: TransportError.self) { _ = try await WebSocketClient.connect(url: "wss://127.0.0.1:\(port)/") }
        if case .tls = secure {} else { Issue.record("\(String(describing: secure)) is no TLS error") }
        await server.stop()
        let gone = await #expect(throws: TransportError.self) { _ = try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/") }
        #expect(gone == .couldNotConnect(to: "ws://127.0.0.1:\(port)/", why: "connection refused"))
        let bad = await #expect(throws: TransportError.self) { _ = try await WebSocketClient.connect(url: "http://127.0.0.1/") }
        #expect(bad == .badURL("http://127.0.0.1/"))
    }

    @Test func `stop says goodbye to open WebSockets within a second`() async throws {
        let server = echoServer()
        let port = try await server.start()
        let socket = try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/", headers: ["x-key": "k"])
        let began = ContinuousClock.now
        await server.stop()
        #expect(ContinuousClock.now - began < .seconds(1))
        var last: WebSocketMessage?
        for await message in socket.incoming { last = message }
        #expect(last == .closed(code: 1001, reason: "the server stops"))
        let error = await #expect(throws: TransportError.self) { try await socket.send(text: "x") }
        #expect(error == .closed)
    }

    @Test func `a message over the limit closes the connection with 1009`() async throws {
        let server = echoServer(limits: WebSocketLimits(messageBytes: 1000, pingInterval: nil, silence: nil))
        let port = try await server.start()
        let socket = try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/", headers: ["x-key": "k"])
        try await socket.send(text: [UInt8](repeating: 65, count: 1001))
        var last: WebSocketMessage?
        for await message in socket.incoming { last = message }
        if case .closed(1009, _) = last {} else { Issue.record("\(String(describing: last))") }
        await server.stop()
    }

    @Test func `a peer that falls silent is dead, one that is pinged lives`() async throws {
        let quiet = echoServer(limits: WebSocketLimits(messageBytes: 1000, pingInterval: nil, silence: nil))
        let port = try await quiet.start()
        let impatient = WebSocketLimits(messageBytes: 1000, pingInterval: nil, silence: .milliseconds(600))
        let socket = try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/", headers: ["x-key": "k"], limits: impatient)
        var last: WebSocketMessage?
        for await message in socket.incoming { last = message }
        if case .closed(1006, let reason) = last, reason.hasPrefix("nothing was heard") {} else { Issue.record("\(String(describing: last))") }
        await quiet.stop()

        let pinging = echoServer(limits: WebSocketLimits(messageBytes: 1000, pingInterval: .milliseconds(100), silence: .milliseconds(600)))
        let lively = try await pinging.start()
        let second = try await WebSocketClient.connect(url: "ws://127.0.0.1:\(lively)/", headers: ["x-key": "k"], limits: impatient)
        // Twice the limit has to pass with nothing but pings and pongs.
        try await Task.sleep(for: .milliseconds(1300))
        try await second.send(text: "still here")
        var messages = second.incoming.makeAsyncIterator()
        #expect(text(await messages.next()) == "still here")
        await pinging.stop()
    }

    @Test func `a slow reader makes the sender wait, and loses nothing`() async throws {
        let sent = Mutex(0)
        let total = 3000
        let payload = [UInt8](repeating: 66, count: 10_000)
        let route = WebSocketRoute { _ in .accept() } session: { _, connection in
            for _ in 0..<total {
                // A failed message means that the test is over.
                guard (try? await connection.send(text: payload)) != nil else { return }
                sent.withLock { $0 += 1 }
            }
            for await _ in connection.incoming {}
        }
        let server = WebServer(port: 0, webSocket: route) { _ in .text(404, "") }
        let port = try await server.start()
        let limits = WebSocketLimits(messageBytes: 1 << 20, pingInterval: nil, silence: nil, unreadMessages: 16)
        let socket = try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/", limits: limits)
        // Nothing is read for a moment: the sender gets no further than the buffers of the system and our sixteen messages.
        try await Task.sleep(for: .milliseconds(500))
        #expect(sent.withLock { $0 } < total)
        var received = 0
        for await message in socket.incoming {
            guard case .text(let bytes) = message, bytes.count == payload.count else { break }
            received += 1
            if received == total { break }
        }
        #expect(received == total)
        await server.stop()
    }
}
