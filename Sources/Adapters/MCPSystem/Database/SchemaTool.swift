import MCP
import MCPHosting
import MCPServing
import Notation

struct SchemaTool: Tool {
    struct Arguments: Shaped {
        let database: String?
        let table: String?
        let fields: [String]?
        let maxBytes: Int
        static let notes: [String: Note] = [
            "database": "If several.", "table": "Only it.", "fields": ListBudget.fields, "max_bytes": ListBudget.maxBytes,
        ]
        enum CodingKeys: String, CodingKey {
            case database, table, fields
            case maxBytes = "max_bytes"
        }
    }
    struct Output: Shaped {
        let source: String
        let databases: [String]
        let file: FileFacts
        let tables: [TableFacts]
        let truncated: Bool
        static let notes: [String: Note] = ["source": "", "databases": "", "file": "", "tables": "", "truncated": ""]
    }
    static let name = "db_schema"
    static let title = "Schema"
    static let summary = "Tables, columns, indexes, row counts, and the file's pages and WAL, of one of our SQLite databases."
    static let hints = ToolHints.readsHere

    let shelf: DatabaseShelf

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let (name, path) = try shelf.path(arguments.database)
        let (file, tables) = try await shelf.read(path, within: .seconds(5)) { database in
            (try database.file(path), try database.tables(named: arguments.table, countUntil: .now + .seconds(1)))
        }
        if let table = arguments.table, tables.isEmpty { throw ToolFailure("there is no table '\(table)' in \(name)") }
        let fitted = try ListBudget.fit(tables, fields: arguments.fields, maxBytes: arguments.maxBytes)
        return Output(source: name, databases: shelf.paths.keys.sorted(), file: file, tables: fitted.rows, truncated: fitted.truncated)
    }
}
