import Model
import Notation

/// The prices on the `pyth_value` channel, by Pyth's own names.
struct PythFeed {
    private static let names = ["BTC": "Crypto.BTC/USD", "ETH": "Crypto.ETH/USD", "XAU": "Metal.XAU/USD"]

    /// By name: the time of the last value. Bounded by the names.
    private var last: [String: Int64] = [:]

    /// What was streamed so far, in order.
    var streamed: [String] { last.keys.sorted() }

    /// Nil for what Pyth does not have here, and for a time that is not later than the last.
    mutating func tick(_ spot: SpotTick, at time: Timestamp) -> (ticker: String, JSON)? {
        guard let name = PythFeed.names[spot.underlying.text], time.wholeMilliseconds > last[name] ?? .min, IndexFeed.range.contains(spot.price)
        else { return nil }
        last[name] = time.wholeMilliseconds
        let message = JSON.object([
            "underlying_ticker": .text(name), "value_usd": .text(IndexFeed.text(spot.price)), "source_ts_ms": .integer(time.wholeMilliseconds),
            "received_at": .integer(time.wholeMilliseconds),
        ])
        return (name, message)
    }
}
