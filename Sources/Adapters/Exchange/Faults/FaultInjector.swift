import Model
import Notation
import Synchronization

/// The fault machine where the exchange's parts can reach it: the door, the house and whoever adds rules while it runs.
///
/// There is none in an exchange without a plan: then nothing of this costs anything.
final class FaultInjector: Sendable {
    /// An answer that is shown in place of a newer one.
    private struct Stale {
        let body: JSON
        let until: Double
    }

    private struct State {
        var machine: FaultMachine
        var stale: [String: Stale] = [:]
    }

    /// More answers than this are not kept in place of newer ones at once.
    static let staleLimit = 1000

    private let state: Mutex<State>
    private let now: @Sendable () -> Timestamp
    private let start: Timestamp

    init(_ plan: FaultPlan, now: @escaping @Sendable () -> Timestamp) {
        state = Mutex(State(machine: FaultMachine(plan)))
        self.now = now
        start = now()
    }

    var time: Timestamp { now() }
    /// Since the exchange came to be.
    var seconds: Double { (now() - start).seconds }

    func strikes(_ occasion: FaultMachine.Occasion) -> [Fault] {
        let seconds = seconds
        return state.withLock { $0.machine.strikes(occasion, at: seconds).map(\.fault) }
    }

    /// The faults of the exchange's life that are due now, each with the market that it strikes: its rule's, or one of `candidates`.
    func lifeStrikes(candidates: (Fault) -> [Ticker]) -> [(fault: Fault, market: Ticker?)] {
        let seconds = seconds
        let strikes = state.withLock { $0.machine.lifeStrikes(at: seconds) }
        return strikes.map { strike in
            if let market = strike.market { return (strike.fault, Ticker(market)) }
            let all = candidates(strike.fault)
            return (strike.fault, all.isEmpty ? nil : all[state.withLock { $0.machine.choice(strike, of: all.count) }])
        }
    }

    // MARK: Stale reads

    func keep(_ body: JSON, inPlaceOf path: String, milliseconds: Int64) {
        let until = seconds + Double(milliseconds) / 1000
        state.withLock { state in
            if state.stale.count >= FaultInjector.staleLimit { state.stale = state.stale.filter { $0.value.until > until - Double(milliseconds) / 1000 } }
            if state.stale.count < FaultInjector.staleLimit { state.stale[path] = Stale(body: body, until: until) }
        }
    }

    func stale(_ path: String) -> JSON? {
        let seconds = seconds
        return state.withLock { state in
            guard let kept = state.stale[path] else { return nil }
            if kept.until > seconds { return kept.body }
            state.stale[path] = nil
            return nil
        }
    }

    // MARK: While it runs

    func add(_ rules: [FaultRule]) {
        let seconds = seconds
        state.withLock { $0.machine.add(rules, at: seconds) }
    }

    func clear() { state.withLock { $0.machine.clear() } }

    var report: FaultReport {
        let seconds = seconds
        return state.withLock { $0.machine.report(at: seconds) }
    }
}
