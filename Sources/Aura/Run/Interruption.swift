import Dispatch
import Foundation
import Synchronization

/// Ctrl-C and SIGTERM as something to wait for. The second one ends the process at once: stop works even when stopping hangs.
final class Interruption: Sendable {
    /// A wrapper may send the same signal twice at once; only a person asks again after a while.
    static let forceAfter = Duration.seconds(1)

    private struct State {
        var raised: ContinuousClock.Instant?
        var finished = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    // Kept for as long as signals are to be heard; set once, in `init`.
    private nonisolated(unsafe) var sources: [any DispatchSourceSignal] = []

    init() {
        for number in [SIGINT, SIGTERM] {
            // The default action would end the process before anything could be canceled.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [weak self] in self?.raise() }
            source.resume()
            sources.append(source)
        }
    }

    func raise() {
        let (again, waiting) = state.withLock { state in
            defer {
                state.raised = state.raised ?? .now
                state.waiting = nil
            }
            return (state.raised.map { .now - $0 > Self.forceAfter } ?? false, state.waiting)
        }
        if again { _exit(130) }
        waiting?.resume()
    }

    /// Returns at the first signal, or when something else called `finish`.
    func wait() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let raised = state.withLock { state in
                let over = state.raised != nil || state.finished
                if !over { state.waiting = continuation }
                return over
            }
            if raised { continuation.resume() }
        }
    }

    /// Ends the wait without a signal: something failed, and the process is to close.
    func finish() {
        let waiting = state.withLock { state in
            defer {
                state.finished = true
                state.waiting = nil
            }
            return state.waiting
        }
        waiting?.resume()
    }
}
