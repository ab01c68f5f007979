import Model
import Synchronization

/// Remembers what of the exchange's answers did not fit the contract, until somebody takes it to the desk.
///
/// A break is told every time, what is merely new once. Both lists are bounded: beyond the bound what is new is dropped, never the newest break.
final class ContractWatch: Sendable {
    static let mostTold = 1000
    static let mostWaiting = 100

    private struct State {
        var told: Set<ContractDrift> = []
        var kept: [ContractDrift: AnswerValue] = [:]
        var waiting: [ContractDrift] = []
        var bell: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    func report(_ drift: ContractDrift) {
        let bell = state.withLock { state -> (@Sendable () -> Void)? in
            switch drift.severity {
            case .noted:
                guard state.told.count < Self.mostTold, state.told.insert(drift).inserted, state.waiting.count < Self.mostWaiting else { return nil }
            case .broken:
                if state.waiting.contains(drift) { return nil }
                if state.waiting.count >= Self.mostWaiting { state.waiting.removeFirst() }
            }
            state.waiting.append(drift)
            return state.bell
        }
        bell?()
    }

    func report(_ notes: ContractNotes, in place: String) {
        for problem in notes.problems.sorted() {
            let drift = ContractDrift(.noted, place: place, problem: problem)
            if let value = notes.values[problem] {
                state.withLock { state in if state.kept.count < Self.mostTold, state.kept[drift] == nil { state.kept[drift] = value } }
            }
            report(drift)
        }
    }

    /// What stood in a field that the contract does not have, the first time it was met.
    func kept(_ drift: ContractDrift) -> AnswerValue? { state.withLock { $0.kept[drift] } }

    /// Everything since the last call.
    func take() -> [ContractDrift] {
        state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    /// Called, from any task, whenever there is something to take.
    func onReport(_ bell: @escaping @Sendable () -> Void) { state.withLock { $0.bell = bell } }
}
