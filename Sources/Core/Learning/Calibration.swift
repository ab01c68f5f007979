public import Model
import RealModule

/// How far a strategy's log-odds must be moved and stretched to be true, by family, horizon and price, each level shrunk to the one above it.
///
/// logit q = logit p + Σ over the levels of (a + b logit p): Platt's form, learned one settlement at a time by an extended Kalman filter on the
/// coefficients. A level that has seen little stays at zero and leaves the word to its parent; the uppermost is drawn to "it is right as it is".
public struct Calibration: Hashable, Sendable, Codable {
    /// Of a and b at the start: of a strategy, of a family, of a horizon in it, of a price range in that.
    private static let priors = [Prior(a: 0.01, b: 0.01), Prior(a: 0.01, b: 0.01), Prior(a: 0.005, b: 0.005), Prior(a: 0.005, b: 0)]
    /// What certainty is multiplied by with each market that a level learns from: a thousand markets back, a third is left of it.
    private static let memory = 0.999
    /// Rows of one market beyond this say nothing new.
    private static let rowsPerMarket = 16

    private var levels: [String: Level] = [:]

    public init() {}

    /// The calibrated probability, and the standard error that the coefficients leave it.
    public func calibrated(_ p: Double, strategy: String, family: SeriesTicker, horizonSeconds: Double) -> (probability: Double, uncertainty: Double) {
        let x = Self.logit(p)
        var moved = x
        var variance = 0.0
        for (level, prior) in zip(Self.path(p, strategy, family, horizonSeconds), Self.priors) {
            let known = levels[level] ?? Level(prior)
            moved += known.a + known.b * x
            variance += known.variance(x)
        }
        let q = 1 / (1 + Double.exp(-moved))
        return (q, q * (1 - q) * variance.squareRoot())
    }

    /// What one market's outcome teaches.
    /// - Parameter rows: the strategy's probabilities with their horizons. They share one outcome, so together they count as one observation.
    public mutating func learn(_ rows: [(probability: Double, horizonSeconds: Double)], strategy: String, family: SeriesTicker, outcome: Double) {
        var touched: [String: Int] = [:]
        let kept = Self.thinned(rows)
        for row in kept {
            let path = Self.path(row.probability, strategy, family, row.horizonSeconds)
            let x = Self.logit(row.probability)
            var known = zip(path, Self.priors).map { levels[$0] ?? Level($1) }
            let moved = known.reduce(x) { $0 + $1.a + $1.b * x }
            let q = min(max(1 / (1 + Double.exp(-moved)), 0.01), 0.99)
            let information = q * (1 - q)
            let spread = known.reduce(Double(kept.count) / information) { $0 + $1.variance(x) }
            let innovation = (outcome - q) / information
            for i in known.indices {
                known[i].correct(x, innovation, spread)
                levels[path[i]] = known[i]
                touched[path[i]] = i
            }
        }
        for (name, level) in touched { levels[name]?.fade(Self.memory, Self.priors[level]) }
    }

    /// Every coefficient by its level, for a person and for the comparison of two versions.
    public var figures: [String: Double] {
        var found: [String: Double] = [:]
        for (name, level) in levels {
            found["calibration \(name) shift"] = level.a
            found["calibration \(name) stretch"] = level.b
        }
        return found
    }

    func feed(into digest: inout Digest) {
        for name in levels.keys.sorted() {
            digest.feed(levels[name]?.a ?? 0)
            digest.feed(levels[name]?.b ?? 0)
        }
    }

    // MARK: - Levels

    private struct Prior: Sendable {
        let a: Double
        let b: Double

        func variance(_ x: Double) -> Double { a + b * x * x }
    }

    private struct Level: Hashable, Sendable, Codable {
        var a = 0.0
        var b = 0.0
        var aa: Double
        var ab = 0.0
        var bb: Double

        init(_ prior: Prior) {
            aa = prior.a
            bb = prior.b
        }

        func variance(_ x: Double) -> Double { max(aa + 2 * ab * x + bb * x * x, 0) }

        mutating func correct(_ x: Double, _ innovation: Double, _ spread: Double) {
            let (ga, gb) = (aa + ab * x, ab + bb * x)
            a += ga * innovation / spread
            b += gb * innovation / spread
            aa -= ga * ga / spread
            ab -= ga * gb / spread
            bb -= gb * gb / spread
        }

        mutating func fade(_ memory: Double, _ prior: Prior) {
            aa = min(aa / memory, prior.a)
            bb = min(bb / memory, prior.b)
        }
    }

    private static func thinned<Row>(_ rows: [Row]) -> [Row] {
        guard rows.count > rowsPerMarket else { return rows }
        return (0..<rowsPerMarket).map { rows[$0 * rows.count / rowsPerMarket] }
    }

    private static func path(_ p: Double, _ strategy: String, _ family: SeriesTicker, _ horizon: Double) -> [String] {
        let near = Horizon(seconds: horizon).rawValue
        let price = p < 0.25 ? "low" : p > 0.75 ? "high" : "middle"
        return [strategy, "\(strategy)/\(family)", "\(strategy)/\(family)/\(near)", "\(strategy)/\(family)/\(near)/\(price)"]
    }

    private static func logit(_ p: Double) -> Double {
        let q = min(max(p, 1e-3), 1 - 1e-3)
        return Double.log(q / (1 - q))
    }
}
