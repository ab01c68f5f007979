public import Model

/// How much to hold of a leg (Kelly 1956; MATH sections 2 and 4), with the price counted to the fee.
public enum Kelly {
    /// The number of whole contracts to hold, rounded down, never up: a bet worth less than one contract is none.
    /// - Parameters:
    ///   - probability: that this very leg pays. For NO it is one less the probability of YES.
    ///   - uncertainty: standard error of `probability`; the bet shrinks by e²/(e²+σ²) for an edge e (Baker & McHale 2013).
    ///   - price: of this leg.
    ///   - fee: per contract, in dollars.
    ///   - wealth: what is bet from.
    ///   - fraction: of full Kelly, with the breaker's share already in it.
    public static func contracts(probability: Double, uncertainty: Double, price: Price, fee: Double, wealth: Money, fraction: Double) -> Quantity {
        let cost = price.probability + fee
        let edge = probability - cost
        guard wealth > .zero, edge > 0, fraction > 0, cost < 1 else { return .zero }
        let full = edge / (1 - cost)
        let shrink = edge * edge / (edge * edge + uncertainty * uncertainty)
        let contracts = fraction * shrink * full * wealth.approximateDollars / cost
        return .contracts(Int64(min(contracts, 1e9).rounded(.down)))
    }
}
