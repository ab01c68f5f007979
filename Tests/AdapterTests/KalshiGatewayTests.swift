import Foundation
@testable import Kalshi
import Model
import Ports
import Testing
import Transport

@Suite struct KalshiGatewayTests {
    private let id = ClientOrderID("desk-1")
    private let market = Ticker("KXA-26-T1")
    private func intent(_ side: Side = .yes, at cents: Int32 = 43) -> OrderIntent {
        OrderIntent(market: market, side: side, limit: .cents(cents), quantity: .contracts(10), timeInForce: .goodTillCanceled, postOnly: true)
    }
    private func order(_ client: String = "desk-1", status: String = "resting") -> String {
        """
        {"order_id":"o-1","user_id":"u","client_order_id":"\(client)","ticker":"KXA-26-T1","outcome_side":"no","book_side":"ask","type":"limit","status":"\(status)",
         "yes_price_dollars":"0.5700","no_price_dollars":"0.4300","fill_count_fp":"4.00","remaining_count_fp":"6.00","initial_count_fp":"10.00",
         "created_time":"2026-06-11T06:29:20.866753Z","a_new_field":{"x":[1]}}
        """
    }
    private func place(_ intent: OrderIntent, _ script: @escaping @Sendable (ScriptedExchange.Asked, Int) -> ScriptedExchange.Reply) async throws -> (OrderReport, [ScriptedExchange.Asked]) {
        let exchange = try await ScriptedExchange(script)
        let gateway = KalshiGateway(client: try exchange.client(timeout: .milliseconds(500)), settling: .milliseconds(50))
        let report = await gateway.place(id, intent)
        await exchange.stop()
        return (report, exchange.asked)
    }

    @Test func `buying NO is asking on the YES leg at the complement, in strings`() async throws {
        let (report, asked) = try await place(intent(.no, at: 43)) { _, _ in
            .answer(201, #"{"order_id":"o-1","client_order_id":"desk-1","fill_count":"4.00","remaining_count":"6.00","ts_ms":1,"average_fill_price":"0.5800"}"#)
        }
        #expect(report == .accepted(id, OrderID("o-1"), remaining: .contracts(6)))
        #expect(asked.count == 1 && asked[0].method == "POST" && asked[0].target == "/trade-api/v2/portfolio/events/orders")
        #expect(
            asked[0].body
                == #"{"client_order_id":"desk-1","count":"10.00","post_only":true,"price":"0.5700","self_trade_prevention_type":"taker_at_cross","side":"ask","subaccount":0,"ticker":"KXA-26-T1","time_in_force":"good_till_canceled"}"#)
        #expect(asked[0].headers["KALSHI-ACCESS-KEY"] == "key-1" && asked[0].headers["content-type"] == "application/json")
    }

    @Test func `an answer that does not say whether the order exists is unknown, and the order is sent once`() async throws {
        let cases: [ScriptedExchange.Reply] = [
            .silence, .answer(503, #"{"error":{"code":"service_unavailable","message":"x"}}"#), .answer(500, "<html>"), .answer(201, #"{"client_order_id":"desk-1"}"#),
            .answer(200, "{}"), .answer(201, "not json"), .answer(201, #"{"order_id":"","remaining_count":"1.00","fill_count":"0.00"}"#), .answer(302, ""),
        ]
        for reply in cases {
            let (report, asked) = try await place(intent()) { _, _ in reply }
            guard case .unknown(id, _) = report else {
                Issue.record("\(reply) was reported as \(report)")
                continue
            }
            #expect(asked.count == 1)
        }
    }

    @Test func `a connection that breaks after the request is unknown`() async throws {
        let exchange = try await ScriptedExchange { _, _ in .silence }
        let gateway = KalshiGateway(client: try exchange.client(timeout: .seconds(5)))
        async let report = gateway.place(id, intent())
        // Until the request has arrived; bounded by the test's time limit.
        while exchange.asked.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        await exchange.stop()
        guard case .unknown(id, _) = await report else {
            Issue.record("\(await report)")
            return
        }
    }

    @Test func `an order that never left is rejected as not sent`() async throws {
        // Port 1 is nobody's (a port that a test gave back may be another test's by now).
        let client = KalshiClient(endpoint: .local(port: 1), credentials: nil, clock: WallClock(), web: WebClient())
        let report = await KalshiGateway(client: client).place(id, intent())
        guard case .rejected(id, code: "not_sent", _) = report else {
            Issue.record("\(report)")
            return
        }
    }

    @Test(arguments: [
        (400, #"{"error":{"code":"invalid_order","message":"invalid order","details":"post only cross"}}"#, "invalid_order", "invalid order (post only cross)"),
        (400, #"{"code":"bad_request","message":"bad request","details":"json: cannot"}"#, "bad_request", "bad request (json: cannot)"),
        (400, #"{"msg":"Parameter validation failed"}"#, "http_400", "Parameter validation failed"),
        (401, #"{"error":{"code":"authentication_error","message":"authentication_error","details":"NOT_FOUND"}}"#, "authentication_error", "authentication_error (NOT_FOUND)"),
        (409, #"{"error":{"code":"trading_is_paused","message":"trading is paused"}}"#, "trading_is_paused", "trading is paused"),
        (429, #"{"error":"too many requests"}"#, "too_many_requests", "too many requests"), (404, "", "http_404", "the exchange gave no reason"),
    ]) func `a refusal is a rejection with the exchange's code`(status: Int, body: String, code: String, message: String) async throws {
        let (report, asked) = try await place(intent()) { _, _ in .answer(status, body) }
        #expect(report == .rejected(id, code: code, message: message))
        #expect(asked.count == 1)
    }

    @Test func `a code without an end is cut, like its text: both go into the journal`() async throws {
        let (report, _) = try await place(intent()) { _, _ in
            .answer(400, #"{"error":{"code":"\#(String(repeating: "c", count: 5000))","message":"\#(String(repeating: "m", count: 5000))"}}"#)
        }
        guard case .rejected(_, let code, let message) = report else {
            Issue.record("\(report)")
            return
        }
        #expect(code.count == 100 && message.count == 300)
    }

    @Test func `a duplicate means that it arrived before, and its state is looked up on the last page too`() async throws {
        let (first, second) = ("{\"orders\":[\(order("other"))],\"cursor\":\"c2\"}", "{\"orders\":[\(order())],\"cursor\":\"\"}")
        let (report, asked) = try await place(intent(.no)) { request, _ in
            if request.method == "POST" { return .answer(409, #"{"error":{"code":"order_already_exists","message":"order already exists"}}"#) }
            return .answer(200, request.target.contains("cursor=c2") ? second : first)
        }
        guard case .state(let order) = report else {
            Issue.record("\(report)")
            return
        }
        #expect(order.side == .no && order.limit == .cents(43) && order.filled == .contracts(4) && order.status == .resting && order.clientOrder == id)
        #expect(asked.map(\.target).last == "/trade-api/v2/portfolio/orders?limit=1000&ticker=KXA-26-T1&subaccount=0&cursor=c2")
        #expect(asked[1].headers["KALSHI-ACCESS-SIGNATURE"] != nil)
    }

    @Test func `an order is absent only when neither orders nor fills know it, and unknown when the exchange cannot be asked`() async throws {
        @Sendable func nothing(_ request: ScriptedExchange.Asked, asOf: Timestamp) -> ScriptedExchange.Reply {
            if request.target.contains("user_data") { return .answer(200, #"{"as_of_time":"\#(CivilTime.text(asOf))"}"#) }
            return .answer(200, request.target.contains("orders") ? #"{"orders":[],"cursor":""}"# : #"{"fills":[]}"#)
        }
        let empty = try await ScriptedExchange { request, _ in nothing(request, asOf: WallClock().now()) }
        let began = ContinuousClock.now
        #expect(await KalshiGateway(client: try empty.client(), settling: .milliseconds(300)).find(id, market: market) == .absent(id))
        // A process that just began does not know what the one before it sent a moment ago.
        #expect(ContinuousClock.now - began >= .milliseconds(300))
        await empty.stop()
        let broken = try await ScriptedExchange { request, _ in request.target.contains("orders") ? .answer(200, #"{"orders":[]}"#) : .answer(400, "") }
        guard case .unknown(id, _) = await KalshiGateway(client: try broken.client()).find(id, market: market) else {
            Issue.record("half an answer was believed")
            return
        }
        await broken.stop()
        // Lists that are a minute old would not have it yet.
        let late = try await ScriptedExchange { request, _ in nothing(request, asOf: WallClock().now() - .seconds(60)) }
        guard case .unknown(id, let reason) = await KalshiGateway(client: try late.client(), settling: .zero).find(id, market: market) else {
            Issue.record("old lists were believed")
            return
        }
        #expect(reason.hasPrefix("the exchange's lists are"))
        await late.stop()
    }

    @Test func `an answer about another order is no answer`() async throws {
        let (report, asked) = try await place(intent()) { _, _ in
            .answer(201, #"{"order_id":"o-1","client_order_id":"desk-2","fill_count":"0.00","remaining_count":"10.00","ts_ms":1}"#)
        }
        guard case .unknown(id, _) = report else {
            Issue.record("\(report)")
            return
        }
        #expect(asked.count == 1)
    }

    @Test func `a cancel tells taken off from nothing there, and everything else is unknown`() async throws {
        let replies: [(ScriptedExchange.Reply, OrderReport?)] = [
            (.answer(200, #"{"order_id":"o-1","reduced_by":"6.00","ts_ms":1}"#), .canceled(id, remaining: .contracts(6))),
            (.answer(404, #"{"error":{"code":"not_found","message":"not found"}}"#), .notResting(id)), (.answer(503, ""), nil), (.answer(409, ""), nil), (.silence, nil),
        ]
        for (reply, expected) in replies {
            let exchange = try await ScriptedExchange { _, _ in reply }
            let report = await KalshiGateway(client: try exchange.client(timeout: .milliseconds(300))).cancel(OrderID("o-1"), id, market: market)
            if let expected { #expect(report == expected) } else if case .unknown(id, _) = report {} else { Issue.record("\(report)") }
            #expect(exchange.asked.map(\.method) == ["DELETE"])
            await exchange.stop()
        }
    }

    @Test func `cancel all is one request, answered without a body`() async throws {
        let exchange = try await ScriptedExchange { _, _ in .answer(204, "") }
        try await KalshiGateway(client: try exchange.client()).cancelAll()
        #expect(exchange.asked.map { "\($0.method) \($0.target)" } == ["DELETE /trade-api/v2/portfolio/events/orders?subaccount=0"])
        await exchange.stop()
    }

    private static let fills = """
        {"cursor":"","fills":[
        {"fill_id":"t-2","trade_id":"t-2","order_id":"o-9","ticker":"KXA-26-T1","market_ticker":"KXA-26-T1","side":"no","action":"buy","outcome_side":"no","book_side":"ask",
         "count_fp":"2.00","yes_price_dollars":"0.5700","no_price_dollars":"0.4300","is_taker":false,"created_time":"2026-06-11T06:31:00Z","fee_cost":"0.000000","ts":1781159460},
        {"fill_id":"t-1","trade_id":"t-1","order_id":"o-1","ticker":"KXA-26-T1","market_ticker":"KXA-26-T1","outcome_side":"no","book_side":"ask",
         "count_fp":"4.00","yes_price_dollars":"0.5800","no_price_dollars":"0.4200","is_taker":true,"created_time":"2026-06-11T06:30:00Z","fee_cost":"0.068300"}]}
        """

    private func accountReply(_ request: ScriptedExchange.Asked, _ before: Int, balances: [String]) -> ScriptedExchange.Reply {
        switch request.target.dropFirst("/trade-api/v2/portfolio/".count).prefix(while: { $0 != "?" }) {
        case "balance": .answer(200, #"{"balance":9801,"balance_dollars":"\#(balances[min(before, balances.count - 1)])","portfolio_value":1,"updated_ts":1}"#)
        case "positions": .answer(200, #"{"cursor":"","event_positions":[],"market_positions":[{"ticker":"KXA-26-T1","position_fp":"-4.00"},{"ticker":"KXB","position_fp":"0.00"}]}"#)
        case "orders": .answer(200, "{\"orders\":[\(order())],\"cursor\":\"\"}")
        case "orders/o-9": .answer(200, "{\"order\":\(order("desk-9", status: "executed").replacing("o-1", with: "o-9"))}")
        case "settlements":
            .answer(200, #"{"settlements":[{"ticker":"KXC","market_result":"scalar","value":25,"revenue":100,"settled_time":"2026-06-11T06:25:00Z"}],"cursor":""}"#)
        default: .answer(200, KalshiGatewayTests.fills)
        }
    }

    @Test func `the account is whole, its fills oldest first and with our names, also for an order that is gone`() async throws {
        let exchange = try await ScriptedExchange { self.accountReply($0, $1, balances: ["98.0186"]) }
        let account = try await KalshiGateway(client: try exchange.client()).account(fillsSince: .seconds(1_781_159_000))
        #expect(account.cash == Money(millionths: 98_018_600))
        #expect(account.settlements == [VenueSettlement(market: Ticker("KXC"), result: .scalar(.cents(25)), time: .seconds(1_781_159_100))])
        #expect(account.positions == [VenuePosition(market: market, net: .contracts(-4))])
        #expect(account.orders.map(\.order) == [OrderID("o-1")])
        #expect(account.fills.map(\.trade.text) == ["t-1", "t-2"])
        #expect(account.fills.map(\.clientOrder?.text) == ["desk-1", "desk-9"])
        #expect(account.fills[0].price == .cents(42) && account.fills[0].side == .no && account.fills[0].fee == Money(millionths: 68_300) && account.fills[0].liquidity == .taker)
        #expect(exchange.asked.contains { $0.target.hasSuffix("fills?limit=1000&min_ts=1781159000&subaccount=0") })
        await exchange.stop()
    }

    @Test func `half an account is an error, and so is one that changes while it is read`() async throws {
        let half = try await ScriptedExchange { request, before in
            request.target.contains("fills") ? .answer(400, "") : self.accountReply(request, before, balances: ["98.0186"])
        }
        await #expect(throws: VenueError.self) { try await KalshiGateway(client: try half.client()).account(fillsSince: .zero) }
        await half.stop()
        let restless = try await ScriptedExchange { self.accountReply($0, $1, balances: ["1.0000", "2.0000", "3.0000", "4.0000", "5.0000", "6.0000"]) }
        await #expect(throws: VenueError.self) { try await KalshiGateway(client: try restless.client()).account(fillsSince: .zero) }
        await restless.stop()
        let once = try await ScriptedExchange { self.accountReply($0, $1, balances: ["1.0000", "2.0000", "3.0000"]) }
        #expect(try await KalshiGateway(client: try once.client()).account(fillsSince: .zero).cash == .dollars(3))
        await once.stop()
    }
}
