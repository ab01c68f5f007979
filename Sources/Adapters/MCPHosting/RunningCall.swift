import Synchronization

/// What stops a call, from the moment it is promised: before its task has begun, and while the task is still on the thread that began it.
///
/// A task's handle is only known to whoever began it, after its first wait. So the task itself is kept here for as long as it runs.
final class RunningCall: Sendable {
    private struct State: @unchecked Sendable {
        /// Valid while its task is in `during`: it is put here and taken away under the lock, and used under it.
        var task: UnsafeCurrentTask?
        var isStopped = false
    }

    private let state = Mutex(State())

    /// The call itself. A call that was stopped before begins as a cancelled one.
    func during(_ work: () async -> Void) async {
        await withUnsafeCurrentTask { task in
            state.withLock { state in
                state.task = task
                if state.isStopped { task?.cancel() }
            }
            await work()
            state.withLock { $0.task = nil }
        }
    }

    func stop() {
        state.withLock { state in
            state.isStopped = true
            state.task?.cancel()
        }
    }
}
