import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Ports
import Storage
import Testing
@testable import Exchange
@testable import Kalshi
@testable import MCPKalshi

/// The Kalshi server on our exchange, and a client of it in the same process.
struct KalshiServerRig {
    let exchange: ExchangeRig
    let door: KalshiDoor
    let host: ServiceHost
    let client: Client

    static func start(modes: ServerModes = ServerModes(allowsChanges: false, extraSets: ["all"]), answers: any ClientAnswers = NoAnswers(), index: (any MarketIndex)? = nil) async throws -> KalshiServerRig {
        let exchange = try await ExchangeRig.start()
        let door = KalshiDoor(environment: .simulated, hasAccount: true, clock: exchange.clock, index: try index ?? SQLiteMarketIndex()) {
            let client = KalshiClient(
                endpoint: .local(port: exchange.address.port), credentials: KalshiCredentials(keyID: exchange.keyID, key: exchange.key), clock: exchange.clock, web: exchange.client)
            try await client.adoptLimits()
            return client
        }
        let host = try KalshiServer.product(door).host(modes, version: "1", audit: nil)
        let client = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1"), answers: answers)
        _ = try await client.connect()
        return KalshiServerRig(exchange: exchange, door: door, host: host, client: client)
    }

    func stop() async throws {
        await client.close()
        await door.books.stop()
        try await exchange.stop()
    }

    /// The structured answer; a failure of the tool is a failure of the test.
    func call(_ tool: String, _ arguments: KeyValuePairs<String, JSON?> = [:]) async throws -> JSON {
        let result = try await client.call(tool, .object(arguments))
        #expect(!result.isError, "\(tool): \(result.content)")
        return result.structured ?? .null
    }

    func refusal(_ tool: String, _ arguments: KeyValuePairs<String, JSON?> = [:]) async throws -> String {
        let result = try await client.call(tool, .object(arguments))
        #expect(result.isError, "\(tool) answered")
        guard case .text(let text, _)? = result.content.first else { return "" }
        return text
    }
}
