import Learning
import Model
import Testing

/// What stands beside every best: intervals, the chance of overfitting, the deflated Sharpe ratio, folds that do not look ahead.
struct HonestFiguresTests {
    // MARK: - The bootstrap

    @Test func `an interval is the same each time, and another seed gives another one`() {
        let values = gains(60, seed: 3)
        #expect(BlockBootstrap().mean(values) == BlockBootstrap().mean(values))
        #expect(BlockBootstrap().mean(values) != BlockBootstrap(seed: 2).mean(values))
    }

    @Test func `of one event nothing can be said, and equal events leave no doubt`() {
        #expect(BlockBootstrap().mean([1]) == nil)
        #expect(BlockBootstrap().total([2, 2, 2]).map { [$0.low, $0.high] } == [6, 6])
        #expect(BlockBootstrap().ratio([1, 1], over: [0, 0]) == nil)
    }

    @Test func `independent events have the interval of the central limit theorem`() throws {
        let values = gains(400, seed: 5)
        let mean = values.reduce(0, +) / 400
        let error = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 400 / 400).squareRoot()
        let band = try #require(BlockBootstrap(meanBlock: 1, draws: 4000).mean(values))
        #expect(abs(band.low - (mean - 1.96 * error)) < 0.15 * error && abs(band.high - (mean + 1.96 * error)) < 0.15 * error)
    }

    @Test func `events that come in runs have a wider interval when blocks are as long as the runs`() throws {
        let values = (0..<200).map { $0 / 10 % 2 == 0 ? 1.0 : -1.0 }
        let single = try #require(BlockBootstrap(meanBlock: 1).mean(values))
        let runs = try #require(BlockBootstrap(meanBlock: 10).mean(values))
        #expect(runs.high - runs.low > 1.3 * (single.high - single.low))
    }

    @Test func `ninety-five of a hundred intervals hold the truth`() {
        let held = (0..<100 as Range<UInt64>).count { seed in
            guard let band = BlockBootstrap(meanBlock: 1, draws: 200, seed: seed).mean(gains(50, seed: seed + 1000)) else { return false }
            return band.low <= 0 && 0 <= band.high
        }
        #expect(held >= 87 && held <= 99, "\(held) of 100")
    }

    // MARK: - Overfitting

    @Test func `a trial that is better everywhere is never a trick of the data`() throws {
        let noise = gains(48, seed: 7)
        let test = try #require(OverfittingTest(gains: [noise, noise.map { $0 + 3 }, noise.map { $0 - 1 }]))
        #expect(test.probability == 0 && test.lossProbability == 0 && test.splits == 924)
    }

    @Test func `the best of pure noise is overfitted as often as not`() throws {
        let shares = try (0..<12 as Range<UInt64>).map { seed in
            try #require(OverfittingTest(gains: (0..<10 as Range<UInt64>).map { gains(48, seed: seed * 100 + $0 + 1) })).probability
        }
        let mean = shares.reduce(0, +) / 12
        #expect(mean > 0.4 && mean < 0.75, "\(mean)")
    }

    @Test(arguments: [(2, 8), (3, 13), (5, 21), (8, 48), (6, 30)] as [(Int, Int)])
    func `the figure is that of a plain count over every split`(trials: Int, events: Int) throws {
        let all = (0..<trials).map { gains(events, seed: UInt64($0 * 31 + events)) }
        let test = try #require(OverfittingTest(gains: all))
        let naive = plainCount(all, test.blocks)
        #expect(test.splits == naive.splits && test.probability == naive.probability)
    }

    @Test func `one trial, or seven events, cannot be judged`() {
        #expect(OverfittingTest(gains: [gains(40, seed: 1)]) == nil)
        #expect(OverfittingTest(gains: [gains(7, seed: 1), gains(7, seed: 2)]) == nil)
    }

    // MARK: - Sharpe

    @Test func `the published example of the deflated Sharpe ratio comes out`() throws {
        // Bailey & López de Prado 2014: 100 trials, their annual ratios with a variance of 1/2, 1250 days, the best 2.5 a year, skew -3, kurtosis 10.
        let benchmark = SharpeRatio.bestByChance(trials: 100, variance: 0.5 / 250)
        #expect(abs(benchmark - 0.1132) < 5e-5)
        let best = SharpeRatio(events: 1250, value: 2.5 / 250.0.squareRoot(), skewness: -3, kurtosis: 10)
        #expect(abs(try #require(best.probability(above: benchmark)) - 0.9004) < 5e-5)
    }

    @Test func `the moments are those of the textbook`() throws {
        let ratio = try #require(SharpeRatio([1, 2, 3, 4, 10]))
        // Mean 4, deviations -3 -2 -1 0 6: squares 50, cubes 180, fourth powers 1394.
        #expect(abs(ratio.value - 4 / 12.5.squareRoot()) < 1e-12)
        #expect(abs(ratio.skewness - 36 / (10 * 10.0.squareRoot())) < 1e-12 && abs(ratio.kurtosis - 2.788) < 1e-12)
        #expect(SharpeRatio([1, 1, 1])?.value == 0 && SharpeRatio([1]) == nil)
    }

    @Test func `more trials deflate more`() throws {
        let ratio = try #require(SharpeRatio(gains(50, seed: 9).map { $0 + 0.5 }))
        let few = try #require(ratio.deflated(among: [ratio.value, 0]))
        let many = try #require(ratio.deflated(among: [ratio.value, 0] + Array(repeating: [ratio.value, 0], count: 50).flatMap { $0 }))
        let alone = try #require(ratio.probability(above: 0))
        #expect(many < few && few < alone)
    }

    // MARK: - Walking forward

    @Test func `what is learned from has ended, by the embargo, before the first thing tested began`() {
        var random = SeededRandom(seed: 4)
        var spans = (0..<60).map { i in
            let start = Int64(i * 10) + Int64(random.uniform() * 30)
            return WalkForward.Span(start: .seconds(start), end: .seconds(start + 5 + Int64(random.uniform() * 100)))
        }
        spans.sort { $0.end < $1.end }
        let walk = WalkForward(spans, folds: 5, embargo: .seconds(7))
        #expect(!walk.folds.isEmpty)
        for fold in walk.folds {
            for i in fold.train { for j in fold.test { #expect(spans[i].end + .seconds(7) <= spans[j].start) } }
        }
        let tested = walk.folds.flatMap(\.test)
        #expect(Set(tested).count == tested.count, "no event is tested twice")
    }

    @Test func `events one after the other lose nothing but the embargo`() {
        let spans = (0..<12 as Range<Int64>).map { WalkForward.Span(start: .seconds($0 * 900), end: .seconds(($0 + 1) * 900)) }
        #expect(WalkForward(spans, folds: 3, embargo: .zero).folds.map { [$0.train.count, $0.test.count] } == [[3, 3], [6, 3], [9, 3]])
        #expect(WalkForward(spans, folds: 3, embargo: .seconds(1)).folds.map { [$0.train.count, $0.test.count] } == [[2, 3], [5, 3], [8, 3]])
    }

    // MARK: - Steps

    /// The sum of twelve uniforms, less six: near enough to a normal draw.
    private func gains(_ count: Int, seed: UInt64) -> [Double] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in (0..<12).reduce(0.0) { sum, _ in sum + random.uniform() } - 6 }
    }

    /// The definition read aloud: cut, choose, rank.
    private func plainCount(_ trials: [[Double]], _ blocks: Int) -> (splits: Int, probability: Double) {
        func ratio(_ x: [Double]) -> Double {
            let mean = x.reduce(0, +) / Double(x.count)
            return mean / (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count - 1)).squareRoot()
        }
        func halves(_ left: Int, from first: Int) -> [[Int]] {
            if left == 0 { return [[]] }
            return (first..<blocks).flatMap { block in halves(left - 1, from: block + 1).map { [block] + $0 } }
        }
        let events = trials[0].count
        var (splits, below) = (0, 0)
        for chosen in halves(blocks / 2, from: 0) {
            let inside = trials.map { trial in ratio((0..<events).filter { chosen.contains($0 * blocks / events) }.map { trial[$0] }) }
            let outside = trials.map { trial in ratio((0..<events).filter { !chosen.contains($0 * blocks / events) }.map { trial[$0] }) }
            let best = inside.firstIndex(of: inside.max() ?? 0) ?? 0
            let rank = outside.sorted().firstIndex(of: outside[best]) ?? 0
            splits += 1
            if Double(rank + 1) / Double(trials.count + 1) <= 0.5 { below += 1 }
        }
        return (splits, Double(below) / Double(splits))
    }
}
