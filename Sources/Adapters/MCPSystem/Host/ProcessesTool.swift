import HostFacts
import MCP
import MCPHosting
import MCPServing
import Model
import Notation

struct ProcessesTool: Tool {
    enum Order: String, Choice { case cpu, memory, io, files, pid }

    struct Arguments: Shaped {
        let sort: Order
        let limit: Int
        let match: String?
        let under: Int32?
        let fields: [String]?
        let maxBytes: Int
        static let notes: [String: Note] = [
            "sort": Note("The most first.", default: "cpu"), "limit": Note("Rows.", range: 1...500, default: 20), "match": Note("In the name.", lengths: 1...64),
            "under": Note("This pid and its descendants.", range: 1...4_194_304), "fields": ListBudget.fields, "max_bytes": ListBudget.maxBytes,
        ]
        enum CodingKeys: String, CodingKey {
            case sort, limit, match, under, fields
            case maxBytes = "max_bytes"
        }
    }
    struct Row: Shaped {
        let pid: Int32?
        let parent: Int32?
        let name: String?
        let command: String?
        let user: String?
        let state: String?
        let cpu: Double?
        let memory: Int64?
        let threads: Int?
        let files: Int?
        let reads: Double?
        let writes: Double?
        let read: Int64?
        let written: Int64?
        let started: String?
        static let notes: [String: Note] = [
            "pid": "", "parent": "", "name": "", "command": "", "user": "", "state": "", "cpu": "", "memory": "", "threads": "", "files": "",
            "reads": "", "writes": "", "read": "", "written": "", "started": "",
        ]
    }
    struct Output: Shaped {
        let asOf: String
        let total: Int
        let processes: [Row]
        let truncated: Bool
        static let notes: [String: Note] = ["as_of": "", "total": "", "processes": "", "truncated": ""]
        enum CodingKeys: String, CodingKey {
            case asOf = "as_of"
            case total, processes, truncated
        }
    }
    static let name = "processes_list"
    static let title = "Processes"
    static let summary =
        "Processes by CPU (percent of one core), memory, storage I/O (bytes a second, and in all) or open files; by name or subtree. Arguments that could be secrets are …"
    static let hints = ToolHints.readsHere

    let table: ProcessTable

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let reading = try await table.read()
        let chosen = choose(reading.processes, arguments)
        let rows = order(chosen, arguments.sort, reading).prefix(arguments.limit).lazy.map { row($0, reading) }
        let fitted = try ListBudget.fit(rows, fields: arguments.fields, maxBytes: arguments.maxBytes)
        return Output(
            asOf: CivilTime.text(reading.at, decimals: 3), total: chosen.count, processes: fitted.rows,
            truncated: fitted.truncated || chosen.count > arguments.limit)
    }

    private func choose(_ all: [ProcessReading], _ arguments: Arguments) -> [ProcessReading] {
        var chosen = all
        if let top = arguments.under {
            let children = Dictionary(grouping: all, by: \.parent)
            var wanted: Set<Int32> = [top]
            var waiting = [top]
            while let pid = waiting.popLast() {
                for child in children[pid] ?? [] where wanted.insert(child.pid).inserted { waiting.append(child.pid) }
            }
            chosen = chosen.filter { wanted.contains($0.pid) }
        }
        if let match = arguments.match?.lowercased() { chosen = chosen.filter { $0.name.lowercased().contains(match) } }
        return chosen
    }

    private func order(_ processes: [ProcessReading], _ sort: Order, _ reading: ProcessTable.Reading) -> [ProcessReading] {
        let weights: [Double] =
            switch sort {
            case .cpu: processes.map { reading.lately[$0.pid]?.cpu ?? -1 }
            case .memory: processes.map { Double($0.residentBytes) }
            case .io: processes.map { process in reading.lately[process.pid].flatMap { lately in lately.reads.map { $0 + (lately.writes ?? 0) } } ?? -1 }
            case .files: processes.map { $0.openFiles(table.root).map { Double($0) } ?? -1 }
            case .pid: processes.map { -Double($0.pid) }
            }
        return zip(processes, weights).sorted { ($0.1, $1.0.pid) > ($1.1, $0.0.pid) }.map(\.0)
    }

    private func row(_ process: ProcessReading, _ reading: ProcessTable.Reading) -> Row {
        let (storage, lately) = (reading.storage[process.pid], reading.lately[process.pid])
        return Row(
            pid: process.pid, parent: process.parent, name: process.name, command: process.command(table.root), user: process.user.map(table.userName),
            state: process.state, cpu: lately?.cpu, memory: process.residentBytes, threads: process.threads, files: process.openFiles(table.root),
            reads: lately?.reads, writes: lately?.writes, read: storage?.read, written: storage?.written, started: reading.started(process))
    }
}
