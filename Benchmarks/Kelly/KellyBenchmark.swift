import Foundation
import Risk

/// `kelly-bench FILE`: solves each problem of growth in a JSON file again and again for a while, on one core, and writes a line of JSON for each: the optimum, and solves a second.
///
/// The file and the other solvers come from Benchmarks/Kelly/peers.py.
@main
enum KellyBenchmark {
    struct Problem: Decodable {
        struct Leg: Decodable {
            let pays: [Double]
            let cost: Double
            let most: Double?
        }

        let probabilities: [Double]
        let wealth: [Double]
        let legs: [Leg]
        let budget: Double
    }

    struct Answer: Encodable {
        let contracts: [Double]
        let growth: Double
        let solves: Int
        let seconds: Double
    }

    static func main() throws {
        guard CommandLine.arguments.count == 2 else { throw Usage() }
        let problems = try JSONDecoder().decode([Problem].self, from: Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1])))
        for asked in problems {
            let problem = GrowthProblem(
                probabilities: asked.probabilities, wealth: asked.wealth,
                legs: asked.legs.map { GrowthProblem.Leg(pays: $0.pays, cost: $0.cost, most: $0.most ?? .infinity) }, budget: asked.budget)
            guard let found = problem.solve() else { throw Unsolved() }
            let clock = ContinuousClock(), start = clock.now
            var (solves, bought) = (0, 0.0)
            repeat {
                // What is found is used, or it need not be computed.
                for _ in 0..<10 { bought += problem.solve()?.growth ?? 0 }
                solves += 10
            } while clock.now - start < .milliseconds(50)
            guard bought.isFinite else { throw Unsolved() }
            let answer = Answer(contracts: found.contracts, growth: found.growth, solves: solves, seconds: start.duration(to: clock.now) / .seconds(1))
            FileHandle.standardOutput.write(try JSONEncoder().encode(answer) + Data("\n".utf8))
        }
    }

    struct Usage: Error, CustomStringConvertible { let description = "kelly-bench takes a file of problems" }
    struct Unsolved: Error, CustomStringConvertible { let description = "a problem has no answer" }
}
