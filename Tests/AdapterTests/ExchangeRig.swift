import Foundation
import Keys
import Matching
import Model
import Notation
import Ports
import Testing
import Transport

@testable import Exchange
@testable import Kalshi

/// A running exchange on a free loopback port, and one account's way to it.
struct ExchangeRig {
    let server: ExchangeServer
    let address: ExchangeServer.Address
    let keyID: String
    let key: SigningKey
    /// The exchange's, and so that of whoever signs a request to it.
    let clock: MorningClock
    let client = WebClient()

    static func start(
        seed: UInt64 = 7, ledger: any ExchangeLedger = MemoryLedger(), key: SigningKey? = nil, tier: UsageTier = .prestige, clock: MorningClock = MorningClock(),
        faults: FaultPlan? = nil, socketLimit: Int = 200
    ) async throws -> ExchangeRig {
        var configuration = ExchangeConfiguration(
            liquidity: .living(seed: seed), ledger: ledger, usageTier: tier, now: { clock.now() }, faults: faults)
        configuration.socketLimit = socketLimit
        let server = try ExchangeServer(configuration)
        let key = try key ?? SigningKey.generate(.ed25519)
        let keyID = "desk-1"
        try await server.register(keyID: keyID, publicKey: key.verifyingKey)
        return ExchangeRig(server: server, address: try await server.start(), keyID: keyID, key: key, clock: clock)
    }

    /// With the desk's own client, its limits adopted, and a market that is quoted; afterwards no answer may have been new to the contract.
    static func withClient(_ body: (KalshiClient, Ticker, ExchangeRig) async throws -> Void) async throws {
        let rig = try await start()
        let client = KalshiClient(
            endpoint: .local(port: rig.address.port), credentials: KalshiCredentials(keyID: rig.keyID, key: rig.key), clock: rig.clock, web: rig.client)
        try await client.adoptLimits()
        try await body(client, Ticker(try await rig.quotedMarket().ticker), rig)
        let drifts = client.watch.take()
        #expect(drifts.isEmpty, "\(drifts)")
        try await rig.stop()
    }

    func stop() async throws {
        try await server.stop()
        await client.shutdown()
    }

    func milliseconds() -> Int64 { clock.now().wholeMilliseconds }

    func headers(_ method: String, _ path: String, keyID: String? = nil, key: SigningKey? = nil, at milliseconds: Int64? = nil) throws -> HeaderFields {
        var fields = HeaderFields()
        let signed = try RequestSignature.headers(
            keyID: keyID ?? self.keyID, key: key ?? self.key, timestampMilliseconds: milliseconds ?? self.milliseconds(), method: method, path: path)
        for header in signed { fields.add(header.name, header.value) }
        return fields
    }

    /// A signed request; `path` begins behind `/trade-api/v2` and may have a query, which is not signed.
    func send(_ method: String, _ path: String, body: JSON? = nil, headers: HeaderFields? = nil) async throws -> (status: Int, json: JSON) {
        let bare = "/trade-api/v2" + path.prefix { $0 != "?" }
        let response = try await client.request(
            method, address.url + path, headers: try headers ?? self.headers(method, bare), body: body?.bytes ?? [])
        return (response.status, response.body.isEmpty ? .null : try JSON(parsing: response.body))
    }

    func get(_ path: String) async throws -> JSON {
        let answer = try await send("GET", path)
        #expect(answer.status == 200, "\(path) answered \(answer.status): \(answer.json.rendered)")
        return answer.json
    }

    /// An open market of the series with both sides quoted and its question open, so that an order for a cent rests; its best YES bid and ask.
    func quotedMarket(_ series: String = "KXBTC15M") async throws -> (ticker: String, bid: Price, ask: Price) {
        for _ in 0..<100 {
            let markets = try await get("/markets?series_ticker=\(series)&status=open")
            for market in markets["markets"]?.array ?? [] {
                guard let ticker = market["ticker"]?.text, let bid = market["yes_bid_dollars"]?.text.flatMap({ Price($0) }),
                    let ask = market["yes_ask_dollars"]?.text.flatMap({ Price($0) }), bid >= .cents(5), ask <= .cents(95)
                else { continue }
                return (ticker, bid, ask)
            }
            // The crowd quotes within the first moments of its market's life.
            try await Task.sleep(for: .milliseconds(100))
        }
        throw ExchangeRigError.noQuotes
    }

    func order(_ ticker: String, _ side: String, _ price: Price, count: String = "1.00", client: String, timeInForce: String = "good_till_canceled", postOnly: Bool = false) -> JSON {
        .object([
            "ticker": .text(ticker), "side": .text(side), "count": .text(count), "price": .text(price.description), "client_order_id": .text(client),
            "time_in_force": .text(timeInForce), "self_trade_prevention_type": "taker_at_cross", "post_only": .bool(postOnly),
        ])
    }

    func socket() async throws -> WebSocketConnection {
        try await WebSocketClient.connect(url: address.webSocketURL, headers: try headers("GET", "/trade-api/ws/v2"))
    }
}

enum ExchangeRigError: Error {
    case noQuotes, noLevel, silence
}

extension JSON {
    var text: String? { if case .text(let value) = self { value } else { nil } }
    var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    var array: [JSON]? { if case .array(let values) = self { values } else { nil } }
}

/// Reads one socket's frames; one task at a time.
final class FrameReader {
    private var frames: AsyncStream<WebSocketMessage>.Iterator
    private let connection: WebSocketConnection

    init(_ connection: WebSocketConnection) {
        self.connection = connection
        frames = connection.incoming.makeAsyncIterator()
    }

    func send(_ text: String) async throws { try await connection.send(text: text) }

    func next() async throws -> JSON {
        guard case .text(let bytes)? = await frames.next() else { throw ExchangeRigError.silence }
        return try JSON(parsing: bytes)
    }

    /// Reads on until the socket is closed; the code that says how.
    func closing() async throws -> Int {
        for _ in 0..<10_000 {
            if case .closed(let code, _)? = await frames.next() { return code }
        }
        throw ExchangeRigError.silence
    }

    /// The next frame of a type, at most so many frames away.
    func next(_ type: String, within limit: Int = 2000) async throws -> JSON {
        for _ in 0..<limit {
            let frame = try await next()
            if frame["type"]?.text == type { return frame }
        }
        throw ExchangeRigError.silence
    }
}

extension ExchangeHouse {
    /// An operation asked for in process, as if by a key of the account.
    func answer(_ operation: Exchange.Operation, _ request: HTTPRequest, account: AccountID?) throws(APIError) -> Answer {
        try answer(Call(operation: operation, query: Query(request.queryItems, operation: "Test"), body: request.body, caller: account.map { Caller(account: $0) }))
    }
}
