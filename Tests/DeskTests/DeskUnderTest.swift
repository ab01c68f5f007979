import Accounting
import Engine
import Exchange
import Kalshi
import Keys
import Model
@testable import Node
import Ports
import Synchronization
import Testing
import Transport

/// A journal in memory.
final class RowJournal: Journal {
    private let rows = Mutex<[JournalRow]>([])
    func append(_ new: [JournalRow]) throws(JournalError) { rows.withLock { $0 += new } }
    func read(_ body: (JournalRow) throws -> Void) throws { for row in all { try body(row) } }
    var all: [JournalRow] { rows.withLock { $0 } }
}

/// The whole desk as `aura run` puts it together, in one process with its exchange and over real sockets, on a fast clock; and what is wrong with the exchange.
final class DeskUnderTest: Sendable {
    static let keyID = "desk"
    /// Times as fast as the wall.
    static let speed: Int64 = 10

    /// One life of the desk's process.
    private struct Life: Sendable {
        let node: DeskNode
        let running: Task<Void, any Error>
    }

    let exchange: ExchangeServer
    let ledger: MemoryLedger
    let journal = RowJournal()
    let acts = Acts()
    let settings: DeskSettings
    private let series: [SeriesTicker]
    private let clock: FastClock
    private let endpoint: KalshiEndpoint
    private let key: SigningKey
    private let web = WebClient()
    private let troubles = Troubles()
    private let life = Mutex<Life?>(nil)

    var node: DeskNode {
        guard let life = life.withLock({ $0 }) else { preconditionFailure("the desk was never started") }
        return life.node
    }

    /// Bets all it can on the smallest edge, so that orders are on their way at any moment.
    static var eager: DeskSettings {
        var settings = DeskSettings()
        settings.kellyFraction = 1
        settings.minimumEdge = 0.001
        settings.maximumOrderCost = .dollars(50)
        settings.maximumMarketExposure = .dollars(2_000)
        settings.maximumEventExposure = .dollars(4_000)
        settings.maximumSeriesExposure = .dollars(9_000)
        settings.maximumGroupExposure = .dollars(9_000)
        settings.maximumTotalExposure = .dollars(9_000)
        settings.maximumGroupTailLoss = .dollars(9_000)
        settings.maximumTailLoss = .dollars(9_000)
        settings.maximumOrdersPerMinute = 6_000
        settings.cashReserve = .zero
        settings.dailyLossLimit = .dollars(1_000_000)
        settings.drawdownLimit = 1
        // What these tests do to the desk would halt any other: that is the breaker's own test.
        settings.lossStreakChance = 0
        settings.errorRateLimit = 0
        settings.silenceLimit = .zero
        settings.differenceLimit = .zero
        settings.ruinLevel = 0
        return settings
    }

    /// - Parameters:
    ///   - settings: nil bets all it can.
    ///   - first: when it is there as the desk starts.
    ///   - more: series beside those of the coins.
    init(seed: UInt64, faults: FaultPlan = FaultPlan(), settings: DeskSettings? = nil, from first: Timestamp = FastClock.wednesday, also more: [String] = []) async throws {
        series = (["KXBTC15M", "KXETH15M", "KXBTCD"] + more).map { SeriesTicker($0) }
        let clock = FastClock(speed: Self.speed, from: first)
        let ledger = MemoryLedger()
        self.clock = clock
        self.ledger = ledger
        exchange = try ExchangeServer(ExchangeConfiguration(liquidity: .living(seed: seed), ledger: ledger, now: { clock.now() }, faults: faults))
        key = try await exchange.registerGeneratedKey(keyID: Self.keyID)
        let address = try await exchange.start()
        endpoint = KalshiEndpoint(rest: address.url, stream: address.webSocketURL)
        self.settings = settings ?? Self.eager
        try await start()
    }

    private func start() async throws {
        let client = KalshiClient(
            endpoint: endpoint, credentials: KalshiCredentials(keyID: Self.keyID, key: key), clock: clock, web: web, timeout: .seconds(1))
        // In a storm this may fail; the lowest tier's limits stay.
        do { try await client.adoptLimits() } catch { troubles.add("\(error)") }
        let past = try DeskNode.past(of: journal)
        let feed = KalshiFeed(
            client: client, clock: clock,
            settings: KalshiFeedSettings(series: series, watched: past.openMarkets, sweepInterval: .seconds(2), silence: .seconds(3)),
            onTrouble: { [troubles] trouble in troubles.add(trouble) })
        let node = DeskNode(
            journal: journal, gateway: CountedGateway(KalshiGateway(client: client, settling: .milliseconds(100)), acts), feed: feed, clock: clock, tick: .milliseconds(50), version: "test")
        _ = try await node.recover(past, desk: "d", mode: .simulated, settings: settings)
        let running = Task { try await node.run() }
        life.withLock { $0 = Life(node: node, running: running) }
    }

    var time: any Ports.Clock { clock }

    /// Puts the clock of the desk and its exchange forward.
    func leap(to moment: Timestamp) { clock.leap(to: moment) }

    /// A second line to the exchange, by the same key.
    func anotherClient() -> KalshiClient {
        KalshiClient(endpoint: endpoint, credentials: KalshiCredentials(keyID: Self.keyID, key: key), clock: clock, web: web)
    }

    /// The desk's process ends in the middle of everything, without a word to anybody, and another one takes up its journal.
    func crash() async throws {
        try await end()
        try await start()
    }

    private func end() async throws {
        guard let life = life.withLock({ $0 }) else { return }
        life.running.cancel()
        do { try await life.running.value } catch is CancellationError {}
    }

    /// Waits for the engine to be as it should, or says how it is instead.
    func wait(_ what: String, within limit: Duration = .seconds(60), _ condition: (TradingEngine) throws -> Bool) async throws {
        let deadline = ContinuousClock.now + limit
        var operated = 0
        while true {
            let engine = await node.state
            if try condition(engine) { return }
            // The operator, who reads what broke and lets the desk go on.
            if engine.trust.broken?.needsPerson == true, operated < 20 {
                operated += 1
                _ = try await node.command(.reset(reason: "the test has seen it"))
            }
            guard ContinuousClock.now < deadline else {
                let open = engine.orders.values.filter { $0.isOpen || $0.mayStillFill }.map { "\($0.id) \($0.state.rawValue) \($0.filled)/\($0.finallyFilled?.description ?? "?")" }
                throw Missed(
                    description: "\(what) did not come within \(limit): \(engine.state.rawValue), reconciled \(engine.reconciled), connected \(engine.connected), "
                        + "blocked \(engine.blocked ?? "-"), unsettled \(engine.unsettled.map(\.sentence)), placed \(engine.ordersPlaced), open \(open), "
                        + "no trade \(engine.noTrade), refusals \(engine.refusals), troubles \(troubles.last)")
            }
            // Polling: the condition is over the state of another task.
            try await Task.sleep(for: .milliseconds(25))
        }
    }

    /// Ends the desk, then the exchange.
    func stop() async throws {
        await node.close(patience: .seconds(3))
        try await end()
        try await exchange.stop()
        await web.shutdown()
    }
}

/// The newest troubles of the feed.
final class Troubles: Sendable {
    private let texts = Mutex<[String]>([])
    func add(_ text: String) { texts.withLock { $0 = Array(($0 + [text]).suffix(30)) } }
    var last: [String] { texts.withLock { $0 } }
}

/// Something that should have come and did not.
struct Missed: Error, CustomStringConvertible {
    let description: String
}
