import Model
import Synchronization
import Transport

/// What comes to the feed from several tasks, in one line for the one that delivers. A full line makes its senders wait, and through them the socket.
final class FeedInbox: Sendable {
    enum Input: Sendable {
        case opened(WebSocketConnection, UInt32)
        case frame([UInt8], Timestamp, UInt32)
        case lost(UInt32, String)
        case found([Finding])
        case resnapshot(SubscriptionID)
        /// The client's answers have something to tell about their contract.
        case drifts
        case hours(ExchangeReading)
        case pulse
    }

    private struct State {
        var inputs: [Input] = []
        var closed = false
        var reader: CheckedContinuation<[Input]?, Never>?
        var writers: [CheckedContinuation<Void, Never>] = []
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// Returns when there is room again. After the end inputs are dropped.
    func put(_ input: Input) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let (reader, goOn) = state.withLock { state -> (CheckedContinuation<[Input]?, Never>?, Bool) in
                if state.closed { return (nil, true) }
                if let reader = state.reader {
                    state.reader = nil
                    return (reader, true)
                }
                state.inputs.append(input)
                if state.inputs.count < limit { return (nil, true) }
                state.writers.append(continuation)
                return (nil, false)
            }
            reader?.resume(returning: [input])
            if goOn { continuation.resume() }
        }
    }

    /// Everything that waits, at least one; nil after the end.
    func take() async -> [Input]? {
        await withCheckedContinuation { continuation in
            let (answer, writers) = state.withLock { state -> ([Input]??, [CheckedContinuation<Void, Never>]) in
                if state.closed { return (.some(nil), []) }
                guard !state.inputs.isEmpty else {
                    state.reader = continuation
                    return (nil, [])
                }
                defer {
                    state.inputs.removeAll(keepingCapacity: true)
                    state.writers.removeAll()
                }
                return (state.inputs, state.writers)
            }
            for writer in writers { writer.resume() }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    func close() {
        let (reader, writers) = state.withLock { state in
            defer {
                state.closed = true
                state.inputs.removeAll()
                state.reader = nil
                state.writers.removeAll()
            }
            return (state.reader, state.writers)
        }
        reader?.resume(returning: nil)
        for writer in writers { writer.resume() }
    }

    /// Wakes one sleeper early. A ring while nobody sleeps is kept for the next sleep, once.
    final class Bell: Sendable {
        private struct State {
            var rung = false
            var sleeper: CheckedContinuation<Void, Never>?
        }
        private let state = Mutex(State())

        func ring() {
            let sleeper = state.withLock { state in
                defer { state.sleeper = nil }
                state.rung = state.sleeper == nil
                return state.sleeper
            }
            sleeper?.resume()
        }

        func wait(atMost limit: Duration) async {
            await withTaskGroup { group in
                group.addTask {
                    // A limit, or the end of the feed: either way the sleeper wakes.
                    try? await Task.sleep(for: limit)
                    self.ring()
                }
                await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                    let goOn = state.withLock { state in
                        if state.rung {
                            state.rung = false
                            return true
                        }
                        state.sleeper = continuation
                        return false
                    }
                    if goOn { continuation.resume() }
                }
                group.cancelAll()
            }
            // The limit's own ring, when it came after another's, is for nobody.
            state.withLock { $0.rung = false }
        }
    }
}
