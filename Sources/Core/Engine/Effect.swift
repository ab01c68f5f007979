public import Accounting
public import Learning
public import Model
public import Risk
public import Strategies

/// What the engine wants done or known. It is journalled before anything of it leaves the process.
public enum Effect: Hashable, Sendable, Encodable {
    case place(ApprovedOrder)
    case cancel(OrderID, ClientOrderID, Ticker)
    case amend(ApprovedChange)
    /// No more than `to` is to rest.
    case decrease(OrderID, ClientOrderID, Ticker, to: Quantity)
    /// Make an order group, give it another limit, reset it or delete it.
    case setGroup(GroupRequest)
    /// Cancel whatever rests in the account, known or not.
    case cancelAll(reason: String)
    /// Ask the exchange what became of an order.
    case resolve(ClientOrderID, Ticker)
    /// Fetch the whole account, with the fills since then.
    case reconcile(since: Timestamp)
    case requestSnapshots(SubscriptionID)
    case decided(Decision)
    case forecast(ForecastRow)
    case scored(MarketScore)
    case settled(Settlement)
    case filled(Fill)
    case breaker(CircuitBreaker.State, reason: String?)
    case notice(Notice)
    /// The answer to the command before it: the last of its effects.
    case answered(CommandAnswer)

    /// What it says to whoever gave the command.
    public var answer: CommandAnswer? { if case .answered(let answer) = self { answer } else { nil } }

    /// Whether this one goes to the exchange and must be durable before it does.
    public var leavesTheDesk: Bool {
        switch self {
        case .place, .cancel, .amend, .decrease, .setGroup, .cancelAll, .resolve, .reconcile, .requestSnapshots: true
        case .decided, .forecast, .scored, .settled, .filled, .breaker, .notice, .answered: false
        }
    }
}

/// Something a person should read.
public struct Notice: Hashable, Sendable, Codable {
    public enum Level: String, Hashable, Sendable, Codable {
        case info, warning, error
    }

    public let level: Level
    public let text: String

    public init(_ level: Level, _ text: String) {
        self.level = level
        self.text = text
    }
}

/// One look at one market, and what came of it: the answer to "why" and to "why not".
public struct Decision: Hashable, Sendable, Codable {
    public enum Outcome: Hashable, Sendable, Codable {
        case ordered(ClientOrderID)
        /// It was asked to have other terms.
        case amended(ClientOrderID)
        case canceled(ClientOrderID, reason: String)
        /// There was nothing to want.
        case held(reason: String)
        /// Something was wanted, and risk said no.
        case refused(Refusal)

        /// The name it is counted by.
        public var code: String {
            switch self {
            case .ordered: "ordered"
            case .amended: "amended"
            case .canceled(_, let reason): reason
            case .held(let reason): reason
            case .refused(let refusal): refusal.code
            }
        }
    }

    public let number: Int64
    public let time: Timestamp
    public let market: Ticker
    public let outcome: Outcome
    public let side: Side?
    /// In `side`'s own dollars.
    public let price: Price?
    public let quantity: Quantity?
    /// Per contract after fees, in dollars.
    public let edge: Double?
    public let pooled: PooledForecast?
}
