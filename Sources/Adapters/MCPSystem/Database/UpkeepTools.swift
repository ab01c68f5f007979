import HostFacts
import MCP
import MCPHosting
import Model
import Notation

/// What copying and packing are asked: which database, and how long it may take.
struct Upkeep: Shaped {
    let database: String?
    let timeout: Int
    static let notes: [String: Note] = ["database": "If several.", "timeout_ms": Note("Time.", range: 100...300_000, default: 60_000)]
    enum CodingKeys: String, CodingKey {
        case database
        case timeout = "timeout_ms"
    }
}

struct CheckpointTool: Tool {
    struct Arguments: Shaped {
        let database: String?
        let empties: Bool
        static let notes: [String: Note] = ["database": "If several.", "truncate": Note("Also empty the WAL; refused while another process has the database open.", default: false)]
        enum CodingKeys: String, CodingKey {
            case database
            case empties = "truncate"
        }
    }
    struct Output: Shaped {
        let source: String
        let frames: Int64
        let moved: Int64
        static let notes: [String: Note] = ["source": "", "frames": "Pages in the WAL, as SQLite tells it; none once it is empty.", "moved": "Of these, in the file by now."]
    }
    static let name = "db_checkpoint"
    static let title = "Checkpoint"
    static let summary = "Moves the WAL of a database into its file, without making its writers or readers wait."
    static let hints = ToolHints(readOnly: false, destructive: false, idempotent: true, openWorld: false)
    static let limit = Duration.seconds(30)

    let shelf: DatabaseShelf

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let (name, path) = try shelf.path(arguments.database)
        let done = try await shelf.run(within: CheckpointTool.limit) { deadline, cancellation in
            try AdminDatabase(path, arguments.empties ? .alone : .shared, deadline: deadline, cancellation: cancellation).checkpoint()
        }
        return Output(source: name, frames: done.frames, moved: done.moved)
    }
}

struct BackupTool: Tool {
    typealias Arguments = Upkeep
    struct Output: Shaped {
        let source: String
        let path: String
        let bytes: Int64
        let asOf: String
        static let notes: [String: Note] = ["source": "", "path": "The copy.", "bytes": "", "as_of": "When it was begun."]
        enum CodingKeys: String, CodingKey {
            case source, path, bytes
            case asOf = "as_of"
        }
    }
    static let name = "db_backup"
    static let title = "Copy a database"
    static let summary = "Copies a database, as it is at one moment, into the operator's folder for copies, while it is in use. With progress. The copy is checked before it gets its name."
    static let hints = ToolHints(readOnly: false, destructive: false, idempotent: false, openWorld: false)

    let shelf: DatabaseShelf
    let folder: String
    let now: @Sendable () -> Timestamp

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let (name, path) = try shelf.path(arguments.database)
        let time = now()
        let stamp = CivilTime.text(time, decimals: 3).filter { $0 != "-" && $0 != ":" && $0 != "." }
        let target = "\(folder)/\(name)-\(stamp).sqlite"
        let bytes = try await shelf.run(within: .milliseconds(arguments.timeout)) { [folder] deadline, cancellation in
            try DatabaseCopy(path: path, target: target, deadline: deadline, cancellation: cancellation).make(in: folder) { done, all in
                context.report(Progress(Double(done), of: Double(all), "pages"))
            }
        }
        return Output(source: name, path: target, bytes: bytes, asOf: CivilTime.text(time, decimals: 3))
    }
}

struct VacuumTool: Tool {
    typealias Arguments = Upkeep
    struct Output: Shaped {
        let source: String
        let before: Int64?
        let after: Int64?
        static let notes: [String: Note] = ["source": "", "before": "Bytes.", "after": "Bytes."]
    }
    static let name = "db_vacuum"
    static let title = "Pack a database"
    static let summary = "Writes a database anew without its unused pages. A person is asked first. Refused while another process has it open."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: true, openWorld: false)

    let shelf: DatabaseShelf

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let (name, path) = try shelf.path(arguments.database)
        let before = try await shelf.run(within: .seconds(5)) { deadline, cancellation in
            // Whoever has it open would be in the way then as now: better said before a person is asked.
            _ = try AdminDatabase(path, .alone, deadline: deadline, cancellation: cancellation)
            return try ReadOnlyDatabase(path, deadline: deadline, cancellation: cancellation).file(path)
        }
        guard let bytes = before.bytes else { throw ToolFailure("the size of \(name) is not known") }
        // SQLite writes the new file, and then its pages into the old one by way of the WAL.
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        guard let free = FileSystemSpace.of(folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder)?.free, free > 2 * bytes + DatabaseCopy.reserve else {
            throw ToolFailure("packing \(name) needs twice its \(bytes) bytes on the disk, and there is less")
        }
        let unused = before.unused.flatMap { pages in before.page.map { "\(pages * $0)" } } ?? "an unknown number"
        switch try await context.confirm("Write the database \(name) (\(path)) anew? It has \(bytes) bytes, of which \(unused) are unused.") {
        case .accepted: break
        case .declined, .cancelled: throw ToolFailure("nothing was done: the person did not agree")
        }
        let after = try await shelf.run(within: .milliseconds(arguments.timeout)) { deadline, cancellation in
            let database = try AdminDatabase(path, .alone, deadline: deadline, cancellation: cancellation)
            try database.vacuum()
            // What was packed stands in the WAL until it is moved. Without one there is nothing to move.
            if before.journal == "wal" { _ = try database.checkpoint() }
            return ReadOnlyDatabase.size(path)
        }
        return Output(source: name, before: bytes, after: after)
    }
}
