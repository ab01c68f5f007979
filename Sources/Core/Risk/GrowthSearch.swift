import RealModule

/// Newton's method on the legs that are in play; a leg at a bound joins them when the gradient wants it off, and leaves when a step would take it past.
///
/// Each face (set of free legs) is solved to the precision of the arithmetic before the next leg joins, so the objective rises with every change of face
/// and no face comes twice; the bound on steps is for figures that break the arithmetic.
struct GrowthSearch {
    private enum Place { case lower, upper, free }

    private static let mostSteps = 2000
    /// The squared length of a Newton step, in the Hessian's own measure, below which a face is solved.
    private static let solved = 1e-27
    /// The gradient below which a face is solved whatever its curvature: the arithmetic knows no smaller one.
    private static let flat = 1e-14
    /// A gradient below this does not free a leg: at a wealth of 1 it is worth less than a billionth of a contract.
    private static let wanted = 1e-12

    /// Dollars that count as 1 inside, so that the tolerances mean the same at every wealth.
    let scale: Double
    private(set) var budgetMultiplier = 0.0
    private(set) var steps = 0
    private let probabilities: [Double]
    /// What one contract gains in a state: a row a state.
    private let gains: [Double]
    private let costs: [Double]
    private let bounds: [Double]
    private let most: [Double]
    private let budget: Double
    private let risk: (price: Double, exponent: Double, aside: Double, today: Double)?
    private var owned: [Double]
    private var held: [Double]
    private var spent = 0.0
    private var places: [Place]
    private var budgetBinds = false
    private var slope: [Double]
    private var bend: [Double]
    private var gradient: [Double]

    init(_ problem: GrowthProblem, priceOfRisk: Double) {
        // States that cannot come true have no say.
        let possible = problem.probabilities.indices.filter { problem.probabilities[$0] > 0 }
        let scale = zip(problem.probabilities, problem.wealth).reduce(0) { $0 + $1.0 * $1.1 }
        self.scale = scale
        probabilities = possible.map { problem.probabilities[$0] }
        owned = possible.map { problem.wealth[$0] / scale }
        gains = possible.flatMap { s in problem.legs.map { $0.pays[s] - $0.cost } }
        costs = problem.legs.map(\.cost)
        bounds = problem.legs.map(\.most)
        most = bounds.map { $0 / scale }
        budget = problem.budget / scale
        risk = problem.drawdown.flatMap { priceOfRisk > 0 ? (priceOfRisk, $0.exponent, $0.aside / scale, problem.today($0) / scale) : nil }
        let count = problem.legs.count
        held = Array(repeating: 0, count: count)
        places = Array(repeating: .lower, count: count)
        gradient = Array(repeating: 0, count: count)
        slope = Array(repeating: 0, count: possible.count)
        bend = slope
    }

    /// A leg at its bound is at the bound that was given, to the last digit.
    var contracts: [Double] { held.indices.map { places[$0] == .upper ? bounds[$0] : min(held[$0] * scale, bounds[$0]) } }

    /// True when the best was found.
    mutating func run() -> Bool {
        while steps < Self.mostSteps {
            steps += 1
            measure()
            let free = places.indices.filter { places[$0] == .free }
            guard let step = newtonStep(free) else { return false }
            if step.decrement <= Self.solved || step.steepest <= Self.flat {
                budgetMultiplier = budgetBinds ? step.multiplier : 0
                if budgetBinds, step.multiplier < -Self.wanted {
                    budgetBinds = false
                    continue
                }
                guard let joining = mostWanted(step.multiplier) else { return true }
                places[joining] = .free
                continue
            }
            if !move(free, step) {
                // The arithmetic can tell no two points of this face apart: it is solved, unless the gradient says that it is not.
                guard step.steepest < 1e-11 else { return false }
                guard let joining = mostWanted(step.multiplier) else { return true }
                places[joining] = .free
            }
        }
        return false
    }

    // MARK: - Steps

    /// First and second derivative of the utility in each state, and the gradient by each leg.
    private mutating func measure() {
        for s in owned.indices {
            let w = owned[s]
            slope[s] = probabilities[s] / w
            bend[s] = probabilities[s] / (w * w)
            if let risk {
                let r = (w + risk.aside) / risk.today
                let power = risk.price * probabilities[s] * risk.exponent * Double.pow(r, -risk.exponent - 1) / risk.today
                slope[s] += power
                bend[s] += power * (risk.exponent + 1) / (r * risk.today)
            }
        }
        for j in gradient.indices {
            var sum = 0.0
            for s in owned.indices { sum += slope[s] * gains[s * costs.count + j] }
            gradient[j] = sum
        }
    }

    private struct Step {
        var direction: [Double]
        var decrement: Double
        var multiplier: Double
        /// The largest entry of the gradient along the face.
        var steepest: Double
    }

    /// The Newton direction of the free legs; along the budget where that binds. Nil when the curvature is not to be had.
    private func newtonStep(_ free: [Int]) -> Step? {
        guard !free.isEmpty else { return Step(direction: [], decrement: 0, multiplier: 0, steepest: 0) }
        var curvature = SymmetricMatrix(order: free.count)
        for (a, i) in free.enumerated() {
            for (b, j) in free.enumerated().prefix(a + 1) {
                var sum = 0.0
                for s in owned.indices { sum += bend[s] * gains[s * costs.count + i] * gains[s * costs.count + j] }
                curvature[a, b] = sum
            }
        }
        guard let factor = curvature.cholesky() else { return nil }
        let g = free.map { gradient[$0] }
        var direction = factor.solve(g)
        var multiplier = 0.0
        if budgetBinds {
            let c = free.map { costs[$0] }
            let along = factor.solve(c)
            multiplier = dot(c, direction) / dot(c, along)
            for a in direction.indices { direction[a] -= multiplier * along[a] }
        }
        let reduced = g.indices.map { g[$0] - multiplier * costs[free[$0]] }
        return Step(direction: direction, decrement: dot(reduced, direction), multiplier: multiplier, steepest: reduced.reduce(0) { max($0, abs($1)) })
    }

    /// The leg at a bound that would gain most per unit by leaving it.
    private func mostWanted(_ multiplier: Double) -> Int? {
        var best: (leg: Int, gain: Double)?
        for j in places.indices where places[j] != .free && most[j] > 0 {
            let reduced = gradient[j] - multiplier * costs[j]
            let gain = places[j] == .lower ? reduced : -reduced
            if gain > Self.wanted, gain > best?.gain ?? 0 { best = (j, gain) }
        }
        return best?.leg
    }

    /// Goes along the step as far as the bounds allow and the objective rises. False when it does not rise at all.
    private mutating func move(_ free: [Int], _ step: Step) -> Bool {
        var change = Array(repeating: 0.0, count: owned.count)
        for s in owned.indices {
            for (a, j) in free.enumerated() { change[s] += gains[s * costs.count + j] * step.direction[a] }
        }
        var length = 1.0
        var blocking: Int?
        for (a, j) in free.enumerated() {
            let d = step.direction[a]
            let room = d < 0 ? held[j] / -d : d > 0 ? (most[j] - held[j]) / d : .infinity
            if room < length {
                length = max(room, 0)
                blocking = a
            }
        }
        let spending = free.indices.reduce(0) { $0 + costs[free[$1]] * step.direction[$1] }
        var budgetBlocks = false
        if !budgetBinds, spending > 0, (budget - spent) / spending < length {
            length = max((budget - spent) / spending, 0)
            blocking = nil
            budgetBlocks = true
        }
        for s in owned.indices where change[s] < 0 && owned[s] + length * change[s] <= owned[s] * 0.01 {
            length = 0.99 * owned[s] / -change[s]
            blocking = nil
            budgetBlocks = false
        }
        if step.decrement > 1e-12 {
            let whole = length
            let before = value(change, 0)
            var halvings = 0
            while value(change, length) < before + 1e-4 * length * step.decrement {
                length /= 2
                halvings += 1
                if halvings > 50 { return whole == 0 && fix(free, blocking, budgetBlocks, step) }
            }
            if length < whole {
                blocking = nil
                budgetBlocks = false
            }
        }
        for (a, j) in free.enumerated() { held[j] = min(max(held[j] + length * step.direction[a], 0), most[j]) }
        for s in owned.indices { owned[s] += length * change[s] }
        spent += length * spending
        return fix(free, blocking, budgetBlocks, step) || length > 0
    }

    /// Puts what stopped the step on its bound. False when nothing did.
    private mutating func fix(_ free: [Int], _ blocking: Int?, _ budgetBlocks: Bool, _ step: Step) -> Bool {
        if budgetBlocks { budgetBinds = true }
        guard let blocking else { return budgetBlocks }
        let leg = free[blocking]
        places[leg] = step.direction[blocking] < 0 ? .lower : .upper
        held[leg] = places[leg] == .lower ? 0 : most[leg]
        return true
    }

    private func value(_ change: [Double], _ length: Double) -> Double {
        var sum = 0.0
        for s in owned.indices {
            let w = owned[s] + length * change[s]
            guard w > 0 else { return -.infinity }
            sum += probabilities[s] * Double.log(w)
            if let risk { sum -= risk.price * probabilities[s] * Double.pow((w + risk.aside) / risk.today, -risk.exponent) }
        }
        return sum
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double { a.indices.reduce(0) { $0 + a[$1] * b[$1] } }
}
