import Foundation
import GRDB
import HostFacts
import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Redis
import Synchronization
import Testing
import Transport
@testable import MCPSystem

/// The whole server, as a client sees it.
@Suite(.timeLimit(.minutes(1))) struct SystemServerTests {
    static let canary = "canary-7f3a9c"
    private let tree: MachineTree
    private let clock = Hand()

    /// The time of day, moved by hand.
    private final class Hand: Sendable {
        private let time = Mutex(Timestamp.seconds(1_700_012_345))
        var now: Timestamp { time.withLock { $0 } }
        func move(_ by: Interval) { time.withLock { $0 = $0 + by } }
    }

    init() throws {
        tree = try MachineTree(MachineTree.ordinary)
        try tree.process(1, name: "init", parent: 0)
        try tree.process(40, name: "aura", parent: 1, ticks: 10, arguments: ["/opt/aura/bin/aura", "run", "--password", Self.canary])
        try tree.process(41, name: "curl", parent: 40, ticks: 500, pages: 99, arguments: ["curl", "https://u:\(Self.canary)@host/?token=\(Self.canary)", Self.canary])
        try tree.link("/proc/40/exe", to: "/opt/aura/bin/aura")
        try tree.write("/proc/40/environ", "AURA_KEY=\(Self.canary)\0")
        try tree.write("/data/logs/desk.jsonl", #"{"at":"2023-11-15T01:00:00Z","level":"error","message":"login failed, password=\#(Self.canary)"}"# + "\n" + #"{"at":"2023-11-15T01:00:01Z","level":"info","message":"went on"}"# + "\nplain words\n")
    }

    private func settings() -> SystemSettings {
        var settings = SystemSettings()
        settings.root = tree.root
        settings.gpus = { GPUSurvey(library: "libnvidia-ml-that-is-not-there.so.1") }
        settings.dataFolder = tree.folder.path + "/data"
        return settings
    }

    private func with(
        _ settings: SystemSettings, _ modes: ServerModes = .readOnly, answers: any ClientAnswers = NoAnswers(), _ body: (Client, SystemServer) async throws -> Void
    ) async throws {
        let trail = try AuditTrail(tree.folder.path + "/audit.jsonl", now: { "2023-11-15T00:00:00Z" })
        let clock = clock
        let server = SystemServer(settings, now: { clock.now })
        let host = try server.product.host(modes, version: "1", audit: trail)
        let client = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1"), answers: answers)
        _ = try await client.connect()
        do { try await body(client, server) } catch { Issue.record(error) }
        await client.close()
    }

    private func text(_ result: ToolResult) -> String {
        guard case .text(let text, _)? = result.content.first else { return "" }
        return text
    }

    // MARK: - What is listed

    @Test func `by default only what reads is listed, with schemas and hints, in less than 16 kB`() async throws {
        var settings = settings()
        settings.databases = ["journal": "/nowhere"]
        try await with(settings) { client, _ in
            let tools = try await client.tools()
            #expect(
                tools.map(\.name) == [
                    "host_overview", "processes_list", "disks_list", "network_list", "sensors_list", "gpu_list", "gpu_processes", "metrics_query", "health_check", "db_schema", "db_query",
                    "db_health", "logs_query", "services_list",
                ])
            #expect(tools.allSatisfy { $0.outputSchema != nil && $0.annotations?.readOnlyHint == true })
            #expect(try JSON(encoding: tools).bytes.count < 16_000)
        }
    }

    @Test func `all there is, where everything is configured and allowed, in less than 32 kB`() async throws {
        var settings = settings()
        settings.databases = ["journal": "/nowhere"]
        settings.backups = "/nowhere"
        settings.redis = .init(host: "127.0.0.1", port: 1)
        settings.redisPrefixes = ["cache:"]
        try await with(settings, ServerModes(allowsChanges: true, extraSets: ["all"])) { client, _ in
            let tools = try await client.tools()
            #expect(tools.count == 25)
            #expect(tools.filter { $0.annotations?.readOnlyHint == false }.map(\.name) == ["db_checkpoint", "db_backup", "db_vacuum", "redis_delete", "process_signal", "service_restart", "healing_pause"])
            #expect(try JSON(encoding: tools).bytes.count < 32_000)
        }
    }

    // MARK: - Figures

    @Test func `rates come with the second sample, and before it they are not known`() async throws {
        try await with(settings()) { client, server in
            let first = try await client.call("host_overview").structured
            #expect(first?["host"]?["cpu"] == nil && first?["host"]?["memory"]?["used"]?.asNumber == 75 && first?["as_of"] == "2023-11-15T01:39:05.000Z")
            clock.move(.seconds(5))
            try tree.write("/proc/stat", "cpu  1040 0 520 8020 510 0 0 110 0 0\ncpu0 1 0 0 1\ncpu1 1 0 0 1\nbtime 1700000000\n")
            await server.sample()
            #expect(try await client.call("host_overview").structured?["host"]?["cpu"]?.asNumber == 70)
            let history = try await client.call("metrics_query", .object(["metric": "cpu.busy", "agg": "max"])).structured
            #expect(history?["points"]?.asArray?.first?["value"]?.asNumber == 70)
            let unknown = try await client.call("metrics_query", .object(["metric": "nonsense"]))
            #expect(unknown.isError && text(unknown).contains("cpu.busy"))
        }
    }

    @Test func `secrets in command lines, environments and logs never come out`() async throws {
        try await with(settings()) { client, _ in
            for (tool, arguments) in [("processes_list", JSON.object(["limit": 100])), ("services_list", .object([])), ("logs_query", .object([])), ("host_overview", .object([]))] {
                let result = try await client.call(tool, arguments)
                #expect(!result.isError && !"\(result)".contains(Self.canary), "\(tool)")
            }
            let log = try await client.read("system://log/desk")
            #expect(log.first?.text?.contains("[redacted]") == true && log.first?.text?.contains(Self.canary) == false)
        }
    }

    @Test func `processes are sorted, filtered, and cut to what was asked for`() async throws {
        try await with(settings()) { client, _ in
            let largest = try await client.call("processes_list", .object(["sort": "memory", "limit": 1, "fields": ["pid", "user"]])).structured
            #expect(largest?["processes"] == .array([.object(["pid": 41, "user": "trader"])]) && largest?["total"] == 3 && largest?["truncated"] == true)
            let under = try await client.call("processes_list", .object(["under": 40, "sort": "pid", "match": "AURA"])).structured
            #expect(under?["processes"]?.asArray?.map { $0["command"]?.asText } == ["aura run --password [redacted]"])
            let services = try await client.call("services_list").structured
            #expect(services?["services"]?.asArray?.map { $0["name"] } == ["aura run"])
            let wrong = try await client.call("processes_list", .object(["fields": ["environment"]]))
            #expect(wrong.isError && text(wrong).contains("no field 'environment'"))
        }
    }

    @Test(arguments: [(200, true), (503, false), (404, nil)] as [(Int, Bool?)])
    func `a desk that runs is asked whether it is ready, and only its answer is told`(_ status: Int, _ ready: Bool?) async throws {
        let desk = WebServer(port: 0) { request in .text(request.path == "/readyz" ? status : 404, "") }
        let port = try await desk.start()
        let hex = String(port, radix: 16, uppercase: true)
        try tree.write("/proc/net/tcp", "  sl\n   0: 0100007F:\(String(repeating: "0", count: 4 - hex.count))\(hex) 00000000:0000 0A 0:0 0:0 0 0 0 111 1\n")
        try tree.link("/proc/40/fd/3", to: "socket:[111]")
        try await with(settings()) { client, _ in
            let row = try await client.call("services_list", .object(["fields": ["name", "ports", "ready"]])).structured?["services"]?.asArray?.first
            #expect(row?["name"] == "aura run" && row?["ports"] == .array([.integer(Int64(port))]) && row?["ready"]?.asBool == ready, "\(row ?? .null)")
        }
        await desk.stop()
        let answer = await ReadyProbe.ask(port)
        #expect(answer == nil, "nobody answers any more")
    }

    @Test func `a process's storage is told as a rate between two looks, and nothing where it is not known`() async throws {
        try tree.write("/proc/41/io", "rchar: 9\nread_bytes: 1000\nwrite_bytes: 500\n")
        try await with(settings()) { client, _ in
            func rows() async throws -> [JSON] {
                let fields: JSON = ["pid", "reads", "writes", "read", "written"]
                return try await client.call("processes_list", .object(["sort": "io", "fields": fields])).structured?["processes"]?.asArray ?? []
            }
            // The hand of the clock has not moved: there is nothing to compare with.
            #expect(try await rows().first { $0["pid"] == 41 } == .object(["pid": 41, "read": 1000, "written": 500]))
            try tree.write("/proc/41/io", "read_bytes: 21000\nwrite_bytes: 500\n")
            clock.move(.seconds(10))
            let busy = try await rows()
            #expect(busy.first == .object(["pid": 41, "reads": .number(2000), "writes": .number(0), "read": 21_000, "written": 500]), "the busiest comes first: \(busy)")
            #expect(busy.filter { $0["pid"] != 41 }.allSatisfy { $0["reads"] == nil && $0["read"] == nil }, "not told by the kernel, not told by us")
            // Another process has the number, and smaller counters.
            try tree.process(41, name: "curl", parent: 40, ticks: 500, start: 999)
            clock.move(.seconds(10))
            #expect(try await rows().first { $0["pid"] == 41 } == .object(["pid": 41, "read": 21_000, "written": 500]))
        }
    }

    @Test func `without a GPU there is a sentence and no figure`() async throws {
        try await with(settings()) { client, _ in
            let cards = try await client.call("gpu_list").structured
            #expect(cards?["none"]?.asText?.contains("no NVIDIA driver") == true && cards?["gpus"] == [])
            #expect(try await client.call("gpu_processes").structured?["none"] != nil)
        }
    }

    @Test func `a driver that hangs or breaks down is a warning, and no GPU is none`() async throws {
        var settings = settings()
        for (survey, level) in [(GPUSurvey(none: "it hangs", isTrouble: true), "warning"), (GPUSurvey(none: "no driver"), nil)] as [(GPUSurvey, JSON?)] {
            settings.gpus = { survey }
            try await with(settings) { client, _ in
                let findings = try await client.call("health_check").structured?["findings"]?.asArray?.filter { $0["check"] == "gpu" } ?? []
                #expect(findings.first?["level"] == level && findings.first?["evidence"] == level.map { _ in "it hangs" })
            }
        }
    }

    @Test func `a GPU's heat goes through the guard into the health check`() async throws {
        let fake = try FakeNVML("DEVICES=3")
        var settings = settings()
        settings.gpus = { [path = fake.path] in GPUSurvey(library: path) }
        try await with(settings) { client, server in
            // As `run` does when the first answer is out.
            await server.sample()
            let cards = try await client.call("gpu_list", .object(["fields": ["index", "celsius", "problem"]])).structured?["gpus"]?.asArray
            #expect(cards?.count == 3 && cards?[1]["celsius"]?.asNumber == 84 && cards?[2]["problem"] != nil)
            // 84 degrees on a card that slows down at 93: hot from 83 on.
            #expect(try await client.call("sensors_list").structured?["guard"] == "hot")
            let health = try await client.call("health_check").structured
            let found = health?["findings"]?.asArray?.compactMap { $0["evidence"]?.asText } ?? []
            #expect(health?["status"] == "critical", "a lost card is critical")
            #expect(found.contains("the thermal guard stands at hot") && found.contains { $0.contains("software_thermal") } && found.contains { $0.contains("GPU is lost") })
        }
    }

    @Test func `a machine that tells nothing is not called well`() async throws {
        var settings = settings()
        let empty = try MachineTree()
        settings.root = empty.root
        try await with(settings) { client, _ in
            let health = try await client.call("health_check").structured
            #expect(health?["status"] == "unknown" && health?["findings"]?.asArray?.allSatisfy { $0["value"] == nil } == true)
        }
    }

    // MARK: - Logs

    @Test func `logs by service, level, text and time, the newest first`() async throws {
        try await with(settings()) { client, _ in
            let all = try await client.call("logs_query").structured
            #expect(all?["lines"]?.asArray?.map { $0["message"]?.asText?.prefix(5) } == ["went ", "login", "plain"] && all?["services"] == ["desk"])
            let errors = try await client.call("logs_query", .object(["level": "warning"])).structured
            #expect(errors?["lines"]?.asArray?.count == 1)
            let late = try await client.call("logs_query", .object(["since": "2023-11-15T01:00:01Z", "text": "WENT", "service": "desk"])).structured
            #expect(late?["lines"]?.asArray?.count == 1)
            let found = try await client.call("logs_query", .object(["regex": "^(login|logout)\\b.*failed"])).structured
            #expect(found?["lines"]?.asArray?.map { $0["level"] } == ["error"])
            for (wrong, why) in [("(a", "regex: a ) is missing"), ("(?=a)", "look-around"), ("(a?){1000}(a?){1000}(a?){1000}", "too large")] {
                let refused = try await client.call("logs_query", .object(["regex": .text(wrong)]))
                #expect(refused.isError && text(refused).contains(why))
            }
            for wrong in [JSON.object(["service": "../../etc/passwd"]), .object(["since": "yesterday"])] { #expect(try await client.call("logs_query", wrong).isError) }
        }
    }

    // MARK: - Databases

    @Test func `a database by its name alone, never by a path`() async throws {
        let path = tree.folder.path + "/desk.sqlite"
        // A row that refers to nothing, as a writer without checks leaves it.
        var unchecked = Configuration()
        unchecked.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path, configuration: unchecked)
        try await queue.write { try $0.execute(sql: "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t(a) VALUES ('x'), ('y'), ('z'); CREATE TABLE u(t REFERENCES t(id)); INSERT INTO u VALUES (9)") }
        try queue.close()
        var settings = settings()
        settings.databases = ["desk": path]
        try await with(settings) { client, _ in
            let rows = try await client.call("db_query", .object(["sql": "SELECT a FROM t ORDER BY a", "limit": 2])).structured
            #expect(rows?["rows"] == .array([["x"], ["y"]]) && rows?["truncated"] == true && rows?["source"] == "desk")
            let plan = try await client.call("db_query", .object(["sql": "SELECT a FROM t WHERE id = ?", "params": [2], "explain": true])).structured
            #expect(plan?["rows"]?.rendered.contains("SEARCH t") == true)
            #expect(try await client.call("db_query", .object(["sql": "DELETE FROM t"])).isError)
            #expect(try await client.call("db_query", .object(["database": .text(path), "sql": "SELECT 1"])).isError)
            let schema = try await client.call("db_schema", .object(["table": "t", "fields": ["name", "rows"]])).structured
            #expect(schema?["tables"] == .array([.object(["name": "t", "rows": 3])]) && schema?["file"]?["journal"] == "delete")
            let health = try await client.call("db_health").structured
            #expect(health?["sound"] == false && health?["problems"] == ["row 1 of u refers to no row of t"])
            #expect(try await client.read("db://table/desk/t").first?.text?.contains("\"a TEXT\"") == true)
        }
    }

    // MARK: - Signals

    /// Answers every question alike, and keeps what was asked.
    private final class Person: ClientAnswers {
        let capabilities: JSON = .object(["elicitation": .object(["form": .object([])])])
        let action: JSON
        let asked = Mutex<[String]>([])
        init(_ action: JSON) { self.action = action }

        func answer(_ method: String, _ params: JSON) async throws -> JSON {
            asked.withLock { $0.append(params["message"]?.asText ?? "") }
            return action == "accept" ? .object(["action": action, "content": .object([])]) : .object(["action": action])
        }
    }

    @Test(arguments: [("accept", 1), ("decline", 0), ("cancel", 0)]) func `a process is ended only by a person's word`(action: String, sent: Int) async throws {
        try tree.write("/proc/40/status", "Uid:\t\(getuid())\n")
        let signals = Mutex<[String]>([])
        let tool = SignalTool(root: tree.root) { pid, number in
            signals.withLock { $0.append("\(pid) \(number)") }
            return 0
        }
        let person = Person(.text(action))
        let host = ServiceHost(Service(identity: Implementation(name: "x", version: "1"), tools: [Declared(tool)]))
        for (answers, expected) in [(NoAnswers() as any ClientAnswers, 0), (person, sent)] {
            let client = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1"), answers: answers)
            _ = try await client.connect()
            let result = try? await client.call("process_signal", .object(["pid": 40]))
            #expect(signals.withLock { $0 } == [String](repeating: "40 15", count: expected) && (result?.isError == false) == (expected == 1))
            await client.close()
        }
        #expect(person.asked.withLock { $0.first }?.contains("terminate to aura run, process 40") == true)
    }

    @Test(arguments: [1, 41, 999, Int(getpid())]) func `a process that is not ours, or is this one, cannot be ended`(pid: Int) async throws {
        try tree.write("/proc/41/status", "Uid:\t\(getuid())\n")
        let tool = SignalTool(root: tree.root) { _, _ in
            Issue.record("a signal was sent")
            return 0
        }
        let person = Person("accept")
        let host = ServiceHost(Service(identity: Implementation(name: "x", version: "1"), tools: [Declared(tool)]))
        let client = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1"), answers: person)
        _ = try await client.connect()
        #expect(try await client.call("process_signal", .object(["pid": .integer(Int64(pid))])).isError)
        #expect(person.asked.withLock { $0 }.isEmpty)
        await client.close()
    }
}
