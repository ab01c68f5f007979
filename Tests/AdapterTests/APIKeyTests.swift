import Keys
import Model
import Notation
import Testing
import Transport

@testable import Exchange

@Suite struct APIKeyTests {
    private func send(_ rig: ExchangeRig, _ method: String, _ path: String, _ id: String, _ key: SigningKey, body: JSON? = nil) async throws -> Int {
        try await rig.send(method, path, body: body, headers: try rig.headers(method, "/trade-api/v2" + path, keyID: id, key: key)).status
    }

    @Test(arguments: ["rsa", "ed25519"])
    func `a generated key is given once, speaks for its account as far as its scopes, and is silent once deleted`(_ kind: String) async throws {
        let rig = try await ExchangeRig.start()
        let made = try await rig.send(
            "POST", "/api_keys/generate", body: .object(["name": "reader", "scopes": ["read"], "key_type": .text(kind)]))
        #expect(made.status == 201 && made.json["key_type"]?.text == kind)
        let id = try #require(made.json["api_key_id"]?.text)
        let key = try SigningKey(pem: try #require(made.json["private_key"]?.text))

        #expect(try await send(rig, "GET", "/portfolio/balance", id, key) == 200)
        #expect(try await send(rig, "POST", "/portfolio/events/orders", id, key, body: .object([:])) == 403)
        #expect(try await send(rig, "POST", "/api_keys/generate", id, key, body: .object(["name": "more"])) == 403)
        let listed = try await rig.get("/api_keys")["api_keys"]?.array
        #expect(listed?.map { $0["name"] } == ["registered", "reader"] && listed?.last?["scopes"] == ["read"])
        #expect(listed?.allSatisfy { $0["private_key"] == nil } == true)

        #expect(try await rig.send("DELETE", "/api_keys/\(id)").status == 204)
        #expect(try await send(rig, "GET", "/portfolio/balance", id, key) == 401)
        #expect(try await rig.send("DELETE", "/api_keys/\(id)").status == 404)
        try await rig.stop()
    }

    @Test func `a registered public key may trade and nothing else when its scope says so`() async throws {
        let rig = try await ExchangeRig.start()
        let key = try SigningKey.generate(.ed25519)
        let body: JSON = .object(["name": "trader", "public_key": .text(key.verifyingKey.pem), "scopes": ["write::trade"]])
        let made = try await rig.send("POST", "/api_keys", body: body)
        #expect(made.status == 201)
        let id = try #require(made.json["api_key_id"]?.text)
        #expect(try await send(rig, "DELETE", "/portfolio/events/orders", id, key) == 204)
        #expect(try await send(rig, "GET", "/portfolio/balance", id, key) == 403)
        #expect(try await rig.send("POST", "/api_keys", body: body).status == 409, "one public key is one key")
        try await rig.stop()
    }

    @Test(arguments: [
        JSON.object(["name": "", "scopes": ["read"]]), .object(["name": "a", "scopes": ["write"]]), .object(["name": "a", "scopes": ["everything"]]),
        .object(["name": "a", "key_type": "dsa"]), .object(["name": "a", "public_key": "no key"]),
    ])
    func `a key that makes no sense is refused`(_ body: JSON) async throws {
        let rig = try await ExchangeRig.start()
        let path = body["public_key"] == nil ? "/api_keys/generate" : "/api_keys"
        let answer = try await rig.send("POST", path, body: body)
        #expect(answer.status == 400 && answer.json["error"]?["code"] == "invalid_parameters")
        try await rig.stop()
    }

    @Test func `keys survive a restart, and so does their deletion`() async throws {
        let ledger = MemoryLedger()
        let rig = try await ExchangeRig.start(ledger: ledger)
        var ids: [String] = []
        for name in ["kept", "gone"] {
            ids.append(try #require(try await rig.send("POST", "/api_keys/generate", body: .object(["name": .text(name), "key_type": "ed25519"])).json["api_key_id"]?.text))
        }
        _ = try await rig.send("DELETE", "/api_keys/\(ids[1])")
        try await rig.stop()
        let again = try await ExchangeRig.start(ledger: ledger, key: rig.key)
        #expect(try await again.get("/api_keys")["api_keys"]?.array?.map { $0["name"] } == ["registered", "kept"])
        try await again.stop()
    }

    @Test func `a key that is locked to a subaccount sees and trades that one alone`() async throws {
        let rig = try await ExchangeRig.start()
        #expect(try await rig.send("POST", "/portfolio/subaccounts", body: .object([:])).json["subaccount_number"] == 1)
        let move = JSON.object(["client_transfer_id": "t-1", "from_subaccount": 0, "to_subaccount": 1, "amount_cents": 2500])
        #expect(try await rig.send("POST", "/portfolio/subaccounts/transfer", body: move).status == 200)
        let made = try await rig.send("POST", "/api_keys/generate", body: .object(["name": "locked", "subaccount": 1, "key_type": "ed25519"])).json
        let id = try #require(made["api_key_id"]?.text)
        let key = try SigningKey(pem: try #require(made["private_key"]?.text))
        func ask(_ method: String, _ path: String, body: JSON? = nil) async throws -> (status: Int, json: JSON) {
            let bare = "/trade-api/v2" + path.prefix { $0 != "?" }
            return try await rig.send(method, path, body: body, headers: try rig.headers(method, bare, keyID: id, key: key))
        }
        let balance = try await ask("GET", "/portfolio/balance").json
        #expect(balance["balance_dollars"] == "25.0000" && balance["balance_breakdown"] == nil)
        let other = try await ask("GET", "/portfolio/balance?subaccount=0")
        #expect(other.status == 403 && other.json["error"]?["message"]?.text?.contains("restricted to a single sub-account") == true)
        for (method, path) in [("GET", "/api_keys"), ("POST", "/portfolio/subaccounts"), ("GET", "/portfolio/subaccounts/transfers")] {
            #expect(try await ask(method, path, body: method == "POST" ? .object([:]) : nil).status == 403)
        }
        let market = try await rig.quotedMarket()
        let order = rig.order(market.ticker, "bid", .cents(1), client: "locked-1")
        let placed = try #require(try await ask("POST", "/portfolio/events/orders", body: order).json["order_id"]?.text)
        #expect(try await rig.get("/portfolio/orders/\(placed)")["order"]?["subaccount_number"] == 1)
        let primary = try await rig.send("POST", "/portfolio/events/orders", body: rig.order(market.ticker, "bid", .cents(1), client: "free-1"))
        let theirs = try #require(primary.json["order_id"]?.text)
        #expect(try await ask("GET", "/portfolio/orders/\(theirs)").status == 404)
        #expect(try await ask("DELETE", "/portfolio/events/orders/\(theirs)").status == 404)
        #expect(try await ask("DELETE", "/portfolio/events/orders").status == 204)
        #expect(try await rig.get("/portfolio/orders?status=resting")["orders"]?.array?.map { $0["order_id"]?.text } == [theirs])
        try await rig.stop()
    }

    @Test func `a socket needs the scope to read`() async throws {
        let rig = try await ExchangeRig.start()
        let key = try SigningKey.generate(.ed25519)
        for (scope, status) in [("write::trade", 403), ("read::portfolio_balance", 403), ("read", 101)] {
            let body: JSON = .object(["name": "one", "public_key": .text(key.verifyingKey.pem), "scopes": [.text(scope)]])
            let id = try #require(try await rig.send("POST", "/api_keys", body: body).json["api_key_id"]?.text)
            let headers = try rig.headers("GET", "/trade-api/ws/v2", keyID: id, key: key)
            if status == 101 {
                _ = try await WebSocketClient.connect(url: rig.address.webSocketURL, headers: headers)
            } else {
                await #expect(throws: TransportError.refused(url: rig.address.webSocketURL, status: status)) {
                    _ = try await WebSocketClient.connect(url: rig.address.webSocketURL, headers: headers)
                }
            }
            #expect(try await rig.send("DELETE", "/api_keys/\(id)").status == 204)
        }
        try await rig.stop()
    }

    @Test func `the socket of a key that is locked to a subaccount tells of that one, by its number`() async throws {
        let rig = try await ExchangeRig.start()
        _ = try await rig.send("POST", "/portfolio/subaccounts", body: .object([:]))
        let move = JSON.object(["client_transfer_id": "t-1", "from_subaccount": 0, "to_subaccount": 1, "amount_cents": 50_000])
        _ = try await rig.send("POST", "/portfolio/subaccounts/transfer", body: move)
        let made = try await rig.send("POST", "/api_keys/generate", body: .object(["name": "locked", "subaccount": 1, "key_type": "ed25519"])).json
        let key = try SigningKey(pem: try #require(made["private_key"]?.text))
        let headers = try rig.headers("GET", "/trade-api/ws/v2", keyID: try #require(made["api_key_id"]?.text), key: key)
        let market = try await rig.quotedMarket()
        let (locked, whole) = (FrameReader(try await WebSocketClient.connect(url: rig.address.webSocketURL, headers: headers)), FrameReader(try await rig.socket()))
        for reader in [locked, whole] {
            try await reader.send(#"{"id":1,"cmd":"subscribe","params":{"channels":["fill","user_orders","market_positions"]}}"#)
            for _ in 0..<3 { _ = try await reader.next("subscribed") }
        }
        for subaccount in [0, 1] as [Int64] {
            var order = rig.order(market.ticker, "bid", .cents(99), count: "2.00", client: "in-\(subaccount)", timeInForce: "immediate_or_cancel")
            if case .object(let members) = order { order = .object(members + [JSON.Member(key: "subaccount", value: .integer(subaccount))]) }
            #expect(try await rig.send("POST", "/portfolio/events/orders", body: order).json["fill_count"] == "2.00")
        }
        // The first that the locked one hears is of the second order; before what the other hears of it, it heard of the first.
        #expect(try await locked.next("fill")["msg"]?["subaccount"] == 1)
        #expect(try await locked.next("user_order")["msg"]?["client_order_id"] == "in-1")
        let position = try await locked.next("market_position")["msg"]
        #expect(position?["subaccount"] == 1 && position?["position_fp"] == "2.00" && position?["volume_fp"] == "2.00")
        let first = try await whole.next("fill")["msg"]
        #expect(first?["subaccount"] == nil && first?["client_order_id"] == "in-0")
        #expect(try await whole.next("market_position")["msg"]?["subaccount"] == nil)
        #expect(try await whole.next("market_position")["msg"]?["subaccount"] == 1)
        try await rig.stop()
    }
}
