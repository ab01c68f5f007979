public import Model

/// The account's money as the exchange counts it: what new orders may use, without what resting orders hold back.
public struct KalshiBalance: Sendable, Equatable {
    public let available: Money
}

extension KalshiBalance: Answered {
    static let contract = Contract("Balance", "balance balance_dollars portfolio_value updated_ts balance_breakdown")

    init(_ fields: Fields) throws(ContractBreak) {
        // `balance` is cut to whole cents; the other is exact.
        if let exact = try fields.money(ifPresent: "balance_dollars") { available = exact } else { available = try fields.cents("balance") }
    }
}

extension Side {
    /// Which leg an order or fill is on. `outcome_side` and `book_side` say it, and must say the same; older answers have only `side` and `action`, where
    /// selling one leg is buying the other. A word that is not known is never taken for its opposite.
    init(_ fields: Fields) throws(ContractBreak) {
        var told: [Side] = []
        if let outcome = try fields.text(ifPresent: "outcome_side") {
            guard let side = Side(rawValue: outcome) else { throw fields.contradiction("has the unknown outcome_side \"\(outcome.prefix(60))\"") }
            told.append(side)
        }
        if let book = try fields.text(ifPresent: "book_side") {
            guard book == "bid" || book == "ask" else { throw fields.contradiction("has the unknown book_side \"\(book.prefix(60))\"") }
            told.append(book == "bid" ? .yes : .no)
        }
        if let first = told.first {
            guard told.allSatisfy({ $0 == first }) else { throw fields.contradiction("is on both sides at once") }
            self = first
            return
        }
        let word = try fields.text("side")
        guard let leg = Side(rawValue: word) else { throw fields.contradiction("has the unknown side \"\(word.prefix(60))\"") }
        let action = try fields.text(ifPresent: "action") ?? "buy"
        guard action == "buy" || action == "sell" else { throw fields.contradiction("has the unknown action \"\(action.prefix(60))\"") }
        self = action == "sell" ? leg.opposite : leg
    }
}

/// An order as REST shows it.
struct OrderRow: Answered {
    static let contract = Contract(
        "Order",
        """
        order_id user_id client_order_id ticker side action outcome_side book_side type status yes_price_dollars no_price_dollars fill_count_fp
        remaining_count_fp initial_count_fp taker_fill_cost_dollars maker_fill_cost_dollars taker_fees_dollars maker_fees_dollars expiration_time created_time
        last_update_time self_trade_prevention_type order_group_id cancel_order_on_pause subaccount_number exchange_index
        """)
    let order: VenueOrder

    init(_ fields: Fields) throws(ContractBreak) { order = try VenueOrder(fields) }
}

extension VenueOrder {
    /// The fields that REST and the private channel have in common.
    init(_ fields: Fields) throws(ContractBreak) {
        let side = try Side(fields)
        let yesPrice = try fields.price("yes_price_dollars")
        self.init(
            order: OrderID(try fields.name("order_id")), clientOrder: ClientOrderID(try fields.text(ifPresent: "client_order_id") ?? ""),
            market: Ticker(try fields.name("ticker")), side: side, limit: side == .yes ? yesPrice : yesPrice.complement,
            status: try fields.choice("status", VenueOrder.Status.self) ?? .unknown, initial: try fields.quantity("initial_count_fp", "initial_count"),
            filled: try fields.quantity("fill_count_fp", "fill_count"), remaining: try fields.quantity("remaining_count_fp", "remaining_count"),
            created: try fields.time(ifPresent: "created_time") ?? .zero)
    }
}

/// A fill as REST shows it: without our client order id, which `KalshiGateway` adds from the order.
struct FillRow: Answered {
    static let contract = Contract(
        "Fill",
        """
        fill_id exchange_index trade_id order_id ticker market_ticker side action outcome_side book_side count_fp yes_price_dollars no_price_dollars is_taker
        created_time fee_cost subaccount_number ts
        """)
    let fill: Fill

    init(_ fields: Fields) throws(ContractBreak) { fill = try Fill(fields) }
}

extension Fill {
    /// The fields that REST and the private channel have in common.
    init(_ fields: Fields) throws(ContractBreak) {
        let side = try Side(fields)
        let yesPrice = try fields.price("yes_price_dollars", "yes_price_fixed")
        let quantity = try fields.quantity("count_fp", "count")
        guard quantity > .zero else { throw fields.contradiction("is about nothing") }
        let client = try fields.text(ifPresent: "client_order_id") ?? ""
        let market = if let name = try fields.text(ifPresent: "market_ticker") { name } else { try fields.name("ticker") }
        self.init(
            trade: TradeID(try fields.name("trade_id")), order: OrderID(try fields.name("order_id")), clientOrder: client.isEmpty ? nil : ClientOrderID(client),
            market: Ticker(market), side: side, price: side == .yes ? yesPrice : yesPrice.complement, quantity: quantity,
            liquidity: try fields.bool("is_taker") ? .taker : .maker, fee: try fields.money("fee_cost"), time: try Fill.moment(fields))
    }

    private static func moment(_ fields: Fields) throws(ContractBreak) -> Timestamp {
        if let created = try fields.time(ifPresent: "created_time") { return created }
        if let moment = try fields.milliseconds(ifPresent: "ts_ms") { return moment }
        return try fields.seconds("ts")
    }
}

struct PositionRow: Answered {
    static let contract = Contract(
        "MarketPosition",
        "ticker exchange_index total_traded_dollars position_fp market_exposure_dollars realized_pnl_dollars fees_paid_dollars last_updated_ts")
    let position: VenuePosition

    init(_ fields: Fields) throws(ContractBreak) {
        position = VenuePosition(market: Ticker(try fields.name("ticker")), net: try fields.quantity("position_fp", "position"))
    }
}

/// What a market paid the account.
public struct KalshiSettlement: Sendable, Equatable {
    public let settlement: VenueSettlement
    public let event: EventTicker
    /// What was paid out, in whole cents.
    public let revenue: Money
    public let fee: Money
}

extension KalshiSettlement: Answered {
    static let contract = Contract(
        "Settlement",
        """
        ticker exchange_index event_ticker market_result yes_count_fp yes_total_cost_dollars no_count_fp no_total_cost_dollars revenue settled_time fee_cost value
        """)

    init(_ fields: Fields) throws(ContractBreak) {
        let word = try fields.text("market_result")
        let result: MarketResult
        switch word {
        case "yes": result = .yes
        case "no": result = .no
        case "void": result = .void
        case "scalar":
            // Integer cents, of the last fields that are (Kalshi reference, section 5). Without a value each side has its cost back: the contract has no other
            // word for a void market.
            if let cents = try fields.integer(ifPresent: "value") {
                guard (0...100).contains(cents) else { throw fields.contradiction("has a value that is not 0 to 100 cents") }
                result = .scalar(.cents(Int32(cents)))
            } else {
                result = .void
            }
        default: throw fields.contradiction("has the unknown market_result \"\(word.prefix(60))\"")
        }
        revenue = try fields.cents("revenue")
        settlement = VenueSettlement(
            market: Ticker(try fields.name("ticker")), result: result, time: try fields.time("settled_time"), paid: try KalshiSettlement.paid(fields, revenue))
        event = EventTicker(try fields.text(ifPresent: "event_ticker") ?? "")
        fee = try fields.money(ifPresent: "fee_cost") ?? .zero
    }

    /// For which net position the revenue was; nil where the answer does not say.
    private static func paid(_ fields: Fields, _ revenue: Money) throws(ContractBreak) -> VenueSettlement.Paid? {
        guard let yes = try fields.quantity(ifPresent: "yes_count_fp", "yes_count"), let no = try fields.quantity(ifPresent: "no_count_fp", "no_count") else { return nil }
        // Of contracts on both legs it is not said what their pairs were paid for, and when.
        guard yes.isZero || no.isZero else { return nil }
        return VenueSettlement.Paid(net: yes - no, amount: revenue)
    }
}
