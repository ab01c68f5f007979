import Matching
import Model
import Notation

/// The body of a create request, checked field by field in the exchange's own words (Kalshi reference, sections 6 and 9.1).
enum CreateOrderBody {
    /// No limit is published; this one keeps a client from filling our memory.
    static let clientOrderIDLimit = 128
    static let typeName = "CreateOrderV2Request"

    static func parse(_ bytes: [UInt8]) throws(APIError) -> OrderRequest { try parse(try Body(bytes, as: typeName)) }

    static func parse(_ body: Body) throws(APIError) -> OrderRequest {
        let ticker = try body.required("ticker")
        let side = try body.choice("side", of: ["bid", "ask"])
        let count = try body.required("count")
        let price = try body.required("price")
        guard let timeInForce = TimeInForce(rawValue: try body.required("time_in_force")) else { throw .invalidParameters("time_in_force") }
        guard let selfTrade = SelfTradePrevention(rawValue: try body.required("self_trade_prevention_type")) else {
            throw .invalidParameters("self_trade_prevention_type")
        }
        guard let quantity = Quantity(count), quantity > .zero else { throw .invalidSize }
        guard let yesPrice = Price(price), yesPrice.isTradable else { throw .invalidPrice }
        let client = try clientID("client_order_id", body)
        try body.checkShard()
        let group = try body.text("order_group_id").flatMap { $0.isEmpty ? nil : OrderGroupID($0) }

        return OrderRequest(
            market: Ticker(ticker), client: client, side: side == "bid" ? .yes : .no, limit: side == "bid" ? yesPrice : yesPrice.complement,
            quantity: quantity, timeInForce: timeInForce, postOnly: try body.flag("post_only") ?? false, selfTrade: selfTrade,
            expiration: try expiration(body), reduceOnly: try body.flag("reduce_only") ?? false,
            cancelOnPause: try body.flag("cancel_order_on_pause") ?? false, group: group)
    }

    /// Nil when it is absent or empty.
    static func clientID(_ field: String, _ body: Body) throws(APIError) -> ClientOrderID? {
        let client = try body.text(field)
        guard client?.utf8.count ?? 0 <= clientOrderIDLimit else { throw .invalidParameters(field) }
        return client.flatMap { $0.isEmpty ? nil : ClientOrderID($0) }
    }

    private static func expiration(_ body: Body) throws(APIError) -> Timestamp? {
        guard let seconds = try body.integer("expiration_time"), seconds != 0 else { return nil }
        guard (1...9_000_000_000).contains(seconds) else { throw .invalidParameters("expiration_time") }
        return .seconds(seconds)
    }
}
