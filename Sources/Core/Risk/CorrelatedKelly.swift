public import Model

/// What bets of other events that are held already take off a new one, because they move together.
///
/// Growth is taken to the second order (Thorp 2006, section 7): with m the expected gain of the new bet, v its variance and w_i the standard deviations of what is
/// held, m f - (v f² + 2 f Σ r_i √v w_i) / 2 is greatest at f = m/v - Σ r_i w_i / √v. So each held bet takes off its own deviation in units of the new one's, times their
/// correlation. Which way a held bet points is not looked at: it counts as the same way.
public enum CorrelatedKelly {
    /// The deviation of the gains, in dollars.
    public static func deviation(_ bet: EventBet) -> Double {
        let mean = zip(bet.gains, bet.probabilities).reduce(0) { $0 + $1.0 * $1.1 }
        return zip(bet.gains, bet.probabilities).reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) * $1.1 }.squareRoot()
    }

    /// Whole contracts that are left of `alone`, rounded down.
    /// - Parameters:
    ///   - contract: one contract of the new bet.
    ///   - held: bets of other events.
    ///   - correlations: what is known of how events move together; an empty one assumes.
    public static func contracts(_ alone: Quantity, of contract: EventBet, beside held: [EventBet], _ correlations: EventCorrelations = EventCorrelations()) -> Quantity {
        let each = deviation(contract)
        guard each > 0 else { return alone }
        let taken = held.reduce(0) { $0 + correlation(contract, $1, correlations) * deviation($1) } / each
        return .contracts(max(Int64((alone.approximateContracts - min(taken, 1e12)).rounded(.down)), 0))
    }

    /// As measured, and where nothing was measured as the desk assumes it everywhere; what moves with nobody knows what counts as moving with all.
    public static func correlation(_ a: EventBet, _ b: EventBet, _ correlations: EventCorrelations = EventCorrelations()) -> Double {
        a.group == nil || b.group == nil ? 1 : correlations.between(a.ties, b.ties)
    }
}
