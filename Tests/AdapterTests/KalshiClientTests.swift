import Foundation
@testable import Kalshi
import Keys
import Model
import Ports
import Testing
import Transport

@Suite struct KalshiClientTests {
    @Test func `a question is asked again after 503 and 429, and a refusal is not`() async throws {
        let flaky = try await ScriptedExchange { _, before in
            [.answer(503, ""), .answer(429, #"{"error":"too many requests"}"#), .answer(200, #"{"exchange_active":true,"trading_active":false,"new":1}"#)][min(before, 2)]
        }
        #expect(try await flaky.client().exchangeStatus() == KalshiStatus(exchangeActive: true, tradingActive: false))
        #expect(flaky.asked.count == 3)
        await flaky.stop()
        let down = try await ScriptedExchange { _, _ in .answer(503, "") }
        let error = await #expect(throws: KalshiError.self) { try await down.client().exchangeStatus() }
        #expect(error?.canRetry == true && error?.status == 503 && down.asked.count == KalshiClient.tries)
        await down.stop()
        let refusing = try await ScriptedExchange { _, _ in .answer(404, #"{"error":{"code":"market_not_found","message":"no"}}"#) }
        let refusal = await #expect(throws: KalshiError.self) { try await refusing.client().market(Ticker("KXA")) }
        #expect(refusal?.description == "reading market KXA failed (HTTP 404, market_not_found): no")
        #expect(refusal?.canRetry == false && refusing.asked.count == 1)
        await refusing.stop()
    }

    @Test func `a list with one page missing, or without an end, is refused whole`() async throws {
        let broken = try await ScriptedExchange { request, _ in
            request.target.contains("cursor=2") ? .answer(400, "") : .answer(200, #"{"markets":[],"cursor":"2"}"#)
        }
        await #expect(throws: KalshiError.self) { try await broken.client().markets() }
        #expect(broken.asked.count == 2)
        await broken.stop()
        let endless = try await ScriptedExchange { _, _ in .answer(200, #"{"markets":[],"cursor":"2"}"#) }
        let error = await #expect(throws: KalshiError.self) { try await endless.client().markets() }
        #expect(error?.code == "endless_pages" && endless.asked.count == 2)
        await endless.stop()
    }

    @Test func `the signature covers the path without its query, and the clock is measured and followed`() async throws {
        struct Late: Ports.Clock { func now() -> Timestamp { WallClock().now() - .seconds(60) } }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        let date = formatter.string(from: Date())
        let exchange = try await ScriptedExchange { _, _ in .dated(200, #"{"markets":[],"cursor":""}"#, date: date) }
        let key = try SigningKey.generate(.rsa)
        let client = KalshiClient(endpoint: .local(port: exchange.port), credentials: KalshiCredentials(keyID: "k", key: key), clock: Late(), web: WebClient())
        #expect(client.clockOffset == nil)
        _ = try await client.markets(series: SeriesTicker("KX A"), status: .open)
        let offset = try #require(client.clockOffset).seconds
        #expect(abs(offset - 60) < 2)
        _ = try await client.markets()
        await exchange.stop()
        let asked = exchange.asked
        #expect(asked[0].target == "/trade-api/v2/markets?limit=1000&series_ticker=KX%20A&status=open")
        for request in asked {
            let time = try #require(request.headers["KALSHI-ACCESS-TIMESTAMP"])
            #expect(try key.verifyingKey.verify(#require(request.headers["KALSHI-ACCESS-SIGNATURE"]), of: "\(time)GET/trade-api/v2/markets"))
        }
        let second = try Double(#require(asked[1].headers["KALSHI-ACCESS-TIMESTAMP"])) ?? 0
        #expect(abs(second / 1000 - Date().timeIntervalSince1970) < 3)
    }

    @Test func `the limiter lets a burst through, then spaces, then refuses`() async {
        let limiter = RateLimiter(.init(tokensPerSecond: 100, capacity: 100), longestWait: .seconds(1))
        for _ in 0..<10 { #expect(await limiter.reserve(10) == .zero) }
        let wait = await limiter.reserve(10)
        #expect(wait.map { $0 > .milliseconds(50) && $0 <= .milliseconds(100) } == true)
        for _ in 0..<12 { _ = await limiter.reserve(10) }
        #expect(await limiter.reserve(50) == nil)
        #expect(await limiter.reserve(50, urgent: true) == .zero)
    }

    @Test func `the limits of the account replace those of the lowest tier`() async throws {
        let exchange = try await ScriptedExchange { _, _ in
            .answer(200, #"{"grants":[],"read":{"bucket_capacity":900,"refill_rate":300},"usage_tier":"advanced","write":{"bucket_capacity":100,"refill_rate":100}}"#)
        }
        try await exchange.client().adoptLimits()
        await exchange.stop()
    }

    @Test func `every recorded portfolio answer is read as it was meant`() throws {
        guard let data = Shared.data("kalshi-api/wire-samples.json") else { return }
        let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let samples = try #require(root["rest"] as? [[String: Any]])
        func body(_ name: String) throws -> Data {
            let sample = try #require(samples.first { $0["case"] as? String == name })
            return try JSONSerialization.data(withJSONObject: try #require(sample["response"]))
        }
        func decode<T: Decodable>(_ type: T.Type, _ name: String) throws -> T { try JSONDecoder().decode(type, from: body(name)) }
        #expect(try decode(KalshiBalance.self, "auth__balance_ok").available == Money("98.0186"))
        #expect(try decode(KalshiStatus.self, "exchange__status").tradingActive)
        #expect(try decode(LimitsAnswer.self, "account__limits").write.refillRate == 100)
        let fills = try decode(FillsPage.self, "fills__after_taker").rows.map(\.fill)
        #expect(fills[0].price == Price("0.52") && fills[0].fee == Money("0.0175") && fills[0].side == .yes && fills[0].liquidity == .taker && fills[0].quantity == .contracts(1))
        #expect(fills[0].time == CivilTime.parse("2026-06-11T06:29:30.164956Z"))
        let orders = try decode(OrdersPage.self, "portfolio__orders_list").rows.map(\.order)
        #expect(orders[0].status == .executed && orders[0].limit == Price("0.99") && orders[1].status == .canceled)
        #expect(try decode(OrderAnswer.self, "orders__stp_resting_after").order.order.status == .resting)
        #expect(try decode(PositionsPage.self, "portfolio__positions").rows.map(\.position.net) == [.contracts(3)])
        #expect(try decode(SettlementsPage.self, "settlements__page").rows.isEmpty)
        #expect(try decode(KalshiCreated.self, "orders__create_v2_taker_ioc").remaining == .zero)
        #expect(try decode(KalshiCreated.self, "orders__create_v2_maker").remaining == .contracts(1))
        #expect(try decode(CanceledAnswer.self, "orders__cancel_v2").reducedBy == .contracts(1))
        #expect(try decode(KalshiOrderbook.self, "orderbook__base").no == [Level(price: .cents(48), quantity: .contracts(3))])
        #expect(try decode(MarketAnswer.self, "markets__single").market.status == .active)
        for sample in samples {
            guard let status = sample["status"] as? Int, status >= 400, let name = sample["case"] as? String else { continue }
            let error = ErrorBody(status: status, body: Array(try body(name)))
            #expect(error.message != "the exchange gave no reason", "\(name)")
        }
    }
}
