import Healing
import MCP
import MCPHosting
import MCPServing
import Model
import Notation

struct HealingStatusTool: Tool {
    struct Arguments: Shaped {
        let limit: Int
        let fields: [String]?
        let maxBytes: Int
        static let notes: [String: Note] = ["limit": Note("Of the history.", range: 0...500, default: 20), "fields": ListBudget.fields, "max_bytes": ListBudget.maxBytes]
        enum CodingKeys: String, CodingKey {
            case limit, fields
            case maxBytes = "max_bytes"
        }
    }
    struct Row: Shaped {
        let at: String?
        let level: String?
        let kind: String?
        let message: String?
        let pid: Int32?
        static let notes: [String: Note] = ["at": "", "level": "", "kind": "", "message": "", "pid": ""]
    }
    struct Output: Shaped {
        let asOf: String
        let status: HealerStatus
        let history: [Row]
        let truncated: Bool
        static let notes: [String: Note] = ["as_of": "", "status": "", "history": "Newest first.", "truncated": ""]
        enum CodingKeys: String, CodingKey {
            case asOf = "as_of"
            case status, history, truncated
        }
    }
    static let name = "healing_status"
    static let title = "Self-healing"
    static let summary = "What the healer saw of the desk, did, and plans."
    static let hints = ToolHints.readsHere

    let desk: HealingDesk
    let now: @Sendable () -> Timestamp

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let report = try await desk.report(entries: arguments.limit)
        let rows = report.history.map { Row(at: $0.at, level: $0.level, kind: $0.kind.rawValue, message: $0.message, pid: $0.pid) }
        let fitted = try ListBudget.fit(rows, fields: arguments.fields, maxBytes: arguments.maxBytes)
        return Output(asOf: CivilTime.text(now(), decimals: 3), status: report.status, history: fitted.rows, truncated: fitted.truncated)
    }
}

struct HealingPauseTool: Tool {
    enum Step: String, Choice {
        case pause, resume
    }

    struct Arguments: Shaped {
        let action: Step
        let reason: String?
        static let notes: [String: Note] = ["action": Note("Which.", default: "pause"), "reason": Note("For the person and the history.", lengths: 1...200)]
    }
    struct Output: Shaped {
        let asOf: String
        let status: HealerStatus
        static let notes: [String: Note] = ["as_of": "", "status": ""]
        enum CodingKeys: String, CodingKey {
            case asOf = "as_of"
            case status
        }
    }
    static let name = "healing_pause"
    static let title = "Pause self-healing"
    static let summary = "Pauses the healer's repairs, or lets them go on. A person is asked first."
    static let hints = ToolHints(readOnly: false, destructive: false, idempotent: true, openWorld: false)

    let desk: HealingDesk
    let now: @Sendable () -> Timestamp

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let status = try await desk.report(entries: 0).status
        // It is so already: there is nothing to do, and nobody to ask.
        guard status.paused != (arguments.action == .pause) else { return Output(asOf: CivilTime.text(now(), decimals: 3), status: status) }
        let process = status.desk.map { "process \($0)" } ?? "no process"
        let reason = arguments.reason.map { "\nThe reason given: \($0)" } ?? ""
        let question = arguments.action == .pause
            ? "Pause the healer's repairs of the desk (\(process))? If it dies or hangs, it stays so until somebody lets them go on.\(reason)"
            : "Let the healer repair the desk (\(process)) again? What has failed meanwhile is repaired at once.\(reason)"
        switch try await context.confirm(question) {
        case .accepted: break
        case .declined, .cancelled: throw ToolFailure("nothing was changed: the person did not agree")
        }
        let changed = try await desk.command(arguments.action == .pause ? .pause : .resume, reason: arguments.reason)
        return Output(asOf: CivilTime.text(now(), decimals: 3), status: changed)
    }
}
