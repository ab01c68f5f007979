import Foundation
import Model
import Testing

/// From a capture to a verified recording to a backtest, through the command line alone; the figures are added up again here.
@Suite(.serialized) struct BacktestTests {
    private struct Report: Decodable {
        struct Fill: Decodable {
            let market: String
            let side: String
            let price: String
            let count: String
            let fee: String
        }

        struct Settlement: Decodable {
            let market: String
            let result: String
        }

        struct Open: Decodable {}

        let state_hash: String
        let cash_start: String
        let cash_end: String
        let pnl_net: String
        let fees: String
        let fills: [Fill]
        let settlements: [Settlement]
        let open_positions: [Open]
    }

    private static let market = "KXBTC15M-26JAN010045-45"

    @Test func `a capture becomes a recording, and its backtest twice the same, with figures that add up`() async throws {
        try await Scratch.with { scratch in
            try capture(scratch)
            try await succeeds(["import", "kalshi-ws-btc15m", "capture", "--out", "recording"], scratch)
            #expect(try await succeeds(["recording", "verify", "recording", "--json"], scratch).contains(#""ok":true"#))
            let book = try await succeeds(
                ["recording", "book", "--recording", "recording", "--market", Self.market, "--at", "2026-01-01T00:30:01.5Z", "--json"], scratch)
            #expect(book.contains(#""state":"live","yes":[["0.4800","501.00"],["0.4900","400.00"]],"no":[["0.4900","300.00"]]"#), "\(book)")

            let first = try await backtest(scratch)
            let second = try await backtest(scratch)
            #expect(first.state_hash == second.state_hash && first.cash_end == second.cash_end)
            try addUp(first)
        }
    }

    @discardableResult
    private func succeeds(_ arguments: [String], _ scratch: Scratch) async throws -> String {
        let result = try await AuraProcess.result(arguments, in: scratch.path)
        #expect(result.code == 0, "aura \(arguments.joined(separator: " ")): \(result.errors)")
        return result.text
    }

    private func backtest(_ scratch: Scratch) async throws -> Report {
        let text = try await succeeds(["backtest", "--quiet", "--recording", "recording", "--json", "-"], scratch)
        return try JSONDecoder().decode(Report.self, from: Data(text.utf8))
    }

    /// Every purchase is paid with its fee, and every contract of the leg that came true brings a dollar, netted on the way or not.
    private func addUp(_ report: Report) throws {
        #expect(Set(report.fills.map(\.side)) == ["yes", "no"], "both legs are to be bought, and netted")
        #expect(report.settlements.map(\.market) == [Self.market] && report.open_positions.isEmpty)
        let winner = try #require(report.settlements.first?.result)
        var cash = try #require(Money(report.cash_start))
        var fees = Money.zero
        for fill in report.fills {
            let (price, count, fee) = (try #require(Price(fill.price)), try #require(Quantity(fill.count)), try #require(Money(fill.fee)))
            cash -= price * count + fee
            fees += fee
            if fill.side == winner { cash += Price.one * count }
        }
        #expect(cash.description == report.cash_end)
        #expect(fees.description == report.fees && fees > .zero)
        #expect((cash - (try #require(Money(report.cash_start)))).description == report.pnl_net)
    }

    /// A quarter hour around one market: bitcoin stands above the strike, then sinks below it, while the quotes stay where they are.
    private func capture(_ scratch: Scratch) throws {
        try FileManager.default.createDirectory(atPath: scratch.file("capture"), withIntermediateDirectories: true)
        let start: Int64 = 1_767_227_400
        var random = SeededRandom(seed: 1)
        var spot = "recv_ns,exchange_ts_utc,price,trade_id,raw_event_type,source\n"
        var events = """
            {"recv_ns":\(start)000000000,"type":"watch_market","seq":null,"ticker":"\(Self.market)","msg":{"close_time":"2026-01-01T00:45:00Z","market_ticker":"\(Self.market)","status":"active","strike":90000.5}}
            {"recv_ns":\(start)100000000,"type":"ws_connected","seq":null,"ticker":"\(Self.market)","msg":{"market_ticker":"\(Self.market)"}}
            {"recv_ns":\(start)200000000,"type":"ws_subscribed","seq":null,"ticker":"\(Self.market)","msg":{"id":1,"msg":{"channel":"orderbook_delta","sid":2},"type":"subscribed"}}
            {"recv_ns":\(start)300000000,"type":"orderbook_snapshot","seq":1,"ticker":"\(Self.market)","msg":{"market_ticker":"\(Self.market)","no_dollars_fp":[["0.4900","300.00"]],"yes_dollars_fp":[["0.4800","500.00"],["0.4900","400.00"]]}}

            """
        for second in Int64(1)...890 {
            let drift = second < 300 ? 300.0 : max(300 - 2 * Double(second - 300), -300)
            let price = Int64(((90_000.5 + drift + 10 * (random.uniform() - 0.5)) * 100).rounded())
            spot += "\(start + second)000000000,2026-01-01T00:30:00+00:00,\(FixedPoint.text(price, decimals: 2)),\(second),match,made_up\n"
            let change = second % 2 == 1 ? "1.00" : "-1.00"
            events += """
                {"recv_ns":\(start + second)500000000,"type":"orderbook_delta","seq":\(second + 1),"ticker":"\(Self.market)","msg":{"delta_fp":"\(change)","market_ticker":"\(Self.market)","price_dollars":"0.4800","side":"yes"}}

                """
        }
        try scratch.write(events, to: "capture/day.events.jsonl")
        try scratch.write(spot, to: "capture/day.spot.csv")
        try scratch.write("ticker,close_time,result,status\n\(Self.market),2026-01-01T00:45:00Z,no,finalized\n", to: "capture/results.csv")
    }
}
