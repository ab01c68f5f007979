import Model
import Testing

private func market(_ strike: Strike, exclusive: Bool = false) -> Market {
    Market(
        ticker: Ticker("T-\(strike)"), event: EventTicker("E"), series: SeriesTicker("S"), title: "t", strike: strike, openTime: .zero, closeTime: .seconds(1),
        grid: .cents, fees: .ordinary, mutuallyExclusive: exclusive, underlying: nil)
}

private func states(_ strikes: [Strike], exclusive: Bool = false) -> EventStates? { EventStates(strikes.map { market($0, exclusive: exclusive) }) }

struct EventStatesTests {
    /// A day's highs as the exchange lists them: whole degrees, two tails and brackets of two degrees.
    static let highs: [Strike] = [.less(53), .between(53, 54), .between(55, 56), .greater(56)]

    @Test(arguments: [
        ("brackets with both tails", highs, EventStates.Shape.exclusive(exhaustive: true), 4),
        ("brackets without a tail", [.between(53, 54), .between(55, 56)], .exclusive(exhaustive: false), 3),
        ("a hole wider than a bracket", [.less(53), .between(53, 54), .between(57, 58), .greater(58)], .exclusive(exhaustive: false), 5),
        ("above and its complement", [.greaterOrEqual(50), .less(50)], .exclusive(exhaustive: true), 2),
        ("thresholds", [.greater(50), .greater(60), .greater(55)], .nested, 4),
        ("thresholds from below", [.less(50), .less(60)], .nested, 3),
        ("one market", [.greater(50)], .exclusive(exhaustive: false), 2),
        ("one market without a number", [.other], .exclusive(exhaustive: false), 2),
    ] as [(String, [Strike], EventStates.Shape, Int)])
    func `the shape of an event is read from its strikes`(name: String, strikes: [Strike], shape: EventStates.Shape, count: Int) throws {
        let found = try #require(states(strikes))
        #expect(found.shape == shape)
        #expect(found.pays.count == count)
        #expect(Set(found.pays).count == count)
    }

    @Test(arguments: [([.greaterOrEqual(50)], [[false], [true]]), ([.less(50)], [[true], [false]]), ([.between(50, 51)], [[false], [true]])] as [([Strike], [[Bool]])])
    func `the states of one market ascend with the number like those of many, so that two events come out high together`(strikes: [Strike], pays: [[Bool]]) throws {
        #expect(try #require(states(strikes)).pays == pays)
    }

    @Test func `markets whose relation is not understood have no states`() {
        #expect(states([.greater(50), .between(40, 55)]) == nil)
        #expect(states([.other, .other]) == nil)
        #expect(states([.greater(50), .greater(60)], exclusive: true) == nil)
        #expect(states([]) == nil)
    }

    @Test func `without numbers the exchange's word that they are exclusive counts, with one state for none of them`() throws {
        let found = try #require(states([.other, .other, .other], exclusive: true))
        #expect(found.shape == .exclusive(exhaustive: false))
        #expect(found.pays.count == 4)
    }

    @Test func `exclusive probabilities are scaled to one, or leave the rest to none`() throws {
        let exhaustive = try #require(states(Self.highs)).probabilities(of: [0.1, 0.5, 0.5, 0.1])
        for (a, b) in zip(exhaustive, [1.0 / 12, 5.0 / 12, 5.0 / 12, 1.0 / 12]) { #expect(abs(a - b) < 1e-12) }
        let open = try #require(states([.between(53, 54), .between(55, 56)])).probabilities(of: [0.3, 0.4])
        #expect(abs(open.reduce(0, +) - 1) < 1e-12)
        #expect(open.sorted().map { ($0 * 10).rounded() } == [3, 3, 4])
    }

    @Test func `nested probabilities are made monotone and every state gets its difference`() throws {
        let found = try #require(states([.greater(50), .greater(60), .greater(55)]))
        // Above 55 is believed less likely than above 60: both become their mean.
        let q = found.probabilities(of: [0.8, 0.5, 0.4])
        #expect(abs(q.reduce(0, +) - 1) < 1e-12)
        func believed(_ market: Int) -> Double { zip(found.pays, q).reduce(0) { $1.0[market] ? $0 + $1.1 : $0 } }
        for (market, p) in [(0, 0.8), (1, 0.45), (2, 0.45)] { #expect(abs(believed(market) - p) < 1e-12) }
    }

    @Test func `for any strikes and any beliefs the states are a probability, and coherent beliefs are kept`() throws {
        var random = SeededRandom(seed: 5)
        for _ in 0..<500 {
            let cuts = (0..<6).map { _ in (random.uniform() * 100).rounded() }
            guard Set(cuts).count == 6, let found = states(cuts.map { .greater($0) }) else { continue }
            let weights = found.pays.map { _ in random.uniform() + 0.01 }
            let q = weights.map { $0 / weights.reduce(0, +) }
            let markets = cuts.indices.map { market in zip(found.pays, q).reduce(0.0) { $1.0[market] ? $0 + $1.1 : $0 } }
            for (a, b) in zip(found.probabilities(of: markets), q) { #expect(abs(a - b) < 1e-12) }
            let wild = found.probabilities(of: cuts.map { _ in random.uniform() })
            #expect(abs(wild.reduce(0, +) - 1) < 1e-12 && wild.allSatisfy { $0 >= 0 })
        }
    }

    /// A naive twin: the least squares over all ascending sequences on a grid.
    @Test func `pooling adjacent violators gives the nearest ascending sequence`() {
        var random = SeededRandom(seed: 6)
        for _ in 0..<50 {
            let v = (0..<3).map { _ in (random.uniform() * 10).rounded() / 10 }
            func distance(_ x: [Double]) -> Double { zip(x, v).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
            let found = Projection.ascending(v)
            #expect(zip(found, found.dropFirst()).allSatisfy { $0 <= $1 + 1e-12 })
            let grid = (0...60).map { Double($0) / 60 }
            for a in grid { for b in grid where b >= a { for c in grid where c >= b { if distance([a, b, c]) < distance(found) - 1e-9 { return #expect(Bool(false), "\(v)") } } } }
        }
    }
}
