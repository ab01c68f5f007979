import Learning
import Model
import RealModule
@testable import Strategies
import Testing

private func market(_ name: String, _ strike: Strike, exclusive: Bool = true) -> Market {
    Market(
        ticker: Ticker(name), event: EventTicker("E"), series: SeriesTicker("S"), title: name, strike: strike, openTime: .zero, closeTime: .seconds(1000),
        grid: .cents, fees: .ordinary, mutuallyExclusive: exclusive, underlying: Underlying("NYC-HIGH"))
}

private let brackets = [market("A", .less(49)), market("B", .between(49, 50)), market("C", .greater(50))]
private let ladder = [market("T1", .greater(10), exclusive: false), market("T2", .greater(20), exclusive: false), market("T3", .greater(30), exclusive: false)]

struct LogOddsProjectionTests {
    private func logit(_ p: Double) -> Double { Double.log(p / (1 - p)) }

    @Test(arguments: 1...200 as ClosedRange<UInt64>) func `values are moved by one step in log-odds to the sum that they must have`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let count = 2 + Int(random.next() % 12)
        let values = (0..<count).map { _ in 0.0001 + 0.9998 * random.uniform() * random.uniform() }
        let total = 0.01 + (Double(count) - 0.02) * random.uniform()
        let found = LogOddsProjection.summing(values, to: total)
        #expect(abs(found.reduce(0, +) - total) < 1e-9)
        let steps = zip(found, values).map { logit($0) - logit($1) }
        for step in steps { #expect(abs(step - steps[0]) < 1e-6) }
    }

    /// The theorem that coherence rests on, for the logarithmic score.
    @Test(arguments: 1...200 as ClosedRange<UInt64>) func `whichever market wins, brackets that sum to one lose less than those that did not`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let values = (0..<2 + Int(random.next() % 8)).map { _ in 0.01 + 0.9 * random.uniform() }
        let found = LogOddsProjection.summing(values, to: 1)
        func loss(_ p: [Double], winner: Int) -> Double { p.indices.reduce(0) { $0 - Double.log($1 == winner ? p[$1] : 1 - p[$1]) } }
        for winner in values.indices { #expect(loss(found, winner: winner) <= loss(values, winner: winner) + 1e-12) }
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>) func `whatever a ladder comes to, thresholds in order lose less than those that were not`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let values = (0..<2 + Int(random.next() % 8)).map { _ in 0.01 + 0.98 * random.uniform() }
        let found = LogOddsProjection.ascending(values)
        #expect(zip(found, found.dropFirst()).allSatisfy { $0 <= $1 })
        // The first so many do not come true, the others do.
        func loss(_ p: [Double], _ reached: Int) -> Double { p.indices.reduce(0) { $0 - Double.log($1 >= reached ? p[$1] : 1 - p[$1]) } }
        for reached in 0...values.count { #expect(loss(found, reached) <= loss(values, reached) + 1e-12) }
    }

    @Test func `a case that can be solved by hand is met`() {
        for p in LogOddsProjection.summing([0.5, 0.5], to: 1.6) { #expect(abs(p - 0.8) < 1e-12) }
        for p in LogOddsProjection.ascending([0.8, 0.2]) { #expect(abs(p - 0.5) < 1e-12) }
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

    @Test func `its name is the one that the learner knows as the voice of the market`() { #expect(CoherenceStrategy.name == Learner.coherence) }

    @Test func `brackets that sum to more than one are brought down to one, all by the same step`() throws {
        // 30 to 32, 40 to 42, 34 to 44: 111 in all.
        let strategy = strategy(brackets, [(30, 32), (40, 42), (34, 44)])
        let found = try brackets.map { try said(strategy, $0).get() }
        #expect(abs(found.reduce(0, +) - 1) < 1e-9)
        let steps = zip(found, [0.31, 0.41, 0.39]).map { Pool.logit($1) - Pool.logit($0) }
        for step in steps { #expect(abs(step - steps[0]) < 1e-6 && step > 0) }
    }

    @Test func `brackets that cover everything and sum to less are brought up, as far as the unread cannot be the rest`() throws {
        let whole = strategy(brackets, [(20, 22), (30, 32), (30, 32)])
        #expect(abs(try brackets.map { try said(whole, $0).get() }.reduce(0, +) - 1) < 1e-9)
        // The third is asked at 20 and not bid for: the others are worth 80 together at least.
        var oneSided = CoherenceStrategy()
        for (market, quote) in zip(brackets, [Quote(bid: .cents(20), ask: .cents(22)), Quote(bid: .cents(30), ask: .cents(32)), Quote(bid: nil, ask: .cents(20))]) {
            oneSided.observe(quote, of: market, at: .seconds(10))
        }
        #expect(abs(try brackets.prefix(2).map { try said(oneSided, $0).get() }.reduce(0, +) - 0.8) < 1e-9)
        #expect(said(oneSided, brackets[2]) == .failure(.eventNotQuoted))
    }

    @Test func `a quote as wide as a barn door is neither counted nor moved`() {
        let strategy = strategy(brackets, [(30, 32), (40, 42), (1, 90)])
        #expect(said(strategy, brackets[0]) == .failure(.quotesCoherent))
        #expect(said(strategy, brackets[2]) == .failure(.eventNotQuoted))
    }

    @Test func `thresholds that fall where they must rise are pooled, and the rest has nothing to say`() throws {
        let strategy = strategy(ladder, [(70, 72), (40, 42), (44, 46)])
        #expect(said(strategy, ladder[0]) == .failure(.quotesCoherent))
        let pooled = Pool.sigmoid((Pool.logit(0.41) + Pool.logit(0.45)) / 2)
        #expect(abs(try said(strategy, ladder[1]).get() - pooled) < 1e-9)
        #expect(abs(try said(strategy, ladder[2]).get() - pooled) < 1e-9)
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
            #expect(abs(all(brackets).reduce(0, +) - 1) < 1e-9)
            let rungs = all(ladder)
            #expect(rungs[0] >= rungs[1] - 1e-9 && rungs[1] >= rungs[2] - 1e-9)
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
