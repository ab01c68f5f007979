import Matching
import Model

// The lives of combinations: made on demand, closed with the first of their legs, paid when the last one is known.

extension ExchangeHouse {
    /// So many markets an account may make in a week (contract: POST /multivariate_event_collections/{collection_ticker}).
    static let combosPerWeek = 5000
    /// So many that are not paid yet there may be of all accounts together.
    static let openComboLimit = 20_000

    func isCombo(_ ticker: Ticker) -> Bool { combos[ticker] != nil }

    /// The market on these legs, made if need be. Its legs must be listed.
    func listCombo(_ combo: Combo) {
        guard combos[combo.ticker] == nil else { return }
        var events: [VenueEvent] = []
        venue.list(combo.market(legs: combo.legs.compactMap { venue.market($0.market)?.market }), at: time, into: &events)
        venue.activate(combo.ticker, at: time, into: &events)
        combos[combo.ticker] = combo
        openCombos.append(combo.ticker)
        keepLater(.combo, combo.ticker.text, combo)
        note(events)
    }

    /// Brings combinations on to where their legs are. Nothing to do unless a leg or the clock has moved.
    func liveCombos(into events: inout [VenueEvent]) {
        guard !openCombos.isEmpty else { return }
        let isKnown = events.contains { if case .market(_, let change) = $0 { change == .determined || change == .settled } else { false } }
        guard isKnown || time >= nextComboClose else { return }
        for ticker in openCombos { live(ticker, into: &events) }
        openCombos.removeAll { venue.market($0)?.status == .finalized }
        nextComboClose = openCombos.compactMap { venue.market($0) }.filter { $0.status == .active }.map(\.market.closeTime).min() ?? .far
    }

    private func live(_ ticker: Ticker, into events: inout [VenueEvent]) {
        guard let combo = combos[ticker], let record = venue.market(ticker) else { return }
        if record.status == .active, time >= record.market.closeTime { venue.close(ticker, at: time, into: &events) }
        guard let result = combo.result(combo.legs.map { venue.market($0.market)?.result }) else { return }
        venue.determine(ticker, result, at: time, into: &events)
        // A leg's result may be stated again until it is paid.
        guard combo.legs.allSatisfy({ venue.market($0.market)?.status == .finalized }) else { return }
        venue.settle(ticker, at: time, into: &events)
    }
}

extension Timestamp {
    /// Later than anything.
    static let far = Timestamp(nanoseconds: .max)
}
