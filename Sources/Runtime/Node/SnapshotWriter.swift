import Dispatch
import Engine
public import Ports
import Synchronization

/// Where the desk keeps states to recover from, and how often.
public struct SnapshotPlan: Sendable {
    let journal: any SnapshotJournal
    let every: Int64
    let program: @Sendable () -> String?
    let onTrouble: @Sendable (String) -> Void

    /// - Parameters:
    ///   - every: events between two.
    ///   - program: a fingerprint of the program that is running; nil where it cannot be told, and then no snapshot is written or used. Asked for only when needed.
    public init(_ journal: any SnapshotJournal, every: Int64, program: @escaping @Sendable () -> String?, onTrouble: @escaping @Sendable (String) -> Void = { _ in }) {
        precondition(every > 0, "a snapshot has events before it")
        self.journal = journal
        self.every = every
        self.program = program
        self.onTrouble = onTrouble
    }
}

/// Writes the desk's state down now and then, beside the loop: the engine is a value, so a copy of it costs nothing until the original moves on.
///
/// One at a time. What cannot be written is told and missed by nobody: the next start only has more to replay.
final class SnapshotWriter: Sendable {
    /// Fewer events than these are replayed sooner than a state is written: a stop then writes none.
    static let worthAtStop: Int64 = 50_000

    private struct State {
        /// Events in the newest that was written or is being written.
        var last: Int64
        var isBusy = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let plan: SnapshotPlan
    private let state: Mutex<State>
    /// A thread of its own: the few that carry tasks are the engine's and its neighbours'.
    private let queue = DispatchQueue(label: "snapshot", qos: .utility)

    init(_ plan: SnapshotPlan, last: Int64) {
        self.plan = plan
        state = Mutex(State(last: last))
    }

    /// Whether the next one is due after so many events: asked at every commit, so that the engine is not even passed on for nothing.
    func isDue(_ events: Int64) -> Bool { state.withLock { !$0.isBusy && events - $0.last >= plan.every } }

    /// Called by the loop when everything that the engine has seen is in the journal, and durable.
    func write(_ engine: TradingEngine, _ chronicle: Chronicle) { begin(engine, chronicle, after: plan.every) }

    /// Returns when nothing is being written any more; before, the last state is, if it is worth it.
    func finish(_ engine: TradingEngine, _ chronicle: Chronicle) async {
        await idle()
        begin(engine, chronicle, after: min(plan.every, Self.worthAtStop))
        await idle()
    }

    private func begin(_ engine: TradingEngine, _ chronicle: Chronicle, after events: Int64) {
        let mine = state.withLock { state in
            guard !state.isBusy, engine.events - state.last >= events else { return false }
            state.isBusy = true
            state.last = engine.events
            return true
        }
        guard mine else { return }
        do {
            let mark = try plan.journal.mark()
            guard mark.events == engine.events else {
                plan.onTrouble("no snapshot was written: the journal holds \(mark.events) events and the engine has seen \(engine.events)")
                return end()
            }
            queue.async { [self] in
                keep(engine, chronicle, at: mark)
                end()
            }
        } catch {
            plan.onTrouble("no snapshot was written: \(error)")
            end()
        }
    }

    private func keep(_ engine: TradingEngine, _ chronicle: Chronicle, at mark: JournalMark) {
        guard let program = plan.program() else { return plan.onTrouble("no snapshot was written: the program's own file cannot be read") }
        do {
            try plan.journal.saveSnapshot(DeskSnapshot(engine, chronicle, by: program).bytes, at: mark)
        } catch {
            plan.onTrouble("no snapshot was written after event \(mark.events): \(error)")
        }
    }

    private func end() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.isBusy = false
            return state.waiting
        }
        for each in waiting { each.resume() }
    }

    private func idle() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let free = state.withLock { state in
                if state.isBusy { state.waiting.append(continuation) }
                return !state.isBusy
            }
            if free { continuation.resume() }
        }
    }
}
