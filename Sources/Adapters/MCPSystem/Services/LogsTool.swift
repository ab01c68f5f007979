import MCP
import MCPHosting
import MCPServing
import Model
import Notation

struct LogsTool: Tool {
    enum Level: String, Choice {
        case trace, debug, info, notice, warning, error, critical
    }

    struct Arguments: Shaped {
        let service: String?
        let level: Level?
        let text: String?
        let regex: String?
        let since: String?
        let limit: Int
        let fields: [String]?
        let maxBytes: Int
        static let notes: [String: Note] = [
            "service": "Only it.", "level": "At least.", "text": Note("In the message.", lengths: 1...200),
            "regex": Note("Found in the message; capitals do not matter.", lengths: 1...500),
            "since": Note("Not older.", format: "date-time"), "limit": Note("Lines.", range: 1...1000, default: 100), "fields": ListBudget.fields, "max_bytes": ListBudget.maxBytes,
        ]
        enum CodingKeys: String, CodingKey {
            case service, level, text, regex, since, limit, fields
            case maxBytes = "max_bytes"
        }
    }
    struct Output: Shaped {
        let services: [String]
        let lines: [LogLine]
        let truncated: Bool
        static let notes: [String: Note] = ["services": "", "lines": "", "truncated": ""]
    }
    static let name = "logs_query"
    static let title = "Logs"
    static let summary = "Log lines of our services, the newest first, from the last 4 MiB of each. Secrets are taken out."
    static let hints = ToolHints.readsHere

    let logs: LogFiles

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output { try await LogFiles.aside { try search(arguments) } }

    private func search(_ arguments: Arguments) throws -> Output {
        let all = logs.all
        if let service = arguments.service, all[service] == nil {
            throw ToolFailure("there is no log of '\(service)'; there are \(all.isEmpty ? "none" : all.keys.sorted().joined(separator: ", "))")
        }
        let since = try arguments.since.map { text in
            guard let time = CivilTime.parse(text) else { throw ToolFailure("`since` is not a time as 2026-11-26T02:00:00Z: '\(text.prefix(40))'") }
            return time
        }
        let chosen = all.filter { arguments.service == nil || $0.key == arguments.service }.sorted { $0.key < $1.key }
        var pattern = try arguments.regex.map { regex in try FailedPattern.told { () throws(TextPattern.Fault) in try PatternSearch(regex, ignoringCase: true) } }
        var lines: [(line: LogLine, time: Timestamp?)] = []
        for (service, path) in chosen {
            guard let found = LogFiles.lines(service, path) else {
                if arguments.service != nil { throw ToolFailure("the log of '\(service)' cannot be read") }
                continue
            }
            // The newest of each file are enough for the newest of all.
            var newest: [(line: LogLine, time: Timestamp?)] = []
            for line in found.reversed() where newest.count <= arguments.limit {
                let entry = (line: line, time: line.at.flatMap { CivilTime.parse($0) })
                guard fits(entry, arguments, since) else { continue }
                let isFound = try FailedPattern.told { () throws(TextPattern.Fault) in try pattern?.isFound(in: line.message ?? "") ?? true }
                if isFound { newest.append(entry) }
            }
            lines += newest.reversed()
        }
        // A line without a time stays where its file has it: behind those that have one.
        let sorted = lines.reversed().enumerated().sorted { a, b in
            (b.element.time ?? .zero, a.offset) < (a.element.time ?? .zero, b.offset)
        }.map(\.element.line)
        let fitted = try ListBudget.fit(sorted.prefix(arguments.limit), fields: arguments.fields, maxBytes: arguments.maxBytes)
        return Output(services: all.keys.sorted(), lines: fitted.rows, truncated: fitted.truncated || sorted.count > arguments.limit)
    }

    /// A line that does not tell its level or time fits no wish for one.
    private func fits(_ entry: (line: LogLine, time: Timestamp?), _ arguments: Arguments, _ since: Timestamp?) -> Bool {
        if let level = arguments.level {
            guard let own = entry.line.level.flatMap(LogsTool.rank), let least = LogsTool.rank(level.rawValue), own >= least else { return false }
        }
        if let since { guard let time = entry.time, time >= since else { return false } }
        if let text = arguments.text { return entry.line.message?.lowercased().contains(text.lowercased()) == true }
        return true
    }

    private static func rank(_ level: String) -> Int? {
        let names = ["warn": "warning", "err": "error", "fatal": "critical"]
        return Level.allCases.firstIndex { $0.rawValue == names[level] ?? level }
    }
}
