import Glibc
import HostFacts
import MCP
import MCPHosting
import Notation

struct SignalTool: Tool {
    enum Kind: String, Choice {
        case terminate, kill

        var number: Int32 { self == .terminate ? SIGTERM : SIGKILL }
    }

    struct Arguments: Shaped {
        let pid: Int32
        let signal: Kind
        static let notes: [String: Note] = ["pid": Note("As in services_list.", range: 2...4_194_304), "signal": Note("`kill` leaves no time to close.", default: "terminate")]
    }
    struct Output: Shaped {
        let pid: Int32
        let service: String
        let sent: String
        static let notes: [String: Note] = ["pid": "", "service": "", "sent": ""]
    }
    static let name = "process_signal"
    static let title = "Signal a service"
    static let summary = "Ends one of Aura's own processes. A person is asked first. No other process can be named, and not this server."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: false, openWorld: false)

    let root: HostRoot
    /// Sends it; the system's own call, but in tests.
    var send: @Sendable (Int32, Int32) -> Int32 = { kill($0, $1) }

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let process = try find(arguments.pid)
        let service = OwnProcess.name(process, root)
        let question = "Send \(arguments.signal.rawValue) to \(service), process \(process.pid), which began \(process.startTicks) ticks after the machine's start?"
        switch try await context.confirm(question) {
        case .accepted: break
        case .declined, .cancelled: throw ToolFailure("nothing was sent: the person did not agree")
        }
        // The number may have gone to another process while the person thought.
        let now = try find(arguments.pid)
        guard now.startTicks == process.startTicks else { throw ToolFailure("process \(arguments.pid) is another one by now; nothing was sent") }
        guard send(arguments.pid, arguments.signal.number) == 0 else { throw ToolFailure("the signal was not sent: \(String(cString: strerror(errno)))") }
        return Output(pid: arguments.pid, service: service, sent: arguments.signal.rawValue)
    }

    private func find(_ pid: Int32) throws -> ProcessReading {
        guard pid != getpid() else { throw ToolFailure("this server does not end itself") }
        guard let process = ProcessReading(root, pid: pid), process.user == getuid(), OwnProcess.isOurs(process, root), process.program(root) != nil else {
            throw ToolFailure("process \(pid) is none of Aura's that may be ended; services_list has those there are")
        }
        return process
    }
}
