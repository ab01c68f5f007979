public import Model
public import Risk

/// The way to the exchange. What goes out is approved; what comes back is a report that becomes an event of the engine.
///
/// `place`, `cancel` and the changes never throw: an outcome that is not known is a report like any other (`.unknown`), so nobody can forget it.
public protocol OrderGateway: Sendable {
    func place(_ order: ApprovedOrder) async -> OrderReport
    func cancel(_ order: OrderID, _ client: ClientOrderID, market: Ticker) async -> OrderReport
    /// Gives a resting order other terms, in one act: `.change` with what is certain of it.
    func amend(_ change: ApprovedChange) async -> OrderReport
    /// Makes a resting order smaller; it keeps its place in the queue.
    func decrease(_ order: OrderID, _ client: ClientOrderID, market: Ticker, to rest: Quantity) async -> OrderReport
    /// Has the exchange make an order group, hold it to another limit, reset it or delete it.
    func set(_ group: GroupRequest) async -> GroupReport
    /// Cancels everything that rests in the account, whatever we believe rests there.
    func cancelAll() async throws(VenueError)
    /// Looks an order up by our id, in orders and in fills: `.state`, `.absent`, or `.unknown` when the exchange cannot be asked.
    func find(_ client: ClientOrderID, market: Ticker) async -> OrderReport
    /// The whole account, with every fill since `since`; half an account is an error.
    func account(fillsSince since: Timestamp) async throws(VenueError) -> AccountReport
    /// How the line to the exchange is, for screens.
    var health: VenueHealth { get }
}

extension OrderGateway {
    /// Nothing is known of the line.
    public var health: VenueHealth { VenueHealth() }
}

/// What was measured of the line to the exchange; nil for what was not.
public struct VenueHealth: Sendable, Equatable {
    /// How far the exchange's clock is ahead of ours, and how far that may be off.
    public var clockOffset: Interval?
    public var clockUncertainty: Interval?

    public init(clockOffset: Interval? = nil, clockUncertainty: Interval? = nil) {
        self.clockOffset = clockOffset
        self.clockUncertainty = clockUncertainty
    }
}

/// Trouble at the exchange: what was attempted, what went wrong, and whether another try can help.
public struct VenueError: Error, Sendable, CustomStringConvertible {
    public let attempted: String
    public let reason: String
    public let canRetry: Bool

    public init(attempted: String, reason: String, canRetry: Bool) {
        self.attempted = attempted
        self.reason = reason
        self.canRetry = canRetry
    }

    public var description: String { "\(attempted) failed: \(reason)" }
}
