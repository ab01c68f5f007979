import Foundation
@testable import Kalshi
import Model
import TestSupport
import Testing

@Suite struct KalshiListingTests {
    private func market(_ fields: String) throws -> KalshiMarket {
        let base = #""ticker":"KXBTCD-25AUG0517-T114999.99","event_ticker":"KXBTCD-25AUG0517","title":"BTC above?","yes_sub_title":"$115,000 or above","status":"active","open_time":"2026-08-05T16:00:00Z","close_time":"2026-08-05T17:00:00Z","result":"","price_ranges":[{"start":"0.0000","end":"0.1000","step":"0.0010"},{"start":"0.1000","end":"0.9000","step":"0.0100"},{"start":"0.9000","end":"1.0000","step":"0.0010"}]"#
        var merged = try #require(try JSONSerialization.jsonObject(with: Data("{\(base)}".utf8)) as? [String: Any])
        merged.merge(try #require(try JSONSerialization.jsonObject(with: Data("{\(fields)}".utf8)) as? [String: Any])) { $1 }
        return try Reading.read(KalshiMarket.self, JSONSerialization.data(withJSONObject: merged)).answer
    }
    private func event(_ more: String = "") throws -> KalshiEvent {
        try Reading.read(
            KalshiEvent.self, Data(#"{"event_ticker":"KXBTCD-25AUG0517","series_ticker":"KXBTCD","title":"t","mutually_exclusive":false\#(more)}"#.utf8)).answer
    }
    private func series(_ type: String = "quadratic") throws -> KalshiSeries {
        try Reading.read(KalshiSeries.self, Data(#"{"ticker":"KXBTCD","title":"t","fee_type":"\#(type)","fee_multiplier":1}"#.utf8)).answer
    }

    @Test func `a market becomes what the desk trades on`() throws {
        let made = try KalshiListing.market(market(#""strike_type":"greater","floor_strike":114999.99"#), event: event(), series: series())
        #expect(made.strike == .greater(114_999.99) && made.grid == .taperedTenths && made.fees == .ordinary && made.underlying == Underlying("BTC"))
        #expect(made.title == "BTC above? · $115,000 or above" && made.series == SeriesTicker("KXBTCD") && made.closeTime == CivilTime.parse("2026-08-05T17:00:00Z"))
    }

    @Test(arguments: [
        (#""strike_type":"greater_or_equal","floor_strike":5"#, Strike.greaterOrEqual(5)), (#""strike_type":"less","cap_strike":5,"floor_strike":null"#, .less(5)),
        (#""strike_type":"less_or_equal","cap_strike":5"#, .lessOrEqual(5)), (#""strike_type":"between","floor_strike":85,"cap_strike":86"#, .between(85, 86)),
        (#""strike_type":"structured""#, .other), (#""strike_type":"less""#, .other), (#""x":1"#, .other), (#""strike_type":"brand_new","floor_strike":1"#, .other),
    ]) func `the strike is what the exchange states, or no number at all`(fields: String, strike: Strike) throws {
        #expect(try KalshiListing.strike(market(fields)) == strike)
    }

    @Test func `an event's fee override wins, and a fee rule that nobody knows is unknown`() throws {
        let override = try event(#","fee_type_override":"quadratic_with_maker_fees","fee_multiplier_override":0.5"#)
        #expect(try KalshiListing.fees(override, series()) == FeeTerms(kind: .quadraticWithMakerFees, multiplierThousandths: 500))
        #expect(try KalshiListing.fees(event(), series("flat")).kind == .unknown)
    }

    @Test func `results and unknown words are read without a guess`() throws {
        #expect(try market(#""status":"finalized","result":"yes""#).result == .yes)
        #expect(try market(#""result":"scalar","settlement_value_dollars":"0.2500""#).result == .scalar(.cents(25)))
        #expect(try market(#""result":"scalar""#).result == .void)
        #expect(try market(#""status":"hibernating""#).status == .unknown)
        #expect(throws: KalshiListing.Unusable.self) { try KalshiListing.market(market(#""price_ranges":[]"#), event: event(), series: series()) }
        #expect(throws: KalshiListing.Unusable.self) { try KalshiListing.market(market(#""close_time":"0001-01-01T00:00:00Z""#), event: event(), series: series()) }
    }

    private func recorded(_ name: String) throws -> AnswerValue? {
        guard let data = try Shared.data("data/kalshi-rest-fixtures/\(name)"), case .object(let file) = try AnswerValue(Array(data)) else { return nil }
        return file["response"]
    }

    @Test func `every recorded market, event and series is understood`() throws {
        let notes = ContractNotes()
        guard let markets = try recorded("markets_list_response.json").map({ try ListShape.markets.page($0, notes).rows }),
            let event = try recorded("event_single_response.json").map({ try WrappedShape("event", KalshiEvent.self).part($0, notes) }),
            let series = try recorded("series_single_response.json").map({ try WrappedShape("series", KalshiSeries.self).part($0, notes) })
        else { return }
        #expect(!markets.isEmpty)
        for market in markets {
            let made = try KalshiListing.market(market, event: event, series: series)
            #expect(made.grid.accepts(.cents(50)) && made.openTime < made.closeTime && market.status != .unknown)
        }
        #expect(event.series == SeriesTicker("KXELONMARS") && !event.mutuallyExclusive)
        #expect(KalshiListing.fees(event, series) == .ordinary)
        let single = try recorded("market_single_response.json").map { try WrappedShape("market", KalshiMarket.self).part($0, notes) }
        #expect(single.flatMap { KalshiListing.grid($0.ranges)?.next(above: .cents(50)) } == Price("0.5010"))
        let balance = try recorded("portfolio_balance_response.json").map { try KalshiBalance(Fields($0, KalshiBalance.contract, notes)) }
        #expect(balance?.available == .dollars(100))
    }
}
