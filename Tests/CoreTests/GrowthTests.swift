import Model
import RealModule
import Risk
import Testing

/// Exclusive outcomes and one state for none of them.
private func exclusive(_ p: [Double], _ costs: [Double], wealth: Double = 1, no: [Double?] = []) -> GrowthProblem {
    let states = p.count + 1
    var legs = costs.enumerated().map { i, cost in GrowthProblem.Leg(pays: (0..<states).map { $0 == i ? 1 : 0 }, cost: cost) }
    for (i, cost) in no.enumerated() { if let cost { legs.append(.init(pays: (0..<states).map { $0 == i ? 0 : 1 }, cost: cost)) } }
    return GrowthProblem(
        probabilities: p + [max(1 - p.reduce(0, +), 0)], wealth: Array(repeating: wealth, count: states), legs: legs, budget: wealth)
}

/// A random event: states, legs at costs near what they are worth, inventory, sometimes few of a leg and little cash.
private func random(_ random: inout SeededRandom) -> GrowthProblem {
    let states = 2 + Int(random.uniform() * 9)
    let raw = (0..<states).map { _ in -Double.log(1 - random.uniform()) }
    let p = raw.map { $0 / raw.reduce(0, +) }
    let legs = (0..<1 + Int(random.uniform() * 12)).map { _ -> GrowthProblem.Leg in
        var pays = (0..<states).map { _ in random.uniform() < 0.4 ? 1.0 : 0 }
        pays[Int(random.uniform() * Double(states))] = 1
        let worth = zip(p, pays).reduce(0) { $0 + $1.0 * $1.1 }
        return .init(pays: pays, cost: min(max(worth * (0.7 + 0.5 * random.uniform()), 0.01), 0.999), most: random.uniform() < 0.3 ? 200 * random.uniform() : .infinity)
    }
    let wealth = (0..<states).map { _ in 500 + 1000 * random.uniform() }
    return GrowthProblem(probabilities: p, wealth: wealth, legs: legs, budget: random.uniform() < 0.3 ? 100 : 500)
}

/// How far a point is from meeting the conditions of an optimum, which for a concave objective are sufficient (Karush, Kuhn & Tucker).
private func distanceFromOptimum(_ problem: GrowthProblem, _ solution: GrowthSolution) -> Double {
    let after = problem.wealth(after: solution.contracts)
    let scale = zip(problem.probabilities, problem.wealth).reduce(0) { $0 + $1.0 * $1.1 }
    var worst = 0.0
    for (j, leg) in problem.legs.enumerated() {
        var gradient = -solution.budgetMultiplier * leg.cost
        for s in after.indices { gradient += problem.probabilities[s] / after[s] * (leg.pays[s] - leg.cost) }
        gradient *= scale
        let b = solution.contracts[j]
        if b < 0 || b > leg.most { worst = .infinity }
        if b < leg.most { worst = max(worst, gradient) }
        if b > 0 { worst = max(worst, -gradient) }
    }
    let spent = zip(problem.legs, solution.contracts).reduce(0) { $0 + $1.0.cost * $1.1 }
    worst = max(worst, (spent - problem.budget) / scale)
    worst = max(worst, -solution.budgetMultiplier * scale)
    if solution.budgetMultiplier > 0 { worst = max(worst, abs(spent - problem.budget) / scale) }
    return worst
}

struct GrowthTests {
    @Test func `one market is the textbook's bet`() throws {
        for (p, cost, share) in [(0.60, 0.50, 0.2), (0.60, 0.5175, (0.6 - 0.5175) / (1 - 0.5175)), (0.4, 0.5, 0)] {
            let solution = try #require(exclusive([p], [cost]).solve())
            #expect(abs(solution.contracts[0] * cost - share) < 1e-12)
            let growth = share == 0 ? 0 : p * Double.log(p / cost) + (1 - p) * Double.log((1 - p) / (1 - cost))
            #expect(abs(solution.growth - growth) < 1e-12)
        }
    }

    @Test func `exclusive brackets agree with the closed form of Smoczynski and Tomkins`() throws {
        let p = [0.20, 0.30, 0.25]
        let costs = [0.15, 0.27, 0.30]
        let solution = try #require(exclusive(p, costs).solve())
        // R = (1 - 0.5) / (1 - 0.42): the two legs that pay for themselves.
        let r = 0.5 / 0.58
        for (share, expected) in zip(zip(solution.contracts, costs).map(*), [0.20 - 0.15 * r, 0.30 - 0.27 * r, 0]) { #expect(abs(share - expected) < 1e-12) }
        #expect(abs(solution.growth - 0.014935) < 1e-6)
    }

    @Test func `over a thousand random sets of brackets the solver and the closed form agree to a billionth`() throws {
        var random = SeededRandom(seed: 1)
        for _ in 0..<1_000 {
            let count = 1 + Int(random.uniform() * 12)
            let raw = (0...count).map { _ in -Double.log(1 - random.uniform()) }
            let p = raw.dropLast().map { $0 / raw.reduce(0, +) }
            let costs = p.map { min(max($0 * (0.6 + 0.7 * random.uniform()), 0.001), 0.99) }
            guard costs.reduce(0, +) < 1 || p.reduce(0, +) < 1 else { continue }
            let solution = try #require(exclusive(p, costs).solve())
            for (a, b) in zip(zip(solution.contracts, costs).map(*), ExclusiveKelly.stakes(probabilities: p, costs: costs)) { #expect(abs(a - b) < 1e-9) }
        }
    }

    @Test func `with legs of every shape, inventory, bounds and little cash, the answer meets the conditions of an optimum`() throws {
        var random = SeededRandom(seed: 2)
        var budgets = 0
        var bounds = 0
        for _ in 0..<1_000 {
            let problem = CoreTests.random(&random)
            let solution = try #require(problem.solve())
            #expect(distanceFromOptimum(problem, solution) < 1e-9)
            if solution.budgetMultiplier > 0 { budgets += 1 }
            if zip(problem.legs, solution.contracts).contains(where: { $0.most == $1 && $1 > 0 }) { bounds += 1 }
        }
        #expect(budgets > 50 && bounds > 50)
    }

    /// A naive twin: one leg at a time, each to its own best by bisection, again and again.
    @Test func `a search leg by leg, without Newton and without faces, ends at the same wealth`() throws {
        var random = SeededRandom(seed: 3)
        for _ in 0..<12 {
            var problem = CoreTests.random(&random)
            problem.budget = 1e9
            problem.legs = Array(problem.legs.filter { leg in leg.pays.contains(0) }.prefix(3))
            for j in problem.legs.indices { problem.legs[j].most = min(problem.legs[j].most, 300) }
            let solution = try #require(problem.solve())
            var b = problem.legs.map { _ in 0.0 }
            for _ in 0..<150 {
                for j in b.indices {
                    let without = problem.wealth(after: b.enumerated().map { $0.offset == j ? 0 : $0.element })
                    let gains = problem.legs[j].pays.map { $0 - problem.legs[j].cost }
                    var low = 0.0
                    var high = problem.legs[j].most
                    for _ in 0..<45 {
                        let middle = (low + high) / 2
                        let after = zip(without, gains).map { $0 + middle * $1 }
                        let rises = after.allSatisfy { $0 > 0 } && after.indices.reduce(0) { $0 + problem.probabilities[$1] / after[$1] * gains[$1] } > 0
                        if rises { low = middle } else { high = middle }
                    }
                    b[j] = (low + high) / 2
                }
            }
            for (a, twin) in zip(problem.wealth(after: solution.contracts), problem.wealth(after: b)) { #expect(abs(a / twin - 1) < 1e-6) }
        }
    }

    /// By scipy: sequential quadratic programming, then the equations of the face it ended on, solved to the last digit.
    @Test func `brackets with YES, NO, inventory and a bound, and a ladder with little cash, equal an independent optimiser to a billionth`() throws {
        let day = GrowthProblem(
            probabilities: [0.08, 0.22, 0.34, 0.26, 0.10], wealth: [970, 1070, 970, 1030, 970],
            legs: [
                .init(pays: [0, 1, 0, 0, 0], cost: 0.20), .init(pays: [0, 0, 1, 0, 0], cost: 0.29), .init(pays: [0, 0, 0, 1, 0], cost: 0.24, most: 60),
                .init(pays: [0, 1, 1, 1, 1], cost: 0.89), .init(pays: [1, 1, 1, 1, 0], cost: 0.87),
            ], budget: 800)
        let found = try #require(day.solve())
        for (ours, theirs) in zip(found.contracts, [158.13333333333347, 331.12643678160947, 60, 117.57575757575728, 75.2820512820512]) {
            #expect(abs(ours - theirs) < 1e-9 * 1000)
        }
        #expect(abs(found.growth - 0.01476179181345762) < 1e-12)
        let legs = [([0.0, 1, 1, 1], 0.64), ([0, 0, 1, 1], 0.39), ([0, 0, 0, 1], 0.15), ([1, 0, 0, 0], 0.33), ([1, 1, 1, 0], 0.83)]
        for (budget, growth, multiplier) in [(120.0, 0.017925222727495867, 7.660878447395287e-05), (400, 0.03914885917912252, 7.5e-05)] {
            let ladder = GrowthProblem(
                probabilities: [0.30, 0.25, 0.25, 0.20], wealth: [400, 400, 400, 400], legs: legs.map { .init(pays: $0.0, cost: $0.1) }, budget: budget)
            let found = try #require(ladder.solve())
            #expect(abs(found.growth - growth) < 1e-12)
            #expect(abs(found.budgetMultiplier - multiplier) < 1e-12)
        }
    }

    @Test func `what is held counts: a bet already made is not made again, and its hedge is bought first`() throws {
        // Full Kelly at p = 0.6, cost 0.5 from 1000 dollars holds 400 contracts: 1000 dollars less 200, and 400 in the state that pays.
        let held = GrowthProblem(probabilities: [0.6, 0.4], wealth: [1200, 800], legs: [.init(pays: [1, 0], cost: 0.5)], budget: 800)
        #expect(abs(try #require(held.solve()).contracts[0]) < 1e-9)
        // Twice too much of it, and NO becomes worth buying at a price that would otherwise lose.
        let heavy = GrowthProblem(probabilities: [0.6, 0.4], wealth: [1400, 600], legs: [.init(pays: [0, 1], cost: 0.45)], budget: 600)
        #expect(try #require(heavy.solve()).contracts[0] > 100)
    }

    @Test func `nested thresholds are one bet: sized together they hold less than each alone`() throws {
        // Above 10 and above 20: states below, between, above. Both are cheap by five cents.
        let p = [0.4, 0.2, 0.4]
        let legs = [GrowthProblem.Leg(pays: [0, 1, 1], cost: 0.55), .init(pays: [0, 0, 1], cost: 0.35)]
        let together = GrowthProblem(probabilities: p, wealth: [1, 1, 1], legs: legs, budget: 1)
        let spent = try zip(#require(together.solve()).contracts, legs).reduce(0) { $0 + $1.0 * $1.1.cost }
        let alone = try legs.map { leg in
            var one = together
            one.legs = [leg]
            return try #require(one.solve()).contracts[0] * leg.cost
        }
        #expect(spent < 0.8 * (alone[0] + alone[1]))
    }

    @Test func `a sure profit is bought in equal shares up to the budget, and no further`() throws {
        let sure = exclusive([0.5, 0.5], [0.48, 0.48])
        let solution = try #require(sure.solve())
        #expect(abs(solution.contracts[0] - solution.contracts[1]) < 1e-9)
        #expect(abs(solution.contracts[0] * 0.96 - 1) < 1e-9)
        #expect(solution.budgetMultiplier > 0)
    }

    @Test func `two legs that are the same bet do not break the arithmetic`() throws {
        let twice = GrowthProblem(
            probabilities: [0.6, 0.4], wealth: [1, 1], legs: [.init(pays: [1, 0], cost: 0.5), .init(pays: [1, 0], cost: 0.5)], budget: 1)
        let solution = try #require(twice.solve())
        #expect(abs(solution.contracts.reduce(0, +) - 0.4) < 1e-9)
    }
}

struct DrawdownBoundTests {
    private func problem(_ bound: DrawdownBound?) -> GrowthProblem {
        GrowthProblem(
            probabilities: [0.6, 0.4], wealth: [1, 1], legs: [.init(pays: [1, 0], cost: 0.5), .init(pays: [0, 1], cost: 0.5)], budget: 1, drawdown: bound)
    }

    @Test func `the bound takes size away until it is just kept`() throws {
        let bound = DrawdownBound(level: 0.7, chance: 0.1)
        let free = try #require(problem(nil).solve())
        let bounded = try #require(problem(bound).solve())
        #expect(bounded.contracts[0] < free.contracts[0])
        #expect(abs(problem(bound).excess(bounded.contracts, bound)) < 1e-10)
        #expect(bounded.drawdownMultiplier > 0)
        // A naive twin: the largest stake on the one leg that keeps the bound, by bisection.
        var low = 0.0
        var high = free.contracts[0]
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if problem(bound).excess([middle, 0], bound) <= 0 { low = middle } else { high = middle }
        }
        #expect(abs(bounded.contracts[0] - low) < 1e-9)
    }

    @Test func `legs without an edge are no purchase, and not no answer, where rounding alone breaks the bound`() throws {
        let problem = GrowthProblem(
            probabilities: [0.39789544824788015, 0.4551276873169466, 0.1469768644351733], wealth: [839.0759322769555, 839.0759322769555, 839.0759322769555],
            legs: [.init(pays: [0, 1, 1], cost: 0.7150763288470428), .init(pays: [1, 0, 1], cost: 0.6521478108688042, most: 317)], budget: 28.242971108175055,
            drawdown: DrawdownBound(level: 0.547368913715858, chance: 0.1972610052676204, aside: 2074.0884811917435))
        let solution = try #require(problem.solve())
        #expect(solution.contracts == [0, 0] && solution.growth == 0)
    }

    @Test func `where full Kelly breaks the bound beyond all measure, the largest bet that keeps it is still found`() throws {
        // Two legs that lose together once in 1283 times: full Kelly bets nearly all, and the mean of R^-λ is astronomical there.
        let bound = DrawdownBound(level: 0.802480480121957, chance: 0.041719766236701206)
        let problem = GrowthProblem(
            probabilities: [0.0007792327109931547, 0.279111386022971, 0.7201093812660359], wealth: [1394.6526060698725, 1394.6526060698725, 1394.6526060698725],
            legs: [.init(pays: [0, 1, 1], cost: 0.6563705561657377), .init(pays: [0, 0, 1], cost: 0.6685681712420187)], budget: 1394.6526060698725, drawdown: bound)
        let solution = try #require(problem.solve())
        // By Newton's method in 50 digits (Tests/Peers/lib/growth.py).
        #expect(abs(solution.contracts[0] - 824.115431173057) < 1e-6 && solution.contracts[1] == 0)
        #expect(abs(solution.growth - 0.184337153505929) < 1e-12)
        #expect(problem.excess(solution.contracts, bound) <= 0)
    }

    @Test func `a bound that full Kelly keeps anyway changes nothing`() throws {
        let loose = try #require(problem(DrawdownBound(level: 0.1, chance: 0.9)).solve())
        #expect(loose.drawdownMultiplier == 0)
        #expect(abs(loose.contracts[0] - 0.4) < 1e-12)
    }

    @Test func `money kept aside is counted as wealth: with most of it aside the bound does not bind`() throws {
        let aside = try #require(problem(DrawdownBound(level: 0.7, chance: 0.1, aside: 9)).solve())
        #expect(aside.drawdownMultiplier == 0)
    }

    @Test func `in ten thousand lives wealth falls below the level more rarely than the bound says, and full Kelly breaks it`() throws {
        let bound = DrawdownBound(level: 0.7, chance: 0.1)
        func ruin(_ contracts: Double) -> Double {
            var random = SeededRandom(seed: 4)
            var fallen = 0
            for _ in 0..<10_000 {
                var wealth = 1.0
                for _ in 0..<400 {
                    wealth *= random.uniform() < 0.6 ? 1 + 0.5 * contracts : 1 - 0.5 * contracts
                    if wealth < bound.level {
                        fallen += 1
                        break
                    }
                    if wealth > 50 { break }
                }
            }
            return Double(fallen) / 10_000
        }
        let bounded = try #require(problem(bound).solve()).contracts[0]
        let free = try #require(problem(nil).solve()).contracts[0]
        #expect(ruin(bounded) < 0.1)
        #expect(ruin(bounded) > 0.02)
        #expect(ruin(free) > 0.3)
    }
}
