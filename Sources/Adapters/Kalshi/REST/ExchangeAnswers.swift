public import Model

/// Whether the exchange is up and trading.
public struct KalshiStatus: Sendable, Equatable {
    public let exchangeActive: Bool
    public let tradingActive: Bool
    /// In a pause, when it expects to go on; it may be later. Nil where it does not say.
    public let resumes: Timestamp?

    init(exchangeActive: Bool, tradingActive: Bool, resumes: Timestamp? = nil) {
        self.exchangeActive = exchangeActive
        self.tradingActive = tradingActive
        self.resumes = resumes
    }
}

extension KalshiStatus: Answered {
    static let contract = Contract(
        "ExchangeStatus", "exchange_active trading_active intra_exchange_transfers_active exchange_estimated_resume_time exchange_index_statuses")

    init(_ fields: Fields) throws(ContractBreak) {
        exchangeActive = try fields.bool("exchange_active")
        tradingActive = try fields.bool("trading_active")
        resumes = try fields.time(ifPresent: "exchange_estimated_resume_time")
    }
}

/// When the exchange trades: hours of New York for each day of the week, and the windows of maintenance.
public struct KalshiSchedule: Sendable, Equatable {
    public struct Session: Sendable, Equatable {
        /// "00:00" in New York; a close of "00:00" is midnight at the day's end.
        public let open: String
        public let close: String
    }
    public struct Week: Sendable, Equatable {
        public let start: Timestamp?
        public let end: Timestamp?
        /// Seven, Monday first.
        public let days: [[Session]]
    }
    public struct Window: Sendable, Equatable {
        public let start: Timestamp
        public let end: Timestamp
    }

    public let weeks: [Week]
    public let maintenance: [Window]
}

extension KalshiSchedule: Answered {
    static let contract = Contract("Schedule", "standard_hours maintenance_windows")

    init(_ fields: Fields) throws(ContractBreak) {
        weeks = try fields.many("standard_hours", Week.self)
        maintenance = try fields.many("maintenance_windows", Window.self)
    }
}

extension KalshiSchedule.Week: Answered {
    static let contract = Contract("WeeklySchedule", "start_time end_time monday tuesday wednesday thursday friday saturday sunday")

    init(_ fields: Fields) throws(ContractBreak) {
        start = try fields.time(ifPresent: "start_time")
        end = try fields.time(ifPresent: "end_time")
        var days: [[KalshiSchedule.Session]] = []
        for day in ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] { days.append(try fields.many(day, KalshiSchedule.Session.self)) }
        self.days = days
    }
}

extension KalshiSchedule.Session: Answered {
    static let contract = Contract("DailySchedule", "open_time close_time")

    init(_ fields: Fields) throws(ContractBreak) {
        open = try fields.text("open_time")
        close = try fields.text("close_time")
    }
}

extension KalshiSchedule.Window: Answered {
    static let contract = Contract("MaintenanceWindow", "start_datetime end_datetime")

    init(_ fields: Fields) throws(ContractBreak) {
        start = try fields.time("start_datetime")
        end = try fields.time("end_datetime")
    }
}

/// Up to when what the portfolio shows is current.
struct UserDataTimestamp: Answered {
    static let contract = Contract("UserDataTimestamp", "as_of_time")
    let time: Timestamp
    init(_ fields: Fields) throws(ContractBreak) { time = try fields.time("as_of_time") }
}

/// The account's rate limits.
public struct KalshiLimits: Sendable, Equatable {
    public struct Bucket: Sendable, Equatable {
        public let refillPerSecond: Double
        public let capacity: Double
    }
    public let tier: String
    public let read: Bucket
    public let write: Bucket
}

extension KalshiLimits.Bucket: Answered {
    static let contract = Contract("BucketLimit", "refill_rate bucket_capacity")

    init(_ fields: Fields) throws(ContractBreak) {
        refillPerSecond = try fields.number("refill_rate")
        capacity = try fields.number("bucket_capacity")
        guard refillPerSecond > 0, capacity > 0 else { throw fields.contradiction("leaves nothing") }
        // So that a wait can be told in seconds at all.
        guard refillPerSecond >= 1e-3, refillPerSecond <= 1e9, capacity <= 1e9 else { throw fields.contradiction("is beyond all sense") }
    }
}

extension KalshiLimits: Answered {
    static let contract = Contract("AccountLimits", "usage_tier read write grants")

    init(_ fields: Fields) throws(ContractBreak) {
        tier = try fields.text("usage_tier")
        read = try fields.one("read", Bucket.self)
        write = try fields.one("write", Bucket.self)
    }
}

/// What an event's pages show beside its markets.
public struct KalshiEventMetadata: Sendable, Equatable {
    public let imageURL: String
    public let competition: String?
    /// Names of the sources that settle it.
    public let sources: [String]
}

extension KalshiEventMetadata: Answered {
    static let contract = Contract("EventMetadata", "image_url featured_image_url market_details settlement_sources competition competition_scope")

    init(_ fields: Fields) throws(ContractBreak) {
        imageURL = try fields.text("image_url")
        competition = try fields.text(ifPresent: "competition")
        sources = try fields.many("settlement_sources", KalshiSource.self).map(\.name)
    }
}
