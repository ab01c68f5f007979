public import Model

/// A reward that the exchange pays for quoting or trading in one market.
public struct KalshiIncentive: Sendable, Equatable {
    public enum Kind: String, Sendable {
        case liquidity, volume
        case marginMakerVolume = "margin_maker_volume"
        case marginTakerVolume = "margin_taker_volume"
    }

    public let id: String
    public let market: Ticker
    /// Nil for a kind that this client does not know.
    public let kind: Kind?
    public let start: Timestamp
    public let end: Timestamp
    /// For all accounts together, over the whole period.
    public let reward: Money
    public let isPaidOut: Bool
    public let mostPerAccount: Money?
    /// How many contracts have to rest for all of it.
    public let target: Quantity?
}

extension KalshiIncentive: Answered {
    static let contract = Contract(
        "IncentiveProgram",
        """
        id market_id market_ticker incentive_type incentive_description start_date end_date period_reward paid_out discount_factor_bps target_size_fp
        max_reward_per_account
        """)

    init(_ fields: Fields) throws(ContractBreak) {
        id = try fields.name("id")
        market = Ticker(try fields.name("market_ticker"))
        kind = try fields.choice("incentive_type", Kind.self)
        start = try fields.time("start_date")
        end = try fields.time("end_date")
        reward = try fields.amount(inCentiCents: "period_reward")
        isPaidOut = try fields.bool("paid_out")
        mostPerAccount = try fields.amount(inCentiCentsIfPresent: "max_reward_per_account")
        target = try fields.quantity(ifPresent: "target_size_fp")
    }
}

/// A moment that events hang on: a game, a launch, a publication.
public struct KalshiMilestone: Sendable, Equatable {
    public let id: String
    public let category: String
    /// "basketball_game", "political_race": an open list.
    public let type: String
    public let title: String
    public let start: Timestamp
    public let end: Timestamp?
    public let events: [EventTicker]
    public let mainEvents: [EventTicker]
    /// What the exchange says beside it, as it wrote it; nothing here decides anything.
    public let details: [String: String]
    public let updated: Timestamp
}

extension KalshiMilestone: Answered {
    static let contract = Contract(
        "Milestone",
        """
        id category type start_date end_date related_event_tickers title notification_message source_id source_ids details primary_event_tickers
        last_updated_ts
        """)

    init(_ fields: Fields) throws(ContractBreak) {
        id = try fields.name("id")
        category = try fields.text("category")
        type = try fields.text("type")
        title = try fields.text("title")
        start = try fields.time("start_date")
        end = try fields.time(ifPresent: "end_date")
        events = try fields.texts("related_event_tickers").map { EventTicker($0) }
        mainEvents = try fields.texts("primary_event_tickers").map { EventTicker($0) }
        details = try fields.words(ifPresent: "details")
        updated = try fields.time("last_updated_ts")
    }
}

/// A person, a team, a place that markets are about.
public struct KalshiTarget: Sendable, Equatable {
    public let id: String
    public let name: String
    /// An open list.
    public let type: String
    public let details: [String: String]
}

extension KalshiTarget: Answered {
    static let contract = Contract("StructuredTarget", "id name type details source_id source_ids last_updated_ts")

    init(_ fields: Fields) throws(ContractBreak) {
        id = try fields.name("id")
        name = try fields.text("name")
        type = try fields.text(ifPresent: "type") ?? ""
        details = try fields.words(ifPresent: "details")
    }
}

/// The tags of each category of series.
struct TagsByCategory: Answered {
    static let contract = Contract("TagsByCategories", "tags_by_categories")
    let tags: [String: [String]]
    init(_ fields: Fields) throws(ContractBreak) { tags = try fields.lists("tags_by_categories") }
}

/// By what the series of a sport are told apart.
public struct KalshiSport: Sendable, Equatable {
    public let name: String
    public let scopes: [String]
    /// The scopes of each competition.
    public let competitions: [String: [String]]
}

/// The sports, in the exchange's order.
struct FiltersBySport: Answered {
    static let contract = Contract("FiltersBySports", "filters_by_sports sport_ordering")
    let sports: [KalshiSport]

    private struct Scopes: Answered {
        static let contract = Contract("ScopeList", "scopes")
        let scopes: [String]
        init(_ fields: Fields) throws(ContractBreak) { scopes = try fields.texts("scopes") }
    }

    private struct Details: Answered {
        static let contract = Contract("SportFilterDetails", "scopes competitions")
        let scopes: [String]
        let competitions: [String: [String]]

        init(_ fields: Fields) throws(ContractBreak) {
            scopes = try fields.texts("scopes")
            competitions = try fields.parts("competitions", Scopes.self).mapValues(\.scopes)
        }
    }

    init(_ fields: Fields) throws(ContractBreak) {
        let details = try fields.parts("filters_by_sports", Details.self)
        let order = try fields.texts("sport_ordering")
        let rest = details.keys.filter { !order.contains($0) }.sorted()
        sports = (order + rest).compactMap { name in details[name].map { KalshiSport(name: name, scopes: $0.scopes, competitions: $0.competitions) } }
    }
}
