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
        let market = combo.market(legs: combo.legs.compactMap { venue.market($0.market)?.market })
        venue.list(market, at: time, into: &events)
        venue.activate(combo.ticker, at: time, into: &events)
        combos[combo.ticker] = combo
        openCombos.append(combo.ticker)
        nextComboClose = min(nextComboClose, market.closeTime)
        keepLater(.combo, combo.ticker.text, combo)
        note(events)
    }

    /// Brings combinations on to where their legs are. Nothing to do unless a leg or the clock has moved.
    func liveCombos(into events: inout [VenueEvent]) {
        guard !openCombos.isEmpty else { return }
        let hasMoved = events.contains { if case .market(_, let change) = $0 { [.closed, .determined, .settled].contains(change) } else { false } }
        guard hasMoved || time >= nextComboClose else { return }
        for ticker in openCombos { live(ticker, into: &events) }
        openCombos.removeAll { venue.market($0)?.status == .finalized }
        nextComboClose = openCombos.compactMap { venue.market($0) }.filter { $0.status == .active }.map(\.market.closeTime).min() ?? .far
    }

    private func live(_ ticker: Ticker, into events: inout [VenueEvent]) {
        guard let combo = combos[ticker], let record = venue.market(ticker) else { return }
        let legs = combo.legs.map { venue.market($0.market) }
        if record.status == .active, time >= record.market.closeTime || legs.contains(where: { $0?.status.isOver ?? false }) {
            venue.close(ticker, at: time, into: &events)
        }
        guard let result = combo.result(legs.map { $0?.result }) else { return }
        venue.determine(ticker, result, at: time, into: &events)
        // A leg's result may be stated again until it is paid.
        guard legs.allSatisfy({ $0?.status == .finalized }) else { return }
        venue.settle(ticker, at: time, into: &events)
    }
}

extension MarketStatus {
    /// It trades no more: a leg can close before its time.
    fileprivate var isOver: Bool {
        switch self {
        case .closed, .determined, .disputed, .amended, .finalized: true
        case .initialized, .active, .inactive, .unknown: false
        }
    }
}

extension Timestamp {
    /// Later than anything.
    static let far = Timestamp(nanoseconds: .max)
}
