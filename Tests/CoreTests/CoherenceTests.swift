import Model
import Strategies
import Testing

private func market(_ name: String, _ strike: Strike, exclusive: Bool = true) -> Market {
    Market(
        ticker: Ticker(name), event: EventTicker("E"), series: SeriesTicker("S"), title: name, strike: strike, openTime: .zero, closeTime: .seconds(1000),
        grid: .cents, fees: .ordinary, mutuallyExclusive: exclusive, underlying: Underlying("NYC-HIGH"))
}

private let brackets = [market("A", .less(49)), market("B", .between(49, 50)), market("C", .greater(50))]
private let ladder = [market("T1", .greater(10), exclusive: false), market("T2", .greater(20), exclusive: false), market("T3", .greater(30), exclusive: false)]

struct ProjectionTests {
    /// The conditions of an optimum (Karush, Kuhn & Tucker): what is strictly inside has moved by one multiple of its variance, and what is cut would
    /// have moved further.
    @Test(arguments: 1...200) func `values are moved to the nearest that sum as they must`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let count = 1 + Int(random.next() % 12)
        let values = (0..<count).map { _ in random.uniform() }
        let variances = (0..<count).map { _ in 1e-6 + random.uniform() * random.uniform() }
        let total = random.uniform() * Double(count)
        let found = Projection.summing(values, variances: variances, to: total)
        #expect(abs(found.reduce(0, +) - total) < 1e-9)
        // The multiplier by a hundred halvings, without a thought.
        var (low, high) = (-1e7, 1e7)
        func moved(_ lambda: Double) -> [Double] { zip(values, variances).map { min(max($0 - lambda * $1, 0), 1) } }
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if moved(middle).reduce(0, +) > total { low = middle } else { high = middle }
        }
        for (a, b) in zip(found, moved(high)) { #expect(abs(a - b) < 1e-7) }
    }

    /// With nothing cut, each value gives up the excess in the share of its variance.
    @Test func `a case that can be solved by hand is met`() {
        let found = Projection.summing([0.3, 0.4, 0.5], variances: [0.0004, 0.0001, 0.0009], to: 1)
        for (a, b) in zip(found, [0.3 - 0.2 * 4 / 14, 0.4 - 0.2 * 1 / 14, 0.5 - 0.2 * 9 / 14]) { #expect(abs(a - b) < 1e-12) }
    }
}

struct CoherenceTests {
    private func strategy(_ markets: [Market], _ quotes: [(Int32, Int32)], at seconds: Int64 = 10) -> CoherenceStrategy {
        var strategy = CoherenceStrategy()
        for (market, quote) in zip(markets, quotes) {
            strategy.observe(Quote(bid: .cents(quote.0), ask: .cents(quote.1)), of: market, at: .seconds(seconds))
        }
        return strategy
    }

    private func said(_ strategy: CoherenceStrategy, _ market: Market, at seconds: Int64 = 11) -> Result<Double, NoForecast> {
        strategy.forecast(market, at: .seconds(seconds), staleness: .seconds(5)).map(\.probability)
    }

    @Test func `brackets that sum to more than one are brought down to one, the wide quote most`() throws {
        // 30 to 32, 40 to 42, 34 to 44: 111 in all.
        let strategy = strategy(brackets, [(30, 32), (40, 42), (34, 44)])
        let found = try brackets.map { try said(strategy, $0).get() }
        #expect(abs(found.reduce(0, +) - 1) < 1e-9)
        #expect(0.31 - found[0] < 0.01 && 0.41 - found[1] < 0.01 && 0.39 - found[2] > 0.08)
    }

    @Test func `thresholds that fall where they must rise are pooled, and the rest has nothing to say`() throws {
        let strategy = strategy(ladder, [(70, 72), (40, 42), (44, 46)])
        #expect(said(strategy, ladder[0]) == .failure(.quotesCoherent))
        #expect(abs(try said(strategy, ladder[1]).get() - 0.43) < 1e-9)
        #expect(abs(try said(strategy, ladder[2]).get() - 0.43) < 1e-9)
    }

    @Test func `without a second quote, with old ones, or past the close there is no opinion`() {
        #expect(said(CoherenceStrategy(), brackets[0]) == .failure(.noModelForMarket))
        let strategy = strategy(brackets, [(30, 32), (40, 42), (40, 42)])
        #expect(said(strategy, brackets[0], at: 16) == .failure(.eventNotQuoted))
        #expect(said(strategy, brackets[0], at: 1000) == .failure(.pastClose))
        // Two of three brackets need not sum to one, only to no more.
        let two = self.strategy(Array(brackets.prefix(2)), [(30, 32), (40, 42)])
        #expect(said(two, brackets[0]) == .failure(.quotesCoherent))
        var one = strategy
        one.forget(brackets[1])
        one.forget(brackets[2])
        #expect(said(one, brackets[0]) == .failure(.noModelForMarket))
    }

    @Test func `for any quotes what it says obeys the event's law`() throws {
        for seed in 1...100 as ClosedRange<UInt64> {
            var random = SeededRandom(seed: seed)
            let quotes = (0..<3).map { _ -> (Int32, Int32) in
                let bid = Int32(1 + random.next() % 90)
                return (bid, bid + Int32(1 + random.next() % 8))
            }
            func all(_ markets: [Market]) -> [Double] {
                let strategy = strategy(markets, quotes)
                return zip(markets, quotes).map { market, quote in
                    (try? said(strategy, market).get()) ?? Double(quote.0 + quote.1) / 200
                }
            }
            #expect(abs(all(brackets).reduce(0, +) - 1) < 0.004)
            let rungs = all(ladder)
            #expect(rungs[0] >= rungs[1] - 0.002 && rungs[1] >= rungs[2] - 0.002)
        }
    }

    @Test func `what is told later changes nothing that was said before`() throws {
        var strategy = strategy(brackets, [(30, 32), (40, 42), (34, 44)])
        let before = try said(strategy, brackets[0]).get()
        let copy = strategy
        strategy.observe(Quote(bid: .cents(1), ask: .cents(2)), of: brackets[2], at: .seconds(11))
        #expect(try said(copy, brackets[0]).get() == before)
        #expect(said(strategy, brackets[0]) != .success(before))
    }
}
