import Dispatch
import MCP
import Notation
import Synchronization

/// Two threads at one input. One reads; if what it read is a single request, it carries that out itself while the other reads on.
///
/// To wake a thread of the pool costs more than most calls do, and a client that asks one thing after the other waits for it every time. Because
/// the other thread reads meanwhile, and never begins a call while this one is at it, a call may keep its thread for as long as it likes: it can be cancelled,
/// and what is asked beside it goes to the pool.
final class StdioTurns: Sendable {
    private struct Turn {
        var reader: LineReader
        var isOver = false
    }

    private let conversation: Conversation
    private let writer: LineWriter
    private let relief = DispatchSemaphore(value: 0)
    private let limits: ServerDialogue.Limits
    /// Whose turn it is to read; whoever has been through the semaphore is alone with it.
    private let turns = DispatchSemaphore(value: 1)
    private let turn: Mutex<Turn>
    /// One of the two is carrying a call out.
    private let isAtWork = Atomic(false)

    init(_ host: ServiceHost, _ input: Int32, _ output: Int32) {
        let (relief, writer) = (relief, LineWriter(output))
        var limits = ServerDialogue.Limits()
        limits.calls = 256
        conversation = Conversation(host: host, principal: "stdio", limits: limits, send: { StdioTurns.write($0, to: writer) }, onRelief: { relief.signal() })
        writer.onRelief = { relief.signal() }
        self.writer = writer
        self.limits = limits
        turn = Mutex(Turn(reader: LineReader(input, limit: StdioServer.lineLimit)))
    }

    /// Takes turns until the input has ended. True for the thread that saw it end, after everything is answered or given up.
    func serve() -> Bool {
        while true {
            turns.wait()
            guard let next = turn.withLock({ next(&$0) }) else {
                turns.signal()
                return false
            }
            switch next {
            case .ended:
                turns.signal()
                end()
                return true
            case .many: turns.signal()
            case .one(let calls):
                guard isAtWork.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged else {
                    calls.start()
                    turns.signal()
                    continue
                }
                turns.signal()
                calls.startHere()
                isAtWork.store(false, ordering: .releasing)
            }
        }
    }

    private enum Next {
        /// A single message, whose calls are not begun.
        case one(Conversation.Accepted)
        /// Messages that came together, whose calls are in the pool; or nothing whole yet.
        case many
        case ended
    }

    /// Nil when the other has seen the end.
    private func next(_ turn: inout Turn) -> Next? {
        guard !turn.isOver else { return nil }
        guard !writer.isBroken, let lines = turn.reader.next() else {
            turn.isOver = true
            return .ended
        }
        for line in lines {
            // What is not read stays in the pipe: the client feels the bound.
            while !hasRoom && !writer.isBroken { relief.wait() }
            switch line {
            case .whole(let bytes) where lines.count == 1: return .one(conversation.accept(bytes))
            case .whole(let bytes): conversation.receive(bytes)
            case .tooLong: writer.write(Envelope.error(nil, .invalidRequest("a line is longer than \(StdioServer.lineLimit) bytes")).json)
            }
        }
        return .many
    }

    private var hasRoom: Bool { conversation.atWork < limits.calls / 2 && writer.backlog < StdioServer.backlogLimit }

    private func end() {
        let deadline = DispatchTime.now() + .seconds(StdioServer.graceSeconds)
        while !writer.isBroken, conversation.load > 0, relief.wait(timeout: deadline) == .success {}
        conversation.close()
        writer.flush()
    }

    private static func write(_ message: Conversation.Message, to writer: LineWriter) {
        switch message {
        case .reply(_, let json, _): writer.write(json)
        // What nobody asked for is not kept for a client that does not read: the next change says the same.
        case .tell(_, let json): if json["id"] != nil || writer.backlog < StdioServer.backlogLimit { writer.write(json) }
        // To a pipe, silence is the absence of an answer.
        case .drop, .pause: break
        }
    }
}
