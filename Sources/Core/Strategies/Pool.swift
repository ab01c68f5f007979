public import Model
import RealModule

/// The pooled opinion: the market as expert zero and the strategies beside it, mixed in log-odds (MATH section 6).
public struct PooledForecast: Hashable, Sendable, Codable {
    public let probability: Double
    public let uncertainty: Double
    /// The market's own probability at the same moment: the middle of its quotes, without our orders.
    public let market: Double
    public let forecasts: [Forecast]
    /// What moved it away from the market, in log-odds of YES with the weight counted; they sum to the whole move.
    public let moves: [Move]

    public struct Move: Hashable, Sendable, Codable {
        public let strategy: String
        public let logOdds: Double

        public init(_ strategy: String, _ logOdds: Double) {
            self.strategy = strategy
            self.logOdds = logOdds
        }
    }

    public init(probability: Double, uncertainty: Double, market: Double, forecasts: [Forecast], moves: [Move] = []) {
        self.probability = probability
        self.uncertainty = uncertainty
        self.market = market
        self.forecasts = forecasts
        self.moves = moves
    }

    /// What it would be had one of them not moved it.
    public func without(_ strategy: String) -> PooledForecast {
        let moved = moves.filter { $0.strategy == strategy }.reduce(0) { $0 + $1.logOdds }
        guard moved != 0 else { return self }
        return PooledForecast(
            probability: Pool.sigmoid(Pool.logit(probability) - moved), uncertainty: uncertainty, market: market, forecasts: forecasts,
            moves: moves.filter { $0.strategy != strategy })
    }

    /// The same, with the forecasts as the strategies said them.
    public func telling(_ forecasts: [Forecast]) -> PooledForecast {
        PooledForecast(probability: probability, uncertainty: uncertainty, market: market, forecasts: forecasts, moves: moves)
    }
}

public enum Pool {
    /// - Parameters:
    ///   - market: the market's probability, in (0, 1).
    ///   - spoken: what speaks for the market in the pool, where that is not its probability itself; with its uncertainty, and the name of who says it.
    ///   - weights: by strategy name; what they leave of 1 is the market's weight. They are between 0 and 1 and sum to at most 1.
    public static func combine(market: Double, spoken: (probability: Double, uncertainty: Double, by: String)? = nil, forecasts: [Forecast], weights: [String: Double]) -> PooledForecast {
        var logit = 0.0
        var variance = 0.0
        var left = 1.0
        var moves: [PooledForecast.Move] = []
        let start = self.logit(market)
        for forecast in forecasts {
            let weight = weights[forecast.strategy] ?? 0
            logit += weight * self.logit(forecast.probability)
            variance += weight * weight * forecast.uncertainty * forecast.uncertainty
            left -= weight
            if weight > 0 { moves.append(.init(forecast.strategy, weight * (self.logit(forecast.probability) - start))) }
        }
        logit += left * self.logit(spoken?.probability ?? market)
        if let spoken {
            variance += left * left * spoken.uncertainty * spoken.uncertainty
            moves.append(.init(spoken.by, left * (self.logit(spoken.probability) - start)))
        }
        return PooledForecast(probability: sigmoid(logit), uncertainty: variance.squareRoot(), market: market, forecasts: forecasts, moves: moves)
    }

    /// Between two probabilities, in log-odds: `a` at share 0, `b` at share 1.
    public static func mixed(_ a: Double, _ b: Double, share: Double) -> Double { sigmoid((1 - share) * logit(a) + share * logit(b)) }

    public static func logit(_ p: Double) -> Double {
        let q = min(max(p, 1e-4), 1 - 1e-4)
        return Double.log(q / (1 - q))
    }

    public static func sigmoid(_ x: Double) -> Double { 1 / (1 + Double.exp(-x)) }
}
