public import Model
import Wire

/// The JSON of the control frames of a recording: what the exchange's WebSocket does not say, or says in another place.
///
///     {"type":"connected"}   {"type":"disconnected"}   {"type":"subscribed","sid":1,"channel":"trade","complete":false}
///     {"type":"listed","market":{...}}   {"type":"status","market":"T","status":"active"}   {"type":"determined","market":"T","result":"yes"}
///     {"type":"settled","market":"T"}   {"type":"note",...}
public enum ControlFrame {
    /// Nil for an event that has a frame of its own on the wire.
    public static func encode(_ event: MarketEvent) -> [UInt8]? {
        var json = JSONText()
        json.beginObject()
        switch event {
        case .connected: json.field("type", "connected")
        case .disconnected: json.field("type", "disconnected")
        case .subscribed(let id, let channel, let complete):
            json.field("type", "subscribed")
            json.field("sid", Int64(id.sid))
            json.field("channel", channel)
            json.field("complete", complete)
        case .listed(let market):
            json.field("type", "listed")
            json.key("market")
            write(market, to: &json)
        case .status(let market, let status):
            json.field("type", "status")
            json.field("market", market.text)
            json.field("status", status.rawValue)
        case .determined(let market, let result):
            json.field("type", "determined")
            json.field("market", market.text)
            switch result {
            case .yes: json.field("result", "yes")
            case .no: json.field("result", "no")
            case .void: json.field("result", "void")
            case .scalar(let value):
                json.field("result", "scalar")
                json.field("value", value.description)
            }
        case .settled(let market):
            json.field("type", "settled")
            json.field("market", market.text)
        case .sequenced, .snapshot, .delta, .trade, .ticker, .spot: return nil
        }
        json.endObject()
        return json.bytes
    }

    /// A remark that no event comes of: `raw` is JSON.
    static func note(_ name: String, _ raw: some Collection<UInt8>) -> [UInt8] {
        var json = JSONText()
        json.beginObject()
        json.field("type", "note")
        json.key(name)
        json.raw(raw)
        json.endObject()
        return json.bytes
    }

    /// Nil for a note.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>, connection: UInt32) throws(WireError) -> MarketEvent? {
        var scanner = JSONScanner(bytes)
        var fields: [String: String] = [:]
        var sid: UInt32 = 0
        var complete = false
        var definition: Market?
        try scanner.beginObject()
        var first = true
        while let key = try scanner.nextKey(first: first) {
            first = false
            if scanner.matches(key, "sid") {
                sid = UInt32(truncatingIfNeeded: try scanner.whole())
            } else if scanner.matches(key, "complete") {
                complete = scanner.peek() == UInt8(ascii: "t")
                try scanner.skipValue()
            } else if scanner.matches(key, "market"), scanner.peek() == UInt8(ascii: "{") {
                definition = try readMarket(&scanner)
            } else if scanner.peek() == UInt8(ascii: "\"") {
                let name = scanner.text(key)
                fields[name] = scanner.text(try scanner.string())
            } else {
                try scanner.skipValue()
            }
        }
        try scanner.expectEnd()
        let market = fields["market"].map { Ticker($0) }
        switch (fields["type"], market) {
        case ("note", _): return nil
        case ("connected", _): return .connected(connection: connection)
        case ("disconnected", _): return .disconnected(connection: connection)
        case ("subscribed", _):
            return .subscribed(SubscriptionID(connection: connection, sid: sid), channel: fields["channel"] ?? "", complete: complete)
        case ("listed", _):
            guard let definition else { throw WireError("a listing without its market", at: 0) }
            return .listed(definition)
        case ("status", let market?):
            guard let status = MarketStatus(rawValue: fields["status"] ?? "") else { throw WireError("an unknown status", at: 0) }
            return .status(market, status)
        case ("determined", let market?):
            switch fields["result"] {
            case "yes": return .determined(market, .yes)
            case "no": return .determined(market, .no)
            case "void": return .determined(market, .void)
            case "scalar":
                guard let value = fields["value"].flatMap({ Price($0) }) else { throw WireError("a scalar result without its value", at: 0) }
                return .determined(market, .scalar(value))
            default: throw WireError("an unknown result", at: 0)
            }
        case ("settled", let market?): return .settled(market)
        default: throw WireError("an unknown control frame", at: 0)
        }
    }
}
