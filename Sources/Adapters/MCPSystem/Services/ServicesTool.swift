import Healing
import HostFacts
import MCP
import MCPHosting
import MCPServing
import Model
import Notation

struct ServicesTool: Tool {
    struct Row: Shaped {
        let name: String?
        let pid: Int32?
        let state: String?
        let started: String?
        let cpu: Double?
        let memory: Int64?
        let threads: Int?
        let files: Int?
        let ports: [Int]?
        let ready: Bool?
        /// Of the desk that a healer watches, and of no other.
        var healing: String?
        var restarts: Int?
        var lastError: String?
        var probe: HealerStatus.Probe?
        static let notes: [String: Note] = [
            "name": "", "pid": "", "state": "", "started": "", "cpu": "", "memory": "", "threads": "", "files": "", "ports": "", "ready": "", "healing": "", "restarts": "",
            "last_error": "", "probe": "",
        ]
        enum CodingKeys: String, CodingKey {
            case name, pid, state, started, cpu, memory, threads, files, ports, ready, healing, restarts, probe
            case lastError = "last_error"
        }

        mutating func add(_ status: HealerStatus) { (healing, restarts, lastError, probe) = (status.state, status.restarts, status.lastError, status.probe) }
    }
    struct Output: Shaped {
        let asOf: String
        let services: [Row]
        let truncated: Bool
        static let notes: [String: Note] = ["as_of": "", "services": "", "truncated": ""]
        enum CodingKeys: String, CodingKey {
            case asOf = "as_of"
            case services, truncated
        }
    }
    static let name = "services_list"
    static let title = "Services"
    static let summary = "Aura's own processes on this machine: desk, exchange, MCP servers, recorders; their listening ports, whether a desk says that it is ready; its restarts, last error and probe where a healer watches it."
    static let hints = ToolHints.readsHere

    /// One process has a few ports; a desk's own is among the first.
    private static let portLimit = 4

    let table: ProcessTable
    let machine: Machine
    let healing: HealingDesk

    func call(_ arguments: ListArguments, _ context: CallContext) async throws -> Output {
        let reading = try await table.read()
        let ports = Dictionary(grouping: machine.listeners.value.filter { $0.kind == "tcp" && $0.pid != nil }, by: { $0.pid ?? 0 }).mapValues { $0.map(\.port) }
        var rows: [Row] = []
        for process in reading.processes where OwnProcess.isOurs(process, table.root) {
            let (name, own) = (OwnProcess.name(process, table.root), ports[process.pid])
            rows.append(
                Row(
                    name: name, pid: process.pid, state: process.state, started: reading.started(process), cpu: reading.lately[process.pid]?.cpu, memory: process.residentBytes,
                    threads: process.threads, files: process.openFiles(table.root), ports: own, ready: name.hasPrefix("aura run") ? await ready(own ?? []) : nil))
        }
        if let status = await healing.quietly() { add(status, to: &rows) }
        let fitted = try ListBudget.fit(rows, fields: arguments.fields, maxBytes: arguments.maxBytes)
        return Output(asOf: CivilTime.text(reading.at, decimals: 3), services: fitted.rows, truncated: fitted.truncated)
    }

    /// A desk that does not run has a row too: that it should is why one asks.
    private func add(_ status: HealerStatus, to rows: inout [Row]) {
        if let place = rows.firstIndex(where: { $0.pid == status.desk }), status.desk != nil { return rows[place].add(status) }
        var row = Row(name: "aura run", pid: status.desk, state: nil, started: nil, cpu: nil, memory: nil, threads: nil, files: nil, ports: nil, ready: nil)
        row.add(status)
        rows.append(row)
    }

    private func ready(_ ports: [Int]) async -> Bool? {
        for port in ports.prefix(Self.portLimit) { if let ready = await ReadyProbe.ask(port) { return ready } }
        return nil
    }
}

/// Which processes are Aura's.
enum OwnProcess {
    static func isOurs(_ process: ProcessReading, _ root: HostRoot) -> Bool {
        // A file that was replaced by a newer build is told with " (deleted)" behind it.
        guard let program = process.program(root) else { return process.name == "aura" }
        return program.split(separator: "/").last.map { $0 == "aura" || $0 == "aura (deleted)" } ?? false
    }

    /// "aura mcp system": the words of its command, without options.
    static func name(_ process: ProcessReading, _ root: HostRoot) -> String {
        let words = process.command(root)?.split(separator: " ").prefix { !$0.hasPrefix("-") && $0 != "…" && !$0.hasPrefix("/") } ?? []
        return words.isEmpty ? process.name : words.joined(separator: " ")
    }
}
