import Synchronization

/// Calls that wait to be answered. All that wait are answered together, after one write of the ledger: while one group is written, the next one gathers.
///
/// Its bound is the server's: a connection waits with one call at a time.
final class Intake: Sendable {
    struct Waiting: Sendable {
        let call: Call
        let reply: CheckedContinuation<Result<Answer, APIError>, Never>
    }

    private struct State {
        var waiting: [Waiting] = []
        var isServed = false
    }

    private let state = Mutex(State())

    /// True when nobody is serving: then the caller has to see to it.
    func put(_ waiting: Waiting) -> Bool {
        state.withLock { state in
            state.waiting.append(waiting)
            defer { state.isServed = true }
            return !state.isServed
        }
    }

    /// All that wait. Nothing ends the serving.
    func take() -> [Waiting] {
        state.withLock { state in
            let all = state.waiting
            state.waiting = []
            if all.isEmpty { state.isServed = false }
            return all
        }
    }
}
