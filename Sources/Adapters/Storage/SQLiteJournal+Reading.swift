import Foundation
import GRDB
import Keys
public import Model
public import Ports

/// What a whole journal holds, after its chain was checked from the first row to the last.
public struct JournalSummary: Hashable, Sendable {
    public let desk: String
    public let rows: Int64
    public let events: Int64
    public let effects: Int64
    /// The times of the first and the last row; nil when there is none.
    public let first: Timestamp?
    public let last: Timestamp?
    /// The hash of the last row in hexadecimal: with it, the whole journal is fixed.
    public let head: String
}

extension SQLiteJournal {
    public func read(_ body: (JournalRow) throws -> Void) throws {
        try readAfter(0, body)
    }

    /// Every row after the one numbered `row`, in order, the chain checked on the way; a snapshot names the row it stands after.
    ///
    /// `body` may append: rows are taken out in chunks, and nothing is held while it runs.
    public func readAfter(_ row: Int64, _ body: (JournalRow) throws -> Void) throws {
        var tip = try place(after: row)
        while true {
            let rows = try chunk(after: tip)
            guard let last = rows.last else { return }
            for row in rows { try body(row.row) }
            tip = last.tip
        }
    }

    /// Reads everything, and says what is there.
    public func verify() throws(JournalError) -> JournalSummary {
        var tip = ChainTip.start(desk: desk)
        var effects: Int64 = 0
        var first: Timestamp?
        var last: Timestamp?
        while true {
            let rows = try chunk(after: tip)
            guard let end = rows.last else { break }
            for row in rows where row.row.kind == .effect { effects += 1 }
            first = first ?? rows.first?.row.time
            last = end.row.time
            tip = end.tip
        }
        return JournalSummary(desk: desk, rows: tip.row, events: tip.events, effects: effects, first: first, last: last, head: hexadecimal(tip.hash))
    }

    struct ChainedRow {
        let row: JournalRow
        let tip: ChainTip
    }

    /// The chain after a row, as the file has it.
    func place(after row: Int64) throws(JournalError) -> ChainTip {
        do {
            return try database.unsafeRead { db in
                guard let tip = try tip(after: row, db) else { throw JournalError("\(path) has no row \(row)") }
                return tip
            }
        } catch {
            throw SQLiteJournal.file.sentence(error, path)
        }
    }

    /// The next rows, checked: at most 512, or 8 MB.
    func chunk(after start: ChainTip) throws(JournalError) -> [ChainedRow] {
        do {
            return try database.unsafeRead { db in
                let query = try db.cachedStatement(sql: "SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT 512")
                let found = try Row.fetchCursor(query, arguments: [start.row])
                var rows: [ChainedRow] = []
                var tip = start
                var bytes = 0
                while bytes < 8 << 20, let row = try found.next() {
                    let chained = try checked(row, after: tip)
                    rows.append(chained)
                    tip = chained.tip
                    bytes += chained.row.body.count
                }
                return rows
            }
        } catch {
            throw SQLiteJournal.file.sentence(error, path)
        }
    }

    private func checked(_ found: Row, after tip: ChainTip) throws(JournalError) -> ChainedRow {
        let number = tip.row + 1
        guard found["seq"] as Int64 == number else { throw broken(number, "is missing") }
        guard let kind = JournalRow.Kind(rawValue: found["kind"]), let events = Int(exactly: found["events"] as Int64), events >= 0 else {
            throw broken(number, "is not of a kind that was ever written")
        }
        guard let body = PackedBody(stored: Array(found["body"] as Data), size: found["size"]).unpacked() else { throw broken(number, "cannot be unpacked") }
        let row = JournalRow(kind: kind, time: Timestamp(nanoseconds: found["time"]), events: events, body: body)
        let next = tip.next(row)
        guard next.hash == Array(found["hash"] as Data), next.events == found["total"] as Int64 else { throw broken(number, "is not what was written") }
        return ChainedRow(row: row, tip: next)
    }

    private func broken(_ row: Int64, _ what: String) -> JournalError {
        JournalError("the journal \(path) breaks at row \(row): that row \(what)")
    }
}
