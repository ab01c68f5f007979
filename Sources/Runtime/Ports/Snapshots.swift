/// A place in the journal: after a row, and so after so many events.
public struct JournalMark: Hashable, Sendable {
    public let row: Int64
    public let events: Int64

    public init(row: Int64, events: Int64) {
        self.row = row
        self.events = events
    }
}

/// What lies in the place of a snapshot.
public enum StoredSnapshot: Hashable, Sendable {
    /// Whole, and of this chain.
    case whole([UInt8])
    /// What is wrong with it, in words that follow "the snapshot after event 5".
    case damaged(String)
    /// A newer one has taken its room since it was listed.
    case gone
}

/// A journal that also keeps states which recovery can start from, instead of the first row. They are no part of the truth: without any of them, nothing is lost.
public protocol SnapshotJournal: Journal {
    /// Where it ends now.
    func mark() throws(JournalError) -> JournalMark
    /// Keeps a state, durably, sealed to its place: it must be the state after exactly the events up to there.
    func saveSnapshot(_ body: [UInt8], at mark: JournalMark) throws(JournalError)
    /// The places of those that are kept, oldest first.
    func snapshots() throws(JournalError) -> [JournalMark]
    func snapshot(at mark: JournalMark) throws(JournalError) -> StoredSnapshot
    /// Every row after one, in order, the chain checked on the way.
    func readAfter(_ row: Int64, _ body: (JournalRow) throws -> Void) throws
}
