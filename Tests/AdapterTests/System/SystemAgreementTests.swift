import Foundation
import GRDB
import MCP
import MCPHosting
import MCPServing
import MCPTestSupport
import Model
import Notation
import Redis
import Synchronization
import Testing
@testable import MCPSystem

/// The tools that take something away from this machine: a person's yes to this very call, once, and nothing instead of it. Those of the healer are in `HealingToolsTests`.
@Suite(.timeLimit(.minutes(1))) struct SystemAgreementTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func holds(_ host: ServiceHost, _ tool: String, _ arguments: JSON, other: JSON, _ done: () throws -> Int) async throws {
        let before = try done()
        let mute = Client(InProcessLink(host), info: Implementation(name: "mute", version: "1"), answers: NoAnswers())
        _ = try await mute.connect()
        await #expect(throws: ClientError.self, "\(tool) asked nobody") { _ = try await mute.call(tool, arguments) }
        await mute.close()
        let agreement = Agreement(tool, arguments, other: other, another: "db_checkpoint")
        try await agreement.goAround(host) { what, reply in
            let now = try done()
            #expect(!reply.isDone && now == before, "\(tool) \(what): \(reply)")
        }
        let replies = try await agreement.sendThrice(host)
        #expect(replies.prefix(2).count(where: \.isDone) == 1 && !replies[2].isDone, "\(tool): \(replies)")
        let after = try done()
        #expect(after == before + 1)
    }

    private func host(_ sets: [String], _ change: (inout SystemSettings) -> Void) throws -> ServiceHost {
        let tree = try MachineTree()
        var settings = SystemSettings()
        settings.root = tree.root
        change(&settings)
        let trail = try AuditTrail(folder.path + "/audit.jsonl", now: { "2023-11-15T00:00:00Z" })
        return try SystemServer(settings, now: { .seconds(1_700_000_000) }).product.host(ServerModes(allowsChanges: true, extraSets: Set(sets)), version: "1", audit: trail)
    }

    @Test func `a database is packed by a person's yes to this very call, once`() async throws {
        let path = folder.path + "/desk.sqlite"
        let queue = try DatabaseQueue(path: path)
        try await queue.write { db in
            try db.execute(sql: "CREATE TABLE a(x TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000) INSERT INTO a SELECT hex(zeroblob(200)) FROM n; DELETE FROM a")
        }
        try queue.close()
        let large = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        let host = try host(["db-admin"]) {
            $0.databases = ["desk": path, "another": path]
            $0.backups = folder.path + "/backups"
        }
        try await holds(host, "db_vacuum", .object(["database": "desk"]), other: .object(["database": "another"])) {
            (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0) < large / 10 ? 1 : 0
        }
    }

    @Test func `keys are deleted by a person's yes to this very call, once`() async throws {
        guard let server = try RedisServer(password: "canary-password") else { return print("skipped: redis-server is not installed") }
        defer { server.stop() }
        let redis = try server.connect()
        for key in ["cache:a", "cache:b"] { _ = try redis.ask(["SET", key, "v"]) }
        let host = try host(["redis-admin"]) {
            $0.redis = server.address
            $0.redisPrefixes = ["cache:"]
        }
        try await holds(host, "redis_delete", .object(["keys": .array(["cache:a"])]), other: .object(["keys": .array(["cache:b"])])) {
            try 2 - ["cache:a", "cache:b"].count { try redis.ask(["GET", $0]).string != nil }
        }
    }

    @Test func `a process is ended by a person's yes to this very call, once`() async throws {
        let tree = try MachineTree(MachineTree.ordinary)
        try tree.process(40, name: "aura", parent: 1, ticks: 10, arguments: ["/opt/aura/bin/aura", "run"])
        try tree.link("/proc/40/exe", to: "/opt/aura/bin/aura")
        try tree.write("/proc/40/status", "Uid:\t\(getuid())\n")
        let signals = Mutex(0)
        let tool = SignalTool(root: tree.root) { _, _ in
            signals.withLock { $0 += 1 }
            return 0
        }
        let host = ServiceHost(Service(identity: Implementation(name: "x", version: "1"), tools: [Declared(tool)]))
        try await holds(host, "process_signal", .object(["pid": 40]), other: .object(["pid": 40, "signal": "kill"])) { signals.withLock { $0 } }
    }
}
