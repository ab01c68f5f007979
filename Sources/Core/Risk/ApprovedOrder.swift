public import Model

/// An order that passed every check. Only this module can make one, and the exchange gateway takes nothing else.
///
/// It can be written to the journal but not read back from it: a replay makes it anew from the same events, or differs and says so.
public struct ApprovedOrder: Hashable, Sendable, Encodable {
    public let id: ClientOrderID
    public let intent: OrderIntent
    /// The most this order can cost, fee included: what was reserved for it.
    public let reserved: Money

    init(id: ClientOrderID, intent: OrderIntent, reserved: Money) {
        self.id = id
        self.intent = intent
        self.reserved = reserved
    }
}

/// New terms for a resting order that passed every check. Made like an `ApprovedOrder`, by this module alone.
public struct ApprovedChange: Hashable, Sendable, Encodable {
    public let id: ClientOrderID
    public let order: OrderID
    /// The whole order as it is to be, what is filled already included.
    public let intent: OrderIntent
    /// The most that what is not filled can cost then, fee included.
    public let reserved: Money

    init(id: ClientOrderID, order: OrderID, intent: OrderIntent, reserved: Money) {
        self.id = id
        self.order = order
        self.intent = intent
        self.reserved = reserved
    }
}
