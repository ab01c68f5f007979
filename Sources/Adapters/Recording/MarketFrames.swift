import Model
import Wire

/// Frames as the exchange's WebSocket would have written them, for what reached us in another form.
enum MarketFrames {
    static func snapshot(_ market: Ticker, _ yes: [Level], _ no: [Level], sid: UInt32, sequence: UInt64) -> [UInt8] {
        var json = begin("orderbook_snapshot", sid, sequence, market)
        write("yes_dollars_fp", yes, &json)
        write("no_dollars_fp", no, &json)
        return end(&json)
    }

    static func trade(_ trade: PublicTrade, sid: UInt32, sequence: UInt64) -> [UInt8] {
        var json = begin("trade", sid, sequence, trade.market)
        json.field("trade_id", trade.id.text)
        json.field("yes_price_dollars", trade.yesPrice.description)
        json.field("no_price_dollars", trade.yesPrice.complement.description)
        json.field("count_fp", trade.quantity.description)
        json.field("taker_side", trade.takerSide.rawValue)
        json.field("ts_ms", trade.time.wholeMilliseconds)
        return end(&json)
    }

    private static func begin(_ type: String, _ sid: UInt32, _ sequence: UInt64, _ market: Ticker) -> JSONText {
        var json = JSONText()
        json.beginObject()
        json.field("type", type)
        json.field("sid", Int64(sid))
        json.field("seq", Int64(sequence))
        json.key("msg")
        json.beginObject()
        json.field("market_ticker", market.text)
        return json
    }

    /// An empty side is left out, as the exchange leaves it out.
    private static func write(_ name: String, _ levels: [Level], _ json: inout JSONText) {
        guard !levels.isEmpty else { return }
        json.key(name)
        json.beginArray()
        for level in levels.sorted(by: { $0.price < $1.price }) {
            json.beginArray()
            json.string(level.price.description)
            json.string(level.quantity.description)
            json.endArray()
        }
        json.endArray()
    }

    private static func end(_ json: inout JSONText) -> [UInt8] {
        json.endObject()
        json.endObject()
        return json.bytes
    }
}
