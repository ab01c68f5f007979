public import Model

/// The exchange's word that an order is in, or was changed.
public struct KalshiCreated: Sendable, Equatable {
    public let order: OrderID
    public let client: ClientOrderID?
    public let filled: Quantity
    public let remaining: Quantity
}

extension KalshiCreated: Answered {
    static let contract = Contract("CreatedOrder", "order_id client_order_id fill_count remaining_count average_fill_price average_fee_paid ts_ms error")

    init(_ fields: Fields) throws(ContractBreak) {
        order = OrderID(try fields.name("order_id"))
        client = try fields.text(ifPresent: "client_order_id").map { ClientOrderID($0) }
        filled = try fields.quantity("fill_count")
        remaining = try fields.quantity("remaining_count")
    }
}

struct CanceledAnswer: Answered {
    static let contract = Contract("CanceledOrder", "order_id client_order_id reduced_by ts_ms error")
    let order: OrderID
    let reducedBy: Quantity

    init(_ fields: Fields) throws(ContractBreak) {
        order = OrderID(try fields.name("order_id"))
        reducedBy = try fields.quantity("reduced_by")
    }
}

/// What is left of an order after its size was changed.
struct DecreasedAnswer: Answered {
    static let contract = Contract("DecreasedOrder", "order_id client_order_id remaining_count fill_count average_fill_price average_fee_paid ts_ms")
    let order: OrderID
    /// An amend may leave it out.
    let remaining: Quantity?

    init(_ fields: Fields) throws(ContractBreak) {
        order = OrderID(try fields.name("order_id"))
        remaining = try fields.quantity(ifPresent: "remaining_count")
    }
}

/// What became of one order of a batch. A batch is not one act: some may be in and others not.
public enum KalshiBatchOutcome<Done: Sendable & Equatable>: Sendable, Equatable {
    case done(Done)
    case refused(code: String, message: String)
    /// The answer has neither an order nor an error for it: ask before doing anything else.
    case unknown(String)
}

/// One place of a batch's answer; a place that cannot be read leaves the others readable.
struct BatchRow<Done: Answered>: Answered {
    static var contract: Contract { Done.contract }
    let done: Result<Done, ContractBreak>?
    let error: (code: String, message: String)?

    private struct Trouble: Answered {
        static var contract: Contract { Contract("BatchError", "code message details") }
        let code: String
        let message: String

        init(_ fields: Fields) throws(ContractBreak) {
            code = String((try fields.text(ifPresent: "code") ?? "no_code").prefix(100))
            let text = try fields.text(ifPresent: "message") ?? "the exchange gave no reason"
            let details = try fields.text(ifPresent: "details")
            message = String((details.map { "\(text) (\($0))" } ?? text).prefix(300))
        }
    }

    init(_ fields: Fields) throws(ContractBreak) {
        if let trouble = try fields.one(ifPresent: "error", Trouble.self) {
            error = (trouble.code, trouble.message)
            done = nil
            return
        }
        error = nil
        done = BatchRow.reading(fields)
    }
}

extension BatchRow {
    static var list: ListShape<BatchRow<Done>> { ListShape("orders", BatchRow<Done>.self) }

    private static func reading(_ fields: Fields) -> Result<Done, ContractBreak> {
        do throws(ContractBreak) {
            return .success(try Done(fields))
        } catch {
            return .failure(error)
        }
    }

    /// - Parameter value: what of a done place the caller wants.
    func outcome<Value>(_ value: (Done) -> Value) -> KalshiBatchOutcome<Value> {
        if let error { return .refused(code: error.code, message: error.message) }
        switch done {
        case .success(let done)?: return .done(value(done))
        case .failure(let broken)?: return .unknown(broken.problem)
        case nil: return .unknown("no answer")
        }
    }
}

// MARK: - Groups and queues

/// A set of orders with one limit: when more contracts than that fill within fifteen seconds, all its orders go and no new one is taken until it is reset.
public struct KalshiOrderGroup: Sendable, Equatable {
    public let id: String
    /// Contracts within fifteen seconds; nil where the exchange does not say.
    public let limit: Quantity?
    public let isAutoCancelEnabled: Bool
}

extension KalshiOrderGroup: Answered {
    static let contract = Contract("OrderGroup", "id contracts_limit_fp is_auto_cancel_enabled exchange_index")

    init(_ fields: Fields) throws(ContractBreak) {
        id = try fields.name("id")
        limit = try fields.quantity(ifPresent: "contracts_limit_fp")
        isAutoCancelEnabled = try fields.bool("is_auto_cancel_enabled")
    }
}

/// The same, asked for alone: with its resting orders, without its id.
struct OrderGroupDetail: Answered {
    static let contract = Contract("OrderGroupDetail", "is_auto_cancel_enabled contracts_limit_fp orders exchange_index")
    let limit: Quantity?
    let isAutoCancelEnabled: Bool
    let orders: [OrderID]

    init(_ fields: Fields) throws(ContractBreak) {
        limit = try fields.quantity(ifPresent: "contracts_limit_fp")
        isAutoCancelEnabled = try fields.bool("is_auto_cancel_enabled")
        orders = try fields.texts("orders").map { OrderID($0) }
    }
}

struct OrderGroupCreated: Answered {
    static let contract = Contract("CreatedOrderGroup", "order_group_id subaccount exchange_index")
    let id: String
    init(_ fields: Fields) throws(ContractBreak) { id = try fields.name("order_group_id") }
}

/// How many contracts stand before an order at its price.
public struct KalshiQueuePosition: Sendable, Equatable {
    public let order: OrderID
    public let market: Ticker
    public let ahead: Quantity
}

extension KalshiQueuePosition: Answered {
    static let contract = Contract("QueuePosition", "order_id market_ticker queue_position_fp")

    init(_ fields: Fields) throws(ContractBreak) {
        order = OrderID(try fields.name("order_id"))
        market = Ticker(try fields.name("market_ticker"))
        ahead = try fields.quantity("queue_position_fp", "queue_position")
    }
}

struct QueuePositionAlone: Answered {
    static let contract = Contract("QueuePosition", "queue_position_fp")
    let ahead: Quantity
    init(_ fields: Fields) throws(ContractBreak) { ahead = try fields.quantity("queue_position_fp", "queue_position") }
}
