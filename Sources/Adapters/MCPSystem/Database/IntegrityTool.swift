import MCP
import MCPHosting
import Notation

struct IntegrityTool: Tool {
    struct Arguments: Shaped {
        let database: String?
        let timeout: Int
        static let notes: [String: Note] = ["database": "If several.", "timeout_ms": Note("Time.", range: 100...300_000, default: 30_000)]
        enum CodingKeys: String, CodingKey {
            case database
            case timeout = "timeout_ms"
        }
    }
    struct Output: Shaped {
        let source: String
        let isSound: Bool
        let problems: [String]
        static let notes: [String: Note] = ["source": "", "sound": "", "problems": ""]
        enum CodingKeys: String, CodingKey {
            case isSound = "sound"
            case source, problems
        }
    }
    static let name = "db_health"
    static let title = "Database health"
    static let summary = "Checks the structure of a database and its foreign keys, with progress. Reads the whole file."
    static let hints = ToolHints.readsHere
    static let limit = 100

    let shelf: DatabaseShelf

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let (name, path) = try shelf.path(arguments.database)
        return try await shelf.read(path, within: .milliseconds(arguments.timeout)) { database in
            context.report(Progress(0, of: 2, "structure"))
            let structure = try database.ours { () throws(DatabaseTrouble) in try database.rows("PRAGMA quick_check(\(IntegrityTool.limit))", []) }
            context.report(Progress(1, of: 2, "foreign keys"))
            let keys = try database.ours { () throws(DatabaseTrouble) in try database.rows("PRAGMA foreign_key_check", [], limit: IntegrityTool.limit) }
            let problems =
                structure.compactMap { $0.first?.asText }.filter { $0 != "ok" }
                + keys.map { "row \($0[1].rendered) of \($0[0].asText ?? "?") refers to no row of \($0[2].asText ?? "?")" }
            return Output(source: name, isSound: problems.isEmpty, problems: Array(problems.prefix(IntegrityTool.limit)))
        }
    }
}
