import Foundation
import Keys
import Model
import Notation
import Testing
import Transport

@testable import Exchange

/// Each fault as a client meets it, over real sockets.
@Suite(.timeLimit(.minutes(2)))
struct FaultTests {
    private func subscribe(_ reader: FrameReader, _ ticker: String) async throws {
        try await reader.send(#"{"id":1,"cmd":"subscribe","params":{"channels":["orderbook_delta"],"market_tickers":["\#(ticker)"]}}"#)
        #expect(try await reader.next()["type"] == "subscribed")
    }

    private func create(_ rig: ExchangeRig, _ ticker: String, _ client: String) async throws -> (status: Int, json: JSON) {
        try await rig.send("POST", "/portfolio/events/orders", body: rig.order(ticker, "bid", .cents(1), client: client))
    }

    private func resting(_ rig: ExchangeRig) async throws -> [String] {
        (try await rig.get("/portfolio/orders?status=resting")["orders"]?.array ?? []).compactMap { $0["client_order_id"]?.text }
    }

    @Test func `without a plan there is no report; with an empty one nothing happens until a rule is injected`() async throws {
        let plain = try await ExchangeRig.start()
        #expect(plain.server.faultReport == nil)
        try await plain.stop()
        let rig = try await ExchangeRig.start(faults: FaultPlan())
        #expect(try await rig.send("GET", "/exchange/status").status == 200)
        rig.server.inject(FaultRule(.tooManyRequests, operation: "GetExchangeStatus", times: 1))
        #expect(try await rig.send("GET", "/exchange/status").status == 429)
        #expect(try await rig.send("GET", "/exchange/status").status == 200)
        #expect(rig.server.faultReport?.fired("too_many_requests") == 1)
        rig.server.clearFaults()
        #expect(rig.server.faultReport?.lines.isEmpty == true && rig.server.faultReport?.total == 1)
        try await rig.stop()
    }

    @Test func `a dropped frame is a gap in the numbers, a doubled one comes twice, and an overtaken one comes late`() async throws {
        let rig = try await ExchangeRig.start(
            faults: FaultPlan([
                FaultRule(.dropFrame, frame: "orderbook_delta", after: 2, times: 1), FaultRule(.duplicateFrame, frame: "orderbook_delta", after: 5, times: 1),
                FaultRule(.reorderFrame, frame: "orderbook_delta", after: 9, times: 1),
            ]))
        let market = try await rig.quotedMarket()
        let reader = FrameReader(try await rig.socket())
        try await subscribe(reader, market.ticker)
        var numbers: [Int64] = []
        while numbers.count < 13 { numbers.append(try #require(try await reader.next()["seq"]?.integer)) }
        // 1 is the snapshot; deltas are 2, 3, ...
        #expect(numbers == [1, 2, 3, 5, 6, 7, 7, 8, 9, 10, 12, 11, 13])
        try await rig.stop()
    }

    @Test func `a broken socket ends without a goodbye, and one that is closed says why`() async throws {
        let rig = try await ExchangeRig.start(faults: FaultPlan())
        let market = try await rig.quotedMarket()
        for (fault, code) in [(Fault.breakSocket, 1006), (.closeSocket(code: 1012), 1012)] {
            let socket = try await rig.socket()
            let reader = FrameReader(socket)
            try await subscribe(reader, market.ticker)
            rig.server.inject(FaultRule(fault, frame: "orderbook_delta", times: 1))
            #expect(try await reader.closing() == code)
        }
        try await rig.stop()
    }

    @Test func `a subscription ends with the terminal error, numbered like its other frames, and can be begun anew`() async throws {
        let rig = try await ExchangeRig.start(faults: FaultPlan([FaultRule(.endSubscription(code: 25), frame: "orderbook_delta", after: 3, times: 1)]))
        let market = try await rig.quotedMarket()
        let reader = FrameReader(try await rig.socket())
        try await subscribe(reader, market.ticker)
        var last: Int64 = 0
        var frame = try await reader.next()
        while frame["type"] == "orderbook_delta" || frame["type"] == "orderbook_snapshot" {
            last = try #require(frame["seq"]?.integer)
            frame = try await reader.next()
        }
        // The frame that was struck has a number too, and is not sent.
        #expect(frame["type"] == "error" && frame["msg"]?["code"] == 25 && frame["sid"] == 1 && frame["seq"]?.integer == last + 2)
        try await reader.send(#"{"id":2,"cmd":"subscribe","params":{"channels":["orderbook_delta"],"market_tickers":["\#(market.ticker)"]}}"#)
        #expect(try await reader.next("subscribed")["msg"]?["sid"] == 2)
        try await rig.stop()
    }

    @Test func `an order exists although its answer said 503, said nothing, or was lost`() async throws {
        let rig = try await ExchangeRig.start(faults: FaultPlan())
        let market = try await rig.quotedMarket()
        let operation = "CreateOrderV2"
        rig.server.inject(FaultRule(.serverError(status: 503, carriedOut: true), operation: operation, times: 1))
        #expect(try await create(rig, market.ticker, "after-503").status == 503)
        rig.server.inject(FaultRule(.emptyAnswer, operation: operation, times: 1))
        let empty = try await create(rig, market.ticker, "after-empty")
        #expect(empty.status == 201 && empty.json == .object([]))
        rig.server.inject(FaultRule(.lostAnswer(carriedOut: true), operation: operation, times: 1))
        await #expect(throws: TransportError.self) { _ = try await create(rig, market.ticker, "after-lost") }
        rig.server.inject(FaultRule(.serverError(status: 500, carriedOut: false), operation: operation, times: 1))
        #expect(try await create(rig, market.ticker, "never-500").status == 500)
        rig.server.inject(FaultRule(.lostAnswer(carriedOut: false), operation: operation, times: 1))
        await #expect(throws: TransportError.self) { _ = try await create(rig, market.ticker, "never-lost") }
        rig.server.inject(FaultRule(.retiredEndpoint, operation: operation, times: 1))
        let gone = try await create(rig, market.ticker, "never-gone")
        #expect(gone.status == 410 && gone.json["error"]?["code"] == "deprecated_v1_order_endpoint")
        #expect(try await resting(rig).sorted() == ["after-503", "after-empty", "after-lost"])
        try await rig.stop()
    }

    @Test func `a fill is told before the late answer to its order`() async throws {
        let rig = try await ExchangeRig.start(faults: FaultPlan([FaultRule(.lateAnswer(milliseconds: 400), operation: "CreateOrderV2", times: 1)]))
        let market = try await rig.quotedMarket()
        let reader = FrameReader(try await rig.socket())
        try await reader.send(#"{"id":1,"cmd":"subscribe","params":{"channels":["fill"]}}"#)
        _ = try await reader.next("subscribed")
        @Sendable func sent() async throws -> (status: Int, arrived: Date) {
            let order = rig.order(market.ticker, "bid", .cents(99), client: "late", timeInForce: "immediate_or_cancel")
            return (try await rig.send("POST", "/portfolio/events/orders", body: order).status, Date())
        }
        async let answer = sent()
        let fill = try await reader.next("fill")
        let told = Date()
        #expect(fill["msg"]?["client_order_id"] == "late")
        let (status, arrived) = try await answer
        #expect(status == 201 && arrived > told)
        try await rig.stop()
    }

    @Test func `a canceled order is shown as resting for a while, on its own page alone`() async throws {
        let rig = try await ExchangeRig.start(faults: FaultPlan([FaultRule(.staleRead(milliseconds: 60_000), operation: "CancelOrderV2", times: 1)]))
        let market = try await rig.quotedMarket()
        let id = try #require(try await create(rig, market.ticker, "stale").json["order_id"]?.text)
        #expect(try await rig.send("DELETE", "/portfolio/events/orders/\(id)").status == 200)
        #expect(try await rig.get("/portfolio/orders/\(id)")["order"]?["status"] == "resting")
        #expect(try await resting(rig).isEmpty)
        try await rig.stop()
    }

    @Test func `a clock that is off refuses signatures and shows itself in the date`() async throws {
        let rig = try await ExchangeRig.start(faults: FaultPlan([FaultRule(.clockSkew(seconds: 40))]))
        let answer = try await rig.send("GET", "/portfolio/balance")
        #expect(answer.status == 401 && answer.json["error"]?["code"] == "header_timestamp_expired")
        let plain = try await rig.client.request("GET", rig.address.url + "/exchange/status")
        let date = try #require(plain.headers["date"])
        let late = (0...5).map { WallTime.httpDate(rig.clock.now() + .seconds(40 - $0)) }
        #expect(late.contains(date))
        await #expect(throws: TransportError.refused(url: rig.address.webSocketURL, status: 401)) { _ = try await rig.socket() }
        try await rig.stop()
    }

    @Test func `a contract that changed shows in frames and in bodies`() async throws {
        let rig = try await ExchangeRig.start(faults: FaultPlan())
        rig.server.inject(FaultRule(.unknownField, operation: "GetBalance", times: 1), FaultRule(.missingField("balance"), operation: "GetBalance", after: 1, times: 1))
        #expect(try await rig.get("/portfolio/balance")["brand_new_field"] != nil)
        #expect(try await rig.get("/portfolio/balance")["balance"] == nil)
        rig.server.inject(FaultRule(.cutAnswer, operation: "GetBalance", times: 1))
        let cut = try await rig.client.request("GET", rig.address.url + "/portfolio/balance", headers: try rig.headers("GET", "/trade-api/v2/portfolio/balance"))
        #expect(throws: JSONError.self) { try JSON(parsing: cut.body) }
        let market = try await rig.quotedMarket()
        let reader = FrameReader(try await rig.socket())
        rig.server.inject(FaultRule(.unknownValue(field: "side"), frame: "orderbook_delta", times: 1))
        try await subscribe(reader, market.ticker)
        #expect(try await reader.next("orderbook_delta")["msg"]?["side"] == "brand_new_value")
        try await rig.stop()
    }

    @Test func `trading pauses and goes on, and a market that closes early is told`() async throws {
        let rig = try await ExchangeRig.start(faults: FaultPlan())
        let market = try await rig.quotedMarket()
        rig.server.inject(FaultRule(.tradingPause(seconds: 1)))
        var answer = try await create(rig, market.ticker, "p-0")
        for i in 1..<1000 where answer.status == 201 { answer = try await create(rig, market.ticker, "p-\(i)") }
        #expect(answer.status == 409 && answer.json["error"]?["code"] == "trading_is_paused")
        for i in 1000..<100_000 where answer.status != 201 { answer = try await create(rig, market.ticker, "p-\(i)") }
        #expect(answer.status == 201)

        rig.server.inject(FaultRule(.earlyClose, market: market.ticker))
        var status: String?
        for _ in 0..<1000 where status != "closed" && status != "determined" && status != "finalized" {
            status = try await rig.get("/markets/\(market.ticker)")["market"]?["status"]?.text
        }
        #expect(status == "closed" || status == "determined" || status == "finalized")
        #expect(try await resting(rig).isEmpty, "what rested is canceled at the close")
        try await rig.stop()
    }

    @Test func `a change of fees is told once for the event, and every market of it has the new ones`() async throws {
        let rig = try await ExchangeRig.start(faults: FaultPlan())
        let market = try await rig.quotedMarket()
        let series = { try await rig.get("/series/KXBTC15M")["series"]?["fee_multiplier"] }
        #expect(try await series() == 1)
        let reader = FrameReader(try await rig.socket())
        try await reader.send(#"{"id":1,"cmd":"subscribe","params":{"channels":["market_lifecycle_v2"]}}"#)
        _ = try await reader.next("subscribed")
        rig.server.inject(FaultRule(.feeChange(multiplierThousandths: 500), market: market.ticker))
        let update = try await reader.next("event_fee_update")
        #expect(update["msg"]?["fee_multiplier_override"] == .number(0.5) && update["msg"]?["fee_type_override"] == "quadratic")
        #expect(try await reader.next("market_lifecycle_v2")["msg"]?["event_type"] == "metadata_updated")
        #expect(try await series() == .number(0.5))
        try await rig.stop()
    }

    @Test func `a market's ticks change while it trades, and the new grid is told`() async throws {
        let rig = try await ExchangeRig.start(faults: FaultPlan())
        let market = try await rig.quotedMarket()
        let structure = { try await rig.get("/markets/\(market.ticker)")["market"]?["price_level_structure"] }
        let before = try await structure()
        let reader = FrameReader(try await rig.socket())
        try await reader.send(#"{"id":1,"cmd":"subscribe","params":{"channels":["market_lifecycle_v2"]}}"#)
        _ = try await reader.next("subscribed")
        rig.server.inject(FaultRule(.tickChange, market: market.ticker))
        let told = try await reader.next("market_lifecycle_v2")
        #expect(told["msg"]?["event_type"] == "price_level_structure_updated" && told["msg"]?["market_ticker"]?.text == market.ticker)
        #expect(told["msg"]?["price_level_structure"] != before && told["msg"]?["price_ranges"]?.array?.isEmpty == false)
        #expect(try await structure() == told["msg"]?["price_level_structure"])
        try await rig.stop()
    }
}
