import Model
import Wire

/// The account's own messages on the stream, against their contract: the same fields as their REST twins, and some more. They come of all subaccounts.
enum PrivateFrame {
    /// Nil for a message of another subaccount than the desk's, the primary one.
    static func event(_ type: String, _ bytes: [UInt8], _ notes: ContractNotes) throws(ContractBreak) -> Event? {
        let value: AnswerValue
        do { value = try AnswerValue(bytes) } catch { throw ContractBreak("the frame is not JSON: \(error.reason)") }
        let frame = try Fields(value, FrameContracts.envelope, notes)
        if type == "fill" { return try frame.one("msg", FillMessage.self).fill.map { .fill($0) } }
        if type == "order_group_updates" { return try frame.one("msg", OrderGroupMessage.self).news.map { .groupNews($0) } }
        return try frame.one("msg", UserOrderMessage.self).order.map { .order(.state($0)) }
    }
}

struct FillMessage: Answered {
    static let contract = Contract(
        "fill",
        """
        trade_id order_id market_ticker exchange_index is_taker side yes_price_dollars count_fp fee_cost action ts ts_ms client_order_id post_position_fp
        purchased_side outcome_side book_side subaccount
        """)
    let fill: Fill?

    init(_ fields: Fields) throws(ContractBreak) {
        let all = try Fill(fields)
        fill = try fields.integer(ifPresent: "subaccount") ?? 0 == 0 ? all : nil
    }
}

struct UserOrderMessage: Answered {
    static let contract = Contract(
        "user_order",
        """
        order_id user_id ticker status side is_yes outcome_side book_side yes_price_dollars fill_count_fp remaining_count_fp initial_count_fp
        taker_fill_cost_dollars maker_fill_cost_dollars taker_fees_dollars maker_fees_dollars client_order_id order_group_id self_trade_prevention_type
        created_time created_ts_ms last_update_time last_updated_ts_ms expiration_time expiration_ts_ms subaccount_number exchange_index last_update_reason
        """)
    let order: VenueOrder?

    init(_ fields: Fields) throws(ContractBreak) {
        let all = try VenueOrder(fields)
        order = try fields.integer(ifPresent: "subaccount_number") ?? 0 == 0 ? all : nil
    }
}

/// It names no subaccount: a group of another one is told too, and is nobody's here.
struct OrderGroupMessage: Answered {
    static let contract = Contract("order_group_updates", "event_type order_group_id contracts_limit_fp ts_ms")
    /// Nil for a change that the contract does not have, which `FrameContracts` tells.
    let news: GroupNews?

    init(_ fields: Fields) throws(ContractBreak) {
        let group = OrderGroupID(try fields.text("order_group_id"))
        let limit = try fields.quantity(ifPresent: "contracts_limit_fp")
        news = OrderGroupChange(rawValue: try fields.text("event_type")).map { GroupNews(group, $0, limit: limit) }
    }
}

/// What matters of a frame that answers a command or speaks of a market's life.
struct FeedControl {
    let type: String
    let id: UInt64?
    let code: Int?
    let text: String?
    let market: String?

    /// Nil when it is not even this much.
    init?(_ bytes: [UInt8]) {
        // try?: the decoder of market data has read this frame's envelope before and would have told.
        guard case .object(let frame)? = try? AnswerValue(bytes), case .text(let type)? = frame["type"] else { return nil }
        self.type = type
        id = Self.number(frame["id"]).flatMap { UInt64($0) }
        // The message of a list reply is an array, which says nothing here.
        var message: [String: AnswerValue] = [:]
        if case .object(let members)? = frame["msg"] { message = members }
        code = Self.number(message["code"]).flatMap { Int($0) }
        text = Self.text(message["msg"])
        market = Self.text(message["market_ticker"])
    }

    private static func number(_ value: AnswerValue?) -> String? { if case .number(let text)? = value { text } else { nil } }
    private static func text(_ value: AnswerValue?) -> String? { if case .text(let text)? = value { text } else { nil } }
}
