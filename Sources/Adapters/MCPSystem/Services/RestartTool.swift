import Healing
import MCP
import MCPHosting
import Model
import Notation

struct RestartTool: Tool {
    /// What may be restarted: what the healer has started.
    enum Service: String, Choice {
        case desk
    }

    struct Arguments: Shaped {
        let service: Service
        let reason: String?
        let wait: Int
        static let notes: [String: Note] = [
            "service": Note("Which.", default: "desk"), "reason": Note("For the person and the history.", lengths: 1...200), "wait": Note("Seconds for it to be ready.", range: 0...120, default: 30),
        ]
    }
    struct Output: Shaped {
        let asOf: String
        let verified: Bool
        let status: HealerStatus
        static let notes: [String: Note] = ["as_of": "", "verified": "Ready in that time.", "status": ""]
        enum CodingKeys: String, CodingKey {
            case asOf = "as_of"
            case verified, status
        }
    }
    static let name = "service_restart"
    static let title = "Restart the desk"
    static let summary = "Ends the desk in order and starts it again, through its healer. A person is asked first."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: false, openWorld: false)

    let desk: HealingDesk
    let now: @Sendable () -> Timestamp

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let before = try await desk.report(entries: 0).status
        let what = before.desk.map { "Restart the desk, process \($0)? It is ended in order, which cancels its resting orders, and started again." } ?? "Start the desk, which does not run (\(before.state))?"
        switch try await context.confirm(what + (arguments.reason.map { "\nThe reason given: \($0)" } ?? "")) {
        case .accepted: break
        case .declined, .cancelled: throw ToolFailure("nothing was restarted: the person did not agree")
        }
        // The healer may have repaired it while the person thought.
        guard try await desk.report(entries: 0).status.desk == before.desk else { throw ToolFailure("the desk is another process by now; nothing was restarted") }
        var status = try await desk.command(.restart, reason: arguments.reason)
        let deadline = ContinuousClock.now + .seconds(arguments.wait)
        while !isSettled(status, before), ContinuousClock.now < deadline {
            // The pace of asking, not the wait itself; a cancelled call ends here, and the restart goes on.
            try await Task.sleep(for: .milliseconds(100))
            status = try await desk.report(entries: 0).status
        }
        return Output(asOf: CivilTime.text(now(), decimals: 3), verified: isNew(status, before) && status.state == "ready", status: status)
    }

    private func isNew(_ status: HealerStatus, _ before: HealerStatus) -> Bool { status.desk != nil && status.desk != before.desk }

    private func isSettled(_ status: HealerStatus, _ before: HealerStatus) -> Bool {
        (isNew(status, before) && status.state == "ready") || ["stopped", "escalated", "closed"].contains(status.state)
    }
}
