import RealModule

/// Mean over standard deviation of gains, one an event; not annualised, because events have no year.
public struct SharpeRatio: Hashable, Sendable, Codable {
    public let events: Int
    /// 0 where every gain is the same.
    public let value: Double
    /// Third and fourth standardised moments: 0 and 3 for a normal law.
    public let skewness: Double
    public let kurtosis: Double

    /// Nil for fewer than two gains.
    public init?(_ gains: [Double]) {
        guard gains.count >= 2 else { return nil }
        let count = Double(gains.count)
        let mean = gains.reduce(0, +) / count
        var (second, third, fourth) = (0.0, 0.0, 0.0)
        for gain in gains {
            let d = gain - mean
            second += d * d
            third += d * d * d
            fourth += d * d * d * d
        }
        let variance = second / count
        events = gains.count
        // Gains that are the same but for the rounding of their mean have no spread.
        guard variance.squareRoot() > 1e-12 * max(abs(mean), 1e-300) else {
            (value, skewness, kurtosis) = (0, 0, 3)
            return
        }
        value = mean / (second / (count - 1)).squareRoot()
        skewness = third / count / (variance * variance.squareRoot())
        kurtosis = fourth / count / (variance * variance)
    }

    /// From moments that are known. - Precondition: two events at least.
    public init(events: Int, value: Double, skewness: Double, kurtosis: Double) {
        precondition(events >= 2, "a Sharpe ratio is of two events or more")
        self.events = events
        self.value = value
        self.skewness = skewness
        self.kurtosis = kurtosis
    }

    /// The chance that the true ratio is above `benchmark`, whatever the law's skew and tails (Bailey & López de Prado 2012, "The Sharpe ratio efficient
    /// frontier"). Nil where the moments leave no variance.
    public func probability(above benchmark: Double) -> Double? {
        let spread = 1 - skewness * value + (kurtosis - 1) / 4 * value * value
        guard spread > 0 else { return nil }
        return NormalLaw.below((value - benchmark) * Double(events - 1).squareRoot() / spread.squareRoot())
    }

    /// The best ratio that `trials` without any edge would show, when theirs vary by `variance` (Bailey & López de Prado 2014, "The deflated Sharpe ratio",
    /// equation 1). Trials that resemble one another are fewer than they seem, so this errs on the strict side. 0 for one trial.
    public static func bestByChance(trials: Int, variance: Double) -> Double {
        guard trials > 1, variance > 0 else { return 0 }
        let euler = 0.577_215_664_901_532_9
        let n = Double(trials)
        let upper = (1 - euler) * NormalLaw.quantile(1 - 1 / n) + euler * NormalLaw.quantile(1 - 1 / (n * Double.exp(1)))
        return variance.squareRoot() * upper
    }

    /// The deflated Sharpe ratio: the chance that the best of all trials has an edge, after so many were tried. `all` has every trial, itself too.
    public func deflated(among all: [Double]) -> Double? {
        guard all.count > 1 else { return probability(above: 0) }
        let mean = all.reduce(0, +) / Double(all.count)
        let variance = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count - 1)
        return probability(above: Self.bestByChance(trials: all.count, variance: variance))
    }
}

/// The normal law of mean 0 and variance 1.
enum NormalLaw {
    static func below(_ x: Double) -> Double { 0.5 * Double.erfc(-x / 2.0.squareRoot()) }

    static func density(_ x: Double) -> Double { Double.exp(-x * x / 2) / (2 * Double.pi).squareRoot() }

    /// The x below which lies `share`. By halving: it is asked a few times a search, so the plainest way is the right one.
    /// - Precondition: inside (0, 1).
    static func quantile(_ share: Double) -> Double {
        precondition(share > 0 && share < 1, "a quantile is asked inside (0, 1)")
        var (low, high) = (-40.0, 40.0)
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if below(middle) < share { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
