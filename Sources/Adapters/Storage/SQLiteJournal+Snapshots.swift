import Foundation
import GRDB
import Keys
public import Ports

extension SQLiteJournal: SnapshotJournal {
    /// The newest this many are kept: the older ones are there for the day the newest cannot be read.
    static let snapshotsKept = 3

    public func mark() throws(JournalError) -> JournalMark {
        let tip = try end()
        return JournalMark(row: tip.row, events: tip.events)
    }

    public func saveSnapshot(_ body: [UInt8], at mark: JournalMark) throws(JournalError) {
        guard body.count <= PackedBody.snapshotLimit else {
            throw JournalError("a snapshot of \(body.count) bytes is too large: \(PackedBody.snapshotLimit) is the most")
        }
        let place = try place(after: mark.row)
        guard place.events == mark.events else { throw JournalError("a snapshot after event \(mark.events) does not fit row \(mark.row), which is after event \(place.events)") }
        // Packed before the file is asked for: nothing waits meanwhile.
        let packed = PackedBody(packing: body)
        let seal = SQLiteJournal.seal(place, body)
        do {
            try database.write { db in
                try db.execute(
                    sql: "INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?, ?)", arguments: [mark.row, mark.events, packed.size, Data(packed.bytes), Data(seal)])
            }
        } catch {
            throw SQLiteJournal.file.sentence(error, path)
        }
        // Apart: an old one whose pages are damaged cannot be taken away, and that must not undo the new one. The next start says what is wrong with it.
        try? database.write { db in
            try db.execute(sql: "DELETE FROM snapshot WHERE seq NOT IN (SELECT seq FROM snapshot ORDER BY seq DESC LIMIT ?)", arguments: [SQLiteJournal.snapshotsKept])
        }
    }

    public func snapshots() throws(JournalError) -> [JournalMark] {
        do {
            return try database.unsafeRead { db in
                try Row.fetchAll(db, sql: "SELECT seq, events FROM snapshot ORDER BY seq").map { JournalMark(row: $0["seq"], events: $0["events"]) }
            }
        } catch {
            throw SQLiteJournal.file.sentence(error, path)
        }
    }

    public func snapshot(at mark: JournalMark) throws(JournalError) -> StoredSnapshot {
        do {
            return try database.unsafeRead { db in
                guard let found = try Row.fetchOne(db, sql: "SELECT size, body, hash FROM snapshot WHERE seq = ?", arguments: [mark.row]) else { return .gone }
                guard let place = try tip(after: mark.row, db), place.events == mark.events else { return .damaged("stands after a row that this journal does not have") }
                guard let body = PackedBody(stored: Array(found["body"] as Data), size: found["size"]).unpacked(limit: PackedBody.snapshotLimit) else {
                    return .damaged("cannot be unpacked")
                }
                return SQLiteJournal.seal(place, body) == Array(found["hash"] as Data) ? .whole(body) : .damaged("is not what was written, or not of this journal")
            }
        } catch let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_IOERR].contains(error.resultCode) {
            // Its pages of the file. Those of the rows may be whole: whoever reads them finds out.
            return .damaged("cannot be read from the file: \(error.message ?? "SQLite says no more")")
        } catch {
            throw SQLiteJournal.file.sentence(error, path)
        }
    }

    /// The chain after a row; nil when there is no such row.
    func tip(after row: Int64, _ db: Database) throws -> ChainTip? {
        guard row > 0 else { return .start(desk: desk) }
        return try Row.fetchOne(db, sql: "SELECT total, hash FROM journal WHERE seq = ?", arguments: [row]).map {
            ChainTip(row: row, events: $0["total"], hash: Array($0["hash"] as Data))
        }
    }

    /// Ties a snapshot to its place in the chain.
    private static func seal(_ place: ChainTip, _ body: [UInt8]) -> [UInt8] {
        var bytes = place.hash
        bytes.append(bigEndian: place.events)
        bytes.append(contentsOf: sha256(body))
        return sha256(bytes)
    }
}
