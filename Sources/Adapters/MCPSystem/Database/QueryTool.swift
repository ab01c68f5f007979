import MCP
import MCPHosting
import MCPServing
import Notation

struct QueryTool: Tool {
    struct Arguments: Shaped {
        let database: String?
        let sql: String
        let params: [JSON]?
        let explain: Bool
        let limit: Int
        let timeout: Int
        let maxBytes: Int
        static let notes: [String: Note] = [
            "database": "If several.", "sql": Note("? for values.", lengths: 1...20_000),
            "params": Note("In order.", items: 0...100), "explain": Note("The plan.", default: false),
            "limit": Note("Rows.", range: 1...5000, default: 100), "timeout_ms": Note("Time.", range: 1...10_000, default: 2000), "max_bytes": ListBudget.maxBytes,
        ]
        enum CodingKeys: String, CodingKey {
            case database, sql, params, explain, limit
            case timeout = "timeout_ms"
            case maxBytes = "max_bytes"
        }
    }
    struct Output: Shaped {
        let source: String
        let columns: [String]
        let rows: [[JSON]]
        let hidden: [String]?
        let truncated: Bool
        static let notes: [String: Note] = [
            "source": "", "columns": "", "rows": "", "hidden": "", "truncated": "",
        ]
    }
    static let name = "db_query"
    static let title = "Query"
    static let summary = "One SQL statement that reads, on one of our SQLite databases. Columns named as secrets read as null (`hidden`). Use db_schema first."
    static let hints = ToolHints.readsHere

    let shelf: DatabaseShelf

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let (name, path) = try shelf.path(arguments.database)
        return try await shelf.read(path, within: .milliseconds(arguments.timeout)) { database in
            let statement = try database.prepare(arguments.explain ? "EXPLAIN QUERY PLAN " + arguments.sql : arguments.sql)
            try statement.bind(arguments.params ?? [])
            var rows: [[JSON]] = []
            var bytes = 0
            var truncated = false
            while let row = try statement.next() {
                bytes += JSON.array(row).bytes.count + 1
                guard rows.count < arguments.limit, bytes <= min(arguments.maxBytes, ListBudget.most) else {
                    truncated = true
                    break
                }
                rows.append(row)
            }
            let hidden = database.warden.hidden.sorted()
            return Output(source: name, columns: statement.columns, rows: rows, hidden: hidden.isEmpty ? nil : hidden, truncated: truncated)
        }
    }
}
