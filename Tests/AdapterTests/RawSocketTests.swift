import Foundation
import Glibc
import Testing
import Transport

/// A TCP socket with nothing above it, to say what a well-behaved client would not. Blocking, with a limit of 2 s a read.
struct RawSocket {
    let descriptor: Int32

    init(port: Int) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        precondition(result == 0, "nobody listens on port \(port)")
    }

    func write(_ bytes: [UInt8]) { _ = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } }
    func write(_ text: String) { write(Array(text.utf8)) }

    /// What comes until the text has occurred, the other side closes, or 2 s pass.
    func read(until text: String = "\u{0}never") async -> String {
        // Blocking calls stay off the threads that tasks share.
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: readBlocking(until: text)) }
        }
    }

    private func readBlocking(until text: String) -> String {
        var all: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while !String(decoding: all, as: UTF8.self).contains(text) {
            let count = recv(descriptor, &part, part.count, 0)
            if count <= 0 { break }
            all.append(contentsOf: part[..<count])
        }
        return String(decoding: all, as: UTF8.self)
    }

    func end() { close(descriptor) }

    static let handshake = """
        GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
        """

    /// A masked client frame; the mask is zero, so the payload is readable.
    static func frame(_ opcode: UInt8, _ payload: String, final: Bool = true) -> [UInt8] {
        [(final ? 0x80 : 0) | opcode, 0x80 | UInt8(payload.utf8.count), 0, 0, 0, 0] + Array(payload.utf8)
    }
}

@Suite(.timeLimit(.minutes(1)))
struct RawSocketTests {
    private func echo() -> WebServer {
        let route = WebSocketRoute { _ in .accept() } session: { _, connection in
            // A failed echo means that the client is gone.
            for await message in connection.incoming { if case .text(let bytes) = message { try? await connection.send(text: bytes) } }
        }
        return WebServer(port: 0, webSocket: route) { _ in .text(200, "plain") }
    }

    @Test func `the handshake's answer is the standard's own example`() async throws {
        let server = echo()
        let socket = RawSocket(port: try await server.start())
        socket.write(RawSocket.handshake)
        #expect(await socket.read(until: "\r\n\r\n").lowercased().contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="))
        socket.end()
        await server.stop()
    }

    @Test func `fragments are joined, with a ping answered between them`() async throws {
        let server = echo()
        let socket = RawSocket(port: try await server.start())
        socket.write(RawSocket.handshake)
        _ = await socket.read(until: "\r\n\r\n")
        socket.write(RawSocket.frame(0x1, "one ", final: false))
        socket.write(RawSocket.frame(0x9, "are you there"))
        socket.write(RawSocket.frame(0x0, "two ", final: false) + RawSocket.frame(0x0, "three"))
        let answer = await socket.read(until: "three")
        #expect(answer.contains("are you there"))
        #expect(answer.contains("one two three"))
        socket.end()
        await server.stop()
    }

    @Test func `unmasked frames, stray continuations and rubbish end the connection, not the server`() async throws {
        let server = echo()
        let port = try await server.start()
        for bad in [[0x81, 0x01, 65], RawSocket.frame(0x0, "x"), [UInt8](repeating: 0xFF, count: 14)] {
            let socket = RawSocket(port: port)
            socket.write(RawSocket.handshake)
            _ = await socket.read(until: "\r\n\r\n")
            socket.write(bad)
            _ = await socket.read()
            socket.end()
        }
        let rubbish = RawSocket(port: port)
        rubbish.write("\u{1}\u{2}\u{3} not http\r\n\r\n")
        #expect(await rubbish.read().contains("400"))
        rubbish.end()
        let client = WebClient()
        #expect(try await client.request("GET", "http://127.0.0.1:\(port)/").status == 200)
        await client.shutdown()
        await server.stop()
    }

    @Test func `two requests in one packet get two answers in order`() async throws {
        let server = WebServer(port: 0) { .text(200, "this is \($0.path)") }
        let socket = RawSocket(port: try await server.start())
        socket.write("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        let answer = await socket.read()
        #expect(answer.contains("this is /a") && answer.contains("this is /b"))
        #expect(try #require(answer.range(of: "this is /a")).lowerBound < #require(answer.range(of: "this is /b")).lowerBound)
        socket.end()
        await server.stop()
    }

    @Test(arguments: [
        // A client that has closed its half, one that speaks the old version, one that asks for the end.
        ("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n", true), ("GET /a HTTP/1.0\r\n\r\n", false),
        ("GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", false),
    ])
    func `who says that nothing more comes gets the answer, and then the end`(request: String, isHalfClosed: Bool) async throws {
        let server = WebServer(port: 0) { .text(200, "answer to \($0.path)") }
        let socket = RawSocket(port: try await server.start())
        socket.write(request)
        if isHalfClosed { shutdown(socket.descriptor, Int32(SHUT_WR)) }
        let began = ContinuousClock.now
        let text = await socket.read()
        #expect(text.hasSuffix("answer to /a"))
        // The end, not the patience of this socket.
        #expect(ContinuousClock.now - began < .seconds(2))
        socket.end()
        await server.stop()
    }

    @Test func `a body that waits for leave gets it, and what is no HTTP gets 400`() async throws {
        let server = WebServer(port: 0) { .text(200, "\($0.body.count) bytes") }
        let port = try await server.start()
        let polite = RawSocket(port: port)
        polite.write("POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        #expect(await polite.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 Continue\r\n"))
        polite.write("hello")
        #expect(await polite.read(until: "bytes").hasSuffix("5 bytes"))
        polite.end()
        let strange = RawSocket(port: port)
        strange.write("no such thing\r\n\r\n")
        #expect(await strange.read().hasPrefix("HTTP/1.1 400 "))
        strange.end()
        let next = RawSocket(port: port)
        next.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(await next.read(until: "bytes").hasSuffix("0 bytes"))
        next.end()
        await server.stop()
    }
}
