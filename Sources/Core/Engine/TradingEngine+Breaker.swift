import Accounting
import Model
import Risk

// What the circuit breaker sees.
extension TradingEngine {
    /// Marks the positions and lets the breaker see the equity and all else that can go wrong.
    mutating func takeStock(_ effects: inout [Effect]) {
        if cashKnown { equity = worth }
        differingSince = differences.isEmpty ? nil : differingSince ?? now
        for event in risk.breaker.streak.openEvents where isOver(event) { risk.breaker.eventOver(event) }
        let changed = risk.breaker.observe(equity: cashKnown ? equity : nil, surroundings, at: now, settings: risk.settings)
        guard let changed else { return }
        effects.append(.breaker(changed, reason: risk.breaker.reason))
        effects.append(.notice(Notice(changed == .halted ? .error : .warning, "Circuit breaker \(changed.rawValue): \(risk.breaker.reason ?? "recovered").")))
        if changed == .halted { cancelEverything("circuit breaker", &effects) }
    }

    /// Cash, and everything held at its mark.
    private var worth: Money {
        var worth = portfolio.cash
        for (ticker, position) in portfolio.positions where !position.net.isZero {
            let known = market(ticker)
            // How it ended counts before what was quoted. Without either, and where it is void, a position counts at its cost: neither a gain nor a loss is invented.
            let price = known?.result.map(\.yesValue) ?? known?.mark.map { Price(tenThousandths: Int32(($0 * 10_000).rounded())) }
            worth += price.map { position.value(at: $0) } ?? position.cost
        }
        return worth
    }

    /// Every market of it that is known has been paid. One that is not known any more is over long since.
    private func isOver(_ event: EventTicker) -> Bool { eventsKnown[event]?.places.allSatisfy { markets[$0].settledAt != nil } ?? true }

    /// A recording is silent where nothing was recorded; a desk that is not trading expects nothing.
    private var surroundings: CircuitBreaker.Surroundings {
        let expected = mode != .recorded && state == .running && reconciled
        return CircuitBreaker.Surroundings(
            silence: expected ? unexplainedSilence : nil, differing: differingSince.map { now - $0 })
    }
}
