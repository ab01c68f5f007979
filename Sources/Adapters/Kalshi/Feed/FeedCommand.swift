import Model
import Wire

/// The commands of the stream, as text that waits for its number (Kalshi reference 11.1).
enum FeedCommand {
    static func subscribe(channels: [String], markets: [Ticker] = [], indices: [String] = []) -> (UInt64) -> String {
        { id in
            text(id, "subscribe") { json in
                list("channels", channels, &json)
                if !markets.isEmpty {
                    list("market_tickers", markets.map(\.text), &json)
                    // NO levels in NO dollars, as the decoder expects. The default will change: it is always said (Kalshi reference 16.12).
                    json.field("use_yes_price", false)
                }
                if !indices.isEmpty { list("index_ids", indices, &json) }
            }
        }
    }

    static func update(sid: UInt32, _ action: String, _ markets: [Ticker]) -> (UInt64) -> String {
        { id in
            text(id, "update_subscription") { json in
                json.key("sids")
                json.beginArray()
                json.integer(Int64(sid))
                json.endArray()
                json.field("action", action)
                list("market_tickers", markets.map(\.text), &json)
            }
        }
    }

    private static func text(_ id: UInt64, _ command: String, _ parameters: (inout JSONText) -> Void) -> String {
        var json = JSONText()
        json.beginObject()
        json.field("id", Int64(id))
        json.field("cmd", command)
        json.key("params")
        json.beginObject()
        parameters(&json)
        json.endObject()
        json.endObject()
        return json.text
    }

    private static func list(_ name: String, _ items: [String], _ json: inout JSONText) {
        json.key(name)
        json.beginArray()
        for item in items { json.string(item) }
        json.endArray()
    }
}
