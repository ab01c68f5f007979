import Model
import Notation

/// One index on the `cfbenchmarks_value` channel, with the two averages that every value carries (contract: channel `cfbenchmarks_value`).
struct IndexFeed {
    /// "BRTI"
    let id: String
    let underlying: Underlying
    /// The last minute's values on whole seconds, oldest first: the averages are of one value a second, however often the price moves.
    private var recent: [(milliseconds: Int64, value: Double)] = []

    /// The indices that the exchange publishes.
    static let all = [IndexFeed(id: "BRTI", underlying: Underlying("BTC")), IndexFeed(id: "ETHUSD_RTI", underlying: Underlying("ETH"))]

    init(id: String, underlying: Underlying) {
        self.id = id
        self.underlying = underlying
    }

    mutating func tick(_ value: Double, at time: Timestamp) -> JSON {
        let now = time.wholeMilliseconds
        recent.removeAll { $0.milliseconds < now - 60_000 }
        let trailing = average(recent.filter { $0.milliseconds < now }.map(\.value), orElse: value, from: now - 60_000, to: now)
        if now / 1000 > recent.last.map({ $0.milliseconds / 1000 }) ?? 0 { recent.append((now, value)) }
        let text = IndexFeed.text(value)
        return .object([
            "index_id": .text(id),
            "value_usd": .text(text),
            "source_ts_ms": .integer(now),
            "received_at": .integer(now),
            "data": .text("{\"type\":\"value\",\"id\":\"\(id)\",\"time\":\(now),\"value\":\"\(text)\"}"),
            "avg_60s_data": trailing,
            "last_60s_windowed_average_15min": quarterAverage(now),
        ])
    }

    /// Only in the last minute before a quarter hour, its end included and its start not.
    private func quarterAverage(_ now: Int64) -> JSON? {
        let quarter: Int64 = 900_000
        let close = (now + quarter - 1) / quarter * quarter
        guard now > close - 60_000 else { return nil }
        let window = recent.filter { $0.milliseconds > close - 60_000 }
        return average(window.map(\.value), orElse: 0, from: close - 60_000, to: now + 1)
    }

    private func average(_ values: [Double], orElse value: Double, from start: Int64, to end: Int64) -> JSON {
        .object([
            "value": .text(IndexFeed.text(values.isEmpty ? value : values.reduce(0, +) / Double(values.count))),
            "window_size": .integer(Int64(values.count)),
            "window_start_ts_ms": .integer(start),
            "window_end_ts_exclusive": .integer(end),
        ])
    }

    /// Eight decimals.
    private static func text(_ value: Double) -> String { FixedPoint.text(Int64((value * 1e8).rounded()), decimals: 8) }
}
