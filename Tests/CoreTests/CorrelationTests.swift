import Model
import RealModule
import Risk
import Testing

struct PortfolioRiskTests {
    private func bet(_ group: String?, _ underlying: String? = nil, p: Double = 0.5, win: Double = 50, lose: Double = -50) -> EventBet {
        EventBet(
            gains: [lose, win], probabilities: [1 - p, p], group: group.map { CorrelationGroup($0) }, underlying: underlying.map { Underlying($0) })
    }

    private func risk(_ bets: [EventBet], _ correlation: SymmetricMatrix? = nil, pairs: Int = 5000) -> PortfolioRisk {
        var random = SeededRandom(seed: 9)
        return PortfolioRisk(bets, correlation: correlation, pairs: pairs, using: &random)
    }

    @Test func `each event keeps its own law exactly, whatever it moves with`() {
        let alone = risk([bet("crypto", p: 0.3)])
        let lost = Double(alone.losses.count { $0 > 0 }) / Double(alone.losses.count)
        #expect(abs(lost - 0.7) < 0.02)
    }

    /// For two even bets with correlation ρ of the factor, both lose with probability 1/4 + asin(ρ)/2π (Sheppard 1899).
    @Test(arguments: [0.0, 0.5, 0.7, 0.95]) func `two events are lost together as often as the copula says`(rho: Double) {
        var matrix = SymmetricMatrix(order: 2)
        matrix[0, 0] = 1
        matrix[1, 1] = 1
        matrix[1, 0] = rho
        let both = risk([bet("a"), bet("b")], matrix, pairs: 20_000)
        let share = Double(both.losses.count { $0 == 100 }) / Double(both.losses.count)
        #expect(abs(share - (0.25 + Double.asin(rho) / (2 * Double.pi))) < 0.01)
    }

    @Test func `what moves together has the heavier tail`() {
        let names = ["weather-florida", "crypto", "metals", "equities"]
        let spread = risk(names.map { bet($0) }).expectedShortfall(tail: 0.05)
        let grouped = risk(names.map { _ in bet("crypto") }).expectedShortfall(tail: 0.05)
        let one = risk(names.map { _ in bet("crypto", "BTC") }).expectedShortfall(tail: 0.05)
        #expect(spread <= grouped && grouped <= one && one <= 200)
        #expect(risk(names.map { bet($0) }).expectedShortfall(tail: 0.5) < risk(names.map { _ in bet("crypto", "BTC") }).expectedShortfall(tail: 0.5) - 10)
    }

    @Test func `an event of an unknown group loses all it can in every scenario`() {
        let unknown = risk([bet(nil, p: 0.99), bet("crypto", p: 0.99)])
        #expect(unknown.losses.allSatisfy { $0 >= 0 })
        #expect(unknown.losses.last == 100)
        #expect(risk([bet(nil), bet(nil)]).losses == [100])
    }

    @Test func `one seed gives one set of scenarios`() {
        #expect(risk([bet("crypto"), bet("metals")]) == risk([bet("crypto"), bet("metals")]))
    }

    @Test func `with everything correlated as strongly as can be, every scenario is one event's`() {
        let same = (0..<3).map { _ in bet("crypto", "BTC") }
        var matrix = SymmetricMatrix(order: 3)
        for i in 0..<3 { for j in 0...i { matrix[i, j] = 1 } }
        #expect(Set(risk(same, matrix).losses) == [150, -150])
    }
}
