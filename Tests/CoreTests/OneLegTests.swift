import Model
import RealModule
import Testing

@testable import Risk

/// One leg is searched along its line; the general search over faces is its slow twin.
struct OneLegTests {
    /// A random event with one leg: inventory in most, a bound on drawdown in half, little cash or few contracts in some.
    private func problem(_ random: inout SeededRandom) -> GrowthProblem {
        let states = 2 + Int(random.uniform() * 4)
        let raw = (0..<states).map { _ in -Double.log(1 - random.uniform()) }
        let p = raw.map { $0 / raw.reduce(0, +) }
        let pays = (0..<states).map { Double($0 % 2) }
        let worth = zip(p, pays).reduce(0) { $0 + $1.0 * $1.1 }
        let cost = min(max(worth * (0.6 + 0.6 * random.uniform()), 0.01), 0.99)
        let isFlat = random.uniform() < 0.4
        let wealth = (0..<states).map { _ in isFlat ? 1000.0 : 900 + 200 * random.uniform() }
        let bound = random.uniform() < 0.5 ? DrawdownBound(level: 0.5, chance: 0.05 + 0.4 * random.uniform(), aside: 2000 * random.uniform()) : nil
        return GrowthProblem(
            probabilities: p, wealth: wealth, legs: [.init(pays: pays, cost: cost, most: random.uniform() < 0.2 ? 300 * random.uniform() : .infinity)],
            budget: random.uniform() < 0.3 ? 50 : 800, drawdown: bound)
    }

    @Test func `along one line and over faces the same is bought`() {
        var random = SeededRandom(seed: 3)
        var (bought, bound) = (0, 0)
        for number in 0..<2000 {
            let problem = problem(&random)
            let (line, faces) = (problem.solveOneLeg(), problem.solveByFaces())
            guard let line, let faces else {
                // Nothing and no answer are the same to who buys: the general search has none where the last digits break the bound before anything is bought.
                #expect((line ?? faces)?.contracts[0] ?? 0 == 0, "problem \(number): \(String(describing: line)) and \(String(describing: faces))")
                continue
            }
            #expect(abs(line.contracts[0] - faces.contracts[0]) < 1e-6 * max(1, faces.contracts[0]), "problem \(number)")
            #expect(abs(line.growth - faces.growth) < 1e-9, "problem \(number)")
            bought += line.contracts[0] > 0 ? 1 : 0
            bound += line.drawdownMultiplier > 0 ? 1 : 0
        }
        #expect(bought > 500 && bound > 50, "\(bought) bought something, \(bound) met their bound")
    }
}
