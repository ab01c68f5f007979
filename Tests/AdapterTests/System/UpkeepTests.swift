import Foundation
import GRDB
import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Synchronization
import Testing
@testable import MCPSystem

/// Copies, checkpoints and packing of a database that another connection uses.
@Suite(.timeLimit(.minutes(1))) struct UpkeepTests {
    private let folder: ScratchFolder
    private var path: String { folder.path + "/desk.sqlite" }
    private var copies: String { folder.path + "/backups" }

    init() throws { folder = try ScratchFolder() }

    /// Two tables that every transaction of the writer lengthens alike: a copy from one moment has as many rows in both.
    private func writer(rows: Int = 3000) throws -> DatabasePool {
        let pool = try DatabasePool(path: path)
        try pool.write { db in
            try db.execute(sql: "CREATE TABLE a(id INTEGER PRIMARY KEY, x TEXT); CREATE TABLE b(id INTEGER PRIMARY KEY, x TEXT)")
            for table in ["a", "b"] {
                try db.execute(sql: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT \(rows)) INSERT INTO \(table)(x) SELECT hex(zeroblob(200)) FROM n")
            }
        }
        return pool
    }

    private func counts(_ path: String) throws -> [Int] {
        var readOnly = Configuration()
        readOnly.readonly = true
        return try DatabaseQueue(path: path, configuration: readOnly).read { db in try ["a", "b"].map { try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") ?? -1 } }
    }

    private func copy(_ limit: Duration = .seconds(30), _ cancellation: Cancellation = Cancellation(), _ progress: (Int, Int) throws -> Void = { _, _ in }) throws -> Int64 {
        let copy = DatabaseCopy(path: path, target: copies + "/desk.sqlite", deadline: .now + limit, cancellation: cancellation)
        return try copy.make(in: copies) { done, all in do { try progress(done, all) } catch { Issue.record(error) } }
    }

    private func with(_ answers: any ClientAnswers = NoAnswers(), _ body: (Client) async throws -> Void) async throws {
        let tree = try MachineTree()
        var settings = SystemSettings()
        settings.root = tree.root
        settings.databases = ["desk": path]
        settings.backups = copies
        let trail = try AuditTrail(tree.folder.path + "/audit.jsonl", now: { "2023-11-15T00:00:00Z" })
        let host = try SystemServer(settings, now: { .seconds(1_700_000_000) }).product.host(ServerModes(allowsChanges: true, extraSets: ["db-admin"]), version: "1", audit: trail)
        let client = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1"), answers: answers)
        _ = try await client.connect()
        do { try await body(client) } catch { Issue.record(error) }
        await client.close()
    }

    private func text(_ result: ToolResult) -> String {
        guard case .text(let text, _)? = result.content.first else { return "" }
        return text
    }

    // MARK: - Copies

    @Test func `a copy is of one moment, however much is written while it is made`() throws {
        let pool = try writer(rows: 6000)
        var steps: [Int] = []
        let bytes = try copy { done, all in
            steps.append(done)
            try pool.write { try $0.execute(sql: "INSERT INTO a(x) VALUES ('late'); INSERT INTO b(x) VALUES ('late')") }
        }
        #expect(steps.count > 3 && steps == steps.sorted())
        #expect(try counts(copies + "/desk.sqlite") == [6000, 6000] && counts(path) == [6000 + steps.count, 6000 + steps.count])
        let attributes = try FileManager.default.attributesOfItem(atPath: copies + "/desk.sqlite")
        #expect(attributes[.posixPermissions] as? Int == 0o600 && attributes[.size] as? Int64 == bytes)
        #expect(try FileManager.default.contentsOfDirectory(atPath: copies) == ["desk.sqlite"], "one file, and nothing beside it")
        try pool.close()
    }

    @Test func `a copy that is given up leaves nothing behind`() throws {
        let pool = try writer()
        let cancellation = Cancellation()
        #expect(throws: DatabaseTrouble.self) { try copy(.seconds(30), cancellation) { _, _ in cancellation.raise() } }
        #expect(throws: DatabaseTrouble.self) { try copy(.zero) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: copies).isEmpty)
        try pool.close()
    }

    @Test func `a copy replaces no other, and what is no database is not copied`() throws {
        try writer(rows: 1).close()
        _ = try copy()
        #expect { try copy() } throws: { "\($0)".contains("already") }
        try FileManager.default.removeItem(atPath: copies + "/desk.sqlite")
        try Data("no database, but long enough to be taken for one at a first look".utf8).write(to: URL(filePath: path))
        #expect(throws: DatabaseTrouble.self) { try copy() }
        #expect(try FileManager.default.contentsOfDirectory(atPath: copies).isEmpty)
    }

    @Test func `the tool names the copy by the database and the time`() async throws {
        try writer(rows: 10).close()
        try await with { client in
            let made = try await client.call("db_backup").structured
            #expect(made?["path"]?.asText == copies + "/desk-20231114T221320000Z.sqlite" && made?["as_of"] == "2023-11-14T22:13:20.000Z")
            #expect(try counts(copies + "/desk-20231114T221320000Z.sqlite") == [10, 10])
            #expect(try await client.call("db_backup", .object(["database": "../desk"])).isError)
        }
    }

    // MARK: - Checkpoints

    @Test func `a checkpoint moves the WAL beside its writer, and empties it only without one`() async throws {
        let pool = try writer(rows: 100)
        try await with { client in
            let moved = try await client.call("db_checkpoint").structured
            #expect((moved?["frames"]?.asInteger ?? 0) > 0 && moved?["moved"] == moved?["frames"])
            let refused = try await client.call("db_checkpoint", .object(["truncate": true]))
            #expect(refused.isError && text(refused).contains("another process has the database open"))
        }
        try await pool.write { try $0.execute(sql: "INSERT INTO a(x) VALUES ('on')") }
        // The last to close takes the WAL away; a copy of the files keeps it, as a crash does.
        let left = folder.path + "/left.sqlite"
        for end in ["", "-wal"] { try FileManager.default.copyItem(atPath: path + end, toPath: left + end) }
        try pool.close()
        let alone = try AdminDatabase(left, .alone, deadline: .now + .seconds(10), cancellation: Cancellation())
        _ = try alone.checkpoint()
        #expect(ReadOnlyDatabase.size(left + "-wal") == 0)
    }

    @Test func `a database without a WAL is told to have none`() throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "CREATE TABLE a(x)") }
        try queue.close()
        #expect { try AdminDatabase(path, .shared, deadline: .now + .seconds(10), cancellation: Cancellation()).checkpoint() } throws: { "\($0)".contains("has no WAL") }
    }

    // MARK: - Packing

    private final class Person: ClientAnswers {
        let capabilities: JSON = .object(["elicitation": .object(["form": .object([])])])
        let says: JSON
        let asked = Mutex<[String]>([])
        init(_ says: JSON) { self.says = says }
        func answer(_ method: String, _ params: JSON) async throws -> JSON {
            asked.withLock { $0.append(params["message"]?.asText ?? "") }
            return says == "accept" ? .object(["action": says, "content": .object([])]) : .object(["action": says])
        }
    }

    @Test(arguments: ["accept", "decline"]) func `a database is packed by a person's word, and never under whoever uses it`(says: String) async throws {
        let pool = try writer()
        try await pool.write { try $0.execute(sql: "DELETE FROM b WHERE id > 5") }
        let person = Person(.text(says))
        try await with(person) { client in
            let used = try await client.call("db_vacuum")
            #expect(used.isError && text(used).contains("another process has the database open") && person.asked.withLock { $0.isEmpty })
            try pool.close()
            let done = try await client.call("db_vacuum")
            #expect(done.isError == (says == "decline") && person.asked.withLock { $0.count } == 1)
            #expect(person.asked.withLock { $0[0] }.contains("Write the database desk"))
            let (before, after) = (done.structured?["before"]?.asInteger ?? 0, done.structured?["after"]?.asInteger ?? 0)
            if says == "accept" { #expect(after > 0 && after < before * 2 / 3) }
        }
        #expect(try counts(path) == [3000, 5])
    }

    @Test func `nobody who can be asked means nothing is packed`() async throws {
        try writer(rows: 10).close()
        try await with { client in await #expect(throws: (any Error).self) { try await client.call("db_vacuum") } }
    }
}
