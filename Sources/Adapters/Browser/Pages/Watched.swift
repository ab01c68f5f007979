import Dispatch
import Synchronization

/// A value that others wait on, until it is as they want it or their time is over.
final class Watched<Value: Sendable>: Sendable {
    private struct Waiter {
        let test: @Sendable (Value) -> Bool
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var value: Value
        var waiters: [Int: Waiter] = [:]
        var next = 0
    }

    private let state: Mutex<State>

    init(_ value: Value) { state = Mutex(State(value: value)) }

    var value: Value { state.withLock { $0.value } }

    @discardableResult
    func change<Result: Sendable>(_ edit: (inout Value) -> Result) -> Result {
        let (result, ready) = state.withLock { state in
            let result = edit(&state.value)
            let ready = state.waiters.filter { $0.value.test(state.value) }
            for id in ready.keys { state.waiters.removeValue(forKey: id) }
            return (result, ready.values.map(\.continuation))
        }
        for waiter in ready { waiter.resume(returning: true) }
        return result
    }

    /// False when the time was over, or the waiting was cancelled.
    func wait(within limit: Duration, until test: @escaping @Sendable (Value) -> Bool) async -> Bool {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if test(state.value) { return true }
                    if Task.isCancelled { return false }
                    state.waiters[id] = Waiter(test: test, continuation: continuation)
                    return nil
                }
                if let answer { return continuation.resume(returning: answer) }
                DispatchQueue.global().asyncAfter(deadline: .now() + limit.seconds) { [self] in giveUp(id) }
            }
        } onCancel: {
            giveUp(id)
        }
    }

    private func giveUp(_ id: Int) { state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(returning: false) }
}
