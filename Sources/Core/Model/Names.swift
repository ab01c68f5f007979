/// A name that is only ever compared, hashed and written: a bare string in JSON, a type of its own in the code.
public protocol Name: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    var text: String { get }
    init(_ text: String)
}

extension Name {
    public static func < (a: Self, b: Self) -> Bool { a.text < b.text }
    public var description: String { text }
    public init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(String.self)) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// The name of one market at the exchange, "KXBTC15M-26MAY131630-30". Tickers may contain dots; nothing is read out of their letters.
public struct Ticker: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// The name of an event: one question, with one or several markets on its outcome.
public struct EventTicker: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// The name of a series: the template that its events come from, "KXBTC15M".
public struct SeriesTicker: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// What a market's outcome is measured on: "BTC", "ETH", "XAU", "NYC-HIGH".
public struct Underlying: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// Our name for an order, given before it is sent and never used twice: the key that makes a repeated request harmless.
public struct ClientOrderID: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// The exchange's name for an order.
public struct OrderID: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// The exchange's name for one match (`trade_id`); a fill is told from its repetition by it.
public struct TradeID: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// One subscription on one connection. Sequence numbers belong to it, not to a market (Kalshi reference 11.3).
public struct SubscriptionID: Hashable, Comparable, Sendable, Codable {
    /// Counts connections from 1, so that a `sid` that starts again after a reconnect is a new subscription.
    public let connection: UInt32
    public let sid: UInt32

    public init(connection: UInt32, sid: UInt32) {
        self.connection = connection
        self.sid = sid
    }

    public static func < (a: SubscriptionID, b: SubscriptionID) -> Bool { (a.connection, a.sid) < (b.connection, b.sid) }
}
