import Model

/// The stream's messages and their fields (AsyncAPI 2.0.0 of October 2026).
enum FrameContracts {
    static let envelope = Contract("frame", "type id sid seq msg sending_ts_ms")

    /// What stands in `msg`, by type; nil for a type that this client does not know.
    static func message(_ type: String) -> Contract? { messages[type] }

    private static let messages: [String: Contract] = [
        "subscribed": Contract("subscribed", "channel sid"),
        "unsubscribed": Contract("unsubscribed", ""),
        "ok": Contract("ok", "market_tickers market_ids index_ids underlying_tickers"),
        "error": Contract("error", "code msg market_ticker market_tickers"),
        "orderbook_snapshot": Contract("orderbook_snapshot", "market_ticker market_id yes_dollars_fp no_dollars_fp"),
        "orderbook_delta": Contract("orderbook_delta", "market_ticker market_id price_dollars delta_fp side client_order_id subaccount ts ts_ms"),
        "ticker": Contract(
            "ticker",
            """
            market_ticker market_id price_dollars yes_bid_dollars yes_ask_dollars volume_fp open_interest_fp dollar_volume dollar_open_interest
            yes_bid_size_fp yes_ask_size_fp last_trade_size_fp ts ts_ms time
            """),
        "trade": Contract(
            "trade",
            "trade_id market_ticker yes_price_dollars no_price_dollars count_fp taker_side taker_outcome_side taker_book_side is_block_trade ts ts_ms"),
        "market_lifecycle_v2": lifecycle("market_lifecycle_v2"),
        "multivariate_market_lifecycle": lifecycle("multivariate_market_lifecycle"),
        "event_lifecycle": Contract(
            "event_lifecycle", "event_ticker exchange_index title subtitle collateral_return_type series_ticker strike_date strike_period"),
        "event_fee_update": Contract("event_fee_update", "event_ticker fee_type_override fee_multiplier_override"),
        "market_position": Contract(
            "market_position",
            "user_id market_ticker position_fp position_cost_dollars realized_pnl_dollars fees_paid_dollars position_fee_cost_dollars volume_fp subaccount"),
        "fill": FillMessage.contract,
        "user_order": UserOrderMessage.contract,
        "order_group_updates": OrderGroupMessage.contract,
        "cfbenchmarks_value": Contract("cfbenchmarks_value", "index_id received_at data avg_60s_data last_60s_windowed_average_15min"),
        "cfbenchmarks_value_5hz": Contract("cfbenchmarks_value_5hz", "index_id value_usd source_ts_ms received_at data"),
        "pyth_value": Contract("pyth_value", "underlying_ticker value_usd source_ts_ms received_at"),
    ]

    private static func lifecycle(_ name: String) -> Contract {
        Contract(
            name,
            """
            market_ticker event_type exchange_index open_ts close_ts determination_ts settled_ts result settlement_value is_deactivated additional_metadata
            price_level_structure price_ranges strike_type floor_strike cap_strike custom_strike yes_sub_title
            """)
    }

    private static let lives: Set<String> = [
        "created", "activated", "deactivated", "close_date_updated", "determined", "settled", "price_level_structure_updated", "metadata_updated",
    ]

    /// Everything about one frame that the contract does not have.
    static func news(_ bytes: [UInt8]) -> [ContractDrift] {
        // try?: a frame that is no JSON has been told by whoever read it.
        guard let value = try? AnswerValue(bytes), case .object(let members) = value, case .text(let type)? = members["type"] else { return [] }
        let place = "the stream's \(type.prefix(60))"
        let notes = ContractNotes()
        guard let contract = message(type) else { return [ContractDrift(.noted, place: "the stream", problem: "an unknown type of message, \(type.prefix(60))")] }
        // try?: a message that is no object has been told likewise; what lists subscriptions is an array.
        _ = try? Fields(value, envelope, notes)
        if let message = members["msg"] { _ = try? Fields(message, contract, notes) }
        if case .object(let message)? = members["msg"], case .text(let life)? = message["event_type"], type.hasSuffix("lifecycle_v2"), !lives.contains(life) {
            notes.add("\(type) has the unknown event_type \"\(life.prefix(60))\"")
        }
        if type == "order_group_updates", case .object(let message)? = members["msg"], case .text(let change)? = message["event_type"], OrderGroupChange(rawValue: change) == nil {
            notes.add("\(type) has the unknown event_type \"\(change.prefix(60))\"")
        }
        return notes.problems.map { ContractDrift(.noted, place: place, problem: $0) }
    }
}

/// Holds the stream's frames against their contract: of each type the first ones and then a sample, because what changes changes for all of them.
struct FrameSampler {
    static let first = 64
    static let then = 256

    /// Kinds that are counted apart: far more than there are. What comes beyond is counted together.
    static let mostKinds = 100

    private var seen: [String: Int] = [:]
    private var told: Set<ContractDrift> = []

    /// What this frame has that was never told before.
    mutating func news(_ kind: String, _ bytes: [UInt8]) -> [ContractDrift] {
        let key = seen[kind] == nil && seen.count >= Self.mostKinds ? "" : kind
        let count = seen[key, default: 0]
        seen[key] = count + 1
        guard count < Self.first || count.isMultiple(of: Self.then), told.count < ContractWatch.mostTold else { return [] }
        return FrameContracts.news(bytes).filter { told.insert($0).inserted }
    }
}
