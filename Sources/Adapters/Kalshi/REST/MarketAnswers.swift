public import Model

/// A market as REST shows it. Everything but the names may be missing; `KalshiListing` says what it takes to trade it.
public struct KalshiMarket: Sendable {
    struct Range: Sendable {
        let start: String
        let end: String
        let step: String
    }

    public let ticker: Ticker
    public let event: EventTicker
    public let title: String
    public let status: MarketStatus
    /// Nil until it is determined.
    public let result: MarketResult?
    public let openTime: Timestamp?
    public let closeTime: Timestamp?
    let strikeType: String?
    let floorStrike: Double?
    let capStrike: Double?
    let ranges: [Range]
    /// What a combination is made of: it pays what all legs pay, multiplied. Empty for any other market.
    public let legs: [KalshiLeg]
}

extension KalshiMarket.Range: Answered {
    static let contract = Contract("PriceRange", "start end step")

    init(_ fields: Fields) throws(ContractBreak) {
        start = try fields.text("start")
        end = try fields.text("end")
        step = try fields.text("step")
    }
}

extension KalshiMarket: Answered {
    static let contract = Contract(
        "Market",
        """
        ticker event_ticker market_type title subtitle yes_sub_title no_sub_title created_time updated_time open_time close_time expected_expiration_time
        expiration_time latest_expiration_time settlement_timer_seconds status yes_bid_dollars yes_bid_size_fp yes_ask_dollars yes_ask_size_fp no_bid_dollars
        no_ask_dollars last_price_dollars volume_fp volume_24h_fp result can_close_early open_interest_fp notional_value_dollars previous_yes_bid_dollars
        previous_yes_ask_dollars previous_price_dollars settlement_value_dollars settlement_ts expiration_value occurrence_datetime fee_waiver_expiration_time
        early_close_condition strike_type floor_strike cap_strike functional_strike custom_strike rules_primary rules_secondary mve_collection_ticker
        mve_selected_legs primary_participant_key price_level_structure price_ranges is_provisional exchange_index settlement_bounds_type
        settlement_floor_dollars
        """)

    init(_ fields: Fields) throws(ContractBreak) {
        ticker = Ticker(try fields.name("ticker"))
        event = EventTicker(try fields.name("event_ticker"))
        title = KalshiMarket.title(try fields.text(ifPresent: "title") ?? "", try fields.text(ifPresent: "yes_sub_title") ?? "")
        status = try fields.choice("status", MarketStatus.self) ?? .unknown
        openTime = try fields.time(ifPresent: "open_time")
        closeTime = try fields.time(ifPresent: "close_time")
        strikeType = try fields.text(ifPresent: "strike_type")
        floorStrike = try fields.number(ifPresent: "floor_strike")
        capStrike = try fields.number(ifPresent: "cap_strike")
        ranges = try fields.many(ifPresent: "price_ranges", Range.self)
        legs = KalshiMarket.legs(fields)
        result = try KalshiMarket.result(fields)
    }

    /// A combination whose legs cannot be read is traded like any other market: one must not make the whole list unreadable.
    private static func legs(_ fields: Fields) -> [KalshiLeg] {
        do throws(ContractBreak) { return try fields.many(ifPresent: "mve_selected_legs", KalshiLeg.self) } catch {
            fields.unknown("mve_selected_legs", error.problem)
            return []
        }
    }

    /// One event's markets share a title and differ in the sub-title: both tell a person which one it is.
    private static func title(_ title: String, _ sub: String) -> String { sub.isEmpty || title.contains(sub) ? title : "\(title) · \(sub)" }

    private static func result(_ fields: Fields) throws(ContractBreak) -> MarketResult? {
        guard let text = try fields.text(ifPresent: "result") else { return nil }
        switch text {
        case "": return nil
        case "yes": return .yes
        case "no": return .no
        case "void": return .void
        case "scalar":
            // Without a value each side has its cost back: the contract has no other word for a void market.
            guard fields["settlement_value_dollars"] != nil else { return .void }
            do {
                return .scalar(try fields.price("settlement_value_dollars"))
            } catch {
                // Finer than a price can be. One market must not make the whole list unreadable: what it paid, the account will tell.
                fields.unknown("settlement_value_dollars", error.problem)
                return nil
            }
        default:
            fields.unknown("result", text)
            return nil
        }
    }
}

/// An event: the question that its markets divide.
public struct KalshiEvent: Sendable {
    public let ticker: EventTicker
    public let series: SeriesTicker
    public let title: String
    public let mutuallyExclusive: Bool
    let feeType: String?
    let feeMultiplier: Double?
}

extension KalshiEvent: Answered {
    static let contract = Contract(
        "Event",
        """
        event_ticker series_ticker sub_title title collateral_return_type mutually_exclusive category strike_date strike_period markets product_metadata
        settlement_sources last_updated_ts fee_type_override fee_multiplier_override exchange_index
        """)

    init(_ fields: Fields) throws(ContractBreak) {
        ticker = EventTicker(try fields.name("event_ticker"))
        series = SeriesTicker(try fields.text("series_ticker"))
        title = try fields.text(ifPresent: "title") ?? ""
        mutuallyExclusive = try fields.bool("mutually_exclusive")
        feeType = try fields.text(ifPresent: "fee_type_override")
        feeMultiplier = try fields.number(ifPresent: "fee_multiplier_override")
        if let feeType { KalshiSeries.check(feeType, "fee_type_override", fields) }
    }
}

/// A series: what its events have in common, the fee among it.
public struct KalshiSeries: Sendable {
    public let ticker: SeriesTicker
    public let title: String
    let feeType: String
    let feeMultiplier: Double
}

extension KalshiSeries: Answered {
    static let contract = Contract(
        "Series",
        """
        ticker frequency title category tags settlement_sources contract_url contract_terms_url product_metadata fee_type fee_multiplier
        additional_prohibitions volume_fp last_updated_ts exchange_index categories
        """)
    /// The published ones (Kalshi reference, section 12); the desk has a rule for the first two.
    private static let feeTypes: Set<String> = ["quadratic", "quadratic_with_maker_fees", "quadratic_with_combo_maker_fees", "flat"]

    init(_ fields: Fields) throws(ContractBreak) {
        ticker = SeriesTicker(try fields.name("ticker"))
        title = try fields.text(ifPresent: "title") ?? ""
        feeType = try fields.text("fee_type")
        feeMultiplier = try fields.number("fee_multiplier")
        KalshiSeries.check(feeType, "fee_type", fields)
    }

    static func check(_ feeType: String, _ key: String, _ fields: Fields) { if !feeTypes.contains(feeType) { fields.unknown(key, feeType) } }
}

/// A book as REST shows it: bids on both legs, each in its own dollars, ascending.
public struct KalshiOrderbook: Sendable, Equatable {
    public let yes: [Level]
    public let no: [Level]
}

extension KalshiOrderbook: Answered {
    static let contract = Contract("Orderbook", "yes_dollars no_dollars")

    init(_ fields: Fields) throws(ContractBreak) {
        yes = try KalshiOrderbook.levels("yes_dollars", fields)
        no = try KalshiOrderbook.levels("no_dollars", fields)
    }

    private static func levels(_ key: String, _ fields: Fields) throws(ContractBreak) -> [Level] {
        var levels: [Level] = []
        for pair in fields[key] == nil ? [] : try fields.values(key) {
            guard case .array(let parts) = pair, parts.count == 2, case .text(let price) = parts[0], let price = Price(price),
                let quantity = text(parts[1]).flatMap({ Fields.quantity($0) }), quantity >= .zero
            else { throw fields.contradiction("has a level in \(key) that is none") }
            levels.append(Level(price: price, quantity: quantity))
        }
        return levels
    }

    private static func text(_ value: AnswerValue) -> String? {
        switch value {
        case .text(let text), .number(let text): text
        case .null, .bool, .array, .object: nil
        }
    }
}

/// The wrapper of one market's book; with its ticker where several were asked for.
struct OrderbookAnswer: Answered {
    static let contract = Contract("OrderbookAnswer", "ticker orderbook_fp")
    let ticker: Ticker?
    let book: KalshiOrderbook

    init(_ fields: Fields) throws(ContractBreak) {
        ticker = try fields.text(ifPresent: "ticker").map { Ticker($0) }
        // Before 2026 under another name.
        if let old = try fields.one(ifPresent: "orderbook", KalshiOrderbook.self) { book = old } else { book = try fields.one("orderbook_fp", KalshiOrderbook.self) }
    }
}
