public import Model

/// The stream of what the exchange says: public market data and the account's private messages, decoded, in order, with receive times.
public protocol MarketFeed: Sendable {
    /// Runs until cancelled: connects, subscribes, decodes, reconnects with backoff. Calls `deliver` for every event, from one task, in order.
    func run(deliver: @escaping @Sendable (Stamped) async -> Void) async
    /// Asks for fresh snapshots of a subscription's books after a gap.
    func requestSnapshots(of subscription: SubscriptionID) async
}

/// The time of day, as a port: the core gets time as data, and tests set it.
public protocol Clock: Sendable {
    func now() -> Timestamp
}
