import ArgumentParser
import Exchange
import Foundation
import Kalshi
import Keys
import MCPKalshi
import MCPServing
import Model
import Ports
import Storage
import Transport

/// `aura mcp kalshi`: the exchange for assistants, to read. Orders go through a running desk: `aura run` serves them at /mcp/kalshi.
struct MCPKalshiCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kalshi", abstract: "The exchange for assistants: markets, books, history, the account. It reads; orders go through a running desk (`aura run`).",
        discussion: "Without a key it is a living simulated market of its own. With --venue demo or live it reads that exchange; the account too, where KALSHI_API_KEY_ID and KALSHI_PRIVATE_KEY_PATH are set.")

    @OptionGroup var options: MCPOptions
    @Option(help: "simulated, demo or live.") var venue = "simulated"
    @Option(help: "Read an `aura exchange` that runs elsewhere on this machine: its URL.") var exchange: String?
    @Option(help: "Key id for --exchange.") var keyID: String?
    @Option(help: "Private key file for --exchange.") var keyFile: String?
    @Option(help: "Seed of the simulated market.") var seed: UInt64 = 1

    func run() async throws {
        guard ["simulated", "demo", "live"].contains(venue) else { throw Refused("--venue must be simulated, demo or live, not '\(venue)'") }
        guard exchange == nil || venue == "simulated" else { throw Refused("--exchange goes with --venue simulated") }
        guard (keyID == nil) == (keyFile == nil), keyID == nil || exchange != nil else { throw Refused("--key-id and --key-file go together, and with --exchange") }
        let environment = ProcessInfo.processInfo.environment
        let web = WebClient()
        let world = StandaloneWorld(seed: seed)
        let (door, secrets) = try door(environment, web, world)
        // Made before anybody asks for it, but not waited for.
        let server = KalshiServer.product(door)
        do {
            try await options.serve(server, redactor: Redactor(secrets: secrets)) { host in
                let watch = ResourceWatch(door, host)
                return Task { await watch.run() }
            }
        } catch {
            await world.stop()
            await web.shutdown()
            throw error
        }
        await world.stop()
        await web.shutdown()
    }

    private func door(_ environment: [String: String], _ web: WebClient, _ world: StandaloneWorld) throws -> (KalshiDoor, [String]) {
        let clock = WallClock()
        let index = try SQLiteMarketIndex()
        if venue == "simulated", exchange == nil {
            let door = KalshiDoor(environment: .simulated, hasAccount: true, clock: clock, index: index) {
                let (endpoint, credentials) = try await world.start(clock)
                return try await Self.client(endpoint, credentials, clock, web)
            }
            return (door, [])
        }
        let (endpoint, credentials) = try line(environment)
        let mode: TradingMode = venue == "live" ? .live : venue == "demo" ? .demo : .simulated
        let door = KalshiDoor(environment: mode, hasAccount: credentials != nil, clock: clock, index: index) {
            try await Self.client(endpoint, credentials, clock, web)
        }
        return (door, credentials.map { [$0.keyID] } ?? [])
    }

    private func line(_ environment: [String: String]) throws -> (KalshiEndpoint, KalshiCredentials?) {
        if let exchange {
            let address = try RunPlan.local(exchange)
            let endpoint = KalshiEndpoint(rest: address.rest, stream: address.stream)
            guard let keyID, let keyFile else { return (endpoint, nil) }
            return (endpoint, KalshiCredentials(keyID: keyID, key: try Self.key(keyFile)))
        }
        let endpoint: KalshiEndpoint = venue == "live" ? .production : .demo
        // What is public needs no key; half a key is a mistake.
        guard environment["KALSHI_API_KEY_ID"] != nil || environment["KALSHI_PRIVATE_KEY_PATH"] != nil else { return (endpoint, nil) }
        let (id, path) = try MoneyGate.credentials(environment)
        return (endpoint, KalshiCredentials(keyID: id, key: try Self.key(path)))
    }

    private static func key(_ path: String) throws -> SigningKey {
        do { return try SigningKey(contentsOf: path) } catch { throw Refused("\(error)") }
    }

    private static func client(_ endpoint: KalshiEndpoint, _ credentials: KalshiCredentials?, _ clock: WallClock, _ web: WebClient) async throws -> KalshiClient {
        let client = KalshiClient(endpoint: endpoint, credentials: credentials, clock: clock, web: web)
        if credentials != nil { try await client.adoptLimits() }
        return client
    }
}

/// A simulated exchange for one server: it lives in memory, begins when it is first needed, and ends with it.
actor StandaloneWorld {
    private let seed: UInt64
    private var server: ExchangeServer?

    init(seed: UInt64) { self.seed = seed }

    func start(_ clock: WallClock) async throws -> (KalshiEndpoint, KalshiCredentials) {
        await stop()
        let exchange = try ExchangeServer(
            ExchangeConfiguration(port: 0, liquidity: .living(seed: seed), ledger: MemoryLedger(), usageTier: .prestige, hasMaintenance: false, now: { clock.now() }))
        let key = try await exchange.registerGeneratedKey(keyID: "aura-mcp")
        let address = try await exchange.start()
        server = exchange
        return (KalshiEndpoint(rest: address.url, stream: address.webSocketURL), KalshiCredentials(keyID: "aura-mcp", key: key))
    }

    func stop() async {
        // It remembers nothing, so there is nothing to lose.
        try? await server?.stop()
        server = nil
    }
}
