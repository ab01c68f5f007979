import Dispatch
import Glibc
import Notation
import Synchronization

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
