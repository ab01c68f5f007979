public import Keys
import Matching
public import Model
import Ports
import Transport

/// The wire-compatible exchange on simulated money: REST under `/trade-api/v2` and a WebSocket at `/trade-api/ws/v2`, on one port.
///
/// Starts once and stops once. Only registered keys trade; market data is open to everyone over REST, and to registered keys over the WebSocket.
public actor ExchangeServer {
    /// Where a started exchange is reached.
    public struct Address: Hashable, Sendable {
        public let url: String
        public let webSocketURL: String
        public let port: Int
    }

    static let webSocketPath = "/trade-api/ws/v2"
    /// How often the living market is moved on while nobody asks: the crowds act on a grid of 25 ms.
    static let beat = Duration.milliseconds(50)

    private let configuration: ExchangeConfiguration
    private let house: ExchangeHouse
    private let keys = KeyRing()
    private let faults: FaultInjector?
    private var server: WebServer?
    private var clockwork: Task<Void, Never>?

    /// Reads the ledger: an exchange that cannot remember does not come to be.
    public init(_ configuration: ExchangeConfiguration) throws(ExchangeError) {
        self.configuration = configuration
        faults = (configuration.faults ?? (configuration.faultControl ? FaultPlan() : nil)).map { FaultInjector($0, now: configuration.now) }
        do {
            house = try ExchangeHouse(configuration, keys: keys, faults: faults)
        } catch {
            throw ExchangeError(error.description)
        }
    }

    /// Opens an account with the starting cash, or gives an existing one this key. Before or after the start.
    public func register(keyID: String, publicKey: VerifyingKey) async throws(ExchangeError) {
        guard !keyID.isEmpty, keyID.utf8.count <= 128 else { throw ExchangeError("a key id has 1 to 128 characters") }
        do {
            try await house.register(keyID, publicKey)
        } catch {
            throw ExchangeError(error.description)
        }
    }

    /// Makes a key, registers its public half and returns the private one: for a desk in the same process.
    public func registerGeneratedKey(keyID: String, kind: SigningKey.Kind = .ed25519) async throws(ExchangeError) -> SigningKey {
        let key: SigningKey
        do { key = try SigningKey.generate(kind) } catch { throw ExchangeError(error.description) }
        try await register(keyID: keyID, publicKey: key.verifyingKey)
        return key
    }

    /// The id that a key gets where nobody chose one: a UUID made of the key itself.
    public static func keyID(of key: VerifyingKey) -> String { StableUUID.of("key", key.pem) }

    /// The seed in force: that of the world in the ledger, where there is one.
    public var seed: UInt64 { get async { house.seed } }

    /// When the weekly maintenance that is on at this time ends; nil while there is trading.
    public func maintenanceEnd(at time: Timestamp) -> Timestamp? { house.hours.maintenance(at: time)?.end }

    /// Returns once requests are answered and the market lives.
    public func start() async throws(ExchangeError) -> Address {
        precondition(server == nil, "an exchange starts once")
        do {
            try await house.restoreKeys()
        } catch {
            throw ExchangeError("a public key in the ledger cannot be read: \(error)")
        }
        guard await house.catchUp() else { throw ExchangeError(await house.trouble ?? "the ledger cannot be written") }
        let door = ExchangeDoor(house: house, keys: keys, gate: house.gate, now: configuration.now, faults: faults)
        let route = WebSocketRoute(upgrade: { await door.admit($0) }, session: { await door.converse($0, $1) })
        let control = configuration.faultControl ? faults.map { FaultControl(faults: $0) } : nil
        let server = WebServer(host: configuration.host, port: configuration.port, webSocket: route, answersOnLoop: true) { request in
            if let control, let answer = control.answer(request) { return answer }
            return await door.answer(request)
        }
        self.server = server
        let port: Int
        do { port = try await server.start() } catch { throw ExchangeError(error.description) }
        clockwork = Task { [house] in
            // The market lives in real time: there is no event to wait for but the passing of time. A cancelled sleep ends the loop.
            while (try? await Task.sleep(for: ExchangeServer.beat)) != nil { await house.catchUp() }
        }
        let authority = "\(configuration.host):\(port)"
        return Address(url: "http://\(authority)/trade-api/v2", webSocketURL: "ws://\(authority)\(ExchangeServer.webSocketPath)", port: port)
    }

    /// A recording's next event, when the liquidity is a recording's. Times must not go back.
    public func feed(_ event: MarketEvent, at time: Timestamp) async { await house.feed([event], at: time) }
    /// Several events of one moment.
    public func feed(_ events: [MarketEvent], at time: Timestamp) async { await house.feed(events, at: time) }

    /// Stops answering, then stores what is left to store.
    public func stop() async throws(ExchangeError) {
        clockwork?.cancel()
        await clockwork?.value
        await server?.stop()
        do { try await house.close() } catch { throw ExchangeError(error.description) }
    }

    /// Why the ledger cannot be written, while it cannot: then the exchange stands still.
    public var trouble: String? { get async { await house.trouble } }

    // MARK: - Faults

    /// Adds rules while the exchange runs; it must have been given a plan, if only an empty one. Their times count from now.
    public nonisolated func inject(_ rules: FaultRule...) {
        precondition(faults != nil, "an exchange without a plan has no faults: give it FaultPlan()")
        faults?.add(rules)
    }

    /// Takes all rules away; what they began to hold back still comes.
    public nonisolated func clearFaults() { faults?.clear() }

    /// What has been done wrong so far; nil without a plan.
    public nonisolated var faultReport: FaultReport? { faults?.report }
}
