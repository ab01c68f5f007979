import Model
import Notation

/// One index on the channels `cfbenchmarks_value` (once a second, with two averages) and `cfbenchmarks_value_5hz` (up to five times a second, without).
struct IndexFeed {
    /// "BRTI"
    let id: String
    let underlying: Underlying
    /// The last minute's values on whole seconds, oldest first: the averages are of one value a second, however often the price moves.
    private var recent: [(milliseconds: Int64, value: Double)] = []
    /// The last fifth of a second that was told.
    private var lastFifth = Int64.min

    /// The indices that the exchange publishes.
    static let all = [IndexFeed(id: "BRTI", underlying: Underlying("BTC")), IndexFeed(id: "ETHUSD_RTI", underlying: Underlying("ETH"))]

    init(id: String, underlying: Underlying) {
        self.id = id
        self.underlying = underlying
    }

    /// What can be written with eight decimals. A recording may say anything; what is not in here is no price and is not told.
    static let range = -90_000_000_000.0...90_000_000_000.0

    /// What either channel says of this value, where it is its turn.
    mutating func tick(_ value: Double, at time: Timestamp) -> (value: JSON?, fast: JSON?) {
        guard IndexFeed.range.contains(value) else { return (nil, nil) }
        let now = time.wholeMilliseconds
        let isNewSecond = now / 1000 > recent.last.map { $0.milliseconds / 1000 } ?? -1
        let isNewFifth = now / 200 > lastFifth
        if isNewFifth { lastFifth = now / 200 }
        return (isNewSecond ? full(value, now) : nil, isNewFifth ? fast(value, now) : nil)
    }

    private mutating func full(_ value: Double, _ now: Int64) -> JSON {
        recent.removeAll { $0.milliseconds < now - 60_000 }
        let trailing = average(recent.map(\.value), orElse: value, from: now - 60_000, to: now)
        recent.append((now, value))
        return .object([
            "index_id": .text(id),
            "received_at": .integer(now),
            "data": .text(source(value, now)),
            "avg_60s_data": trailing,
            "last_60s_windowed_average_15min": quarterAverage(now),
        ])
    }

    private func fast(_ value: Double, _ now: Int64) -> JSON {
        .object([
            "index_id": .text(id),
            "value_usd": .text(IndexFeed.text(value)),
            "source_ts_ms": .integer(now),
            "received_at": .integer(now),
            "data": .text(source(value, now)),
        ])
    }

    /// The index's own frame, as it came from its source.
    private func source(_ value: Double, _ now: Int64) -> String {
        "{\"type\":\"value\",\"id\":\"\(id)\",\"time\":\(now),\"value\":\"\(IndexFeed.text(value))\"}"
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

    /// Eight decimals. Only for values in `range`.
    static func text(_ value: Double) -> String { FixedPoint.text(Int64((value * 1e8).rounded()), decimals: 8) }
}
