public import Model

/// A request for quotes on one market (Kalshi reference, section 9.5). The desk makes and answers none: these are for a person's own tools.
public struct KalshiRFQ: Sendable, Equatable {
    public enum Status: String, Sendable {
        case open, closed
    }

    public let id: String
    public let market: Ticker
    public let quantity: Quantity
    /// Asked for by cost instead of by count.
    public let targetCost: Money?
    /// Nil for a word that this client does not know.
    public let status: Status?
    public let created: Timestamp
}

extension KalshiRFQ: Answered {
    static let contract = Contract(
        "RFQ",
        """
        id creator_id market_ticker contracts_fp target_cost_dollars status created_ts mve_collection_ticker mve_selected_legs rest_remainder
        cancellation_reason creator_user_id creator_subaccount cancelled_ts updated_ts target_cost_excludes_fees
        """)

    init(_ fields: Fields) throws(ContractBreak) {
        id = try fields.name("id")
        market = Ticker(try fields.name("market_ticker"))
        quantity = try fields.quantity("contracts_fp")
        targetCost = try fields.money(ifPresent: "target_cost_dollars")
        status = try fields.choice("status", Status.self)
        created = try fields.time("created_ts")
    }
}

/// A quote on such a request: what its maker bids for either leg.
public struct KalshiQuote: Sendable, Equatable {
    public enum Status: String, Sendable {
        case open, accepted, confirmed, executed, cancelled
    }

    public let id: String
    public let rfq: String
    public let market: Ticker
    public let quantity: Quantity
    /// Nil where the maker does not bid for that leg.
    public let yesBid: Price?
    public let noBid: Price?
    public let status: Status?
    public let acceptedSide: Side?
    public let created: Timestamp
    public let updated: Timestamp
}

extension KalshiQuote: Answered {
    static let contract = Contract(
        "Quote",
        """
        id rfq_id creator_id rfq_creator_id market_ticker contracts_fp yes_bid_dollars no_bid_dollars created_ts updated_ts status accepted_side
        accepted_ts confirmed_ts executed_ts cancelled_ts rest_remainder post_only cancellation_reason creator_user_id rfq_creator_user_id
        rfq_target_cost_dollars rfq_creator_order_id creator_order_id creator_subaccount rfq_creator_subaccount yes_contracts_fp no_contracts_fp
        target_cost_excludes_fees
        """)

    init(_ fields: Fields) throws(ContractBreak) {
        id = try fields.name("id")
        rfq = try fields.name("rfq_id")
        market = Ticker(try fields.name("market_ticker"))
        quantity = try fields.quantity("contracts_fp")
        yesBid = try KalshiQuote.bid("yes_bid_dollars", fields)
        noBid = try KalshiQuote.bid("no_bid_dollars", fields)
        status = try fields.choice("status", Status.self)
        acceptedSide = if let side = try fields.text(ifPresent: "accepted_side"), !side.isEmpty { try KalshiQuote.side(side, fields) } else { nil }
        created = try fields.time("created_ts")
        updated = try fields.time("updated_ts")
    }

    /// A bid of nothing is no bid.
    private static func bid(_ key: String, _ fields: Fields) throws(ContractBreak) -> Price? {
        let money = try fields.money(key)
        if money == .zero { return nil }
        return try fields.price(key)
    }

    private static func side(_ text: String, _ fields: Fields) throws(ContractBreak) -> Side {
        guard let side = Side(rawValue: text) else { throw fields.contradiction("has the unknown accepted_side \"\(text.prefix(60))\"") }
        return side
    }
}

/// The id of what was made: `{"id":"..."}`.
struct MadeAnswer: Answered {
    static let contract = Contract("the answer with an id", "id")
    let id: String
    init(_ fields: Fields) throws(ContractBreak) { id = try fields.name("id") }
}
