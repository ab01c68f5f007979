import Dispatch
public import Glibc
import MCP
import Notation
import Synchronization

/// Serves one client over a pair of file descriptors: one message a line, and nothing else on the way out.
public struct StdioServer: Sendable {
    /// A longer line is refused, and skipped.
    static let lineLimit = 8 << 20
    /// Answers that the client has not read yet; beyond, no more requests are read.
    static let backlogLimit = 4 << 20
    /// How long calls that are under way may still run when the input ends.
    static let graceSeconds = 2

    private let host: ServiceHost
    private let input: Int32
    private let output: Int32

    public init(_ host: ServiceHost, input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO) {
        self.host = host
        self.input = input
        self.output = output
    }

    /// Returns when the input has ended and what it asked for is answered.
    public func run() async {
        // A client that stops reading ends the conversation by the error of a write, not the process by a signal.
        signal(SIGPIPE, SIG_IGN)
        await withCheckedContinuation { continuation in
            // Reading blocks, so it has a thread of its own.
            DispatchQueue(label: "mcp.stdio.read").async {
                serve()
                continuation.resume()
            }
        }
    }

    private func serve() {
        let writer = LineWriter(output)
        let relief = DispatchSemaphore(value: 0)
        var limits = ServerDialogue.Limits()
        limits.calls = 1024
        let conversation = Conversation(host: host, principal: "stdio", limits: limits, send: { Self.write($0, to: writer) }, onRelief: { relief.signal() })
        writer.onRelief = { relief.signal() }
        var reader = LineReader(input, limit: StdioServer.lineLimit)
        // What is not read stays in the pipe: the client feels the bound.
        let hasRoom = { conversation.load < limits.calls / 2 && writer.backlog < StdioServer.backlogLimit }
        while !writer.isBroken, let lines = reader.next() {
            for line in lines {
                while !hasRoom() && !writer.isBroken { relief.wait() }
                switch line {
                case .whole(let bytes): conversation.receive(bytes)
                case .tooLong: writer.write(Envelope.error(nil, .invalidRequest("a line is longer than \(StdioServer.lineLimit) bytes")).json)
                }
            }
        }
        let deadline = DispatchTime.now() + .seconds(StdioServer.graceSeconds)
        while !writer.isBroken, conversation.load > 0, relief.wait(timeout: deadline) == .success {}
        conversation.close()
        writer.flush()
    }
}

extension StdioServer {
    fileprivate static func write(_ message: Conversation.Message, to writer: LineWriter) {
        switch message {
        case .reply(_, let json, _), .tell(_, let json): writer.write(json)
        // To a pipe, silence is the absence of an answer.
        case .drop, .pause: break
        }
    }
}

/// Cuts what a file descriptor gives into lines. Blank lines are nothing; a carriage return before the end belongs to it.
struct LineReader {
    enum Line {
        case whole(ArraySlice<UInt8>)
        case tooLong
    }

    private let file: Int32
    private let limit: Int
    private var rest: [UInt8] = []
    private var isSkipping = false
    private var chunk = [UInt8](repeating: 0, count: 1 << 16)

    init(_ file: Int32, limit: Int) {
        self.file = file
        self.limit = limit
    }

    /// The lines of the next piece, none at all perhaps; nil at the end.
    mutating func next() -> [Line]? {
        var count: Int
        repeat { count = read(file, &chunk, chunk.count) } while count < 0 && errno == EINTR
        guard count > 0 else { return nil }
        var lines: [Line] = []
        var piece = chunk[..<count]
        while let end = piece.firstIndex(of: UInt8(ascii: "\n")) {
            if let line = line(endingWith: piece[piece.startIndex..<end]) { lines.append(line) }
            piece = piece[(end + 1)...]
        }
        guard !isSkipping else { return lines }
        rest += piece
        if rest.count > limit {
            isSkipping = true
            rest = []
            lines.append(.tooLong)
        }
        return lines
    }

    /// What is left of former pieces and this end of it; nil for a blank line, and for the end of one that was too long.
    private mutating func line(endingWith end: ArraySlice<UInt8>) -> Line? {
        guard !isSkipping else {
            isSkipping = false
            return nil
        }
        var line = end
        if !rest.isEmpty {
            rest += end
            line = rest[...]
            rest = []
        }
        guard line.count <= limit else { return .tooLong }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line.contains { $0 != 0x20 && $0 != 0x09 } ? .whole(line) : nil
    }
}

/// Writes messages as lines, in order, from a thread of its own: nobody who has something to say waits for the pipe.
final class LineWriter: Sendable {
    private struct State {
        var buffer: [UInt8] = []
        var isScheduled = false
        var isBroken = false
        var onRelief: @Sendable () -> Void = {}
    }

    private let file: Int32
    private let queue = DispatchQueue(label: "mcp.stdio.write")
    private let state = Mutex(State())

    init(_ file: Int32) { self.file = file }

    var isBroken: Bool { state.withLock { $0.isBroken } }
    /// Bytes that wait.
    var backlog: Int { state.withLock { $0.buffer.count } }
    /// Called after something was written, or cannot be any more.
    var onRelief: @Sendable () -> Void {
        get { state.withLock { $0.onRelief } }
        set { state.withLock { $0.onRelief = newValue } }
    }

    func write(_ json: JSON) {
        let isFirst = state.withLock { state in
            guard !state.isBroken else { return false }
            json.write(to: &state.buffer)
            state.buffer.append(UInt8(ascii: "\n"))
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        guard isFirst else { return }
        // A short message into a pipe that has room is written here: another thread would take longer to wake up than the write takes.
        if !writesAtOnce() { queue.async { self.drain() } }
    }

    /// Writes what waits as long as that cannot block; false when the thread for writing has to go on.
    private func writesAtOnce() -> Bool {
        while true {
            var place = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
            guard poll(&place, 1, 0) == 1, place.revents & Int16(POLLOUT) != 0 else { return false }
            let bytes = state.withLock { state -> [UInt8]? in
                // POLLOUT promises room for this much (pipe(7)).
                guard state.buffer.count <= Int(PIPE_BUF) else { return nil }
                defer { state.buffer = [] }
                if state.buffer.isEmpty { state.isScheduled = false }
                return state.buffer
            }
            guard let bytes else { return false }
            if bytes.isEmpty { return true }
            wrote(bytes)
        }
    }

    private func wrote(_ bytes: [UInt8]) {
        let isWritten = put(bytes)
        let relieved = state.withLock { state in
            if !isWritten { state.isBroken = true }
            return state.onRelief
        }
        relieved()
    }

    /// Returns when everything so far is written.
    func flush() { queue.sync { drain() } }

    /// Writes what waits, and closes the descriptor, which must be its own.
    func close() {
        queue.async {
            self.drain()
            let isFirst = self.state.withLock { state in
                defer { state.isBroken = true }
                return !state.isBroken
            }
            if isFirst { Glibc.close(self.file) }
        }
    }

    private func drain() {
        while true {
            let bytes = state.withLock { state in
                defer { state.buffer = [] }
                if state.buffer.isEmpty { state.isScheduled = false }
                return state.buffer
            }
            guard !bytes.isEmpty else { return }
            wrote(bytes)
        }
    }

    private func put(_ bytes: [UInt8]) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress.map { $0 + start }, bytes.count - start) }
            if count > 0 { start += count } else if errno != EINTR { return false }
        }
        return true
    }
}
