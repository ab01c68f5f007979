import Foundation
public import Model

/// What `POST /portfolio/events/orders` takes (Kalshi reference 9.1): one book, on the YES leg.
struct CreateOrder: Encodable, Sendable {
    let ticker: String
    /// bid buys YES; ask sells YES, which is buying NO at the complement.
    let side: String
    let count: String
    let price: String
    let timeInForce: String
    let selfTradePrevention = "taker_at_cross"
    let clientOrderID: String
    let postOnly: Bool

    enum CodingKeys: String, CodingKey {
        case ticker, side, count, price
        case timeInForce = "time_in_force"
        case selfTradePrevention = "self_trade_prevention_type"
        case clientOrderID = "client_order_id"
        case postOnly = "post_only"
    }

    init(_ id: ClientOrderID, _ intent: OrderIntent) {
        ticker = intent.market.text
        side = intent.side == .yes ? "bid" : "ask"
        count = intent.quantity.description
        price = intent.yesPrice.description
        timeInForce = intent.timeInForce.rawValue
        clientOrderID = id.text
        postOnly = intent.postOnly
    }
}

/// The exchange's word that an order is in.
public struct KalshiCreated: Decodable, Sendable, Equatable {
    public let order: OrderID
    public let filled: Quantity
    public let remaining: Quantity

    enum CodingKeys: String, CodingKey {
        case order = "order_id"
        case filled = "fill_count"
        case remaining = "remaining_count"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        order = OrderID(try fields.text(.order))
        filled = try fields.quantity(.filled)
        remaining = try fields.quantity(.remaining)
        guard !order.text.isEmpty else { throw DecodingError.dataCorruptedError(forKey: .order, in: fields, debugDescription: "empty") }
    }
}

struct CanceledAnswer: Decodable, Sendable {
    let reducedBy: Quantity

    enum CodingKeys: String, CodingKey { case reducedBy = "reduced_by" }

    init(from decoder: any Decoder) throws { reducedBy = try decoder.container(keyedBy: CodingKeys.self).quantity(.reducedBy) }
}

extension KalshiClient {
    /// Sends an order, once. Not public: what may send orders is `KalshiGateway`, which takes approved ones.
    func createOrder(_ id: ClientOrderID, _ intent: OrderIntent) async throws(KalshiError) -> KalshiCreated {
        let attempt = "placing order \(id)"
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let body: [UInt8]
        do {
            body = try Array(encoder.encode(CreateOrder(id, intent)))
        } catch {
            throw KalshiError(attempted: attempt, outcome: .notSent, code: "not_sent", message: "the order cannot be written as JSON", canRetry: false)
        }
        return try decode(KalshiCreated.self, try await act("POST", attempt, "/portfolio/events/orders", body: body, cost: 10), attempt)
    }

    /// Takes an order off the book; what it returns was taken off.
    public func cancelOrder(_ id: OrderID, market: Ticker) async throws(KalshiError) -> Quantity {
        let attempt = "canceling order \(id)"
        let path = "/portfolio/events/orders/\(KalshiClient.percentEncoded(id.text))"
        return try decode(CanceledAnswer.self, try await act("DELETE", attempt, path, [("market_ticker", market.text)], cost: 2), attempt).reducedBy
    }

    /// Takes every order of the account off its book. Orders placed within the next minute may go too (Kalshi reference 9.2).
    public func cancelAll() async throws(KalshiError) {
        // The stop button must not stand in line behind the orders it stops.
        _ = try await act("DELETE", "canceling all orders", "/portfolio/events/orders", cost: 10, urgent: true)
    }
}
