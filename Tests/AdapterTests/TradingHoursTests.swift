import Keys
import Model
import Notation
import Testing
import Transport

@testable import Exchange

@Suite struct TradingHoursTests {
    private let weekly = TradingHours(hasMaintenance: true)

    private func time(_ text: String) throws -> Timestamp { try #require(CivilTime.parse(text)) }

    @Test(arguments: [
        // In winter New York is five hours behind, in summer four.
        ("2026-11-26T07:59:59Z", false), ("2026-11-26T08:00:00Z", true), ("2026-11-26T09:59:59Z", true), ("2026-11-26T10:00:00Z", false),
        ("2026-07-16T06:59:59Z", false), ("2026-07-16T07:00:00Z", true), ("2026-07-16T08:59:59Z", true), ("2026-07-16T09:00:00Z", false),
        // The weeks in which the clock changes: on the Sunday before it is another hour.
        ("2026-03-05T08:30:00Z", true), ("2026-03-12T07:30:00Z", true), ("2026-03-12T09:30:00Z", false),
        ("2026-10-29T07:30:00Z", true), ("2026-11-05T08:30:00Z", true), ("2026-11-05T07:30:00Z", false),
        // No other day.
        ("2026-11-25T08:30:00Z", false), ("2026-11-27T08:30:00Z", false),
    ])
    func `trading pauses on Thursdays from three to five in New York`(_ text: String, _ isPaused: Bool) throws {
        #expect((weekly.maintenance(at: try time(text)) != nil) == isPaused)
        #expect(TradingHours(hasMaintenance: false).maintenance(at: try time(text)) == nil)
    }

    @Test func `the schedule tells the next four, the one that is on among them`() throws {
        let during = try time("2026-10-22T08:00:00Z")
        #expect(
            weekly.upcoming(4, from: during).map { CivilTime.text($0.start, decimals: 0) } == [
                "2026-10-22T07:00:00Z", "2026-10-29T07:00:00Z", "2026-11-05T08:00:00Z", "2026-11-12T08:00:00Z",
            ])
        #expect(weekly.upcoming(1, from: try time("2026-10-22T09:00:00Z")).map { CivilTime.text($0.end, decimals: 0) } == ["2026-10-29T09:00:00Z"])
    }

    @Test func `in the maintenance orders are refused and cancels taken, the status says until when, and afterwards there is trading again`() async throws {
        let clock = ExchangeLifeTests.TestClock(try time("2026-10-22T06:59:00Z"))
        let house = try ExchangeHouse(ExchangeConfiguration(liquidity: .living(seed: 5), now: { clock.now }), keys: KeyRing())
        try await house.register("desk-1", try SigningKey.generate(.ed25519).verifyingKey)
        clock.move(.seconds(2))
        await house.catchUp()
        func ask(_ operation: Exchange.Operation, _ body: JSON? = nil) async throws -> JSON {
            let request = HTTPRequest(method: "POST", path: "", query: "status=open", body: body?.bytes ?? [])
            return try await house.answer(operation, request, account: ExchangeLifeTests.account).body ?? .null
        }
        let daily = try await ask(.markets)["markets"]?.array?.first { $0["ticker"]?.text?.contains("HIGH") == true }
        let ticker = try #require(daily?["ticker"]?.text)
        func order(_ client: String) -> JSON {
            .object([
                "ticker": .text(ticker), "side": "bid", "count": "1.00", "price": "0.0100", "client_order_id": .text(client),
                "time_in_force": "good_till_canceled", "self_trade_prevention_type": "taker_at_cross",
            ])
        }
        let id = try #require(try await ask(.createOrder, order("a"))["order_id"]?.text)

        clock.move(.seconds(120))
        let during = try await ask(.exchangeStatus)
        #expect(during["exchange_active"] == true && during["trading_active"] == false)
        #expect(during["exchange_estimated_resume_time"] == "2026-10-22T09:00:00Z")
        do {
            _ = try await ask(.createOrder, order("b"))
            Issue.record("an order was taken in the maintenance")
        } catch let error as APIError { #expect(error.status == 409 && error.body["error"]?["code"] == "trading_is_paused") }
        #expect(try await ask(.cancelOrder(id))["reduced_by"] == "1.00")

        clock.move(.seconds(7200))
        #expect(try await ask(.exchangeStatus)["trading_active"] == true)
        #expect(try await ask(.createOrder, order("c"))["remaining_count"] == "1.00")
    }
}
