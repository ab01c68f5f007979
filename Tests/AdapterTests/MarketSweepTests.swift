@testable import Kalshi
import Model
import Testing
import Transport

@Suite struct MarketSweepTests {
    private static func market(_ times: String) -> String {
        #"{"ticker":"KXBTC15M-A","event_ticker":"KXBTC15M-E","title":"t","status":"active",\#(times)"result":"","strike_type":"greater_or_equal","floor_strike":5,"price_ranges":[{"start":"0.0000","end":"1.0000","step":"0.0100"}]}"#
    }

    @Test func `a market that lacks its times is told once, and listed as soon as it has them`() async throws {
        let exchange = try await ScriptedExchange { asked, before in
            if asked.target.contains("/events/") { return .answer(200, #"{"event":{"event_ticker":"KXBTC15M-E","series_ticker":"KXBTC15M","title":"t","mutually_exclusive":false}}"#) }
            if asked.target.contains("/series/") { return .answer(200, #"{"series":{"ticker":"KXBTC15M","title":"t","fee_type":"quadratic","fee_multiplier":1}}"#) }
            guard asked.target.contains("status=open") else { return .answer(200, #"{"markets":[],"cursor":""}"#) }
            // Two questions a sweep.
            let row = before < 4 ? Self.market("") : Self.market(#""open_time":"2026-01-01T00:00:00Z","close_time":"2036-01-01T00:00:00Z","#)
            return .answer(200, #"{"markets":[\#(row)],"cursor":""}"#)
        }
        let sweep = MarketSweep(client: try exchange.client(), settings: KalshiFeedSettings(series: [SeriesTicker("KXBTC15M")]), clock: WallClock())
        let first = await sweep.run()
        #expect(first.findings.isEmpty && first.troubles == ["KXBTC15M-A has no opening or closing time"])
        let second = await sweep.run()
        #expect(second.findings.isEmpty && second.troubles.isEmpty)
        let third = await sweep.run()
        #expect(third.findings.map(\.market.ticker) == [Ticker("KXBTC15M-A")] && third.troubles.isEmpty)
        await exchange.stop()
    }
}
