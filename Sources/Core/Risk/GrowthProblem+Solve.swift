import RealModule

extension GrowthProblem {
    /// The purchase of greatest expected growth. Nil when the figures do not allow an answer within the bound on steps: then nothing should be bought.
    ///
    /// The objective is concave, so the point where no leg, freed from its bound, would still improve it is the best of all.
    public func solve() -> GrowthSolution? {
        precondition(isSound, "probabilities sum to one, wealth is positive, every leg says what it pays in every state")
        return legs.count == 1 ? solveOneLeg() : solveByFaces()
    }

    /// The general search, over the faces of the bounds: for any number of legs.
    func solveByFaces() -> GrowthSolution? {
        guard let free = solve(price: 0) else { return nil }
        // Where nothing is held and nothing bought the excess is zero, but for the last digits.
        guard let bound = drawdown, excess(free.contracts, bound) > 1e-13 else { return free }
        return solve(within: bound, unbound: free)
    }

    /// E[R^-λ] - 1: positive where the drawdown bound is broken.
    public func excess(_ contracts: [Double], _ bound: DrawdownBound) -> Double {
        let after = wealth(after: contracts)
        let now = today(bound)
        return zip(probabilities, after).reduce(-1) { sum, state in
            state.0 > 0 ? sum + state.0 * Double.pow((state.1 + bound.aside) / now, -bound.exponent) : sum
        }
    }

    /// The price of risk at which the bound is just kept, by the Illinois form of the false position in the logarithms of both; the answer keeps the bound.
    ///
    /// Where full Kelly bets nearly all, the mean of R^-λ has twenty digits and more: as it is it would hold every guess at one end. In its logarithm it
    /// is nearly a line, and each third guess is the middle, so that the bracket shrinks whatever its shape.
    private func solve(within bound: DrawdownBound, unbound: GrowthSolution) -> GrowthSolution? {
        var steps = unbound.steps
        func broken(_ contracts: [Double]) -> Double { Double.log(onePlus: excess(contracts, bound)) }
        var low = (x: -30.0, f: broken(unbound.contracts))
        var high: (x: Double, f: Double, solution: GrowthSolution)?
        var x = 0.0
        var side = 0
        // Of `high`, before the Illinois form halves it.
        var kept = -Double.infinity
        for round in 1...200 {
            guard var tried = solve(price: Double.exp(x)) else { return nil }
            steps += tried.steps
            tried.drawdownMultiplier = Double.exp(x)
            let f = broken(tried.contracts)
            if f > 0 {
                low = (x, side == -1 ? f / 2 : f)
                if side == -1, let h = high { high = (h.x, h.f / 2, h.solution) }
                side = -1
            } else {
                if side == 1 { low.f /= 2 }
                high = (x, f, tried)
                kept = f
                side = 1
            }
            guard let h = high else {
                x += 4
                if x > 60 { return nil }
                continue
            }
            if kept > -1e-13 || h.x - low.x < 1e-12 { break }
            let guess = (low.x * h.f - h.x * low.f) / (h.f - low.f)
            x = round % 3 > 0 && guess > low.x && guess < h.x ? guess : (low.x + h.x) / 2
        }
        guard var best = high?.solution else { return nil }
        best.steps = steps
        return best
    }

    private func solve(price: Double) -> GrowthSolution? {
        var search = GrowthSearch(self, priceOfRisk: price)
        guard search.run() else { return nil }
        let contracts = search.contracts
        let after = wealth(after: contracts)
        var growth = 0.0
        for (s, p) in probabilities.enumerated() where p > 0 { growth += p * Double.log(after[s] / wealth[s]) }
        return GrowthSolution(
            contracts: contracts, growth: growth, budgetMultiplier: search.budgetMultiplier / search.scale, drawdownMultiplier: 0, steps: search.steps)
    }

    /// All wealth of today: the mean over the states, with what is kept aside.
    func today(_ bound: DrawdownBound) -> Double { zip(probabilities, wealth).reduce(bound.aside) { $0 + $1.0 * $1.1 } }
}

extension DrawdownBound {
    /// λ of the constraint.
    var exponent: Double { Double.log(chance) / Double.log(level) }
}
