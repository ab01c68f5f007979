import Model
import RealModule
import Risk
import Testing

struct TailLossTests {
    private func bet(_ group: String?, _ underlying: String, day: Int64 = 1, gains: [Double] = [-100, 10], lost: Double = 0.1) -> EventBet {
        EventBet(gains: gains, probabilities: [lost, 1 - lost], group: group.map { CorrelationGroup($0) }, underlying: Underlying(underlying), day: day)
    }

    @Test func `what moves together loses more in bad times, the more the more it shares`() {
        let others = [
            bet("crypto", "BTC"), bet("crypto", "BTC", day: 2), bet("crypto", "ETH"), bet("crypto", "ETH", day: 2), bet("metals", "XAU"),
        ]
        // Both lost in the worst twentieth: more often on one underlying and day than on two, and so on down to nothing in common.
        let losses = others.map { TailLoss.drawn([bet("crypto", "BTC"), $0]) }
        #expect(losses[0] > losses[1] && losses[1] > losses[3] && losses[0] > losses[2] && losses[2] > losses[3] && losses[3] > losses[4])
        #expect(losses[0] <= .dollars(200) && losses[0] > .dollars(190) && losses[4] >= .dollars(90))
    }

    @Test func `a bet on one city is no hedge for a bet on another, and two bets on one number are`() {
        let warm = bet("weather-northeast", "NYC-HIGH", gains: [-100, 100], lost: 0.5)
        let coldThere = bet("weather-northeast", "PHIL-HIGH", gains: [100, -100], lost: 0.5)
        let coldHere = bet("weather-northeast", "NYC-HIGH", gains: [100, -100], lost: 0.5)
        #expect(TailLoss.drawn([warm, coldThere]) == .dollars(200))
        #expect(TailLoss.drawn([warm, coldHere]) < .dollars(200))
    }

    @Test func `an event of an unknown group, or without a law, loses all it can, in every group's sum`() {
        let unknown = EventBet(gains: [-70, 30], probabilities: [0.001, 0.999], group: nil, underlying: nil)
        #expect(TailLoss.drawn([unknown]) == .dollars(70))
        #expect(unknown.mayMove(with: CorrelationGroup("crypto")) && !bet("metals", "XAU").mayMove(with: CorrelationGroup("crypto")))
    }

    /// A naive twin of the whole: each scenario by hand, from the same draws.
    @Test(arguments: 1...20) func `it equals the mean of the worst twentieth, counted out`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let bets = (0..<4).map { i -> EventBet in
            let law = (0..<3).map { _ in 0.1 + random.uniform() }
            let sum = law.reduce(0, +)
            return EventBet(
                gains: (0..<3).map { _ in 100 * random.uniform() - 60 }, probabilities: law.map { $0 / sum },
                group: CorrelationGroup(["crypto", "metals"][i % 2]), underlying: Underlying(["BTC", "XAU", "ETH", "XAU"][i]), day: Int64(i / 3))
        }
        var worst = 0.0
        for together in [true, false] {
            var draw = SeededRandom(seed: 1)
            var losses: [Double] = []
            for _ in 0..<500 {
                let z = bets.map { _ in draw.normal() }
                let x = factor(bets, together).map { row in zip(row, z).reduce(0) { $0 + $1.0 * $1.1 } }
                for sign in [1.0, -1.0] { losses.append(zip(bets, x).reduce(0) { $0 - gain($1.0, 0.5 * erfc(-sign * $1.1 / 2.0.squareRoot())) }) }
            }
            worst = max(worst, losses.sorted().suffix(50).reduce(0, +) / 50)
        }
        let found = TailLoss.drawn(bets).approximateDollars
        #expect(found >= worst - 1e-6 && found < worst + 0.0101)
        var memory = TailLoss()
        #expect(memory.of(bets).approximateDollars == found && memory.of(bets).approximateDollars == found)
    }

    @Test func `what cannot be reached even at worst is answered without a draw, and never understated`() {
        var memory = TailLoss()
        let bets = [bet("crypto", "BTC"), bet("metals", "XAU")]
        #expect(memory.of(bets, enough: .dollars(200)) == .dollars(200))
        #expect(memory.of(bets, enough: .dollars(199)) < .dollars(200))
    }

    // MARK: - The twin

    private func correlation(_ a: EventBet, _ b: EventBet, _ together: Bool) -> Double {
        let (group, number, day) = (a.group == b.group, a.underlying == b.underlying, a.day == b.day)
        guard together else { return number && day ? 0.95 : 0 }
        return switch (group, number, day) {
        case (true, true, true): 0.95
        case (true, true, false): 0.7
        case (true, false, true): 0.7
        case (true, false, false): 0.5
        case (false, _, _): 0.1
        }
    }

    private func factor(_ bets: [EventBet], _ together: Bool) -> [[Double]] {
        var l = bets.map { _ in bets.map { _ in 0.0 } }
        for i in bets.indices {
            for j in 0...i {
                let sum = (0..<j).reduce(i == j ? 1 : correlation(bets[i], bets[j], together)) { $0 - l[i][$1] * l[j][$1] }
                l[i][j] = i == j ? sum.squareRoot() : sum / l[j][j]
            }
        }
        return l
    }

    private func gain(_ bet: EventBet, _ u: Double) -> Double {
        u < bet.probabilities[0] ? bet.gains[0] : u < bet.probabilities[0] + bet.probabilities[1] ? bet.gains[1] : bet.gains[2]
    }

    private func erfc(_ x: Double) -> Double { Double.erfc(x) }
}
