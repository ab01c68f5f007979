import NIOSSL
import Synchronization
import Testing

@testable import Transport

/// What trouble means for a request that was under way, and what is left behind of a stream, a queue, a muted socket.
@Suite(.timeLimit(.minutes(1))) struct TransportTroubleTests {
    @Test(arguments: [NIOSSLError.handshakeFailed(.wantRead), .noCertificateToValidate, .unableToValidateCertificate])
    func `a handshake that fails has sent nothing`(_ error: NIOSSLError) {
        #expect(WebClient.meaning(of: error, "POST /orders", "https://x").nothingWasSent)
    }

    @Test func `a certificate for another host has sent nothing`() {
        #expect(WebClient.meaning(of: NIOSSLExtraError.failedToValidateHostname, "POST /orders", "https://x").nothingWasSent)
    }

    @Test func `a secure connection that breaks after it stood leaves the outcome unknown`() {
        let broken: [any Error] = [
            BoringSSLError.syscallError, BoringSSLError.zeroReturn, NIOSSLError.shutdownFailed(.syscallError), NIOSSLError.readInInvalidTLSState, NIOSSLError.uncleanShutdown,
            NIOSSLError.writeDuringTLSShutdown,
        ]
        for error in broken { #expect(WebClient.meaning(of: error, "POST /orders", "https://x").outcomeIsUnknown, "\(error)") }
    }

    @Test func `the bytes that wait are counted exactly, however many have passed`() {
        let outlet = WebSocketOutlet(messageLimit: 1000, reserve: 10, byteLimit: 300)
        for _ in 0..<500 {
            #expect(outlet.put(text: Array(repeating: 65, count: 200)) == .plenty)
            #expect(outlet.takeMessages().count == 1)
        }
        #expect(outlet.put(text: Array(repeating: 65, count: 200)) == .plenty)
        #expect(outlet.put(text: Array(repeating: 65, count: 200)) == .none)
    }

    /// Says by its end that nobody holds it any more.
    private final class Witness: Sendable {
        let gone: @Sendable () -> Void
        init(_ gone: @escaping @Sendable () -> Void) { self.gone = gone }
        deinit { gone() }
    }

    @Test func `a kept connection keeps nothing of the streams that ended on it`() async throws {
        let gone = Atomic<Int>(0)
        let server = WebServer(port: 0) { _ in
            let witness = Witness { gone.add(1, ordering: .relaxed) }
            let pieces = Mutex<[[UInt8]]>([Array("a".utf8), Array("b".utf8)])
            var response = HTTPResponse(status: 200)
            response.stream = HTTPBodyStream(next: { pieces.withLock { $0.isEmpty ? nil : $0.removeFirst() } }, ended: { _ = witness })
            return response
        }
        let port = try await server.start()
        let client = WebClient()
        for _ in 0..<5 { #expect(try await client.request("GET", "http://127.0.0.1:\(port)/").body == Array("ab".utf8)) }
        // The last watch is taken off just after the last byte.
        for _ in 0..<500 where gone.load(ordering: .relaxed) < 5 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(gone.load(ordering: .relaxed) == 5)
        await client.shutdown()
        await server.stop()
    }

    @Test func `a muted socket stays open, also past the silence at which a server gives a peer up`() async throws {
        let limits = WebSocketLimits(messageBytes: 1000, pingInterval: .milliseconds(50), silence: .milliseconds(150))
        let route = WebSocketRoute(limits: limits) { _ in .accept() } session: { _, connection in
            connection.mute()
            for await _ in connection.incoming {}
        }
        let server = WebServer(port: 0, webSocket: route) { _ in .text(200, "") }
        let port = try await server.start()
        // It is the client that gives up, by its own patience, four times the server's.
        let patient = WebSocketLimits(messageBytes: 1000, pingInterval: nil, silence: .milliseconds(600))
        let socket = try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/", limits: patient)
        var last: WebSocketMessage?
        for await message in socket.incoming { last = message }
        #expect(last == .closed(code: 1006, reason: "nothing was heard for 0 s"))
        await server.stop()
    }
}
