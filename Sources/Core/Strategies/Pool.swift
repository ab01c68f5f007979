public import Model
import RealModule

/// The pooled opinion: the market as expert zero and the strategies beside it, mixed in log-odds (MATH section 6).
public struct PooledForecast: Hashable, Sendable, Codable {
    public let probability: Double
    public let uncertainty: Double
    /// The market's own probability at the same moment: the middle of its quotes, without our orders.
    public let market: Double
    public let forecasts: [Forecast]

    public init(probability: Double, uncertainty: Double, market: Double, forecasts: [Forecast]) {
        self.probability = probability
        self.uncertainty = uncertainty
        self.market = market
        self.forecasts = forecasts
    }
}

public enum Pool {
    /// - Parameters:
    ///   - market: the market's probability, in (0, 1).
    ///   - spoken: what speaks for the market in the pool, where that is not its probability itself; with its uncertainty.
    ///   - weights: by strategy name; what they leave of 1 is the market's weight. They are between 0 and 1 and sum to at most 1.
    public static func combine(market: Double, spoken: (probability: Double, uncertainty: Double)? = nil, forecasts: [Forecast], weights: [String: Double]) -> PooledForecast {
        var logit = 0.0
        var variance = 0.0
        var left = 1.0
        for forecast in forecasts {
            let weight = weights[forecast.strategy] ?? 0
            logit += weight * self.logit(forecast.probability)
            variance += weight * weight * forecast.uncertainty * forecast.uncertainty
            left -= weight
        }
        logit += left * self.logit(spoken?.probability ?? market)
        if let spoken { variance += left * left * spoken.uncertainty * spoken.uncertainty }
        return PooledForecast(probability: sigmoid(logit), uncertainty: variance.squareRoot(), market: market, forecasts: forecasts)
    }

    /// Between two probabilities, in log-odds: `a` at share 0, `b` at share 1.
    public static func mixed(_ a: Double, _ b: Double, share: Double) -> Double { sigmoid((1 - share) * logit(a) + share * logit(b)) }

    public static func logit(_ p: Double) -> Double {
        let q = min(max(p, 1e-4), 1 - 1e-4)
        return Double.log(q / (1 - q))
    }

    public static func sigmoid(_ x: Double) -> Double { 1 / (1 + Double.exp(-x)) }
}
