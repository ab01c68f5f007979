import Learning
import Model
import Strategies

/// What a result is worth, and how opinions become one.
enum Judged {
    struct Gains: Decodable {
        let gains: [Double]
        /// Ratios of all trials.
        let all: [Double]
        let benchmark: Double
    }

    struct Ratio: Encodable {
        let value: Double
        let skewness: Double
        let kurtosis: Double
        let above: Double?
        let deflated: Double?
    }

    static func sharpe(_ asked: Gains) -> Ratio? {
        SharpeRatio(asked.gains).map {
            Ratio(
                value: $0.value, skewness: $0.skewness, kurtosis: $0.kurtosis, above: $0.probability(above: asked.benchmark), deflated: $0.deflated(among: asked.all))
        }
    }

    /// The normal law by the figures that are made of it alone.
    struct Normal: Decodable {
        let x: Double
        let trials: Int
    }

    struct NormalAnswer: Encodable {
        let below: Double?
        /// (1 - γ) Φ⁻¹(1 - 1/n) + γ Φ⁻¹(1 - 1/(ne)).
        let best: Double
    }

    static func normal(_ asked: Normal) -> NormalAnswer {
        // With no skew, a kurtosis of one and two events the chance to be above nothing is Φ of the ratio itself.
        NormalAnswer(
            below: SharpeRatio(events: 2, value: asked.x, skewness: 0, kurtosis: 1).probability(above: 0),
            best: SharpeRatio.bestByChance(trials: asked.trials, variance: 1))
    }

    struct Table: Decodable { let gains: [[Double]] }

    struct Overfitting: Encodable {
        let blocks: Int
        let splits: Int
        let probability: Double
        let loss_probability: Double
    }

    static func overfitting(_ asked: Table) -> Overfitting? {
        OverfittingTest(gains: asked.gains).map {
            Overfitting(blocks: $0.blocks, splits: $0.splits, probability: $0.probability, loss_probability: $0.lossProbability)
        }
    }

    struct Sample: Decodable {
        let above: [Double]
        let below: [Double]
        let mean_block: Double?
        let draws: Int
        let level: Double
        let seed: UInt64
    }

    struct Bands: Encodable {
        /// The places that were drawn.
        let places: [[Int]]
        let mean: BlockBootstrap.Band?
        let total: BlockBootstrap.Band?
        let ratio: BlockBootstrap.Band?
    }

    static func bootstrap(_ asked: Sample) -> Bands {
        let bootstrap = BlockBootstrap(meanBlock: asked.mean_block, draws: asked.draws, level: asked.level, seed: asked.seed)
        var places: [[Int]] = []
        _ = bootstrap.band(events: asked.above.count) { drawn in
            places.append(drawn)
            return 0
        }
        return Bands(places: places, mean: bootstrap.mean(asked.above), total: bootstrap.total(asked.above), ratio: bootstrap.ratio(asked.above, over: asked.below))
    }

    // MARK: - Opinions

    struct Opinions: Decodable {
        struct Opinion: Decodable {
            let p: Double
            let uncertainty: Double
            let weight: Double
        }

        let market: Double
        let spoken: Opinion?
        let opinions: [Opinion]
    }

    struct Pooled: Encodable {
        let probability: Double
        let uncertainty: Double
    }

    static func pool(_ asked: Opinions) -> Pooled {
        let named = asked.opinions.enumerated().map { (name: "s\($0)", $1) }
        let pooled = Pool.combine(
            market: asked.market, spoken: asked.spoken.map { ($0.p, $0.uncertainty, by: "spoken") },
            forecasts: named.map { Forecast(strategy: $0.name, probability: $0.1.p, uncertainty: $0.1.uncertainty, inputs: []) },
            weights: Dictionary(uniqueKeysWithValues: named.map { ($0.name, $0.1.weight) }))
        return Pooled(probability: pooled.probability, uncertainty: pooled.uncertainty)
    }

    struct Values: Decodable {
        let values: [Double]
        let total: Double
    }

    struct Projected: Encodable {
        let summing: [Double]
        let ascending: [Double]
    }

    static func projection(_ asked: Values) -> Projected {
        Projected(
            summing: LogOddsProjection.summing(asked.values, to: asked.total), ascending: LogOddsProjection.ascending(asked.values))
    }
}
