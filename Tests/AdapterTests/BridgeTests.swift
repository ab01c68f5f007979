import Bridge
import Foundation
import Model
import Ports
import Risk
import Synchronization
import Testing
import Transport

/// A desk in memory: the test sets what it shows, and reads what it was told.
private actor DeskInMemory: DeskPort {
    var shown = DeskView.sample
    private(set) var commands: [Command] = []

    func view() -> DeskView { shown }
    func change(_ body: (inout DeskView) -> Void) { body(&shown) }
    func book(_ market: Ticker, depth: Int) -> BookView? {
        guard let view = shown.markets.first(where: { $0.ticker == market.text }) else { return nil }
        return BookView(market: market.text, state: "live", yes: [[view.yesBid ?? "0.0100", "12.00"]], no: [], updated: 1)
    }
    func command(_ command: Command) throws -> String {
        if case .reset = command { throw VenueError(attempted: "the reset", reason: "nothing is halted", canRetry: false) }
        commands.append(command)
        return "paused"
    }
    func answer(to command: Command) -> CommandAnswer? { nil }
    func order(_ id: ClientOrderID) -> OrderView? { nil }
    func group(_ name: String) -> OrderGroupView? { nil }
    var limits: DeskSettings { DeskSettings() }
    var correlations: EventCorrelations { EventCorrelations() }
}

extension DeskView {
    /// A desk with one market and nothing else going on.
    fileprivate static var sample: DeskView {
        DeskView(
            status: StatusView(
                mode: "SIMULATED", state: "running", blocked: nil, breaker: "normal", breakerReason: nil, feed: "live", time: 1, started: 0,
                events: 5, stateHash: "ab", version: "0.1.0"),
            account: AccountView(
                cash: "1000.0000", reserved: "0.0000", equity: "1000.0000", realized: "0.0000", unrealized: nil, fees: "0.0000", dayPnl: nil,
                drawdown: nil, exposure: "0.0000", reconciled: nil),
            markets: [.sample("A", bid: "0.4000")], orders: [], positions: [], decisions: [],
            log: [LogView(id: 1, time: 1, level: "info", text: "up")],
            equity: [EquityPoint(time: 1, equity: "1000.0000")], refusals: [], scores: [])
    }
}

extension MarketView {
    fileprivate static func sample(_ ticker: String, bid: String) -> MarketView {
        MarketView(
            ticker: ticker, event: "E", series: "S", title: "T", status: "active", book: "live", yesBid: bid, yesAsk: nil, yesBidSize: nil,
            yesAskSize: nil, last: nil, probability: nil, position: "0.00", closes: 9, updated: nil, spot: nil, reason: nil)
    }
}

/// Research in memory, that counts how often it is looked at.
private final class ResearchInMemory: ResearchPort {
    private let inner = Mutex((view: ResearchView(), looks: 0))
    var research: ResearchView {
        inner.withLock { inner in
            inner.looks += 1
            return inner.view
        }
    }
    var looks: Int { inner.withLock { $0.looks } }
    func change(_ body: (inout ResearchView) -> Void) { inner.withLock { body(&$0.view) } }
}

/// A client of the bridge, that checks on every message that the sequence has no gap.
private final class TestClient {
    let socket: WebSocketConnection
    private var messages: AsyncStream<WebSocketMessage>.Iterator
    private var sequence = 0

    init(_ port: Int, hello: String? = "secret", origin: String? = nil, unread: Int = 4096) async throws {
        var headers: HeaderFields = [:]
        if let origin { headers["origin"] = origin }
        let limits = WebSocketLimits(messageBytes: 16 << 20, pingInterval: nil, silence: nil, unreadMessages: unread)
        socket = try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/", headers: headers, limits: limits)
        messages = socket.incoming.makeAsyncIterator()
        if let hello { try await say(#"{"v":1,"type":"hello","id":"1","payload":{"token":"\#(hello)"}}"#) }
    }

    func say(_ text: String) async throws { try await socket.send(text: text) }

    /// The next message, whatever it is; nil when the bridge has closed, with the code it gave.
    func next() async throws -> (type: String, payload: Any)? {
        switch await messages.next() {
        case .text(let bytes):
            let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
            sequence += 1
            #expect(object["v"] as? Int == 1)
            #expect(object["seq"] as? Int == sequence)
            #expect(object["ts"] is Int)
            return (try #require(object["type"] as? String), try #require(object["payload"]))
        case .closed(let code, _):
            closeCode = code
            return nil
        case .binary, nil: return nil
        }
    }
    private(set) var closeCode: Int?

    /// The payload of the next message of a type; others are passed over.
    func next(_ type: String) async throws -> [String: Any] { try #require(try await nextAny(type) as? [String: Any]) }
    func nextList(_ type: String) async throws -> [[String: Any]] { try #require(try await nextAny(type) as? [[String: Any]]) }

    private func nextAny(_ type: String) async throws -> Any {
        while let message = try await next() { if message.type == type { return message.payload } }
        throw TransportError.connectionLost("no \(type) came before the end")
    }
}

private func withBridge(
    limits: BridgeLimits = { var limits = BridgeLimits(); limits.pollInterval = .milliseconds(10); return limits }(),
    research: (any ResearchPort)? = nil, _ body: (Int, DeskInMemory) async throws -> Void
) async throws {
    let desk = DeskInMemory()
    let bridge = BridgeServer(port: 0, dashboardPort: 3002, token: "secret", desk: desk, research: research, limits: limits)
    let port = try await bridge.start()
    do { try await body(port, desk) } catch {
        await bridge.stop()
        throw error
    }
    await bridge.stop()
}

@Suite(.timeLimit(.minutes(1)))
struct BridgeTests {
    @Test func `a client gets an answer, a snapshot, and then only what changed`() async throws {
        try await withBridge { port, desk in
            let first = try await TestClient(port)
            let second = try await TestClient(port, origin: "http://localhost:3002")
            for client in [first, second] {
                let answer = try #require(try await client.next())
                #expect(answer.type == "answer")
                #expect((answer.payload as? [String: Any])?["ok"] as? Bool == true)
                let snapshot = try #require(try await client.next())
                #expect(snapshot.type == "snapshot")
                let payload = try #require(snapshot.payload as? [String: Any])
                #expect((payload["account"] as? [String: Any])?["cash"] as? String == "1000.0000")
                #expect((payload["account"] as? [String: Any])?["dayPnl"] == nil)
            }
            await desk.change { view in
                view.account.cash = "999.0000"
                view.markets = [.sample("B", bid: "0.1000")]
                view.log.append(LogView(id: 2, time: 2, level: "warning", text: "said once"))
                view.equity.append(EquityPoint(time: 2, equity: "999.0000"))
            }
            for client in [first, second] {
                let account = try #require(try await client.next())
                #expect(account.type == "account")
                #expect((account.payload as? [String: Any])?["cash"] as? String == "999.0000")
                let markets = try await client.nextList("markets")
                #expect(markets.map { $0["ticker"] as? String } == ["B", "A"])
                #expect(markets.last?["gone"] as? Bool == true)
                #expect(try await client.nextList("log").map { $0["text"] as? String } == ["said once"])
                #expect(try await client.nextList("equity").map { $0["time"] as? Int } == [2])
            }
        }
    }

    @Test func `research is in the first state, comes whole when it changed, and is looked at a bounded number of times`() async throws {
        let research = ResearchInMemory()
        var limits = BridgeLimits()
        limits.pollInterval = .milliseconds(10)
        limits.researchInterval = .milliseconds(100)
        research.change { $0.watches = [.init(id: "w1", address: .init(text: "https://example.org/", opens: true), everySeconds: 60)] }
        let start = ContinuousClock.now
        try await withBridge(limits: limits, research: research) { port, desk in
            let client = try await TestClient(port)
            let first = try #require(try await client.next("snapshot")["research"] as? [String: [[String: Any]]])
            #expect(first["watches"]?.first?["id"] as? String == "w1" && first["pages"]?.isEmpty == true && first["checks"]?.isEmpty == true)
            #expect(first["watches"]?.first?["looked"] == nil, "what is not known is absent")
            // Something else changes: nothing of the research is told again.
            await desk.change { $0.account.cash = "999.0000" }
            #expect(try #require(try await client.next()).type == "account")
            research.change { view in
                view.watches[0].looked = 5
                view.pages = [.init(address: .init(text: "https://example.org/", opens: true), title: "<script>", how: "read", time: 5)]
            }
            let second = try #require(try await client.next())
            #expect(second.type == "research")
            let told = try #require(second.payload as? [String: [[String: Any]]])
            #expect(told["watches"]?.first?["looked"] as? Int == 5 && told["pages"]?.first?["title"] as? String == "<script>")
            let passed = start.duration(to: .now) / Duration.milliseconds(100)
            #expect(Double(research.looks) <= passed + 1)
        }
        try await withBridge { port, _ in
            let snapshot = try await TestClient(port).next("snapshot")
            #expect(snapshot["research"] == nil, "a desk without a browser has none")
        }
    }

    @Test func `a client that says no hello is closed`() async throws {
        var limits = BridgeLimits()
        limits.helloLimit = .milliseconds(50)
        try await withBridge(limits: limits) { port, _ in
            let late = try await TestClient(port, hello: nil)
            #expect(try await late.next() == nil)
            #expect(late.closeCode == 4401)
        }
    }

    @Test func `a wrong token, a foreign page and a wrong path are turned away`() async throws {
        try await withBridge { port, _ in
            let wrong = try await TestClient(port, hello: "guess")
            let answer = try await wrong.next("answer")
            #expect(answer["ok"] as? Bool == false)
            #expect((answer["error"] as? [String: Any])?["code"] as? String == "wrong_token")
            #expect(try await wrong.next() == nil)
            #expect(wrong.closeCode == 4401)

            let foreign = await #expect(throws: TransportError.self) { _ = try await TestClient(port, origin: "http://evil.example") }
            #expect(foreign == .refused(url: "ws://127.0.0.1:\(port)/", status: 403))
            let elsewhere = await #expect(throws: TransportError.self) {
                _ = try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/other")
            }
            #expect(elsewhere == .refused(url: "ws://127.0.0.1:\(port)/other", status: 404))
        }
    }

    @Test func `commands reach the desk and are answered, and nonsense is answered too`() async throws {
        try await withBridge { port, desk in
            let client = try await TestClient(port)
            _ = try await client.next("snapshot")
            let requests: [(String, String?)] = [
                (#"{"v":1,"type":"command","id":"2","payload":{"name":"pause"}}"#, nil),
                (#"{"v":1,"type":"command","id":"3","payload":{"name":"kill","flatten":true}}"#, nil),
                (#"{"v":1,"type":"command","id":"4","payload":{"name":"reset","reason":"looked into it"}}"#, "refused"),
                (#"{"v":1,"type":"command","id":"5","payload":{"name":"reset"}}"#, "bad_request"),
                (#"{"v":1,"type":"command","id":"6","payload":{"name":"roll_back","reason":"why"}}"#, "bad_request"),
                (#"{"v":1,"type":"command","id":"7","payload":{"name":"roll_back","version":50}}"#, "bad_request"),
                (#"{"v":1,"type":"command","id":"6","payload":{"name":"dance"}}"#, "unknown_command"),
                (#"{"v":1,"type":"command","id":"8","payload":{"name":"group_reset","group":"g1"}}"#, nil),
                (#"{"v":1,"type":"command","id":"9","payload":{"name":"group_delete","group":"g1"}}"#, nil),
                (#"{"v":1,"type":"command","id":"10","payload":{"name":"group_reset","group":"a b"}}"#, "bad_request"),
                (#"{"v":1,"type":"dance","id":"7"}"#, "unknown_type"),
                (#"{"v":2,"type":"ping","id":"8"}"#, "wrong_version"),
                (#"{"v":1,"type":"ping","id":9}"#, nil),
                (#"{"v":1,"type":"ping""#, "bad_json"),
                (#"[1,2,3]"#, "bad_json"),
            ]
            for (request, code) in requests {
                try await client.say(request)
                let answer = try await client.next("answer")
                #expect(answer["ok"] as? Bool == (code == nil), "\(request)")
                #expect((answer["error"] as? [String: Any])?["code"] as? String == code, "\(request)")
            }
            #expect(await desk.commands == [.pause, .kill(flatten: true), .resetGroup(name: "g1", asker: "the operator"), .deleteGroup(name: "g1", asker: "the operator")])
        }
    }

    @Test func `a watched market's book follows, an unknown market does not`() async throws {
        try await withBridge { port, desk in
            let client = try await TestClient(port)
            _ = try await client.next("snapshot")
            try await client.say(#"{"v":1,"type":"watch","id":"2","payload":{"market":"A"}}"#)
            #expect(try await client.next("answer")["ok"] as? Bool == true)
            let book = try #require(try await client.next())
            #expect(book.type == "book")
            #expect(((book.payload as? [String: Any])?["yes"] as? [[String]]) == [["0.4000", "12.00"]])
            await desk.change { $0.markets = [.sample("A", bid: "0.4100")] }
            #expect(try await client.next("book")["yes"] as? [[String]] == [["0.4100", "12.00"]])
            try await client.say(#"{"v":1,"type":"watch","id":"3","payload":{"market":"Z"}}"#)
            #expect(try await client.next("answer")["ok"] as? Bool == false)
            try await client.say(#"{"v":1,"type":"resync","id":"4"}"#)
            #expect(try await client.next("answer")["id"] as? String == "4")
            _ = try await client.next("snapshot")
            _ = try await client.next("book")
        }
    }

    @Test func `requests over the limit of a second are answered but not carried out`() async throws {
        var limits = BridgeLimits()
        limits.requestsPerSecond = 3
        try await withBridge(limits: limits) { port, desk in
            let client = try await TestClient(port)
            _ = try await client.next("snapshot")
            for index in 0..<60 { try await client.say(#"{"v":1,"type":"command","id":"\#(index)","payload":{"name":"pause"}}"#) }
            var limited = 0
            for _ in 0..<60 {
                let answer = try await client.next("answer")
                if (answer["error"] as? [String: Any])?["code"] as? String == "rate_limited" { limited += 1 }
            }
            #expect(limited >= 20)
            #expect(await desk.commands.count == 60 - limited)
        }
    }

    @Test func `a client too slow loses its queue and gets a snapshot, and a fast one is not held up`() async throws {
        var limits = BridgeLimits()
        limits.pollInterval = .milliseconds(5)
        limits.queuedBytes = 1 << 20
        try await withBridge(limits: limits) { port, desk in
            let fast = try await TestClient(port)
            let slow = try await TestClient(port, unread: 1)
            _ = try await fast.next("snapshot")
            // Each change is 200 kB: the slow client's socket and queue are full after a few dozen of them.
            let filler = String(repeating: "x", count: 200_000)
            let client = WebClient()
            var number: Int64 = 2
            var overflows = false
            while !overflows, number < 2000 {
                let id = number
                await desk.change { $0.log = [LogView(id: id, time: id, level: "info", text: filler)] }
                let told = try await fast.nextList("log")
                #expect(told.last?["id"] as? Int == Int(id))
                number += 1
                if number % 10 == 0 {
                    let metrics = try await client.request("GET", "http://127.0.0.1:\(port)/metrics")
                    overflows = !String(decoding: metrics.body, as: UTF8.self).contains("aura_bridge_overflows_total 0")
                }
            }
            #expect(overflows)
            await client.shutdown()
            await desk.change { $0.account.cash = "7.0000" }
            // The slow client reads on: old increments that had left, then a snapshot of now, with no gap in the numbers on the way.
            var cash: String?
            var snapshots = 0
            while cash != "7.0000", let message = try await slow.next() {
                guard let payload = message.payload as? [String: Any] else { continue }
                if message.type == "snapshot" {
                    snapshots += 1
                    cash = (payload["account"] as? [String: Any])?["cash"] as? String
                } else if message.type == "account" {
                    cash = payload["cash"] as? String
                }
            }
            #expect(cash == "7.0000")
            #expect(snapshots >= 2)
        }
    }

    @Test func `one client too many is told so, and a place becomes free again`() async throws {
        var limits = BridgeLimits()
        limits.clients = 1
        limits.pollInterval = .milliseconds(10)
        try await withBridge(limits: limits) { port, _ in
            let first = try await TestClient(port)
            _ = try await first.next("snapshot")
            let second = try await TestClient(port)
            #expect((try await second.next("answer")["error"] as? [String: Any])?["code"] as? String == "full")
            await first.socket.close()
            var isIn = false
            for _ in 0..<50 where !isIn {
                let third = try await TestClient(port)
                isIn = try await third.next("answer")["ok"] as? Bool == true
                await third.socket.close()
            }
            #expect(isIn)
        }
    }

    @Test func `probes and metrics say what is known and nothing else`() async throws {
        try await withBridge { port, desk in
            let client = WebClient()
            let base = "http://127.0.0.1:\(port)"
            #expect(try await client.request("GET", base + "/healthz").status == 200)
            #expect(try await client.request("GET", base + "/readyz").status == 200)
            await desk.change { $0.status.state = "recovering"; $0.account.equity = nil }
            #expect(try await client.request("GET", base + "/healthz").status == 200)
            #expect(try await client.request("GET", base + "/readyz").status == 503)
            let metrics = String(decoding: try await client.request("GET", base + "/metrics").body, as: UTF8.self)
            #expect(metrics.contains("aura_cash_dollars 1000.0000\n"))
            #expect(metrics.contains("aura_feed_live 1\n"))
            #expect(!metrics.contains("aura_equity_dollars"))
            #expect(try await client.request("GET", base + "/metrics", headers: ["host": "evil.example"]).status == 403)
            await client.shutdown()
        }
    }
}
