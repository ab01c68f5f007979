import Learning
import Model
import Strategies
import Testing

private func market(_ strike: Strike, closes: Int64 = 900, underlying: String? = "BTC") -> Market {
    Market(
        ticker: Ticker("KXBTC15M-1"), event: EventTicker("KXBTC15M-1"), series: SeriesTicker("KXBTC15M"), title: "t", strike: strike, openTime: .zero,
        closeTime: .seconds(closes), grid: .taperedTenths, fees: .ordinary, mutuallyExclusive: false, underlying: underlying.map { Underlying($0) })
}

/// A strategy that has seen two minutes of a price swinging by `swing` every second.
private func warmed(swing: Double = 5, at price: Double = 60_000) -> FundamentalStrategy {
    var strategy = FundamentalStrategy()
    for second in 0..<120 as Range<Int64> {
        strategy.observe(SpotTick(underlying: Underlying("BTC"), price: price + (second % 2 == 0 ? swing : -swing)), at: .seconds(second))
    }
    return strategy
}

private func probability(_ strategy: FundamentalStrategy, _ strike: Strike, at seconds: Int64 = 120, closes: Int64 = 900) throws -> Double {
    try strategy.forecast(market(strike, closes: closes), at: .seconds(seconds), staleness: .seconds(5)).get().probability
}

struct FundamentalTests {
    @Test func `at the strike it is even, above it more likely, far above it nearly certain`() throws {
        let strategy = warmed()
        #expect(abs(try probability(strategy, .greaterOrEqual(59_995)) - 0.5) < 0.01)
        #expect(try probability(strategy, .greaterOrEqual(59_900)) > 0.6)
        #expect(try probability(strategy, .greaterOrEqual(50_000)) > 0.999)
        #expect(try probability(strategy, .greaterOrEqual(70_000)) < 0.001)
    }

    @Test func `less and greater are complements, and brackets add up to one`() throws {
        let strategy = warmed()
        let low = try probability(strategy, .less(59_900))
        let middle = try probability(strategy, .between(59_900, 60_100))
        let high = try probability(strategy, .greater(60_100))
        #expect(abs(low + middle + high - 1) < 1e-9)
    }

    @Test func `less time left means more certainty`() throws {
        let strategy = warmed()
        let early = try probability(strategy, .greaterOrEqual(59_900), closes: 1800)
        let late = try probability(strategy, .greaterOrEqual(59_900), closes: 200)
        #expect(late > early)
    }

    @Test func `in the last minute the average so far counts, not only the last price`() throws {
        var strategy = warmed(swing: 1)
        for second in 120..<160 as Range<Int64> { strategy.observe(SpotTick(underlying: Underlying("BTC"), price: 60_000), at: .seconds(second)) }
        // Twenty seconds before the close the price drops a little below the strike; two thirds of the average are already above it.
        strategy.observe(SpotTick(underlying: Underlying("BTC"), price: 59_990), at: .seconds(160))
        #expect(try probability(strategy, .greaterOrEqual(59_995), at: 160, closes: 180) > 0.6)
    }

    @Test func `what it cannot know it does not say`() {
        func reason(_ strategy: FundamentalStrategy, _ market: Market, at seconds: Int64) -> NoForecast? {
            guard case .failure(let reason) = strategy.forecast(market, at: .seconds(seconds), staleness: .seconds(5)) else { return nil }
            return reason
        }
        #expect(reason(FundamentalStrategy(), market(.greater(1)), at: 1) == .noSpotPrice)
        #expect(reason(FundamentalStrategy(), market(.greater(1), underlying: "NYC-HIGH"), at: 1) == .noModelForMarket)
        #expect(reason(warmed(), market(.other), at: 120) == .noModelForMarket)
        #expect(reason(warmed(), market(.greater(1)), at: 126) == .spotStale)
        #expect(reason(warmed(), market(.greater(1)), at: 901) == .pastClose)
        var young = FundamentalStrategy()
        for second in 0..<30 as Range<Int64> { young.observe(SpotTick(underlying: Underlying("BTC"), price: 60_000), at: .seconds(second)) }
        #expect(reason(young, market(.greater(1)), at: 30) == .warmingUp)
    }

    @Test func `a price every half hour is no stream, not even with two of them close together`() {
        var strategy = FundamentalStrategy()
        for visit in 0..<200 as Range<Int64> {
            for second in [0, 90] as [Int64] { strategy.observe(SpotTick(underlying: Underlying("BTC"), price: 60_000 + Double(visit % 3)), at: .seconds(visit * 1800 + second)) }
        }
        let now = 199 * 1800 + 91 as Int64
        #expect(strategy.forecast(market(.greater(60_000), closes: now + 600), at: .seconds(now), staleness: .seconds(5)) == .failure(.warmingUp))
    }

    @Test func `a burst shows on the quick horizon first, a single jump on the slow one alone`() throws {
        func told(_ prices: [Double]) throws -> [Double] {
            var history = SpotHistory()
            for second in 0..<1800 as Range<Int64> { history.observe(60_000 + (second % 2 == 0 ? 1 : -1), at: .seconds(second)) }
            for (i, price) in prices.enumerated() { history.observe(price, at: .seconds(1800 + Int64(i))) }
            return history.variances
        }
        let calm = try told([])
        let burst = try told((0..<30).map { 60_000 + ($0 % 2 == 0 ? 8 : -8) })
        let jump = try told([60_600])
        #expect(zip(burst, burst.dropFirst()).allSatisfy { $0 > $1 } && burst[2] > calm[2])
        // Ten deviations on the quick ones, the whole jump of a percent on the slow one.
        #expect(jump[0] < calm[0] * 4 && jump[2] > calm[2] * 10)
    }

    @Test func `volatility follows the stream and forgets`() throws {
        var strategy = warmed(swing: 50)
        let wild = try #require(strategy.history(Underlying("BTC"))).variancePerSecond()
        for second in 120..<6000 as Range<Int64> {
            strategy.observe(SpotTick(underlying: Underlying("BTC"), price: 60_000 + (second % 2 == 0 ? 1 : -1)), at: .seconds(second))
        }
        let calm = try #require(strategy.history(Underlying("BTC"))).variancePerSecond()
        #expect(calm < wild / 100)
    }
}

struct PoolTests {
    @Test func `with no weight on a strategy the pool is the market`() {
        let forecast = Forecast(strategy: "s", probability: 0.9, uncertainty: 0.1, inputs: [])
        let pooled = Pool.combine(market: 0.3, forecasts: [forecast], weights: ["s": 0])
        #expect(abs(pooled.probability - 0.3) < 1e-12)
        #expect(pooled.uncertainty == 0)
    }

    @Test func `without one of its voices the pool is what the others make of it`() {
        let said = ["a": 0.9, "b": 0.2].map { Forecast(strategy: $0.key, probability: $0.value, uncertainty: 0.1, inputs: []) }.sorted { $0.strategy < $1.strategy }
        let pooled = Pool.combine(market: 0.5, spoken: (0.45, 0.01, by: "c"), forecasts: said, weights: ["a": 0.3, "b": 0.1])
        let silent = Pool.combine(market: 0.5, forecasts: said, weights: ["a": 0.3, "b": 0.1])
        #expect(abs(pooled.without("c").probability - silent.probability) < 1e-12)
        #expect(pooled.without("c").moves.map(\.strategy) == ["a", "b"] && pooled.without("nobody") == pooled)
    }

    @Test func `with half the weight it is half way in log-odds`() {
        let forecast = Forecast(strategy: "s", probability: 0.9, uncertainty: 0.1, inputs: [])
        let pooled = Pool.combine(market: 0.5, forecasts: [forecast], weights: ["s": 0.5])
        #expect(abs(Pool.logit(pooled.probability) - Pool.logit(0.9) / 2) < 1e-12)
    }
}

struct LearnerTests {
    private let family = SeriesTicker("KXBTC15M")

    private func rows(_ market: String, strategy p: Double, market m: Double, pool: Double, count: Int64 = 3) -> [ForecastRow] {
        (0..<count).flatMap { second in
            [("s", p), (Learner.pool, pool)].map {
                ForecastRow(time: .seconds(second), market: Ticker(market), strategy: $0.0, probability: $0.1, marketProbability: m, horizonSeconds: 60)
            }
        }
    }

    private func taught(_ outcomes: [(p: Double, m: Double, pool: Double, result: MarketResult)]) -> Learner {
        var learner = Learner()
        for (i, each) in outcomes.enumerated() {
            for row in rows("M\(i)", strategy: each.p, market: each.m, pool: each.pool) { learner.record(row) }
            _ = learner.settle(Ticker("M\(i)"), family: family, event: EventTicker("E\(i)"), eventOver: true, result: each.result)
        }
        return learner
    }

    /// A dictionary's order is another one in every process, and for every dictionary in it: what is learned must not depend on it.
    @Test func `of strategies that spoke equally often the same one speaks for the market, whatever the order of a dictionary`() {
        let rows = ["a", "b", "c", "d", "e"].enumerated().flatMap { i, name in
            (0..<3 as Range<Int64>).map { second in
                ForecastRow(
                    time: .seconds(second * 10 + Int64(i)), market: Ticker("M"), strategy: name, probability: 0.5 + 0.05 * Double(i),
                    marketProbability: 0.3 + 0.07 * Double(i), horizonSeconds: 60)
            }
        }
        func taught() -> Learner {
            var learner = Learner()
            for row in rows { learner.record(row) }
            _ = learner.settle(Ticker("M"), family: family, event: EventTicker("E"), eventOver: true, result: .yes)
            return learner
        }
        func digest(_ learner: Learner) -> String {
            var digest = Digest()
            learner.feed(into: &digest)
            return digest.text
        }
        // A dictionary's place in memory decides its order: what is kept between two lessons gives the next one another place.
        var places: [[String: [ForecastRow]]] = []
        var digests: Set<String> = []
        for _ in 0..<200 {
            digests.insert(digest(taught()))
            for _ in 0..<4 { places.append(Dictionary(grouping: rows, by: \.strategy)) }
        }
        #expect(digests.count == 1 && places.count == 800)
    }

    @Test func `every forecast is scored beside the market's own at the same moment`() throws {
        var learner = Learner()
        for row in rows("A", strategy: 0.8, market: 0.6, pool: 0.7) { learner.record(row) }
        let settled = learner.settle(Ticker("A"), family: family, event: EventTicker("A"), eventOver: true, result: .yes)?.score
        let score = try #require(settled)
        #expect(score.outcome == 1)
        let squares: [String: Double] = ["s": 0.2, "pool": 0.3, "market": 0.4].mapValues { $0 * $0 }
        for (name, expected) in squares {
            let brier = try #require(score.scores[name]?.brier)
            #expect(abs(brier - expected) < 1e-12)
        }
        #expect(score.scores["market"]?.count == 3)
        let again = learner.settle(Ticker("A"), family: family, event: EventTicker("A"), eventOver: true, result: .yes)?.score
        #expect(again == nil)
    }

    @Test func `a strategy that knows more than the market gains weight, one that knows less loses it`() {
        let right = taught(Array(repeating: (0.8, 0.5, 0.6, .yes), count: 20))
        let wrong = taught(Array(repeating: (0.8, 0.5, 0.6, .no), count: 20))
        #expect(right.weight("s", in: family) > Horizon.minutes.strategiesShare)
        #expect(wrong.weight("s", in: family) < Horizon.minutes.strategiesShare)
        #expect(right.weight("s", in: SeriesTicker("OTHER")) == Horizon.minutes.strategiesShare)
    }

    @Test func `weights go up and down again: nothing only tightens or only loosens`() {
        let mixed = taught(Array(repeating: (0.8, 0.5, 0.6, .yes), count: 20) + Array(repeating: (0.8, 0.5, 0.6, .no), count: 20))
        let right = taught(Array(repeating: (0.8, 0.5, 0.6, .yes), count: 20))
        #expect(mixed.weight("s", in: family) < right.weight("s", in: family))
    }

    @Test func `a market forecast a thousand times moves the weight as one forecast thrice`() {
        func weight(_ count: Int64) -> Double {
            var learner = Learner()
            for row in rows("A", strategy: 0.8, market: 0.5, pool: 0.6, count: count) { learner.record(row) }
            _ = learner.settle(Ticker("A"), family: family, event: EventTicker("A"), eventOver: true, result: .yes)?.score
            return learner.weight("s", in: family)
        }
        #expect(abs(weight(3) - weight(1000)) < 1e-9)
    }

    @Test func `a void market teaches nothing, and waiting forecasts stay bounded`() {
        var learner = Learner()
        for row in rows("A", strategy: 0.8, market: 0.5, pool: 0.6, count: 5000) { learner.record(row) }
        let score = learner.settle(Ticker("A"), family: family, event: EventTicker("A"), eventOver: true, result: .void)?.score
        #expect(score == nil)
        #expect(learner.scores.isEmpty)
        #expect(learner.weight("s", in: family) == Horizon.minutes.strategiesShare)
    }
}
