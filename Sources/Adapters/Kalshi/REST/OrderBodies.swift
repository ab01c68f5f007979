import Model
import Wire

/// The bodies of requests that change orders, written without a detour: this is the way of every order (Kalshi reference, section 9). Subaccount 0 is the
/// primary one: see `KalshiClient.primary`.
enum OrderBodies {
    /// One book, on the YES leg: bid buys YES; ask sells YES, which is buying NO at the complement.
    static func create(_ id: ClientOrderID, _ intent: OrderIntent) -> [UInt8] {
        var json = JSONText()
        order(id, intent, &json)
        return json.bytes
    }

    static func create(_ orders: [(id: ClientOrderID, intent: OrderIntent)]) -> [UInt8] {
        list { json in for one in orders { order(one.id, one.intent, &json) } }
    }

    static func cancel(_ orders: [(id: OrderID, market: Ticker)]) -> [UInt8] {
        list { json in
            for one in orders {
                json.beginObject()
                json.field("market_ticker", one.market.text)
                json.field("order_id", one.id.text)
                json.field("subaccount", Int64(0))
                json.endObject()
            }
        }
    }

    /// - Parameter total: the new size, what is filled already included.
    static func amend(_ market: Ticker, _ side: Side, limit: Price, total: Quantity, client: ClientOrderID?, updatedClient: ClientOrderID?) -> [UInt8] {
        var json = JSONText()
        json.beginObject()
        if let client { json.field("client_order_id", client.text) }
        json.field("count", total.description)
        json.field("price", (side == .yes ? limit : limit.complement).description)
        json.field("side", side == .yes ? "bid" : "ask")
        json.field("ticker", market.text)
        if let updatedClient { json.field("updated_client_order_id", updatedClient.text) }
        json.endObject()
        return json.bytes
    }

    static func group(limit: Quantity) -> [UInt8] {
        var json = JSONText()
        json.beginObject()
        json.field("contracts_limit_fp", limit.description)
        json.field("subaccount", Int64(0))
        json.endObject()
        return json.bytes
    }

    /// One object of text fields.
    static func object(_ fields: KeyValuePairs<String, String?>) -> [UInt8] {
        object { json in for (name, value) in fields { if let value { json.field(name, value) } } }
    }

    static func object(_ members: (inout JSONText) -> Void) -> [UInt8] {
        var json = JSONText()
        json.beginObject()
        members(&json)
        json.endObject()
        return json.bytes
    }

    static func combination(_ legs: [KalshiLeg]) -> [UInt8] {
        object { json in
            json.key("selected_markets")
            json.beginArray()
            for leg in legs {
                json.beginObject()
                json.field("event_ticker", leg.event.text)
                json.field("market_ticker", leg.market.text)
                json.field("side", leg.side.rawValue)
                json.endObject()
            }
            json.endArray()
        }
    }

    private static func order(_ id: ClientOrderID, _ intent: OrderIntent, _ json: inout JSONText) {
        json.beginObject()
        json.field("client_order_id", id.text)
        json.field("count", intent.quantity.description)
        if let expires = intent.expires { json.field("expiration_time", expires.nanoseconds / 1_000_000_000) }
        if let group = intent.group { json.field("order_group_id", group.text) }
        json.field("post_only", intent.postOnly)
        json.field("price", intent.yesPrice.description)
        json.field("self_trade_prevention_type", "taker_at_cross")
        json.field("side", intent.side == .yes ? "bid" : "ask")
        json.field("subaccount", Int64(0))
        json.field("ticker", intent.market.text)
        json.field("time_in_force", intent.timeInForce.rawValue)
        json.endObject()
    }

    private static func list(_ items: (inout JSONText) -> Void) -> [UInt8] {
        var json = JSONText()
        json.beginObject()
        json.key("orders")
        json.beginArray()
        items(&json)
        json.endArray()
        json.endObject()
        return json.bytes
    }
}
