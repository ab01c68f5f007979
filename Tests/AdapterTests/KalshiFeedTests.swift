import Foundation
@testable import Kalshi
import Keys
import Model
import Ports
import Synchronization
import Testing
import Transport

@Suite struct KalshiFeedTests {
    /// What the feed delivered, and a way to wait for it.
    final class Told: Sendable {
        private let stamped = Mutex<[Stamped]>([])
        func add(_ event: Stamped) { stamped.withLock { $0.append(event) } }
        var events: [Event] { stamped.withLock { $0.map(\.event) } }
        var times: [Timestamp] { stamped.withLock { $0.map(\.time) } }
        /// Waits for the condition, ten seconds at most.
        func wait(for condition: @Sendable ([Event]) -> Bool) async -> Bool {
            for _ in 0..<1000 {
                if condition(events) { return true }
                // Polling: the condition is over events of another task, and a test may be slow but not stuck.
                try? await Task.sleep(for: .milliseconds(10))
            }
            return false
        }
    }

    private static let market = #"{"ticker":"KXBTC15M-A","event_ticker":"KXBTC15M-E","title":"t","status":"active","open_time":"2026-01-01T00:00:00Z","close_time":"2036-01-01T00:00:00Z","result":"","strike_type":"greater_or_equal","floor_strike":5,"price_ranges":[{"start":"0.0000","end":"1.0000","step":"0.0100"}]}"#

    private func rest(_ request: HTTPRequest) -> HTTPResponse {
        let body = switch request.segments.dropFirst(2).first {
        case "markets": request.query("status") == "open" ? "{\"markets\":[\(Self.market)],\"cursor\":\"\"}" : #"{"markets":[],"cursor":""}"#
        case "events": #"{"event":{"event_ticker":"KXBTC15M-E","series_ticker":"KXBTC15M","title":"t","mutually_exclusive":false}}"#
        default: #"{"series":{"ticker":"KXBTC15M","title":"t","fee_type":"quadratic","fee_multiplier":1}}"#
        }
        return .json(200, Array(body.utf8))
    }

    @Test(.timeLimit(.minutes(1))) func `a feed finds its markets, follows them, heals a gap, and comes back after a loss with a new connection`() async throws {
        let connections = Mutex(0)
        let commands = Mutex<[String]>([])
        let key = try SigningKey.generate(.ed25519)
        let route = WebSocketRoute { request in
            let time = request.headers["KALSHI-ACCESS-TIMESTAMP"] ?? ""
            let signed = key.verifyingKey.verify(request.headers["KALSHI-ACCESS-SIGNATURE"] ?? "", of: time + "GET/trade-api/ws/v2")
            return signed ? .accept() : .refuse(.text(401, "no"))
        } session: { _, socket in
            let number = connections.withLock { $0 += 1; return $0 }
            for await message in socket.incoming {
                guard case .text(let bytes) = message else { break }
                let command = String(decoding: bytes, as: UTF8.self)
                commands.withLock { $0.append(command) }
                do {
                    if command.contains(#""orderbook_delta""#), command.contains(#""subscribe""#) {
                        for (sid, channel) in ["orderbook_delta", "trade", "ticker"].enumerated() {
                            try await socket.send(text: #"{"type":"subscribed","id":3,"msg":{"channel":"\#(channel)","sid":\#(sid + 1)}}"# + "\n")
                        }
                        try await socket.send(text: #"{"type":"orderbook_snapshot","sid":1,"seq":1,"msg":{"market_ticker":"KXBTC15M-A","no_dollars_fp":[["0.4800","2.00"]]}}"#)
                        // Two messages are missing.
                        try await socket.send(text: #"{"type":"orderbook_delta","sid":1,"seq":4,"msg":{"market_ticker":"KXBTC15M-A","price_dollars":"0.4700","delta_fp":"1.00","side":"yes"}}"#)
                    } else if command.contains("get_snapshot") {
                        try await socket.send(text: #"{"type":"orderbook_snapshot","id":4,"sid":1,"seq":5,"msg":{"market_ticker":"KXBTC15M-A"}}"#)
                        if number == 1 { return }
                    }
                } catch {
                    return
                }
            }
        }
        let server = WebServer(port: 0, webSocket: route) { rest($0) }
        let port = try await server.start()
        let told = Told()
        let frames = Mutex(0)
        let client = KalshiClient(endpoint: .local(port: port), credentials: KalshiCredentials(keyID: "k", key: key), clock: WallClock(), web: WebClient())
        let feed = KalshiFeed(
            client: client, clock: WallClock(), settings: KalshiFeedSettings(series: [SeriesTicker("KXBTC15M")], indices: [], sweepPause: .milliseconds(20)),
            onFrame: { _, _, _ in frames.withLock { $0 += 1 } })
        let run = Task { await feed.run { stamped in
            told.add(stamped)
            // As the engine does after a gap.
            if case .market(.delta(let delta)) = stamped.event, delta.sequence == 4 { await feed.requestSnapshots(of: delta.subscription) }
        } }
        let healed = await told.wait { $0.filter { if case .market(.snapshot(let book)) = $0 { book.sequence == 5 } else { false } }.count == 2 }
        run.cancel()
        await run.value
        await server.stop()
        #expect(healed, "\(told.events)")
        let connected = told.events.compactMap { if case .market(.connected(let connection)) = $0 { connection } else { nil } }
        #expect(connected.count == 2 && connected[0] < connected[1])
        let lost = told.events.compactMap { if case .market(.disconnected(let connection)) = $0 { connection } else { nil } }
        #expect(lost == connected)
        #expect(told.events.contains(.market(.status(Ticker("KXBTC15M-A"), .active))))
        #expect(told.events.filter { if case .market(.listed) = $0 { true } else { false } }.count == 1)
        #expect(frames.withLock { $0 } >= 12)
        #expect(commands.withLock { $0 }.contains { $0.contains(#""use_yes_price":false"#) })
    }

    @Test(.timeLimit(.minutes(1))) func `a refused handshake is told and tried again, and the feed stops when it is cancelled`() async throws {
        let server = WebServer(port: 0, webSocket: WebSocketRoute { _ in .refuse(.text(401, "no")) } session: { _, _ in }) { rest($0) }
        let port = try await server.start()
        let troubles = Mutex<[String]>([])
        let client = KalshiClient(endpoint: .local(port: port), credentials: nil, clock: WallClock(), web: WebClient())
        let feed = KalshiFeed(client: client, clock: WallClock(), settings: KalshiFeedSettings(series: []), onTrouble: { text in troubles.withLock { $0.append(text) } })
        let run = Task { await feed.run { _ in } }
        while troubles.withLock({ $0.count }) < 2 { try await Task.sleep(for: .milliseconds(10)) }
        run.cancel()
        await run.value
        #expect(troubles.withLock { $0.contains { $0.contains("401") } })
        await server.stop()
    }
}
