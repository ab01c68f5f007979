import Foundation
import Keys
import Model
import Notation
import Testing
import Transport

@testable import Exchange

@Suite struct ExchangeServerTests {
    // MARK: Signatures

    struct SignatureCase: CustomTestStringConvertible {
        let testDescription: String
        let status: Int
        let details: String
        var keyID = "desk-1"
        var offset: Int64 = 0
        var path = "/trade-api/v2/portfolio/balance"
        var foreignKey = false
        var dropping: String?
    }

    static let signatures: [SignatureCase] = [
        SignatureCase(testDescription: "a good one", status: 200, details: ""),
        SignatureCase(testDescription: "10 s late", status: 200, details: "", offset: -10_000),
        SignatureCase(testDescription: "10 s early", status: 200, details: "", offset: 10_000),
        SignatureCase(testDescription: "30 s late", status: 401, details: "header_timestamp_expired", offset: -30_000),
        SignatureCase(testDescription: "5 min early", status: 401, details: "header_timestamp_expired", offset: 300_000),
        SignatureCase(testDescription: "an unknown key", status: 401, details: "NOT_FOUND", keyID: "nobody"),
        SignatureCase(testDescription: "another key's signature", status: 401, details: "INCORRECT_API_KEY_SIGNATURE", foreignKey: true),
        SignatureCase(testDescription: "another path", status: 401, details: "INCORRECT_API_KEY_SIGNATURE", path: "/trade-api/v2/portfolio/fills"),
        SignatureCase(testDescription: "no signature", status: 401, details: "signature_is_missing_from_headers", dropping: RequestSignature.signatureHeader),
        SignatureCase(testDescription: "no key", status: 401, details: "signature_is_missing_from_headers", dropping: RequestSignature.keyHeader),
        SignatureCase(testDescription: "no timestamp", status: 401, details: "signature_is_missing_from_headers", dropping: RequestSignature.timestampHeader),
    ]

    @Test(arguments: [SigningKey.Kind.rsa, .ed25519])
    func `signatures are accepted and refused as at the exchange`(_ kind: SigningKey.Kind) async throws {
        let rig = try await ExchangeRig.start(key: SigningKey.generate(kind))
        let stranger = try SigningKey.generate(kind)
        for example in Self.signatures {
            var headers = try rig.headers(
                "GET", example.path, keyID: example.keyID, key: example.foreignKey ? stranger : nil, at: rig.milliseconds() + example.offset)
            if let name = example.dropping { headers[name] = nil }
            let answer = try await rig.send("GET", "/portfolio/balance?subaccount=0", headers: headers)
            #expect(answer.status == example.status, "\(example.testDescription)")
            let error = answer.json["error"]
            #expect(example.details.isEmpty || [error?["code"]?.text, error?["details"]?.text].contains(example.details), "\(example.testDescription)")
        }
        try await rig.stop()
    }

    @Test func `public data needs no headers, but wrong ones are refused there too`() async throws {
        let rig = try await ExchangeRig.start()
        let bare = try await rig.client.request("GET", rig.address.url + "/markets?limit=1")
        #expect(bare.status == 200)
        let wrong = try await rig.send("GET", "/markets", headers: try rig.headers("GET", "/trade-api/v2/markets", keyID: "nobody"))
        #expect(wrong.status == 401)
        try await rig.stop()
    }

    // MARK: Orders

    @Test func `an order rests, shows, and is canceled once`() async throws {
        let rig = try await ExchangeRig.start()
        let market = try await rig.quotedMarket()
        let price = Price.cents(2)
        let created = try await rig.send("POST", "/portfolio/events/orders", body: rig.order(market.ticker, "bid", price, client: "a-1", postOnly: true))
        #expect(created.status == 201)
        #expect(created.json["remaining_count"] == "1.00")
        #expect(created.json["average_fill_price"] == nil)
        let id = try #require(created.json["order_id"]?.text)

        #expect(try await rig.get("/portfolio/orders/\(id)")["order"]?["status"] == "resting")
        let balance = try await rig.get("/portfolio/balance")
        #expect(try #require(balance["balance"]?.integer) < 1_000_000)

        let duplicate = try await rig.send("POST", "/portfolio/events/orders", body: rig.order(market.ticker, "bid", price, client: "a-1"))
        #expect(duplicate.status == 409)
        #expect(duplicate.json["error"]?["code"] == "order_already_exists")

        let canceled = try await rig.send("DELETE", "/portfolio/events/orders/\(id)")
        #expect(canceled.status == 200)
        #expect(canceled.json["reduced_by"] == "1.00")
        let again = try await rig.send("DELETE", "/portfolio/events/orders/\(id)")
        #expect(again.status == 404)
        #expect(again.json["error"]?["code"] == "not_found")
        let reused = try await rig.send("POST", "/portfolio/events/orders", body: rig.order(market.ticker, "bid", price, client: "a-1"))
        #expect(reused.status == 409)
        #expect(try await rig.get("/portfolio/balance")["balance_dollars"] == "10000.0000")
        try await rig.stop()
    }

    @Test func `an order fills against the house, and cash, fills, position and order agree`() async throws {
        let rig = try await ExchangeRig.start()
        let market = try await rig.quotedMarket()
        let created = try await rig.send(
            "POST", "/portfolio/events/orders", body: rig.order(market.ticker, "bid", .cents(99), client: "t-1", timeInForce: "immediate_or_cancel"))
        #expect(created.status == 201)
        #expect(created.json["fill_count"] == "1.00", "\(created.json.rendered)")
        let fills = try #require(try await rig.get("/portfolio/fills")["fills"]?.array)
        var spent = Money.zero
        var count = Quantity.zero
        for fill in fills {
            let price = try #require(fill["yes_price_dollars"]?.text.flatMap { Price($0) })
            let quantity = try #require(fill["count_fp"]?.text.flatMap { Quantity($0) })
            let fee = try #require(fill["fee_cost"]?.text.flatMap { Money($0) })
            spent += price * quantity + fee
            count += quantity
            #expect(fill["is_taker"] == true)
        }
        #expect(count == .contracts(1))
        let balance = try await rig.get("/portfolio/balance")
        #expect(balance["balance_dollars"]?.text == (Money.dollars(10_000) - spent).fourDecimals)
        let position = try #require(try await rig.get("/portfolio/positions")["market_positions"]?.array?.first)
        #expect(position["position_fp"] == "1.00")
        let order = try #require(try await rig.get("/portfolio/orders?status=executed")["orders"]?.array?.first)
        #expect(order["client_order_id"] == "t-1")
        #expect(order["yes_price_dollars"] == "0.9900")
        try await rig.stop()
    }

    @Test func `what is wrong with an order is said in the exchange's words`() async throws {
        let rig = try await ExchangeRig.start()
        let market = try await rig.quotedMarket("KXBTCD")
        func refused(_ body: JSON, _ status: Int, _ code: String, details: String? = nil) async throws {
            let answer = try await rig.send("POST", "/portfolio/events/orders", body: body)
            let error = answer.json["error"] ?? answer.json
            #expect(answer.status == status && error["code"]?.text == code, "\(answer.json.rendered) for \(body.rendered)")
            if let details { #expect(error["details"]?.text == details) }
        }
        try await refused(rig.order(market.ticker, "bid", Price(tenThousandths: 5150), client: "x-1"), 400, "invalid_price")
        try await refused(rig.order(market.ticker, "bid", .one, client: "x-2"), 400, "invalid_price")
        try await refused(rig.order(market.ticker, "bid", .cents(99), client: "x-3", postOnly: true), 400, "invalid_order", details: "post only cross")
        try await refused(rig.order(market.ticker, "bid", .cents(1), count: "9000000.00", client: "x-4"), 400, "insufficient_balance")
        try await refused(rig.order(market.ticker, "bid", .cents(1), count: "0.00", client: "x-5"), 400, "invalid_order_size")
        try await refused(rig.order("KXNONE-1", "bid", .cents(1), client: "x-6"), 404, "market_not_found")
        try await refused(
            rig.order(market.ticker, "bid", .cents(2), count: "10.00", client: "x-7", timeInForce: "fill_or_kill"), 409,
            "fill_or_kill_insufficient_resting_volume")
        try await refused(
            .object(["ticker": .text(market.ticker), "side": "bid", "count": 1, "price": "0.0100"]), 400, "bad_request",
            details: "json: cannot unmarshal number into Go struct field CreateOrderV2Request.count of type string")
        let broken = try await rig.client.request(
            "POST", rig.address.url + "/portfolio/events/orders", headers: try rig.headers("POST", "/trade-api/v2/portfolio/events/orders"), body: Array("{".utf8))
        #expect(broken.status == 400)
        #expect(try await rig.get("/portfolio/orders")["orders"] == [])
        try await rig.stop()
    }

    @Test func `lists are paged by opaque cursors without loss or repetition`() async throws {
        let rig = try await ExchangeRig.start()
        let market = try await rig.quotedMarket()
        for i in 0..<7 {
            let answer = try await rig.send("POST", "/portfolio/events/orders", body: rig.order(market.ticker, "bid", .cents(1), client: "p-\(i)", postOnly: true))
            #expect(answer.status == 201)
        }
        var seen: [String] = []
        var cursor = ""
        repeat {
            let page = try await rig.get("/portfolio/orders?limit=3&cursor=\(cursor)")
            seen += (page["orders"]?.array ?? []).compactMap { $0["client_order_id"]?.text }
            cursor = try #require(page["cursor"]?.text)
        } while !cursor.isEmpty
        #expect(seen == (0..<7).reversed().map { "p-\($0)" })
        #expect(try await rig.send("GET", "/markets?limit=1001").status == 400)
        #expect(try await rig.send("GET", "/markets?status=funny").status == 400)
        #expect(try await rig.send("DELETE", "/portfolio/events/orders").status == 204)
        #expect(try await rig.get("/portfolio/orders?status=resting")["orders"] == [])
        #expect(try await rig.send("GET", "/nothing/here").status == 404)
        try await rig.stop()
    }

    // MARK: Memory

    @Test func `a restart keeps orders, fills, cash and the permanence of client ids`() async throws {
        let ledger = MemoryLedger()
        let key = try SigningKey.generate(.ed25519)
        let first = try await ExchangeRig.start(ledger: ledger, key: key)
        let market = try await first.quotedMarket("KXHIGHNY")
        let resting = try await first.send("POST", "/portfolio/events/orders", body: first.order(market.ticker, "bid", .cents(1), client: "r-1", postOnly: true))
        #expect(resting.status == 201)
        _ = try await first.send(
            "POST", "/portfolio/events/orders", body: first.order(market.ticker, "ask", .cents(1), client: "r-2", timeInForce: "immediate_or_cancel"))
        let before = (try await first.get("/portfolio/orders"), try await first.get("/portfolio/fills"), try await first.get("/portfolio/balance"))
        try await first.stop()

        let second = try await ExchangeRig.start(seed: 99, ledger: ledger, key: key, clock: first.clock)
        #expect(try await second.get("/portfolio/orders") == before.0)
        #expect(try await second.get("/portfolio/fills") == before.1)
        #expect(try await second.get("/portfolio/balance")["balance_dollars"] == before.2["balance_dollars"])
        let again = try await second.send("POST", "/portfolio/events/orders", body: second.order(market.ticker, "bid", .cents(1), client: "r-1"))
        #expect(again.status == 409)
        let book = try await second.get("/markets/\(market.ticker)/orderbook")
        let penny = book["orderbook_fp"]?["yes_dollars"]?.array?.first { $0.array?.first == "0.0100" }
        #expect(penny != nil)
        let id = try #require(resting.json["order_id"]?.text)
        #expect(try await second.send("DELETE", "/portfolio/events/orders/\(id)").status == 200)
        try await second.stop()
    }

    @Test func `while the ledger cannot be written nothing is accepted, and then it goes on`() async throws {
        let ledger = FragileLedger()
        let rig = try await ExchangeRig.start(ledger: ledger)
        let market = try await rig.quotedMarket()
        ledger.breakDown(true)
        let refused = try await rig.send("POST", "/portfolio/events/orders", body: rig.order(market.ticker, "bid", .cents(1), client: "f-1"))
        #expect(refused.status == 503)
        #expect(try await rig.get("/exchange/status")["exchange_active"] == false)
        ledger.breakDown(false)
        // Whether the refused request took effect is unknown by contract: it is asked by its id.
        let known = try await rig.get("/portfolio/orders")["orders"]?.array?.contains { $0["client_order_id"] == "f-1" } ?? false
        let again = try await rig.send("POST", "/portfolio/events/orders", body: rig.order(market.ticker, "bid", .cents(1), client: "f-1"))
        #expect(again.status == (known ? 409 : 201))
        try await rig.stop()
    }
}
