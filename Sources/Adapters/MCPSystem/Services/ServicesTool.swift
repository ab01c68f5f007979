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
        static let notes: [String: Note] = [
            "name": "", "pid": "", "state": "", "started": "", "cpu": "", "memory": "", "threads": "", "files": "",
        ]
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
    static let summary = "Aura's own processes on this machine: desk, exchange, MCP servers, recorders. Nothing supervises them, so restarts are not known."
    static let hints = ToolHints.readsHere

    let table: ProcessTable

    func call(_ arguments: ListArguments, _ context: CallContext) async throws -> Output {
        let reading = try await table.read()
        let rows = reading.processes.lazy.filter { OwnProcess.isOurs($0, table.root) }.map { process in
            Row(
                name: OwnProcess.name(process, table.root), pid: process.pid, state: process.state, started: reading.started(process), cpu: reading.lately[process.pid]?.cpu,
                memory: process.residentBytes, threads: process.threads, files: process.openFiles(table.root))
        }
        let fitted = try ListBudget.fit(rows, fields: arguments.fields, maxBytes: arguments.maxBytes)
        return Output(asOf: CivilTime.text(reading.at, decimals: 3), services: fitted.rows, truncated: fitted.truncated)
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
