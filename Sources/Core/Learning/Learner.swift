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

    mutating func add(_ probability: Double, outcome: Double) {
        count += 1
        squares += (probability - outcome) * (probability - outcome)
        let p = min(max(probability, 1e-6), 1 - 1e-6)
        logs -= outcome * Double.log(p) + (1 - outcome) * Double.log(1 - p)
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

/// Learns from every settlement, from its last state and the newest outcome alone.
///
/// Every forecast waits here for its market to resolve; then it is scored beside the market's own price of the same moment, and the weight
/// that its strategy has in the pool moves: exponentiated gradient on the pool's log loss (Kivinen & Warmuth 1997), one step a market, so that
/// a market that was forecast a thousand times counts once.
public struct Learner: Sendable, Equatable {
    public static let pool = "pool"
    public static let market = "market"
    /// The share of the pool that a strategy starts with: the market is hard to beat, and a newcomer has shown nothing.
    public static let initialWeight = 0.2
    static let learningRate = 0.1
    static let weightRange = 0.01...0.8
    /// Forecasts that wait for one market's outcome, at most; past it every second one is dropped, evenly, so that the whole life stays covered.
    static let rowsPerMarket = 2048

    private var waiting: [Ticker: [ForecastRow]] = [:]
    /// By family (series), then strategy.
    private var weights: [SeriesTicker: [String: Double]] = [:]
    public private(set) var scores: [String: Score] = [:]

    public init() {}

    public func weight(_ strategy: String, in family: SeriesTicker) -> Double { weights[family]?[strategy] ?? Self.initialWeight }

    public mutating func record(_ row: ForecastRow) {
        waiting[row.market, default: []].append(row)
        guard let rows = waiting[row.market], rows.count > Self.rowsPerMarket else { return }
        let kept = Set(Set(rows.map(\.time)).sorted().enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
        waiting[row.market] = rows.filter { kept.contains($0.time) }
    }

    /// Scores what was said about the market; nil when nothing was. A void market teaches nothing.
    public mutating func settle(_ market: Ticker, family: SeriesTicker, result: MarketResult) -> MarketScore? {
        guard let rows = waiting.removeValue(forKey: market), let outcome = result.yesValue?.probability else { return nil }
        var local: [String: Score] = [:]
        var moments = Set<Timestamp>()
        for row in rows {
            local[row.strategy, default: Score()].add(row.probability, outcome: outcome)
            scores[row.strategy, default: Score()].add(row.probability, outcome: outcome)
            // The market speaks once a moment, however many strategies do.
            if moments.insert(row.time).inserted {
                local[Self.market, default: Score()].add(row.marketProbability, outcome: outcome)
                scores[Self.market, default: Score()].add(row.marketProbability, outcome: outcome)
            }
        }
        for strategy in Set(rows.map(\.strategy)).subtracting([Self.pool]).sorted() { move(strategy, in: family, rows: rows, outcome: outcome) }
        return MarketScore(market: market, outcome: outcome, scores: local)
    }

    /// Drops what waits for a market whose outcome will not come.
    public mutating func forget(_ market: Ticker) { waiting[market] = nil }

    public var waitingMarkets: [Ticker] { waiting.keys.sorted() }

    public func feed(into digest: inout Digest) {
        for market in waiting.keys.sorted() {
            digest.feed(market.text)
            digest.feed(waiting[market]?.count ?? 0)
        }
        for family in weights.keys.sorted() {
            for strategy in (weights[family] ?? [:]).keys.sorted() { digest.feed(weights[family]?[strategy] ?? 0) }
        }
        for name in scores.keys.sorted() { scores[name]?.feed(into: &digest) }
    }

    /// The gradient of the pool's log loss by the strategy's weight is (pool - outcome) * (logit strategy - logit market), averaged over the market's life.
    private mutating func move(_ strategy: String, in family: SeriesTicker, rows: [ForecastRow], outcome: Double) {
        let pooled = Dictionary(rows.filter { $0.strategy == Self.pool }.map { ($0.time, $0.probability) }, uniquingKeysWith: { a, _ in a })
        var sum = 0.0
        var count = 0
        for row in rows where row.strategy == strategy {
            guard let pool = pooled[row.time] else { continue }
            sum += (pool - outcome) * (logit(row.probability) - logit(row.marketProbability))
            count += 1
        }
        guard count > 0 else { return }
        let moved = weight(strategy, in: family) * Double.exp(-Self.learningRate * sum / Double(count))
        weights[family, default: [:]][strategy] = min(max(moved, Self.weightRange.lowerBound), Self.weightRange.upperBound)
    }

    private func logit(_ p: Double) -> Double {
        let q = min(max(p, 1e-4), 1 - 1e-4)
        return Double.log(q / (1 - q))
    }
}
