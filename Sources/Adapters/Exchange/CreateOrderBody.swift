import Matching
import Model
import Notation

/// The body of a create request, checked field by field in the exchange's own words (Kalshi reference, sections 6 and 9.1).
enum CreateOrderBody {
    /// No limit is published; this one keeps a client from filling our memory.
    static let clientOrderIDLimit = 128

    static func parse(_ body: [UInt8]) throws(APIError) -> OrderRequest {
        let json: JSON
        do { json = try JSON(parsing: body) } catch { throw .flat(details: "invalid JSON at byte \(error.offset)") }
        guard case .object = json else { throw .flat(details: "json: cannot unmarshal \(json.kind) into Go value of type CreateOrderV2Request") }

        let ticker = try required("ticker", json)
        let side = try choice("side", json, ["bid", "ask"])
        let count = try required("count", json)
        let price = try required("price", json)
        guard let timeInForce = TimeInForce(rawValue: try required("time_in_force", json)) else { throw .invalidParameters("time_in_force") }
        guard let selfTrade = SelfTradePrevention(rawValue: try required("self_trade_prevention_type", json)) else {
            throw .invalidParameters("self_trade_prevention_type")
        }
        guard let quantity = Quantity(count), quantity > .zero else { throw .invalidSize }
        guard let yesPrice = Price(price), yesPrice.isTradable else { throw .invalidPrice }
        let client = try text("client_order_id", json)
        guard client?.utf8.count ?? 0 <= clientOrderIDLimit else { throw .invalidParameters("client_order_id") }
        guard try integer("exchange_index", json) ?? 0 <= 0, try integer("subaccount", json) ?? 0 == 0 else {
            throw .invalidParameters("this exchange has one shard and no subaccounts")
        }
        guard try text("order_group_id", json) ?? "" == "" else { throw .nested(404, "order_group_not_found") }

        return OrderRequest(
            market: Ticker(ticker), client: client.flatMap { $0.isEmpty ? nil : ClientOrderID($0) }, side: side == "bid" ? .yes : .no,
            limit: side == "bid" ? yesPrice : yesPrice.complement, quantity: quantity, timeInForce: timeInForce,
            postOnly: try flag("post_only", json), selfTrade: selfTrade, expiration: try expiration(json), reduceOnly: try flag("reduce_only", json))
    }

    private static func expiration(_ json: JSON) throws(APIError) -> Timestamp? {
        guard let seconds = try integer("expiration_time", json), seconds != 0 else { return nil }
        guard (1...9_000_000_000).contains(seconds) else { throw .invalidParameters("expiration_time") }
        return .seconds(seconds)
    }

    private static func required(_ field: String, _ json: JSON) throws(APIError) -> String {
        guard let value = try text(field, json), !value.isEmpty else { throw .invalidParameters("\(field) is required") }
        return value
    }

    private static func choice(_ field: String, _ json: JSON, _ allowed: [String]) throws(APIError) -> String {
        let value = try required(field, json)
        guard allowed.contains(value) else { throw .invalidParameters(field) }
        return value
    }

    private static func text(_ field: String, _ json: JSON) throws(APIError) -> String? {
        switch json[field] {
        case nil, .null: return nil
        case .text(let value): return value
        case .some(let other): throw wrongType(field, other, "string")
        }
    }

    private static func integer(_ field: String, _ json: JSON) throws(APIError) -> Int64? {
        switch json[field] {
        case nil, .null: return nil
        case .integer(let value): return value
        case .some(let other): throw wrongType(field, other, "int64")
        }
    }

    private static func flag(_ field: String, _ json: JSON) throws(APIError) -> Bool {
        switch json[field] {
        case nil, .null: return false
        case .bool(let value): return value
        case .some(let other): throw wrongType(field, other, "bool")
        }
    }

    private static func wrongType(_ field: String, _ value: JSON, _ type: String) -> APIError {
        .flat(details: "json: cannot unmarshal \(value.kind) into Go struct field CreateOrderV2Request.\(field) of type \(type)")
    }
}
