/// The exchange's name for an order group.
public struct OrderGroupID: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// What the exchange holds an order group to: no more than its limit of contracts trade within the window; then what rests of its orders is canceled, and it
/// takes no more of them (Kalshi reference 9.3).
public enum OrderGroupRule {
    public static let window = Interval.seconds(15)
    public static let limits = Quantity.contracts(1)...Quantity.contracts(1_000_000)
}

/// An order group that an assistant wants, in a person's name. The limit is absolute, so that asking twice is asking once.
public struct GroupWish: Hashable, Sendable, Codable {
    /// The asker's own name for it, by which orders are put into it.
    public let name: String
    /// Who asks, for the journal.
    public let asker: String
    public let limit: Quantity

    /// - Parameters:
    ///   - name: 1 to 32 of letters, digits, `_` and `-`.
    ///   - limit: within `OrderGroupRule.limits`.
    public init(name: String, asker: String, limit: Quantity) {
        precondition(OrderWish.isKey(name), "a group's name is 1 to 32 letters, digits, _ and -")
        precondition(OrderGroupRule.limits.contains(limit), "a group's limit is 1 to 1,000,000 contracts")
        self.name = name
        self.asker = asker
        self.limit = limit
    }
}

/// What the exchange is asked to hold a group to.
public struct GroupRequest: Hashable, Sendable, Codable {
    /// The asker's name for it; the exchange never hears it.
    public let name: String
    /// The exchange's; nil: it is to be made.
    public let group: OrderGroupID?
    public let limit: Quantity

    public init(name: String, group: OrderGroupID?, limit: Quantity) {
        self.name = name
        self.group = group
        self.limit = limit
    }
}

/// What became of such a request.
public struct GroupReport: Hashable, Sendable, Codable {
    public enum Outcome: Hashable, Sendable, Codable {
        /// The exchange holds it to the limit.
        case set(OrderGroupID)
        /// It is as it was.
        case refused(code: String, message: String)
        /// The exchange has no group of that name any more.
        case absent
        /// The answer does not say. One that was to be made may be there, under a name that nobody heard: it holds nobody to anything.
        case unknown(reason: String)
    }

    public let request: GroupRequest
    public let outcome: Outcome

    public init(_ request: GroupRequest, _ outcome: Outcome) {
        self.request = request
        self.outcome = outcome
    }
}
