import Synchronization

/// The messages of one WebSocket between its event loop and its one reader. Bounded by not reading the socket, never by dropping.
final class Mailbox: Sendable {
    private struct State {
        var queue: [WebSocketMessage] = []
        var head = 0
        var reader: CheckedContinuation<WebSocketMessage?, Never>?
        var finished = false
        var isHeld = false
        var waiting: Int { queue.count - head }
    }

    private let state = Mutex(State())
    private let limit: Int
    /// Called when the reader has caught up after a hold.
    private let onRelease: @Sendable () -> Void

    init(limit: Int, onRelease: @escaping @Sendable () -> Void) {
        self.limit = limit
        self.onRelease = onRelease
    }

    var isFinished: Bool { state.withLock { $0.finished } }

    func put(_ message: WebSocketMessage) { put(message, last: false) }
    func finish(_ message: WebSocketMessage) { put(message, last: true) }

    /// True when the socket should not be read now; `onRelease` will say when it should again.
    func hold() -> Bool {
        state.withLock { state in
            state.isHeld = !state.finished && state.waiting >= limit
            return state.isHeld
        }
    }

    /// The next message; nil after the last one, or when the reader was cancelled.
    func next() async -> WebSocketMessage? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (answer, isReleased) = state.withLock { state in Self.take(&state, for: continuation, limit: limit, cancelled: Task.isCancelled) }
                if isReleased { onRelease() }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            abandon()
        }
    }

    /// The reader goes away: nothing is kept for it any more.
    func abandon() {
        let reader = state.withLock { state in
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    private func put(_ message: WebSocketMessage, last: Bool) {
        let reader = state.withLock { state -> CheckedContinuation<WebSocketMessage?, Never>? in
            guard !state.finished else { return nil }
            state.finished = last
            guard let reader = state.reader else {
                state.queue.append(message)
                return nil
            }
            state.reader = nil
            return reader
        }
        reader?.resume(returning: message)
    }

    /// What to answer at once (doubly optional: nil is "the end", no answer is "wait"), and whether the socket may be read again.
    private static func take(
        _ state: inout State, for reader: CheckedContinuation<WebSocketMessage?, Never>, limit: Int, cancelled: Bool
    ) -> (answer: WebSocketMessage??, isReleased: Bool) {
        guard state.waiting > 0 else {
            if state.finished || cancelled || state.reader != nil { return (.some(nil), false) }
            state.reader = reader
            return (nil, false)
        }
        let message = state.queue[state.head]
        state.head += 1
        if state.head == state.queue.count || state.head > 4096 {
            state.queue.removeFirst(state.head)
            state.head = 0
        }
        let isReleased = state.isHeld && state.waiting <= limit / 2
        if isReleased { state.isHeld = false }
        return (message, isReleased)
    }
}
