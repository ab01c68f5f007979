public import Model

/// A key of the account, without its secret, which the exchange does not have.
public struct KalshiAPIKey: Sendable, Equatable {
    public let id: String
    public let name: String
    /// "read", "write::trade": an open list.
    public let scopes: [String]
    /// The one subaccount that it is locked to.
    public let subaccount: Int64?
}

extension KalshiAPIKey: Answered {
    static let contract = Contract("ApiKey", "api_key_id name scopes subaccount fcm_subtrader_id")

    init(_ fields: Fields) throws(ContractBreak) {
        id = try fields.name("api_key_id")
        name = try fields.text("name")
        scopes = try fields.texts("scopes")
        subaccount = try fields.integer(ifPresent: "subaccount")
    }
}

/// Money that came to the account, or left it.
public struct KalshiPayment: Sendable, Equatable {
    public enum Status: String, Sendable {
        case pending, applied, failed, returned
    }

    public let id: String
    /// Nil for a word that this client does not know.
    public let status: Status?
    public let type: String
    public let amount: Money
    public let fee: Money
    public let created: Timestamp
}

extension KalshiPayment: Answered {
    static let contract = Contract("Payment", "id status type amount_cents fee_cents created_ts finalized_ts")

    init(_ fields: Fields) throws(ContractBreak) {
        id = try fields.name("id")
        status = try fields.choice("status", Status.self)
        type = try fields.text("type")
        amount = try fields.cents("amount_cents")
        fee = try fields.cents("fee_cents")
        created = try fields.seconds("created_ts")
    }
}

public struct KalshiSubaccountBalance: Sendable, Equatable {
    public let subaccount: Int64
    public let balance: Money
    public let updated: Timestamp
}

extension KalshiSubaccountBalance: Answered {
    static let contract = Contract("SubaccountBalance", "subaccount_number exchange_index balance updated_ts")

    init(_ fields: Fields) throws(ContractBreak) {
        subaccount = try fields.integer("subaccount_number")
        balance = try fields.money("balance")
        updated = try fields.seconds("updated_ts")
    }
}

/// Whether YES and NO of one event are netted in a subaccount.
public struct KalshiNetting: Sendable, Equatable {
    public let subaccount: Int64
    public let isEnabled: Bool
}

extension KalshiNetting: Answered {
    static let contract = Contract("SubaccountNettingConfig", "subaccount_number enabled exchange_index")

    init(_ fields: Fields) throws(ContractBreak) {
        subaccount = try fields.integer("subaccount_number")
        isEnabled = try fields.bool("enabled")
    }
}

public struct KalshiTransfer: Sendable, Equatable {
    public let id: String
    public let from: Int64
    public let to: Int64
    public let amount: Money
    public let created: Timestamp
}

extension KalshiTransfer: Answered {
    static let contract = Contract("SubaccountTransfer", "transfer_id from_subaccount to_subaccount amount_cents created_ts exchange_index")

    init(_ fields: Fields) throws(ContractBreak) {
        id = try fields.name("transfer_id")
        from = try fields.integer("from_subaccount")
        to = try fields.integer("to_subaccount")
        amount = try fields.cents("amount_cents")
        created = try fields.seconds("created_ts")
    }
}

/// How far the account's volume has come towards higher rate limits.
public struct KalshiVolumeProgress: Sendable, Equatable {
    public struct Goal: Sendable, Equatable {
        public let level: String
        public let toEarn: Quantity
        public let toKeep: Quantity
    }

    public let computed: Timestamp
    /// Contracts of the last thirty days.
    public let volume: Quantity
    public let goals: [Goal]
}

extension KalshiVolumeProgress: Answered {
    static let contract = Contract("ApiUsageLevelVolumeProgress", "computed_ts trailing_30d_volume_fp goals")

    init(_ fields: Fields) throws(ContractBreak) {
        computed = try fields.seconds("computed_ts")
        volume = try fields.quantity("trailing_30d_volume_fp")
        goals = try fields.many("goals", Goal.self)
    }
}

extension KalshiVolumeProgress.Goal: Answered {
    static let contract = Contract("ApiUsageLevelVolumeGoal", "level earn_volume_goal_fp keep_volume_goal_fp")

    init(_ fields: Fields) throws(ContractBreak) {
        level = try fields.text("level")
        toEarn = try fields.quantity("earn_volume_goal_fp")
        toKeep = try fields.quantity("keep_volume_goal_fp")
    }
}

/// What all resting orders are worth.
struct RestingValue: Answered {
    static let contract = Contract("RestingOrderTotalValue", "total_resting_order_value resting_order_value_breakdown")
    let total: Money
    init(_ fields: Fields) throws(ContractBreak) { total = try fields.cents("total_resting_order_value") }
}

struct SubaccountMade: Answered {
    static let contract = Contract("CreateSubaccountResponse", "subaccount_number")
    let number: Int64
    init(_ fields: Fields) throws(ContractBreak) { number = try fields.integer("subaccount_number") }
}

struct CommunicationsID: Answered {
    static let contract = Contract("CommunicationsID", "communications_id")
    let id: String
    init(_ fields: Fields) throws(ContractBreak) { id = try fields.name("communications_id") }
}
