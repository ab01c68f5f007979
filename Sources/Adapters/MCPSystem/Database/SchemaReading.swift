import CSQLite
import Foundation
import Notation

/// A table or a view, as the database describes it.
struct TableFacts: Shaped, Equatable {
    let name: String?
    let kind: String?
    /// Absent where counting took too long.
    let rows: Int64?
    let columns: [String]?
    let indexes: [String]?

    static let notes: [String: Note] = [
        "name": "", "kind": "", "rows": "", "columns": "", "indexes": "",
    ]
}

/// Facts of the file itself.
struct FileFacts: Shaped, Equatable {
    let bytes: Int64?
    let wal: Int64?
    let page: Int64?
    let pages: Int64?
    /// Pages.
    let unused: Int64?
    /// Its mode, as SQLite names it: wal, delete and the like.
    let journal: String?

    static let notes: [String: Note] = ["bytes": "", "wal": "", "page": "", "pages": "", "unused": "", "journal": ""]
}

extension ReadOnlyDatabase {
    /// Tables and views by name. Counting stops where the deadline of the whole call is near: then the rows are not told.
    func tables(named wanted: String?, countUntil end: ContinuousClock.Instant) throws(DatabaseTrouble) -> [TableFacts] {
        let list = try rows("SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name", [])
        var tables: [TableFacts] = []
        for row in list {
            guard let name = row[0].asText, wanted == nil || wanted == name else { continue }
            tables.append(
                TableFacts(
                    name: name, kind: row[1].asText, rows: row[1].asText == "table" ? count(name, until: end) : nil, columns: try columns(name), indexes: try indexes(name)))
        }
        return tables
    }

    private func columns(_ table: String) throws(DatabaseTrouble) -> [String] {
        try rows("SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo(?)", [.text(table)]).map { row in
            let words = [row[0].asText, row[1].asText, row[2].asInteger == 1 ? "not null" : nil, (row[3].asInteger ?? 0) > 0 ? "primary key" : nil]
            return words.compactMap { $0?.isEmpty == false ? $0 : nil }.joined(separator: " ")
        }
    }

    private func indexes(_ table: String) throws(DatabaseTrouble) -> [String] {
        let list = try rows("SELECT name, \"unique\" FROM pragma_index_list(?) ORDER BY name", [.text(table)])
        var indexes: [String] = []
        for row in list {
            guard let name = row[0].asText else { continue }
            let columns = try rows("SELECT name FROM pragma_index_info(?) ORDER BY seqno", [.text(name)]).map { $0[0].asText ?? "expression" }
            indexes.append("\(name)(\(columns.joined(separator: ", ")))" + (row[1].asInteger == 1 ? " unique" : ""))
        }
        return indexes
    }

    /// The name comes from the database's own list; doubled quotes make it a name whatever it holds.
    private func count(_ table: String, until end: ContinuousClock.Instant) -> Int64? {
        let old = warden.deadline
        warden.deadline = end
        defer { warden.deadline = old }
        // A count that takes too long, or of a table that cannot be read, is unknown.
        return (try? rows("SELECT count(*) FROM \"\(table.replacingOccurrences(of: "\"", with: "\"\""))\"", []))?.first?.first?.asInteger
    }

    func file(_ path: String) throws(DatabaseTrouble) -> FileFacts {
        FileFacts(
            bytes: ReadOnlyDatabase.size(path), wal: ReadOnlyDatabase.size(path + "-wal"), page: try pragma("page_size")?.asInteger, pages: try pragma("page_count")?.asInteger,
            unused: try pragma("freelist_count")?.asInteger, journal: try pragma("journal_mode")?.asText)
    }

    /// Never by opening the file: closing it would take SQLite's locks away (sqlite.org, "How To Corrupt An SQLite Database File", 2.2).
    static func size(_ path: String) -> Int64? {
        var state = stat()
        return stat(path, &state) == 0 ? Int64(state.st_size) : nil
    }

    func pragma(_ name: String) throws(DatabaseTrouble) -> JSON? { try ours { () throws(DatabaseTrouble) in try rows("PRAGMA \(name)", []).first?.first } }

    /// Runs what we wrote ourselves.
    func ours<T>(_ work: () throws(DatabaseTrouble) -> T) throws(DatabaseTrouble) -> T {
        warden.isOurs = true
        defer { warden.isOurs = false }
        return try work()
    }

    func rows(_ sql: String, _ values: [JSON], limit: Int = 2000) throws(DatabaseTrouble) -> [[JSON]] {
        let statement = try prepare(sql)
        try statement.bind(values)
        var rows: [[JSON]] = []
        while rows.count < limit, let row = try statement.next() { rows.append(row) }
        return rows
    }
}
