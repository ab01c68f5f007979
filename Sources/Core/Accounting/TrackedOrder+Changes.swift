public import Model

/// A change on its way to a resting order. While it is, the order may have its old terms or the new ones, and the worse of the two count.
public struct PendingChange: Hashable, Sendable, Codable {
    public let change: OrderChange
    public let asked: Timestamp
    /// The exchange says that it is made; what the order's size is then, its next state tells.
    public internal(set) var isMade = false
}

/// What has become certain about an order's changes.
public struct ChangeRecord: Hashable, Sendable, Codable {
    public internal(set) var made = 0
    /// Why the last one was not made; nil when it was.
    public internal(set) var refusal: String?
    /// The highest limit that it had before this one: late fills may come at it.
    var formerLimit: Price?

    init() {}

    /// Nobody ever changed it, or asked to.
    public var isEmpty: Bool { self == ChangeRecord() }
}

// Changes to the terms of an order that rests. One at a time.
extension TrackedOrder {
    /// The largest size that it may have.
    public var mostQuantity: Quantity {
        if case .amend(_, let total)? = change?.change { max(intent.quantity, total) } else { intent.quantity }
    }

    /// The highest price that it may fill at.
    public var highestLimit: Price {
        let known = max(intent.limit, changes.formerLimit ?? intent.limit)
        if case .amend(let limit, _)? = change?.change { return max(known, limit) } else { return known }
    }

    /// A change was sent. Only what the exchange says of it changes the terms.
    public mutating func request(_ wanted: OrderChange, at time: Timestamp) {
        precondition(state == .resting && change == nil, "only one change at a time, of an order that rests")
        change = PendingChange(change: wanted, asked: time)
    }

    /// It is proven that the change was never made.
    public mutating func dropChange() {
        guard change != nil else { return }
        leaveUnchanged("absent")
        if filled == intent.quantity { finish(.executed, filled: filled) }
    }

    mutating func changed(_ outcome: ChangeOutcome) -> OrderTransition {
        switch outcome {
        case .amended(let limit, let total):
            // Overtaken by its end.
            guard isOpen else { return .repeated }
            if change == nil, intent.limit == limit, intent.quantity == total { return .repeated }
            guard total >= filled else { return .refused(.overfilled(by: filled - total)) }
            enter(limit, total)
            if filled == total { finish(.executed, filled: total) }
            return .applied
        case .decreased:
            guard isOpen, case .decrease? = change?.change, change?.isMade == false else { return .repeated }
            change?.isMade = true
            return .applied
        case .refused(let code, _):
            guard change != nil else { return .repeated }
            leaveUnchanged(code)
            return .applied
        case .unknown: return change == nil ? .repeated : .applied
        }
    }

    /// Takes the terms that the exchange shows, if they are those that were asked for. True when they were.
    mutating func takeTerms(_ seen: VenueOrder) -> Bool {
        guard isOpen, let pending = change?.change else { return false }
        let total = seen.filled + seen.remaining
        guard total >= filled else { return false }
        switch pending {
        case .amend(let limit, let wanted):
            guard seen.limit == limit, total == wanted else { return false }
        case .decrease:
            // By how much it fell depends on what had filled; nobody else makes it smaller.
            guard seen.limit == intent.limit, total < intent.quantity else { return false }
        }
        enter(seen.limit, total)
        return true
    }

    /// More has filled than the order had room for without the change: that proves it.
    mutating func proveChange(by filled: Quantity) {
        if case .amend(let limit, let total)? = change?.change, filled > intent.quantity { enter(limit, total) }
    }

    /// With its end a change is over too. Where the end is not known, the larger size bounds it.
    mutating func closeChange(finallyFilled: Quantity?) {
        guard change != nil else { return }
        changes.formerLimit = highestLimit
        intent = intent.with(limit: intent.limit, quantity: max(intent.quantity, finallyFilled ?? mostQuantity))
        leaveUnchanged("over")
    }

    private mutating func enter(_ limit: Price, _ total: Quantity) {
        if limit != intent.limit { changes.formerLimit = max(changes.formerLimit ?? intent.limit, intent.limit) }
        changes.made += 1
        changes.refusal = nil
        change = nil
        intent = intent.with(limit: limit, quantity: total)
    }

    private mutating func leaveUnchanged(_ reason: String) {
        change = nil
        changes.refusal = reason
    }
}
