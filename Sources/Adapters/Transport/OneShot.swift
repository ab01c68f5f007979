import NIOCore
import NIOPosix
import Synchronization

/// A value that is set once and waited for by anyone, with a limit if wanted. Later settings are ignored.
final class OneShot<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiters: [Int: CheckedContinuation<Value?, Never>] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    func set(_ value: Value) {
        let waiters = state.withLock { state in
            guard state.value == nil else { return [CheckedContinuation<Value?, Never>]() }
            state.value = value
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: value) }
    }

    /// The value, or nil when the limit passed first.
    func wait(atMost limit: TimeAmount) async -> Value? {
        await withCheckedContinuation { continuation in
            let (value, id) = state.withLock { state -> (Value?, Int) in
                if let value = state.value { return (value, 0) }
                state.nextWaiter += 1
                state.waiters[state.nextWaiter] = continuation
                return (nil, state.nextWaiter)
            }
            if let value { return continuation.resume(returning: value) }
            MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: limit) {
                self.state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: nil)
            }
        }
    }
}
