import Foundation
import Model

/// A made-up capture of quarter hours, one market after the other, in the format of `aura import kalshi-ws-btc15m`.
enum Capture {
    static func market(_ quarter: Int) -> String { "KXBTC15M-26JAN01\(clock(quarter, separator: ""))-\(clock(quarter, separator: ":").suffix(2))" }

    /// Bitcoin stands above the strike in each; in the even ones it then sinks below, while the quotes stay where they are.
    /// - Parameter seconds: where the last quarter is cut off; the outcomes stay known to the file of results.
    static func write(to scratch: Scratch, folder: String = "capture", quarters: Int = 1, until seconds: Int64 = 890) throws {
        try FileManager.default.createDirectory(atPath: scratch.file(folder), withIntermediateDirectories: true)
        var spot = "recv_ns,exchange_ts_utc,price,trade_id,raw_event_type,source\n"
        var results = "ticker,close_time,result,status\n"
        var events = ""
        for quarter in 0..<quarters {
            let (market, close) = (market(quarter), "2026-01-01T\(clock(quarter, separator: ":")):00Z")
            let start = 1_767_227_400 + Int64(quarter) * 900
            var random = SeededRandom(seed: UInt64(quarter) + 1)
            events += """
                {"recv_ns":\(start)000000000,"type":"watch_market","seq":null,"ticker":"\(market)","msg":{"close_time":"\(close)","market_ticker":"\(market)","status":"active","strike":90000.5}}
                {"recv_ns":\(start)100000000,"type":"ws_connected","seq":null,"ticker":"\(market)","msg":{"market_ticker":"\(market)"}}
                {"recv_ns":\(start)200000000,"type":"ws_subscribed","seq":null,"ticker":"\(market)","msg":{"id":1,"msg":{"channel":"orderbook_delta","sid":2},"type":"subscribed"}}
                {"recv_ns":\(start)300000000,"type":"orderbook_snapshot","seq":1,"ticker":"\(market)","msg":{"market_ticker":"\(market)","no_dollars_fp":[["0.4900","300.00"]],"yes_dollars_fp":[["0.4800","500.00"],["0.4900","400.00"]]}}

                """
            for second in Int64(1)...(quarter == quarters - 1 ? seconds : 890) {
                let drift = second < 300 || quarter % 2 == 1 ? 300.0 : max(300 - 2 * Double(second - 300), -300)
                let price = Int64(((90_000.5 + drift + 10 * (random.uniform() - 0.5)) * 100).rounded())
                spot += "\(start + second)000000000,2026-01-01T00:30:00+00:00,\(FixedPoint.text(price, decimals: 2)),\(Int64(quarter) * 900 + second),match,made_up\n"
                let change = second % 2 == 1 ? "1.00" : "-1.00"
                events += """
                    {"recv_ns":\(start + second)500000000,"type":"orderbook_delta","seq":\(second + 1),"ticker":"\(market)","msg":{"delta_fp":"\(change)","market_ticker":"\(market)","price_dollars":"0.4800","side":"yes"}}

                    """
            }
            results += "\(market),\(close),\(quarter % 2 == 0 ? "no" : "yes"),finalized\n"
        }
        try scratch.write(events, to: "\(folder)/day.events.jsonl")
        try scratch.write(spot, to: "\(folder)/day.spot.csv")
        try scratch.write(results, to: "\(folder)/results.csv")
    }

    /// When the quarter ends: the first at 00:45.
    private static func clock(_ quarter: Int, separator: String) -> String {
        let minutes = 45 + 15 * quarter
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        return two(minutes / 60) + separator + two(minutes % 60)
    }
}
