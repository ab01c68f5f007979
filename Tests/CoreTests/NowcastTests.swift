import Model
import Strategies
import Testing

private let day: Int64 = 20_000

private func market(_ strike: Strike, _ figure: String = "US-CPI") -> Market {
    Market(
        ticker: Ticker("M"), event: EventTicker("E"), series: SeriesTicker("KXCPI"), title: "t", strike: strike, openTime: .zero,
        closeTime: .seconds(day * 86_400 + 12 * 3600), grid: .cents, fees: .ordinary, mutuallyExclusive: false, underlying: Underlying(figure))
}

private func nowcast(_ value: Double, error: Double? = 0.1, release: Int64 = day, source: String = "a", step: Double = 0.1) -> Fact {
    .nowcast(Nowcast(figure: Underlying("US-CPI"), release: release, source: source, value: value, error: error, step: step))
}

struct NowcastTests {
    private func strategy(_ facts: [Fact]) -> NowcastStrategy {
        var strategy = NowcastStrategy()
        for fact in facts { strategy.observe(fact, at: .zero) }
        return strategy
    }

    private func said(_ strategy: NowcastStrategy, _ strike: Strike, _ figure: String = "US-CPI", at days: Int64 = day) -> Result<Double, NoForecast> {
        strategy.forecast(market(strike, figure), at: .seconds(days * 86_400), staleness: .seconds(5)).map(\.probability)
    }

    @Test func `a ladder falls with its threshold, and the figures on both sides of one sum to all`() throws {
        let strategy = strategy([nowcast(0.3)])
        let ladder = try (-2...8).map { try said(strategy, .greater(Double($0) / 10)).get() }
        // Far out every forecast ends at the same bound.
        #expect(zip(ladder, ladder.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(zip(ladder[3...7], ladder[4...8]).allSatisfy { $0 > $1 })
        #expect(abs(try said(strategy, .greater(0.3)).get() + said(strategy, .lessOrEqual(0.3)).get() - 1) < 1e-9)
        #expect(abs(try said(strategy, .greaterOrEqual(0.4)).get() - said(strategy, .greater(0.3)).get()) < 1e-9)
        #expect(abs(try said(strategy, .less(0.3)).get() - said(strategy, .lessOrEqual(0.2)).get()) < 1e-9)
        // 0.3 itself is half a step either way about the nowcast: a half less what lies below 0.35.
        #expect(try said(strategy, .greater(0.3)).get() < 0.5 && said(strategy, .greater(0.2)).get() > 0.5)
        #expect(abs(try said(strategy, .between(0.3, 0.3)).get() - (1 - 2 * said(strategy, .greater(0.3)).get())) < 1e-9)
    }

    @Test func `a bias and a spread that the releases show are learned, one release at a time`() throws {
        var facts: [Fact] = []
        for release in 1...60 as ClosedRange<Int64> {
            // Two tenths too low, give or take a twentieth.
            facts.append(nowcast(0.3, release: release))
            facts.append(.figure(OfficialFigure(figure: Underlying("US-CPI"), release: release, value: 0.5 + (release % 2 == 0 ? 0.05 : -0.05))))
        }
        let strategy = strategy(facts + [nowcast(0.3)])
        let forecast = try strategy.forecast(market(.greater(0.4)), at: .seconds(day * 86_400), staleness: .seconds(5)).get()
        let inputs = Dictionary(uniqueKeysWithValues: forecast.inputs.map { ($0.name, $0.value) })
        #expect(abs((inputs["expected_figure"] ?? 0) - 0.47) < 0.02 && inputs["releases_seen"] == 60)
        #expect((inputs["spread"] ?? 1) < 0.1)
        let before = try said(self.strategy([nowcast(0.3)]), .greater(0.4)).get()
        #expect(forecast.probability > before)
    }

    @Test func `the source that was least wrong speaks, and a figure told twice teaches once`() throws {
        var facts: [Fact] = []
        for release in 1...20 as ClosedRange<Int64> {
            facts += [nowcast(0.3, release: release), nowcast(0.9, release: release, source: "b")]
            let published = Fact.figure(OfficialFigure(figure: Underlying("US-CPI"), release: release, value: release % 2 == 0 ? 0.3 : 0.31))
            facts += [published, published]
        }
        let forecast = try strategy(facts + [nowcast(0.2), nowcast(0.8, source: "b")]).forecast(market(.greater(0.4)), at: .seconds(day * 86_400), staleness: .seconds(5)).get()
        #expect(forecast.inputs.contains { $0.name == "nowcast_a" } && forecast.inputs.contains { $0.name == "releases_seen" && $0.value == 20 })
    }

    @Test func `a source that states no error is silent until a release has shown one, and learns from there`() throws {
        var strategy = strategy([nowcast(0.3, error: nil)])
        #expect(said(strategy, .greater(0.3)) == .failure(.nowcastUnlearned))
        func release(_ number: Int64, said: Double, was: Double) {
            strategy.observe(nowcast(said, error: nil, release: number), at: .zero)
            strategy.observe(.figure(OfficialFigure(figure: Underlying("US-CPI"), release: number, value: was)), at: .zero)
        }
        release(1, said: 0.2, was: 0.4)
        func inputs() throws -> [String: Double] {
            let forecast = try strategy.forecast(market(.greater(0.3)), at: .seconds(day * 86_400), staleness: .seconds(5)).get()
            return Dictionary(uniqueKeysWithValues: forecast.inputs.map { ($0.name, $0.value) })
        }
        // One miss of 0.2 is a spread, not yet a bias: those are two things to learn from one number.
        let one = try inputs()
        #expect(abs((one["spread"] ?? 0) - 0.2) < 1e-12 && abs((one["expected_figure"] ?? 0) - 0.3) < 1e-12 && one["releases_seen"] == 1)
        // The second miss of 0.1 the other way: half of it is bias, and the squares 0.04 and 0.01 have a mean of 0.025.
        release(2, said: 0.4, was: 0.3)
        let two = try inputs()
        #expect(abs((two["expected_figure"] ?? 0) - 0.25) < 1e-12 && abs((two["spread"] ?? 0) - 0.025.squareRoot()) < 1e-12)
        // A source that was right to the digit is still wrong by its rounding.
        var exact = self.strategy([nowcast(0.3, error: nil, release: 1)])
        exact.observe(.figure(OfficialFigure(figure: Underlying("US-CPI"), release: 1, value: 0.3)), at: .zero)
        exact.observe(nowcast(0.3, error: nil), at: .zero)
        let sure = try exact.forecast(market(.greater(0.3)), at: .seconds(day * 86_400), staleness: .seconds(5)).get()
        #expect(sure.inputs.contains { $0.name == "spread" && abs($0.value - 0.1 / 12.0.squareRoot()) < 1e-12 })
    }

    @Test func `without a nowcast of this release, for another figure, or past the close there is no opinion`() {
        let strategy = strategy([nowcast(0.3, release: day + 30), nowcast(.nan), nowcast(0.3, error: 0), nowcast(0.3, step: 0)])
        #expect(said(strategy, .greater(0.3)) == .failure(.noNowcast))
        #expect(said(strategy, .greater(0.3), "US-GDP") == .failure(.noModelForMarket))
        let known = self.strategy([nowcast(0.3)])
        #expect(said(known, .greater(0.3), at: day + 1) == .failure(.pastClose))
        #expect(said(known, .other) == .failure(.noModelForMarket))
    }

    @Test func `what is learned later changes nothing that was said before`() throws {
        var strategy = strategy([nowcast(0.3)])
        let before = try said(strategy, .greater(0.3)).get()
        let copy = strategy
        strategy.observe(nowcast(0.6), at: .zero)
        #expect(try said(copy, .greater(0.3)).get() == before && said(strategy, .greater(0.3)).get() > before)
    }

    @Test func `what is measured on one kind of figure is one group`() {
        #expect(CorrelationGroup.of(market(.greater(0.3))) == CorrelationGroup("inflation"))
        #expect(CorrelationGroup.of(market(.greater(0.3), "US-CPI-YOY")) == CorrelationGroup("inflation"))
        #expect(CorrelationGroup.of(market(.greater(0.3), "US-GDP")) == CorrelationGroup("growth"))
    }
}
