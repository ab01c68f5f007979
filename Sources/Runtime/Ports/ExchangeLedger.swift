/// One thing the exchange remembers: an account, an order, a fill, a settlement, a market or the living world, as the exchange itself encodes it.
///
/// `key` is unique within its `kind`; writing the same pair again replaces the body.
public struct LedgerRecord: Hashable, Sendable {
    public let kind: String
    public let key: String
    public let body: [UInt8]

    public init(kind: String, key: String, body: [UInt8]) {
        self.kind = kind
        self.key = key
        self.body = body
    }
}

/// The exchange's own durable memory, apart from the desk's journal, so that recovery compares two independent memories.
///
/// An order's answer leaves only after `upsert` returned: what it took is on disk.
public protocol ExchangeLedger: Sendable {
    /// One transaction: all of them or none, durable when it returns.
    func upsert(_ records: [LedgerRecord]) throws(JournalError)
    /// Every record of a kind, in ascending order of the keys.
    func load(kind: String) throws(JournalError) -> [LedgerRecord]
}
