@testable import Sentiment
import Model
import Strategies
import Testing

struct HeadlineWordsTests {
    private static func market(_ number: Int) -> Market {
        Market(
            ticker: Ticker("KXBTCMAX-\(number)"), event: EventTicker("KXBTCMAX-\(number)"), series: SeriesTicker("KXBTCMAX"), title: "Will bitcoin reach a new high?", strike: .other,
            openTime: .zero, closeTime: .seconds(1_000_000_000), grid: .cents, fees: .ordinary, mutuallyExclusive: false, underlying: nil)
    }

    /// One market that is quoted even, one headline, one outcome.
    private static func live(_ reader: inout NewsReader, _ number: Int, _ title: String, outcome: Double) -> NewsShift? {
        let time = Timestamp.seconds(Int64(number) * 3 * 86_400)
        reader.list(market(number))
        _ = reader.observe(Headline(source: "wire", id: "\(number)", title: title), at: time)
        let shift = reader.shift(market(number), at: time)
        if let shift { reader.note(market(number), shift, marketProbability: 0.5) }
        reader.settle(market(number).ticker, outcome: outcome)
        return shift
    }

    @Test func `one outcome moves one word as the filter's formula has it, worked by hand`() {
        var words = HeadlineWords()
        words.learn([7: 1], logOdds: 0, outcome: 1)
        // p = 1/2, information 1/4, spread 4 + 0.02, innovation 2: the mean moves by 0.02 / 4.02 * 2.
        let after = words.worth([7: 1])
        #expect(abs(after.logOdds - 0.04 / 4.02) < 1e-15)
        #expect(abs(after.variance - (0.02 - 0.02 * 0.02 / 4.02)) < 1e-15)
        #expect(words.worth([8: 1]).logOdds == 0)
    }

    @Test func `a shared and an own word are two coefficients with variances of their own`() {
        var words = HeadlineWords()
        var (mean, variance) = ([1: 0.0, 2: 0.0, 3: 0.0], [1: 0.02, 2: 0.02, 3: 0.02])
        var random = SeededRandom(seed: 3)
        for round in 0..<200 {
            let x: [Int: Double] = round % 2 == 0 ? [1: 0.8, 2: 0.6] : [1: -0.5, 3: 0.4]
            let (logOdds, outcome) = (random.uniform() * 4 - 2, random.uniform() < 0.6 ? 1.0 : 0)
            words.learn(x, logOdds: logOdds, outcome: outcome)
            // The naive twin: a filter written out over all coefficients; no step here is as long as the longest.
            let sum = x.reduce(logOdds) { $0 + (mean[$1.key] ?? 0) * $1.value }
            let p = min(max(Pool.sigmoid(sum), 0.01), 0.99)
            let spread = 1 / (p * (1 - p)) + x.reduce(0) { $0 + (variance[$1.key] ?? 0) * $1.value * $1.value }
            for (key, value) in x {
                let gain = (variance[key] ?? 0) * value / spread
                mean[key, default: 0] += gain * (outcome - p) / (p * (1 - p))
                variance[key, default: 0] -= gain * value * (variance[key] ?? 0)
            }
        }
        for key in 1...3 { #expect(abs(words.worth([key: 1]).logOdds - (mean[key] ?? 0)) < 1e-12 && abs(words.worth([key: 1]).variance - (variance[key] ?? 0)) < 1e-12) }
    }

    @Test func `however sure the market was, one outcome moves what a headline is worth by a tenth at most`() {
        var words = HeadlineWords()
        words.learn([7: 3, 8: 3], logOdds: -9, outcome: 1)
        #expect(abs(words.worth([7: 3, 8: 3]).logOdds - 0.1) < 1e-12)
        words.learn([:], logOdds: 0, outcome: 1)
        words.learn([7: 1], logOdds: .nan, outcome: 1)
        #expect(words.settlements == 1)
    }

    @Test func `before the first settlement words are worth nothing and make nothing less sure`() throws {
        var reader = NewsReader()
        let first = try #require(Self.live(&reader, 0, "Bitcoin surges to record high after approval", outcome: 1))
        #expect(first.logOdds == 0)
        #expect(reader.words.settlements == 1)
    }

    @Test func `words that turn the tone's meaning are learned from settlements`() throws {
        var reader = NewsReader()
        for number in 0..<160 {
            let rumour = number % 2 == 0
            _ = Self.live(&reader, number, rumour ? "Bitcoin surges on whale rumours" : "Bitcoin surges after fund approval", outcome: rumour ? 0 : 1)
        }
        let rumour = try #require(Self.live(&reader, 200, "Bitcoin surges on whale rumours", outcome: 0))
        let approval = try #require(Self.live(&reader, 201, "Bitcoin surges after fund approval", outcome: 1))
        // The tone is the same and says nothing on average; only the words tell them apart.
        #expect(abs(rumour.signal - approval.signal) < 0.4)
        #expect(rumour.logOdds < -0.15 && approval.logOdds > 0.15, "\(rumour.logOdds), \(approval.logOdds)")
    }
}
