import Model
@testable import Sentiment
import Testing

private func market(_ ticker: String = "KXBTCD-1", _ strike: Strike = .greater(90_000), title: String = "Bitcoin price above $90,000?", series: String = "KXBTCD") -> Market {
    Market(
        ticker: Ticker(ticker), event: EventTicker(ticker), series: SeriesTicker(series), title: title, strike: strike, openTime: .zero, closeTime: .seconds(10 * 86_400),
        grid: .taperedTenths, fees: .ordinary, mutuallyExclusive: false, underlying: nil)
}

private func headline(_ title: String, source: String = "wire", id: String? = nil) -> Headline { Headline(source: source, id: id ?? title, title: title) }

/// A reader that has settled `count` markets of the series which news moved, and so has earned an influence.
private func experienced(_ count: Int = 60, paysGoodNews: Bool = true) -> NewsReader {
    var reader = NewsReader()
    for number in 0..<count {
        let day = Timestamp.seconds(Int64(number) * 4 * 86_400)
        let good = number % 2 == 0
        let old = market("KXBTCD-OLD\(number)")
        reader.list(old)
        _ = reader.observe(headline(good ? "Bitcoin surges to record high after approval" : "Bitcoin plunges as exchange is hacked", id: "\(number)"), at: day)
        if let shift = reader.shift(old, at: day) { reader.note(old, shift, marketProbability: 0.5) }
        reader.settle(old.ticker, outcome: good == paysGoodNews ? 1 : 0)
    }
    return reader
}

@Suite struct NewsTests {
    private let start = Timestamp.seconds(400 * 86_400)

    @Test func `news has no influence before a settlement has shown one, and says how unsure that is`() throws {
        var reader = NewsReader()
        reader.list(market())
        _ = reader.observe(headline("Bitcoin plunges as exchange is hacked"), at: start)
        let shift = try #require(reader.shift(market(), at: start))
        #expect(shift.logOdds == 0)
        #expect(shift.signal < -0.3)
        #expect(shift.variance > 0)
    }

    @Test func `influence is earned by settlements, with its sign`() throws {
        for (paysGoodNews, sign) in [(true, -1.0), (false, 1.0)] {
            var reader = experienced(paysGoodNews: paysGoodNews)
            reader.list(market())
            _ = reader.observe(headline("Bitcoin plunges as exchange is hacked again"), at: start)
            let shift = try #require(reader.shift(market(), at: start))
            #expect(shift.logOdds * sign > 0.2)
            #expect(reader.influence.coefficient(SeriesTicker("KXBTCD")).variance < 0.2)
            #expect(shift.parts.first?.title == "Bitcoin plunges as exchange is hacked again")
        }
    }

    @Test func `where outcomes do not follow the news its influence stays near nothing`() {
        var random = SeededRandom(seed: 5)
        var influence = NewsInfluence()
        for _ in 0..<400 {
            let m = 4 * random.uniform() - 2
            let y = random.uniform() < 1 / (1 + pow(m)) ? 1.0 : 0
            influence.learn(SeriesTicker("S"), signal: random.uniform() < 0.5 ? 0.7 : -0.7, marketLogOdds: m, outcome: y)
        }
        let own = influence.coefficient(SeriesTicker("S"))
        #expect(abs(own.mean) < 3 * own.variance.squareRoot())
        #expect(own.settlements == 400)
    }

    @Test func `the recursion finds the coefficient that made the outcomes`() {
        var random = SeededRandom(seed: 6)
        var influence = NewsInfluence()
        for _ in 0..<1500 {
            let m = 4 * random.uniform() - 2, s = 2 * random.uniform() - 1
            let y = random.uniform() < 1 / (1 + pow(m + 0.8 * s)) ? 1.0 : 0
            influence.learn(SeriesTicker("S"), signal: s, marketLogOdds: m, outcome: y)
        }
        let own = influence.coefficient(SeriesTicker("S"))
        #expect(abs(own.mean - 0.8) < 3 * own.variance.squareRoot())
    }

    @Test func `one story by many outlets counts once`() throws {
        var one = experienced(), many = experienced()
        one.list(market())
        many.list(market())
        #expect(one.observe(headline("Bitcoin plunges 12% as major exchange is hacked", source: "a"), at: start) != nil)
        #expect(many.observe(headline("Bitcoin plunges 12% as major exchange is hacked", source: "a"), at: start) != nil)
        for (number, title) in ["Bitcoin plunges 12% as major exchange is hacked", "Bitcoin plunges 12% as major exchange hacked", "BREAKING: Bitcoin plunges 12% as major exchange is hacked"].enumerated() {
            #expect(many.observe(headline(title, source: "outlet\(number)"), at: start) == nil)
        }
        #expect(many.memory.stories.last?.sources == ["a", "outlet0", "outlet1", "outlet2"])
        let (single, repeated) = (try #require(one.shift(market(), at: start)), try #require(many.shift(market(), at: start)))
        #expect(single.signal == repeated.signal)
        #expect(many.observe(headline("Bitcoin miners report rising profits", source: "b"), at: start) != nil)
    }

    @Test(arguments: [
        ("SEC approves spot bitcoin ETF", "SEC rejects spot bitcoin ETF"), ("Bitcoin rises above $60,000 in early trading", "Bitcoin rises above $50,000 in early trading"),
        ("US consumer prices rise 0.3% in October", "US consumer prices fall 0.3% in October"), ("US consumer prices rise 0.3% in October", "US consumer prices rise 0.5% in October"),
        ("Regulator approves merger of the two banks", "Regulator does not approve merger of the two banks"),
    ])
    func `what contradicts a story is another story, however alike the words`(first: String, second: String) {
        var reader = NewsReader()
        #expect(reader.observe(headline(first, source: "a"), at: start) != nil)
        #expect(reader.observe(headline(second, source: "b"), at: start) != nil)
        #expect(reader.observe(headline("BREAKING: " + second, source: "c"), at: start) == nil)
        #expect(reader.memory.stories.map(\.sources) == [["a"], ["b", "c"]])
    }

    @Test func `a reprint that leaves a figure out is a reprint`() {
        var reader = NewsReader()
        #expect(reader.observe(headline("Bitcoin plunges 12% as major exchange is hacked"), at: start) != nil)
        #expect(reader.observe(headline("Bitcoin plunges as major exchange is hacked"), at: start) == nil)
    }

    @Test func `a headline's texts are cut by bytes, and a long id by its checksum`() {
        let wide = "e" + String(repeating: "\u{301}", count: 100_000)
        let (one, other) = (Headline(source: "s", id: wide + "1", title: wide, summary: wide), Headline(source: "s", id: wide + "2", title: "t"))
        #expect(one.id.utf8.count <= Headline.longestID && one.id != other.id && one.id == Headline(source: "s", id: wide + "1", title: "t").id)
        #expect(one.title.utf8.count <= Headline.longestTitle && one.summary.utf8.count <= Headline.longestSummary)
        #expect(Headline(source: "s", id: "https://a.test/1", title: "t").id == "https://a.test/1")
    }

    @Test func `reprints are remembered within a bound, and stay reprints beyond it`() {
        var reader = NewsReader()
        #expect(reader.observe(headline("Bitcoin plunges 12% as major exchange is hacked", id: "first"), at: start) != nil)
        for number in 0..<(HeadlineMemory.itemBound + 100) { #expect(reader.observe(headline("Bitcoin plunges 12% as major exchange is hacked", id: "\(number)"), at: start) == nil) }
        #expect(reader.memory.itemCount <= HeadlineMemory.itemBound)
    }

    @Test func `an item told again is not news, whatever its title has become`() {
        var reader = NewsReader()
        #expect(reader.observe(headline("Bitcoin plunges", id: "7"), at: start) != nil)
        #expect(reader.observe(headline("Bitcoin recovers its losses after panic", id: "7"), at: start) == nil)
    }

    @Test func `a headline fades by half in six hours and is forgotten in two days`() throws {
        var reader = experienced()
        reader.list(market())
        _ = reader.observe(headline("Bitcoin plunges as exchange is hacked again"), at: start)
        let now = try #require(reader.shift(market(), at: start)).parts[0].weight
        let later = try #require(reader.shift(market(), at: start + .seconds(6 * 3600))).parts[0].weight
        #expect(abs(later / now - 0.5) < 1e-9)
        #expect(reader.shift(market(), at: start + .seconds(47 * 3600)) == nil)
    }

    @Test func `below a strike bad news points the other way, and in a bracket nowhere`() throws {
        var reader = NewsReader()
        let below = market("KXBTCD-2", .less(80_000)), within = market("KXBTCD-3", .between(80_000, 81_000))
        for listed in [market(), below, within] { reader.list(listed) }
        _ = reader.observe(headline("Bitcoin plunges as exchange is hacked"), at: start)
        let (above, under) = (try #require(reader.shift(market(), at: start)), try #require(reader.shift(below, at: start)))
        #expect(above.signal == -under.signal)
        #expect(reader.shift(within, at: start) == nil)
    }

    @Test func `news of other things moves nothing`() {
        var reader = experienced()
        reader.list(market())
        _ = reader.observe(headline("Apple shares plunge on weak iPhone sales"), at: start)
        #expect(reader.shift(market(), at: start) == nil)
    }

    @Test func `a source that was wrong is weighed less than one that was right`() {
        var reliability = SourceReliability()
        for _ in 0..<20 {
            reliability.learn("right", agreed: true)
            reliability.learn("wrong", agreed: false)
        }
        #expect(reliability.weight("unknown") == 1)
        #expect(reliability.weight("right") > 1.4 && reliability.weight("wrong") < 0.6)
    }

    @Test func `what is remembered is bounded`() {
        var reader = NewsReader()
        for number in 0..<(HeadlineMemory.bound + 50) { _ = reader.observe(headline("Story alpha\(number) beta\(number) gamma\(number)"), at: start + .seconds(Int64(number))) }
        #expect(reader.memory.stories.count == HeadlineMemory.bound)
        _ = reader.observe(headline("One more"), at: start + .seconds(3 * 86_400))
        #expect(reader.memory.stories.count == 1)
    }

    @Test func `the same news in the same order gives the same state`() {
        func digest() -> UInt64 {
            var digest = Digest()
            experienced().feed(into: &digest)
            return digest.value
        }
        #expect(digest() == digest())
    }

    /// exp(-x) without Foundation.
    private func pow(_ x: Double) -> Double { (1...40).reversed().reduce(1.0) { 1 + $0 * (-x) / Double($1) } }
}
