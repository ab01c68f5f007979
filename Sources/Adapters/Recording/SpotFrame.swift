public import Model
import Wire

/// The JSON of a spot frame: `{"underlying":"BTC","price":"79676.21",...}`; the price is the source's own text.
public enum SpotFrame {
    public static func encode(_ underlying: Underlying, price: String, sourceTime: String? = nil, tradeID: String? = nil) -> [UInt8] {
        var json = JSONText()
        json.beginObject()
        json.field("underlying", underlying.text)
        json.field("price", price)
        if let sourceTime { json.field("source_time", sourceTime) }
        if let tradeID { json.field("trade_id", tradeID) }
        json.endObject()
        return json.bytes
    }

    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws(WireError) -> SpotTick {
        var scanner = JSONScanner(bytes)
        var underlying: String?
        var price: Double?
        try scanner.beginObject()
        var first = true
        while let key = try scanner.nextKey(first: first) {
            first = false
            if scanner.matches(key, "underlying") {
                underlying = scanner.text(try scanner.string())
            } else if scanner.matches(key, "price") {
                price = try scanner.double()
            } else {
                try scanner.skipValue()
            }
        }
        try scanner.expectEnd()
        guard let underlying, let price else { throw WireError("a spot price without its underlying or price", at: 0) }
        return SpotTick(underlying: Underlying(underlying), price: price)
    }
}
