public import Model

/// One row of the journal: an event, an effect, or a block of market data.
public struct JournalRow: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        /// One event of the engine, as JSON.
        case event
        /// One effect that the events before it had, as JSON.
        case effect
        /// A run of consecutive market-data events, packed.
        case market
    }

    public let kind: Kind
    /// The time of the row's (first) event.
    public let time: Timestamp
    /// How many events the row holds: 0 for an effect.
    public let events: Int
    public let body: [UInt8]

    public init(kind: Kind, time: Timestamp, events: Int, body: [UInt8]) {
        self.kind = kind
        self.time = time
        self.events = events
        self.body = body
    }
}

/// The truth: every input and every effect, in order, each row chained to the one before by hash.
public protocol Journal: Sendable {
    /// All rows or none, durable when it returns.
    func append(_ rows: [JournalRow]) throws(JournalError)
    /// Every row from the first, the chain checked on the way.
    func read(_ body: (JournalRow) throws -> Void) throws
}

/// Why the journal cannot be written or believed.
public struct JournalError: Error, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
