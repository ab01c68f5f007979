import Model
import Risk
import Testing

/// What is held elsewhere and moves along takes off a new bet.
@Suite struct CorrelatedKellyTests {
    private func bet(_ contracts: Double, _ probability: Double, _ group: String?, underlying: String? = nil, day: Int64? = 1) -> EventBet {
        EventBet(
            gains: [contracts * (1 - probability), -contracts * probability], probabilities: [probability, 1 - probability], group: group.map { CorrelationGroup($0) },
            underlying: underlying.map { Underlying($0) }, day: day)
    }

    @Test(arguments: [
        (nil, nil, 1, 1.0), ("crypto", "BTC", 1, 0.95), ("crypto", "BTC", 2, 0.7), ("crypto", "ETH", 1, 0.7), ("crypto", "ETH", 2, 0.5), ("metals", "XAU", 2, 0.1),
    ] as [(String?, String?, Int64, Double)])
    func `a held bet of the same odds takes off itself, times the correlation that is assumed`(group: String?, underlying: String?, day: Int64, share: Double) {
        let new = bet(1, 0.6, "crypto", underlying: "BTC"), held = bet(40, 0.6, group, underlying: underlying, day: day)
        #expect(abs(CorrelatedKelly.correlation(new, held) - share) < 1e-12)
        #expect(CorrelatedKelly.contracts(.contracts(100), of: new, beside: [held]) == .contracts(Int64((100 - 40 * share + 1e-9).rounded(.down))))
    }

    @Test func `nothing held takes nothing off, and no bet is made smaller than none`() {
        let new = bet(1, 0.6, "crypto")
        #expect(CorrelatedKelly.contracts(.contracts(100), of: new, beside: []) == .contracts(100))
        #expect(CorrelatedKelly.contracts(.contracts(100), of: new, beside: [bet(1e9, 0.5, nil)]) == .zero)
    }

    @Test(arguments: 0..<50) func `it is the size that is best to the second order`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let p = Double.random(in: 0.2...0.8, using: &random), q = Double.random(in: 0.2...0.8, using: &random)
        let held = bet(Double(Int.random(in: 0...60, using: &random)), q, "crypto", underlying: "ETH")
        let new = bet(1, p, "crypto", underlying: "BTC")
        let alone = 100.0
        let (v, w, r) = (p * (1 - p), CorrelatedKelly.deviation(held), CorrelatedKelly.correlation(new, held))
        // The gain for which `alone` is best when nothing is held.
        let m = alone * v
        let best = (0...200).max { a, b in
            func growth(_ f: Double) -> Double { m * f - (v * f * f + 2 * f * r * v.squareRoot() * w) / 2 }
            return growth(Double(a)) < growth(Double(b))
        } ?? 0
        let found = CorrelatedKelly.contracts(.contracts(100), of: new, beside: [held]).approximateContracts
        #expect(abs(found - Double(best)) <= 1, "\(found) and \(best)")
    }
}
