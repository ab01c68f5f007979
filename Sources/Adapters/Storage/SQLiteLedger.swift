import Foundation
import GRDB
public import Ports

/// The exchange's own memory in one SQLite file, `exchange.sqlite`, apart from the desk's journal.
///
/// One writer at a time, refused by a lock file like the journal's.
public final class SQLiteLedger: ExchangeLedger {
    static let file = SQLiteFile(
        name: "exchange's ledger", applicationID: 0x4155_5258, version: 1,
        schema: "CREATE TABLE ledger (kind TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID;")

    public let path: String
    private let database: DatabaseQueue
    private let lock: FileLock?

    public convenience init(in folder: DataFolder) throws(JournalError) {
        try self.init(path: folder.exchange, .writing)
    }

    /// Opens a ledger that is there, to read it beside its writer.
    public convenience init(reading path: String) throws(JournalError) {
        try self.init(path: path, .reading)
    }

    init(path: String, _ access: StorageAccess) throws(JournalError) {
        lock = access == .writing ? try FileLock(path: path + ".lock", guarded: path) : nil
        self.path = path
        database = try SQLiteLedger.file.open(path, access)
    }

    // The database closes before the lock is let go. Closing can only fail while statements run, and none can: nobody holds this object any more.
    deinit { try? database.close() }

    public func upsert(_ records: [LedgerRecord]) throws(JournalError) {
        guard !records.isEmpty else { return }
        do {
            try database.write { db in
                let put = try db.cachedStatement(sql: "INSERT INTO ledger VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body")
                for record in records { try put.execute(arguments: [record.kind, record.key, Data(record.body)]) }
            }
        } catch {
            throw SQLiteLedger.file.sentence(error, path)
        }
    }

    public func load(kind: String) throws(JournalError) -> [LedgerRecord] {
        do {
            return try database.unsafeRead { db in
                let rows = try Row.fetchCursor(db, sql: "SELECT key, body FROM ledger WHERE kind = ? ORDER BY key", arguments: [kind])
                var records: [LedgerRecord] = []
                while let row = try rows.next() { records.append(LedgerRecord(kind: kind, key: row["key"], body: Array(row["body"] as Data))) }
                return records
            }
        } catch {
            throw SQLiteLedger.file.sentence(error, path)
        }
    }
}
