import Books
import Engine
import Model
import Strategies
import Testing

/// An engine that sees markets on bitcoin come, quote at even odds, and settle, with a headline before each.
struct NewsDesk {
    var engine = TradingEngine()
    var effects: [Effect] = []
    private var sequence: UInt64 = 0
    private var seconds: Int64 = 0
    private let subscription = SubscriptionID(connection: 1, sid: 2)

    init() {
        give(.opened(desk: "d", mode: .simulated, settings: DeskSettings()))
        give(.account(AccountReport(cash: .dollars(10_000), positions: [], orders: [], fills: [])))
        give(.market(.connected(connection: 1)))
        give(.market(.subscribed(subscription, channel: "orderbook_delta", complete: true)))
    }

    var notices: [String] { effects.compactMap { if case .notice(let notice) = $0 { notice.text } else { nil } } }

    mutating func give(_ event: Event) { effects += Restoring.process(&engine, Stamped(event, at: .seconds(seconds))) }

    /// Opens a market with no model but the news, quoted 45 to 55.
    mutating func open(_ number: Int) -> Ticker {
        let ticker = Ticker("KXBTCMAX-\(number)")
        give(
            .market(
                .listed(
                    Market(
                        ticker: ticker, event: EventTicker("KXBTCMAX-\(number)"), series: SeriesTicker("KXBTCMAX"), title: "Will bitcoin reach a new high?", strike: .other,
                        openTime: .seconds(seconds), closeTime: .seconds(seconds + 86_400), grid: .taperedTenths, fees: .ordinary, mutuallyExclusive: false, underlying: nil))))
        give(.market(.status(ticker, .active)))
        sequence += 1
        give(
            .market(
                .snapshot(
                    BookSnapshot(
                        market: ticker, subscription: subscription, sequence: sequence, yes: [Level(price: .cents(45), quantity: .contracts(100))],
                        no: [Level(price: .cents(45), quantity: .contracts(100))]))))
        return ticker
    }

    mutating func tell(_ title: String, id: Int) { give(.headline(Headline(source: "wire", id: "\(id)", title: title))) }

    mutating func look() {
        seconds += 1
        give(.tick)
    }

    mutating func settle(_ ticker: Ticker, _ result: MarketResult) {
        give(.market(.determined(ticker, result)))
        give(.market(.settled(ticker)))
        // Past the memory of stories, so that the same words are a new story.
        seconds += 3 * 86_400
    }

    /// Good news before a YES and bad news before a NO, `count` times.
    mutating func teach(_ count: Int) {
        for number in 0..<count {
            let ticker = open(number)
            tell(number % 2 == 0 ? "Bitcoin surges to record high after approval" : "Bitcoin plunges as exchange is hacked", id: number)
            look()
            settle(ticker, number % 2 == 0 ? .yes : .no)
        }
    }
}

struct NewsEngineTests {
    @Test func `news alone has no opinion until settlements have taught what it is worth`() throws {
        var desk = NewsDesk()
        let first = desk.open(1000)
        desk.tell("Bitcoin plunges as exchange is hacked", id: 1000)
        desk.look()
        #expect(desk.engine.market(first)?.pooled == nil)

        var taught = NewsDesk()
        taught.teach(40)
        let ticker = taught.open(2000)
        taught.tell("Bitcoin plunges as exchange is hacked", id: 2000)
        taught.look()
        let pooled = try #require(taught.engine.market(ticker)?.pooled)
        let opinion = try #require(pooled.forecasts.first { $0.strategy == "sentiment" })
        #expect(abs(pooled.market - 0.5) < 1e-9)
        #expect(opinion.probability < 0.4 && opinion.uncertainty > 0)
        #expect(opinion.inputs.contains { $0.name == "signal" && $0.value < 0 })
        // Right forty times out of forty: calibration may trust the news further than it trusts itself.
        #expect(pooled.probability < 0.5)
    }

    @Test func `the same events with the same news give the same state, other news another`() {
        func digest(_ words: String) -> UInt64 {
            var desk = NewsDesk()
            desk.teach(6)
            _ = desk.open(100)
            desk.tell(words, id: 100)
            desk.look()
            return desk.engine.digest().value
        }
        #expect(digest("Bitcoin plunges as exchange is hacked") == digest("Bitcoin plunges as exchange is hacked"))
        #expect(digest("Bitcoin plunges as exchange is hacked") != digest("Bitcoin rallies on strong demand"))
    }

    @Test func `a story is shown with the markets it is about, and what it is worth there`() throws {
        var desk = NewsDesk()
        let ticker = desk.open(1)
        desk.tell("Bitcoin plunges as exchange is hacked", id: 1)
        desk.tell("Council debates new parking rules", id: 2)
        let lines = desk.engine.news.newest(5, among: desk.engine.markets.map(\.market), at: desk.engine.now)
        #expect(lines.map(\.title) == ["Council debates new parking rules", "Bitcoin plunges as exchange is hacked"])
        let story = try #require(lines.last)
        #expect(story.tone == "negative" && story.topics.contains("bitcoin") && story.matches.map(\.market) == [ticker] && story.matched == 1)
        #expect(story.matches.first?.shift == 0 && story.matches.first?.settlements == 0 && lines.first?.matches.isEmpty == true)
        var taught = NewsDesk()
        taught.teach(40)
        _ = taught.open(2000)
        taught.tell("Bitcoin plunges as exchange is hacked", id: 2000)
        let match = try #require(taught.engine.news.newest(1, among: taught.engine.markets.map(\.market), at: taught.engine.now).first?.matches.last)
        #expect(match.shift < 0 && match.settlements > 0)
    }
}
