public import Model
import RealModule

/// One forecast, written down before its outcome: what each strategy, the pool and the market said at the same moment.
public struct ForecastRow: Hashable, Sendable, Codable {
    public let time: Timestamp
    public let market: Ticker
    public let strategy: String
    /// Of YES.
    public let probability: Double
    public let marketProbability: Double
    public let horizonSeconds: Double

    public init(time: Timestamp, market: Ticker, strategy: String, probability: Double, marketProbability: Double, horizonSeconds: Double) {
        self.time = time
        self.market = market
        self.strategy = strategy
        self.probability = probability
        self.marketProbability = marketProbability
        self.horizonSeconds = horizonSeconds
    }
}

/// Sums over scored forecasts. The Brier score is the mean squared error; the log score here is a loss, in nats. Lower is better in both.
public struct Score: Hashable, Sendable, Codable {
    public private(set) var count = 0
    private var squares = 0.0
    private var logs = 0.0

    public init() {}

    init(_ said: SaidOfMarket, outcome: Double) {
        count = Int(said.count)
        squares = said.squares(outcome)
        logs = said.logs(outcome)
    }

    public mutating func add(_ probability: Double, outcome: Double) {
        count += 1
        squares += (probability - outcome) * (probability - outcome)
        let p = SaidOfMarket.bounded(probability)
        logs -= outcome * Double.log(p) + (1 - outcome) * Double.log(1 - p)
    }

    /// The same forecasts by another outcome, as if it had been the only one.
    mutating func correct(_ said: SaidOfMarket, from old: Double, to new: Double) {
        squares += said.squares(new) - said.squares(old)
        logs += said.logs(new) - said.logs(old)
    }

    public var brier: Double? { count == 0 ? nil : squares / Double(count) }
    public var logLoss: Double? { count == 0 ? nil : logs / Double(count) }

    func feed(into digest: inout Digest) {
        digest.feed(count)
        digest.feed(squares)
        digest.feed(logs)
    }
}

/// What a settlement taught about one market's forecasts.
public struct MarketScore: Hashable, Sendable, Codable {
    public let market: Ticker
    public let outcome: Double
    /// By name: each strategy, "pool" and "market".
    public let scores: [String: Score]
}
