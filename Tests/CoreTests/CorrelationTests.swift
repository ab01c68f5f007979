import Model
import RealModule
import Risk
import Testing

struct ShrinkageTests {
    /// Drawn and shrunk by a few lines of numpy that write the formulas of the paper with matrices, apart from this code.
    @Test func `a shrunk covariance equals an independent one to a trillionth`() throws {
        let rows = [
            [1.76, 1.87, 2.51], [0.4, 0.39, -1.15], [0.98, 1.05, 0.36], [2.24, 1.99, 0.23], [1.87, 2.39, 2.25], [-0.98, -0.9, 1.06], [0.95, 0.95, 0.38],
            [-0.15, -0.63, -0.12], [-0.1, -1.61, -2.05], [0.41, 0.72, -1.34], [0.14, 0.63, 0.15], [1.45, 0.72, -0.09],
        ]
        let found = try #require(ShrunkCovariance(rows))
        #expect(abs(found.intensity - 0.34778302186095705) < 1e-12)
        let expected = [
            [0.9973133643786385, 0.6093839868851325, 0.34145596983635584], [0.6093839868851325, 1.3000761090584387, 0.5937824132538981],
            [0.34145596983635584, 0.5937824132538981, 1.5172389987851456],
        ]
        for i in 0..<3 { for j in 0..<3 { #expect(abs(found.matrix[i, j] - expected[i][j]) < 1e-12) } }
    }

    @Test func `few observations are shrunk much and many little, and what comes out can always be factored`() throws {
        var random = SeededRandom(seed: 8)
        func intensity(_ count: Int) throws -> Double {
            let rows = (0..<count).map { _ -> [Double] in
                let common = random.normal()
                return (0..<5).map { _ in common + 0.5 * random.normal() }
            }
            let found = try #require(ShrunkCovariance(rows))
            #expect(found.correlation?.cholesky() != nil)
            return found.intensity
        }
        #expect(try intensity(3) > intensity(30))
        #expect(try intensity(1000) < 0.05)
        #expect(ShrunkCovariance([[1, 2]]) == nil)
        #expect(ShrunkCovariance([[1, .nan], [1, 2]]) == nil)
    }
}

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
