public import Model

// What a person asks of a market beside what the desk trades by: quotes, volumes, rules, sources. Kept apart, so that the sweep of all markets stays small.

/// A market with its quotes, its volumes and its rules as REST shows them.
public struct KalshiMarketDetail: Sendable {
    public let market: KalshiMarket
    /// What YES means within the event.
    public let subtitle: String
    /// The exchange's summary, which may be behind the book. Nil where nothing is quoted.
    public let yesBid: Price?
    public let yesAsk: Price?
    public let last: Price?
    public let volume: Quantity?
    public let volumeOfDay: Quantity?
    public let openInterest: Quantity?
    public let rulesPrimary: String
    public let rulesSecondary: String
    public let expectedExpiration: Timestamp?
    public let settlementTimerSeconds: Int64?
    public let canCloseEarly: Bool?

    /// The prices it accepts; nil where they cannot be read.
    public var grid: PriceGrid? { KalshiListing.grid(market.ranges) }
    public var strike: Strike { KalshiListing.strike(market) }
}

extension KalshiMarketDetail: Answered {
    static var contract: Contract { KalshiMarket.contract }

    init(_ fields: Fields) throws(ContractBreak) {
        market = try KalshiMarket(fields)
        subtitle = try fields.text(ifPresent: "yes_sub_title") ?? ""
        // 0 and 1 stand for "no quote".
        func quote(_ key: String) throws(ContractBreak) -> Price? {
            guard let price = try fields.price(ifPresent: key), price.isTradable else { return nil }
            return price
        }
        yesBid = try quote("yes_bid_dollars")
        yesAsk = try quote("yes_ask_dollars")
        last = try quote("last_price_dollars")
        volume = try fields.quantity(ifPresent: "volume_fp")
        volumeOfDay = try fields.quantity(ifPresent: "volume_24h_fp")
        openInterest = try fields.quantity(ifPresent: "open_interest_fp")
        rulesPrimary = try fields.text(ifPresent: "rules_primary") ?? ""
        rulesSecondary = try fields.text(ifPresent: "rules_secondary") ?? ""
        expectedExpiration = try fields.time(ifPresent: "expected_expiration_time")
        settlementTimerSeconds = try fields.integer(ifPresent: "settlement_timer_seconds")
        canCloseEarly = try fields.bool(ifPresent: "can_close_early")
    }
}

/// Who says how a market ended.
public struct KalshiSource: Sendable, Equatable {
    public let name: String
    public let url: String
}

extension KalshiSource: Answered {
    static let contract = Contract("SettlementSource", "name url")

    init(_ fields: Fields) throws(ContractBreak) {
        name = try fields.text(ifPresent: "name") ?? ""
        url = try fields.text(ifPresent: "url") ?? ""
    }
}

/// An event with what it is filed under and who settles it.
public struct KalshiEventDetail: Sendable {
    public let event: KalshiEvent
    public let category: String
    public let subtitle: String
    public let sources: [KalshiSource]
}

extension KalshiEventDetail: Answered {
    static var contract: Contract { KalshiEvent.contract }

    init(_ fields: Fields) throws(ContractBreak) {
        event = try KalshiEvent(fields)
        category = try fields.text(ifPresent: "category") ?? ""
        subtitle = try fields.text(ifPresent: "sub_title") ?? ""
        sources = try fields.many(ifPresent: "settlement_sources", KalshiSource.self)
    }
}

/// A series with its category, its sources and where its contract stands.
public struct KalshiSeriesDetail: Sendable {
    public let series: KalshiSeries
    public let category: String
    public let frequency: String
    public let sources: [KalshiSource]
    public let contractURL: String
    public let termsURL: String

    /// The rule that its markets are charged by, unless their event has one of its own.
    public func fees(_ event: KalshiEvent) -> FeeTerms { KalshiListing.fees(event, series) }
}

extension KalshiSeriesDetail: Answered {
    static var contract: Contract { KalshiSeries.contract }

    init(_ fields: Fields) throws(ContractBreak) {
        series = try KalshiSeries(fields)
        category = try fields.text(ifPresent: "category") ?? ""
        frequency = try fields.text(ifPresent: "frequency") ?? ""
        sources = try fields.many(ifPresent: "settlement_sources", KalshiSource.self)
        contractURL = try fields.text(ifPresent: "contract_url") ?? ""
        termsURL = try fields.text(ifPresent: "contract_terms_url") ?? ""
    }
}
