import Keys
import Matching
import Model
import Notation
import Testing
import Transport

@testable import Exchange

@Suite struct ComboTests {
    private static func leg(_ ticker: String, _ side: Side) -> Combo.Leg {
        Combo.Leg(market: Ticker(ticker), event: EventTicker("E-\(ticker)"), side: side)
    }

    struct Outcome: CustomTestStringConvertible {
        let results: [MarketResult?]
        let wanted: MarketResult?
        var testDescription: String { "\(results)" }
    }

    @Test(arguments: [
        Outcome(results: [.yes, .no], wanted: .yes),
        Outcome(results: [.yes, .yes], wanted: .no),
        Outcome(results: [.no, .no], wanted: .no),
        Outcome(results: [.yes, nil], wanted: nil),
        Outcome(results: [.yes, .void], wanted: .void),
        Outcome(results: [.scalar(.cents(50)), .no], wanted: .scalar(.cents(50))),
        Outcome(results: [.scalar(.cents(50)), .scalar(.cents(75))], wanted: .scalar(Price(tenThousandths: 1250))),
    ])
    func `a combination pays the product of what its chosen sides pay`(_ outcome: Outcome) {
        let combo = Combo([Self.leg("A", .yes), Self.leg("B", .no)], creator: AccountID("a"), at: .zero)
        #expect(combo.result(outcome.results) == outcome.wanted)
    }

    @Test func `the same legs are the same market, in whatever order they are chosen`() {
        let one = Combo([Self.leg("A", .yes), Self.leg("B", .no)], creator: AccountID("a"), at: .zero)
        let other = Combo([Self.leg("B", .no), Self.leg("A", .yes)], creator: AccountID("b"), at: .seconds(1))
        #expect(one.ticker == other.ticker && one.legs == other.legs)
        #expect(one.ticker != Combo([Self.leg("A", .no), Self.leg("B", .no)], creator: AccountID("a"), at: .zero).ticker)
    }

    @Test func `two quarter hours put together trade, close with them, and are paid by them`() async throws {
        let clock = ExchangeLifeTests.TestClock(try #require(CivilTime.parse("2026-05-13T16:27:00Z")))
        let house = try ExchangeHouse(ExchangeConfiguration(liquidity: .living(seed: 11), now: { clock.now }), keys: KeyRing())
        for name in ["desk-1", "desk-2"] { try await house.register(name, try SigningKey.generate(.ed25519).verifyingKey) }
        clock.move(.seconds(2))
        await house.catchUp()
        func ask(_ operation: Exchange.Operation, _ body: JSON? = nil, _ query: String = "", by account: String = "desk-1") async throws -> JSON {
            let request = HTTPRequest(method: "POST", path: "", query: query, body: body?.bytes ?? [])
            return try await house.answer(operation, request, account: AccountID(account)).body ?? .null
        }
        let chosen = try await ask(.markets, nil, "status=open&limit=1000")["markets"]?.array ?? []
        let legs = ["KXBTC15M", "KXETH15M"].compactMap { series in chosen.first { $0["ticker"]?.text?.hasPrefix(series) == true } }
        try #require(legs.count == 2)
        let selected = legs.map { leg in JSON.object(["market_ticker": leg["ticker"], "event_ticker": leg["event_ticker"], "side": "yes"]) }
        let made = try await ask(
            .createCombo(Combo.collection), .object(["selected_markets": .array(selected), "with_market_payload": true]))
        let ticker = try #require(made["market_ticker"]?.text)
        #expect(made["market"]?["mve_selected_legs"]?.array?.count == 2 && made["market"]?["price_level_structure"] == "center_deci_edge_centi_cent")
        #expect(try await ask(.createCombo(Combo.collection), .object(["selected_markets": .array(selected.reversed())]))["market_ticker"]?.text == ticker)
        await #expect(throws: APIError.self) { try await ask(.createCombo(Combo.collection), .object(["selected_markets": .array([selected[0], selected[0]])])) }

        func order(_ side: String, _ client: String) -> JSON {
            .object([
                "ticker": .text(ticker), "side": .text(side), "count": "4.00", "price": "0.3010", "client_order_id": .text(client),
                "time_in_force": "good_till_canceled", "self_trade_prevention_type": "taker_at_cross",
            ])
        }
        _ = try await ask(.createOrder, order("bid", "c-1"))
        #expect(try await ask(.createOrder, order("ask", "c-2"), by: "desk-2")["fill_count"] == "4.00")

        for _ in 0..<(4 * 60) {
            clock.move(.seconds(1))
            await house.catchUp()
        }
        var results: [String] = []
        for leg in legs { results.append(try await ask(.market(leg["ticker"]?.text ?? ""))["market"]?["result"]?.text ?? "") }
        let isWon = results.allSatisfy { $0 == "yes" }
        let market = try await ask(.market(ticker))["market"]
        #expect(market?["status"] == "finalized" && market?["result"]?.text == (isWon ? "yes" : "no"))
        let paid = try await ask(.settlements)["settlements"]?.array?.first
        #expect(paid?["ticker"]?.text == ticker && paid?["revenue"]?.integer == (isWon ? 400 : 0))
        #expect(try await ask(.multivariateEvents)["events"]?.array?.count == 1)
        #expect(try await ask(.events, nil, "limit=200")["events"]?.array?.contains { $0["event_ticker"] == made["event_ticker"] } == false)
    }
}
