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

/// What the exchange is asked to do with a group (Kalshi reference 9.3).
public enum GroupDemand: Hashable, Sendable {
    /// Hold it to so many contracts within the window.
    case limit(Quantity)
    /// Take orders into it again after it was triggered; what it filled before counts no more.
    case reset
    /// Forget it, and take what rests of it off the book.
    case delete
}

/// One request about a group.
public struct GroupRequest: Hashable, Sendable {
    /// The asker's name for it; the exchange never hears it.
    public let name: String
    /// The exchange's; nil: it is to be made.
    public let group: OrderGroupID?
    public let demand: GroupDemand

    /// - Parameter group: nil only where a limit is demanded: what is not there can be neither reset nor deleted.
    public init(name: String, group: OrderGroupID?, demand: GroupDemand) {
        self.name = name
        self.group = group
        self.demand = demand
    }

    public init(name: String, group: OrderGroupID?, limit: Quantity) { self.init(name: name, group: group, demand: .limit(limit)) }

    /// Nil where no limit is demanded.
    public var limit: Quantity? { if case .limit(let limit) = demand { limit } else { nil } }
}

/// As it was written when a limit was all that could be demanded: a journal of then reads, and replays, as ever.
extension GroupRequest: Codable {
    private enum Key: String, CodingKey { case name, group, limit, act }
    private enum Act: String, Codable { case reset, delete }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        name = try container.decode(String.self, forKey: .name)
        group = try container.decodeIfPresent(OrderGroupID.self, forKey: .group)
        switch try container.decodeIfPresent(Act.self, forKey: .act) {
        case nil: demand = .limit(try container.decode(Quantity.self, forKey: .limit))
        case .reset?: demand = .reset
        case .delete?: demand = .delete
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .name)
        try container.encodeIfPresent(group, forKey: .group)
        switch demand {
        case .limit(let limit): try container.encode(limit, forKey: .limit)
        case .reset: try container.encode(Act.reset, forKey: .act)
        case .delete: try container.encode(Act.delete, forKey: .act)
        }
    }
}

/// What became of such a request.
public struct GroupReport: Hashable, Sendable, Codable {
    public enum Outcome: Hashable, Sendable, Codable {
        /// The exchange has done what was asked with the group of that name.
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

/// What became of an order group: the words of the channel `order_group_updates`.
public enum OrderGroupChange: String, Hashable, Sendable, Codable {
    case created, triggered, reset, deleted
    case limitUpdated = "limit_updated"
}

/// What the exchange says of one of the account's groups, whoever asked for it.
public struct GroupNews: Hashable, Sendable, Codable {
    public let group: OrderGroupID
    public let change: OrderGroupChange
    /// The limit as it is now; nil where the message does not say.
    public let limit: Quantity?

    public init(_ group: OrderGroupID, _ change: OrderGroupChange, limit: Quantity?) {
        self.group = group
        self.change = change
        self.limit = limit
    }
}
