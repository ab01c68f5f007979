import Foundation
import GRDB
import Keys
public import Ports

/// A state of the engine that recovery can start from instead of the first event.
public struct JournalSnapshot: Hashable, Sendable {
    /// How many events the state has seen.
    public let eventNumber: Int64
    /// The row it stands after: `readAfter(row)` gives the rest.
    public let row: Int64
    public let body: [UInt8]
}

extension SQLiteJournal {
    /// The newest this many are kept: the older ones are there for the day the newest cannot be read.
    static let snapshotsKept = 3

    /// Keeps a state, durably. It must be the state after exactly the events that are in the journal now, or it is refused.
    public func saveSnapshot(eventNumber: Int64, body: [UInt8]) throws(JournalError) {
        let tip = try end()
        guard tip.events == eventNumber else {
            throw JournalError("a snapshot after event \(eventNumber) does not fit the journal, which holds \(tip.events) events")
        }
        guard body.count <= PackedBody.limit else { throw JournalError("a snapshot of \(body.count) bytes is too large: \(PackedBody.limit) is the most") }
        let packed = PackedBody(packing: body)
        do {
            try database.write { db in
                try db.execute(
                    sql: "INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?, ?)",
                    arguments: [tip.row, eventNumber, packed.size, Data(packed.bytes), Data(SQLiteJournal.seal(tip.hash, eventNumber, body))])
                try db.execute(
                    sql: "DELETE FROM snapshot WHERE seq NOT IN (SELECT seq FROM snapshot ORDER BY seq DESC LIMIT ?)", arguments: [SQLiteJournal.snapshotsKept])
            }
        } catch {
            throw SQLiteJournal.file.sentence(error, path)
        }
    }

    /// The newest snapshot that is whole and belongs to this chain; nil when there is none, and recovery starts at the first row.
    public func newestSnapshot() throws(JournalError) -> JournalSnapshot? {
        do {
            return try database.unsafeRead { db in
                for row in try Row.fetchAll(db, sql: "SELECT * FROM snapshot ORDER BY seq DESC LIMIT ?", arguments: [SQLiteJournal.snapshotsKept]) {
                    if let whole = try checked(snapshot: row, db) { return whole }
                }
                return nil
            }
        } catch {
            throw SQLiteJournal.file.sentence(error, path)
        }
    }

    private func checked(snapshot found: Row, _ db: Database) throws -> JournalSnapshot? {
        let row: Int64 = found["seq"]
        let eventNumber: Int64 = found["events"]
        let hash = row == 0 ? ChainTip.start(desk: desk).hash : try Data.fetchOne(db, sql: "SELECT hash FROM journal WHERE seq = ?", arguments: [row]).map { Array($0) }
        guard let hash, let body = PackedBody(stored: Array(found["body"] as Data), size: found["size"]).unpacked(),
            SQLiteJournal.seal(hash, eventNumber, body) == Array(found["hash"] as Data)
        else { return nil }
        return JournalSnapshot(eventNumber: eventNumber, row: row, body: body)
    }

    /// Ties a snapshot to its place in the chain.
    private static func seal(_ hash: [UInt8], _ eventNumber: Int64, _ body: [UInt8]) -> [UInt8] {
        var bytes = hash
        bytes.append(bigEndian: eventNumber)
        bytes.append(contentsOf: body)
        return sha256(bytes)
    }
}
