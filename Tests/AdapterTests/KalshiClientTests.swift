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
        let offset = try #require(client.clockOffset).estimate.seconds
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
        #expect(await RateLimiter(.init(tokensPerSecond: 100, capacity: 100), longestWait: .seconds(1)).reserve(101) == nil)
        #expect(await limiter.reserve(50, urgent: true) == .zero)
    }

    @Test func `the limits of the account and the costs of its requests replace those of the lowest tier`() async throws {
        let exchange = try await ScriptedExchange { request, _ in
            request.target.hasSuffix("limits")
                ? .answer(200, #"{"grants":[],"read":{"bucket_capacity":900,"refill_rate":300},"usage_tier":"advanced","write":{"bucket_capacity":100,"refill_rate":100}}"#)
                : .answer(200, #"{"default_cost":10,"endpoint_costs":[{"method":"DELETE","path":"/trade-api/v2/portfolio/events/orders/:order_id","cost":3}]}"#)
        }
        let client = try exchange.client()
        #expect(client.cost(.cancelOrder) == 2 && client.cost(.createOrder) == 10)
        try await client.adoptLimits()
        #expect(client.cost(.cancelOrder) == 3 && client.cost(.createOrder) == 10)
        #expect(try await client.limits() == KalshiLimits(tier: "advanced", read: .init(refillPerSecond: 300, capacity: 900), write: .init(refillPerSecond: 100, capacity: 100)))
        await exchange.stop()
    }

    @Test func `the clock's offset is where the ranges of all answers overlap, and a clock that was set begins anew`() {
        func at(_ milliseconds: Int64) -> Timestamp { .milliseconds(milliseconds) }
        // The exchange is 2,300 ms ahead; each answer takes 40 ms and its date is cut to the second.
        var offset = ClockOffset(date: at(12_000), asked: at(10_000), answered: at(10_040))
        #expect(offset.uncertainty.seconds > 0.5)
        for step in 1...40 as ClosedRange<Int64> {
            let asked = 10_000 + step * 1_370
            let stamped = asked + 20 + 2_300
            offset.observe(date: at(stamped / 1000 * 1000), asked: at(asked), answered: at(asked + 40))
        }
        #expect(abs(offset.estimate.seconds - 2.3) < 0.05 && offset.uncertainty.seconds < 0.06)
        offset.observe(date: at(50_000), asked: at(90_000), answered: at(90_040))
        #expect(abs(offset.estimate.seconds + 39.5) < 0.6)
    }

    @Test func `an answer that does not fit the contract is unknown, never asked for again, and told; a new field is told once and left aside`() async throws {
        let exchange = try await ScriptedExchange { request, before in
            if request.target.contains("balance") { return .answer(200, before == 0 ? #"{"balance_cents":1}"# : #"{"balance":100,"shiny":true}"#) }
            return .answer(410, #"{"error":{"code":"deprecated_v1_order_endpoint","message":"gone"}}"#)
        }
        let client = try exchange.client()
        let error = await #expect(throws: KalshiError.self) { try await client.balance() }
        #expect(error?.outcome == .unknown && error?.canRetry == false && exchange.asked.count == 1)
        #expect(client.watch.take() == [ContractDrift(.broken, place: "GET /portfolio/balance", problem: "Balance lacks balance")])
        #expect(try await client.balance().available == .dollars(1))
        #expect(try await client.balance().available == .dollars(1))
        let shiny = ContractDrift(.noted, place: "GET /portfolio/balance", problem: "Balance has the unknown field shiny")
        #expect(client.watch.take() == [shiny] && client.watch.kept(shiny) == .bool(true))
        await #expect(throws: KalshiError.self) { try await client.cancelAll() }
        #expect(client.watch.take().map(\.severity) == [.broken])
        await exchange.stop()
    }
}
