import Foundation
import GRDB
import Keys
public import Model
public import Ports
import Synchronization

/// The journal in one SQLite file, `journal.sqlite`: every row chained to the one before, durable when `append` returns.
///
/// One writer at a time: a second one is refused by a lock file. Rows are only ever added; nothing here changes or deletes one.
public final class SQLiteJournal: Journal {
    static let file = SQLiteFile(
        name: "journal", applicationID: 0x4155_524A, version: 1,
        schema: """
            CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
            CREATE TABLE journal (
                seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, time INTEGER NOT NULL, events INTEGER NOT NULL, total INTEGER NOT NULL,
                size INTEGER, body BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
            CREATE TABLE snapshot (seq INTEGER PRIMARY KEY, events INTEGER NOT NULL, size INTEGER, body BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
            """)

    public let path: String
    /// The desk's name, made with the file; it enters the chain, and every client order id.
    public let desk: String
    /// When the file was made.
    public let created: Timestamp
    let database: DatabaseQueue
    private let lock: FileLock?
    /// Where the next row goes; nil when the last write failed and the file has to be asked.
    private let tip = Mutex<ChainTip?>(nil)

    /// Opens the journal of a folder, and makes it if need be; `now` is the time a new one says it was made.
    public convenience init(in folder: DataFolder, at now: Timestamp) throws(JournalError) {
        try self.init(path: folder.journal, .writing, at: now)
    }

    /// Opens a journal that is there, to read it: beside its writer, or when nobody writes.
    public convenience init(reading path: String) throws(JournalError) {
        try self.init(path: path, .reading, at: .zero)
    }

    init(path: String, _ access: StorageAccess, at now: Timestamp, pageLimit: Int? = nil) throws(JournalError) {
        lock = access == .writing ? try FileLock(path: path + ".lock", guarded: path) : nil
        self.path = path
        database = try SQLiteJournal.file.open(path, access, pageLimit: pageLimit) { db in
            let desk = String(randomToken().prefix(8))
            try db.execute(sql: "INSERT INTO meta VALUES ('desk', ?), ('created', ?)", arguments: [desk, String(now.nanoseconds)])
        }
        do {
            let meta = try database.unsafeRead { db in
                try (String.fetchOne(db, sql: "SELECT value FROM meta WHERE name = 'desk'"), String.fetchOne(db, sql: "SELECT value FROM meta WHERE name = 'created'"))
            }
            guard let desk = meta.0, let created = meta.1.flatMap({ Int64($0) }) else {
                throw JournalError("\(path) does not say whose journal it is: restore it from a copy")
            }
            self.desk = desk
            self.created = Timestamp(nanoseconds: created)
        } catch {
            throw SQLiteJournal.file.sentence(error, path)
        }
        if access == .writing { _ = try end() }
    }

    // The database closes before the lock is let go. Closing can only fail while statements run, and none can: nobody holds this object any more.
    deinit { try? database.close() }

    public func append(_ rows: [JournalRow]) throws(JournalError) {
        guard !rows.isEmpty else { return }
        for row in rows where row.body.count > PackedBody.limit {
            throw JournalError("a row of \(row.body.count) bytes is too large for the journal: \(PackedBody.limit) is the most")
        }
        try tip.withLock { (tip: inout ChainTip?) throws(JournalError) in
            let before = if let tip { tip } else { try readTip() }
            tip = nil
            tip = try write(rows, after: before)
        }
    }

    /// Where the journal ends now.
    func end() throws(JournalError) -> ChainTip {
        try tip.withLock { (tip: inout ChainTip?) throws(JournalError) in
            let known = if let tip { tip } else { try readTip() }
            tip = lock == nil ? nil : known
            return known
        }
    }

    private func write(_ rows: [JournalRow], after before: ChainTip) throws(JournalError) -> ChainTip {
        do {
            return try database.write { db in
                let insert = try db.cachedStatement(sql: "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
                var tip = before
                for row in rows {
                    tip = tip.next(row)
                    let packed = PackedBody(packing: row.body, above: row.kind == .market ? PackedBody.smallest : PackedBody.smallestText)
                    try insert.execute(arguments: [
                        tip.row, row.kind.rawValue, row.time.nanoseconds, row.events, tip.events, packed.size, Data(packed.bytes), Data(tip.hash),
                    ])
                }
                return tip
            }
        } catch {
            throw SQLiteJournal.file.sentence(error, path)
        }
    }

    /// The last row, after checking it against the one before: nothing is built on a broken end.
    private func readTip() throws(JournalError) -> ChainTip {
        do {
            let last = try database.unsafeRead { db in try Int64.fetchOne(db, sql: "SELECT max(seq) FROM journal") } ?? 0
            let start = try place(after: max(last - 1, 0))
            return try chunk(after: start).last?.tip ?? start
        } catch {
            throw SQLiteJournal.file.sentence(error, path)
        }
    }
}
