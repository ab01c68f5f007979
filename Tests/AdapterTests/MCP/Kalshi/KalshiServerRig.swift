import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Ports
import Storage
import Testing
import Transport
@testable import Exchange
@testable import Kalshi
@testable import MCPKalshi

/// The Kalshi server on our exchange, and a client of it in the same process.
struct KalshiServerRig {
    let exchange: ExchangeRig
    let door: KalshiDoor
    let host: ServiceHost
    let client: Client

    static func start(modes: ServerModes = ServerModes(allowsChanges: false, extraSets: ["all"]), answers: any ClientAnswers = NoAnswers(), index: (any MarketIndex)? = nil, termsURL: String? = nil, shelves: [String] = [], desk: (any DeskPort)? = nil) async throws -> KalshiServerRig {
        let exchange = try await ExchangeRig.start()
        let contracts = ContractReader(shelves: shelves) { exchange.clock.now() }
        let door = KalshiDoor(environment: .simulated, hasAccount: true, clock: exchange.clock, index: try index ?? SQLiteMarketIndex(), desk: desk, contracts: contracts) {
            let (endpoint, credentials) = (KalshiEndpoint.local(port: exchange.address.port), KalshiCredentials(keyID: exchange.keyID, key: exchange.key))
            let client: KalshiClient
            if let termsURL {
                client = KalshiClient(endpoint: endpoint, credentials: credentials, clock: exchange.clock, port: naming(termsURL, exchange.client))
            } else {
                client = KalshiClient(endpoint: endpoint, credentials: credentials, clock: exchange.clock, web: exchange.client)
            }
            try await client.adoptLimits()
            return client
        }
        let host = try KalshiServer.product(door).host(modes, version: "1", audit: nil)
        let client = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1"), answers: answers)
        _ = try await client.connect()
        return KalshiServerRig(exchange: exchange, door: door, host: host, client: client)
    }

    /// The way to our exchange, whose series have no contracts, as if they had one.
    private static func naming(_ termsURL: String, _ web: WebClient) -> HTTPPort {
        { call throws(HTTPFailure) in
            var headers = HeaderFields()
            for header in call.headers { headers.add(header.name, header.value) }
            do throws(TransportError) {
                let answer = try await web.request(call.method, call.url, headers: headers, body: call.body ?? [])
                let body = String(decoding: answer.body, as: UTF8.self).replacing("\"contract_terms_url\":\"\"", with: "\"contract_terms_url\":\"\(termsURL)\"")
                return HTTPAnswer(status: answer.status, date: answer.headers["date"], body: Array(body.utf8))
            } catch { throw .outcomeUnknown(error.description) }
        }
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
