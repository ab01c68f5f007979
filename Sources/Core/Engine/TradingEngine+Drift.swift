import Model

// What happens when the exchange cannot be understood any more, and how trust comes back.
extension TradingEngine {
    /// Different notes that are told; what comes beyond is counted only, so that a wholly new API does not fill the journal.
    static let mostNotes = 200

    mutating func hear(_ drift: ContractDrift, _ effects: inout [Effect]) {
        switch drift.severity {
        case .noted: note(drift, &effects)
        case .broken: distrust(drift, &effects)
        }
    }

    private mutating func note(_ drift: ContractDrift, _ effects: inout [Effect]) {
        guard drifts.count < Self.mostNotes, drifts.insert(drift).inserted else { return }
        effects.append(.notice(Notice(.warning, "New at the exchange, and left aside: in \(drift.place), \(drift.problem).")))
    }

    /// Nothing new is sent, and what rests is taken back: of an order whose news cannot be read nobody knows what becomes of it.
    private mutating func distrust(_ drift: ContractDrift, _ effects: inout [Effect]) {
        guard trust.breaks(drift, at: now) else { return }
        effects.append(
            .notice(
                Notice(
                    .error, "CANCEL-ONLY: \(drift.place) no longer fits the exchange's contract: \(drift.problem). Nothing new is sent and what rests is taken back.")))
        if let broken = trust.broken, broken.needsPerson {
            effects.append(.notice(Notice(.error, "It is not the first time within the hour: only a reset by a person leads out of cancel-only.")))
        }
        cancelEverything("the exchange's contract is broken", &effects)
        askForAccount(&effects)
    }

    /// The clean re-check, at every tick.
    mutating func tendTrust(_ effects: inout [Effect]) {
        guard connected, trust.recheck(at: now) else { return }
        effects.append(.notice(Notice(.warning, "The exchange is understood again: nothing broke for 30 s and the whole account agreed. Trading goes on.")))
    }
}
