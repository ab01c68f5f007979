import RealModule

// The commonest problem by far: one leg. It is a search along one line, and needs no matrix; `GrowthSearch` must agree with it.
extension GrowthProblem {
    /// Halvings and Newton steps along the line: a hundred halvings exhaust a Double's digits.
    private static let mostSteps = 200

    /// The best purchase of the only leg; nil where no size keeps the bound on drawdown.
    func solveOneLeg() -> GrowthSolution? {
        let leg = legs[0]
        let gains = leg.pays.map { $0 - leg.cost }
        let spendable = budget / leg.cost
        var (contracts, steps) = bestAlong(gains, upTo: min(leg.most, spendable))
        var price = 0.0
        if let bound = drawdown, excess([contracts], bound) > 0 {
            guard let (kept, more) = furthest(within: bound, of: contracts, gains) else { return nil }
            (contracts, steps) = (kept, steps + more)
            let pull = relief(gains, contracts, bound)
            price = pull < 0 && contracts > 0 ? slope(gains, contracts) / -pull : 0
        }
        var growth = 0.0
        for s in wealth.indices where probabilities[s] > 0 { growth += probabilities[s] * Double.log(onePlus: contracts * gains[s] / wealth[s]) }
        let binds = contracts == spendable && leg.most > spendable
        return GrowthSolution(
            contracts: [contracts], growth: growth, budgetMultiplier: binds ? max(slope(gains, contracts), 0) / leg.cost : 0, drawdownMultiplier: price, steps: steps)
    }

    /// The derivative of the expected logarithm by the number of contracts. It falls all the way.
    private func slope(_ gains: [Double], _ contracts: Double) -> Double {
        var sum = 0.0
        for s in wealth.indices where probabilities[s] > 0 { sum += probabilities[s] * gains[s] / (wealth[s] + contracts * gains[s]) }
        return sum
    }

    /// Where the slope is zero, by Newton's method within a bracket that halves when a step leaves it.
    private func bestAlong(_ gains: [Double], upTo most: Double) -> (contracts: Double, steps: Int) {
        guard most > 0, slope(gains, 0) > 0 else { return (0, 1) }
        // Short of the point where a state that may come true would leave nothing.
        var ruin = Double.infinity
        for s in wealth.indices where probabilities[s] > 0 && gains[s] < 0 { ruin = min(ruin, wealth[s] / -gains[s]) }
        if most < ruin, slope(gains, most) >= 0 { return (most, 1) }
        var (low, high) = (0.0, min(most, ruin))
        var x = 0.0
        for step in 1...Self.mostSteps {
            var (first, second) = (0.0, 0.0)
            for s in wealth.indices where probabilities[s] > 0 {
                let ratio = gains[s] / (wealth[s] + x * gains[s])
                first += probabilities[s] * ratio
                second += probabilities[s] * ratio * ratio
            }
            if first > 0 { low = x } else { high = x }
            let newton = x + first / second
            let next = newton > low && newton < high ? newton : (low + high) / 2
            if abs(next - x) <= 1e-15 * max(next, 1) || next == low || next == high { return (next, step) }
            x = next
        }
        return (x, Self.mostSteps)
    }

    /// The most of `contracts` that keeps the bound. The excess is convex: it falls to its least, and rises from there to where it is broken.
    private func furthest(within bound: DrawdownBound, of contracts: Double, _ gains: [Double]) -> (contracts: Double, steps: Int)? {
        var steps = 0
        let (now, exponent) = (today(bound), bound.exponent)
        // `excess` for one leg, without an array for each point.
        func excess(_ contracts: Double) -> Double {
            var sum = -1.0
            for s in wealth.indices where probabilities[s] > 0 {
                sum += probabilities[s] * Double.pow((wealth[s] + contracts * gains[s] + bound.aside) / now, -exponent)
            }
            return sum
        }
        func halve(_ low: Double, _ high: Double, _ goesUp: (Double) -> Bool) -> Double {
            var (low, high) = (low, high)
            while steps < Self.mostSteps, high - low > 1e-15 * high {
                let middle = (low + high) / 2
                guard middle > low, middle < high else { break }
                if goesUp(middle) { low = middle } else { high = middle }
                steps += 1
            }
            return low
        }
        // Without inventory it is zero where nothing is bought, but for the last digits.
        let safest = excess(0) <= 1e-13 ? 0 : halve(0, contracts) { relief(gains, $0, bound) > 0 }
        guard excess(safest) <= 1e-13 else { return nil }
        steps = 0
        return (halve(safest, contracts) { excess($0) <= 0 }, steps)
    }

    /// How fast the excess falls with each contract more; negative where it rises.
    private func relief(_ gains: [Double], _ contracts: Double, _ bound: DrawdownBound) -> Double {
        let now = today(bound)
        var sum = 0.0
        for s in wealth.indices where probabilities[s] > 0 {
            let r = (wealth[s] + contracts * gains[s] + bound.aside) / now
            sum += probabilities[s] * bound.exponent * Double.pow(r, -bound.exponent - 1) * gains[s] / now
        }
        return sum
    }
}
