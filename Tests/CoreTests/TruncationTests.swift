import Engine
import Learning
import Model
import Risk
import Strategies
import TestSupport
import Testing

/// No decision depends on what comes after it: a desk that hears the first part of a story decides as one that hears all of it, and as one that hears
/// another end.
struct TruncationTests {
    private static let start = Timestamp.seconds(100 * 86_400)
    private static let spotMarket = market("KXBTC15M-T", "KXBTC15M", .greaterOrEqual(60_000), closing: 900, underlying: "BTC")
    private static let dayMarket = market("KXHIGHNY-T", "KXHIGHNY", .greater(52), closing: 86_400 + 5 * 3600, underlying: "NYC-HIGH")
    /// Two thresholds on one figure, whose quotes wander apart and contradict each other.
    private static let figureMarkets = [0.2, 0.4].map { market("KXCPI-T\($0)", "KXCPI", .greater($0), closing: 86_400 + 5 * 3600, underlying: "US-CPI", event: "KXCPI-T") }
    private static let newsMarket = market("KXBTCMAX-T", "KXBTCMAX", .other, closing: 86_400, underlying: nil)

    private static let whole = effects(story(seed: 1))
    private static let markets = [spotMarket, dayMarket, newsMarket] + figureMarkets

    @Test(arguments: [150, 333] as [Int64])
    func `every strategy decides before a cut as if nothing were cut`(seconds: Int64) {
        let cut = Self.start + .seconds(seconds)
        let (story, another) = (Self.story(seed: 1), Self.story(seed: 2))
        let whole = Self.whole
        let short = Self.effects(story.filter { $0.time <= cut })
        let other = Self.effects(story.filter { $0.time <= cut } + another.filter { $0.time > cut })
        let before = whole.filter { $0.time <= cut }
        #expect(before == short && before == other.filter { $0.time <= cut })
        #expect(whole.contains { $0.time > cut } && whole != other, "the ends must differ for this to say anything")

        #expect(before.contains { if case .place = $0.effect { true } else { false } })
        let spoken = Set(before.compactMap { if case .forecast(let row) = $0.effect, row.time >= Self.start { row.strategy } else { nil } })
        for name in StrategyManager().names + [SentimentStrategy.name] {
            #expect(spoken.contains(name), "\(name) says nothing in this story before the cut: give the story what it lives on")
        }
    }

    // MARK: - The desk

    private struct Wanted: Equatable {
        let time: Timestamp
        let effect: Effect
    }

    /// All that the desk wanted and said, on an exchange that fills whatever is sent.
    private static func effects(_ story: [Stamped]) -> [Wanted] {
        var engine = TradingEngine()
        var found: [Wanted] = []
        func give(_ stamped: Stamped) {
            for effect in engine.process(stamped) {
                found.append(Wanted(time: stamped.time, effect: effect))
                if case .place(let order) = effect { fill(order, at: stamped.time) }
            }
        }
        func fill(_ order: ApprovedOrder, at time: Timestamp) {
            let (name, intent) = (OrderID("o-\(order.id)"), order.intent)
            give(Stamped(.order(.accepted(order.id, name, remaining: .zero)), at: time))
            give(
                Stamped(
                    .fill(
                        Fill(
                            trade: TradeID("t-\(order.id)"), order: name, clientOrder: order.id, market: intent.market, side: intent.side, price: intent.limit,
                            quantity: intent.quantity, liquidity: .taker, fee: .cents(10), time: time)), at: time))
        }
        for stamped in story { give(stamped) }
        return found
    }

    // MARK: - The story

    private static func market(_ ticker: String, _ series: String, _ strike: Strike, closing seconds: Int64, underlying: String?, event: String? = nil) -> Market {
        Market(
            ticker: Ticker(ticker), event: EventTicker(event ?? ticker), series: SeriesTicker(series), title: "Will bitcoin reach a new high?", strike: strike,
            openTime: start, closeTime: start + .seconds(seconds), grid: .taperedTenths, fees: .ordinary, mutuallyExclusive: false,
            underlying: underlying.map { Underlying($0) })
    }

    private static let subscription = SubscriptionID(connection: 1, sid: 2)

    /// Forty days of weather and of news that came true, then some minutes of a wandering price, of quotes that wander too, and of headlines.
    private static func story(seed: UInt64) -> [Stamped] {
        let begin = start - Interval.seconds(41 * 86_400)
        var sequence: UInt64 = 0
        var settings = DeskSettings()
        // Between the lessons lie days.
        settings.silenceLimit = .seconds(100 * 86_400)
        let account = Event.account(AccountReport(cash: .dollars(10_000), positions: [], orders: [], fills: []))
        let opening: [Event] = [
            .opened(desk: "d", mode: .simulated, settings: settings), account,
            .market(.connected(connection: 1)), .market(.subscribed(subscription, channel: "orderbook_delta", complete: true)),
        ]
        var events = opening.map { Stamped($0, at: begin) }
        for day in 59...99 as ClosedRange<Int64> {
            let (high, miss, morning) = (50 + Double(day % 5), day % 2 == 0 ? 1.0 : -1, Timestamp.seconds(day * 86_400))
            events.append(Stamped(.fact(.highForecast(HighForecast(place: Underlying("NYC-HIGH"), day: day, source: "a", fahrenheit: high + miss))), at: morning))
            if day % 4 == 0 { events += lesson(day, &sequence) }
            events.append(Stamped(.fact(.high(OfficialHigh(place: Underlying("NYC-HIGH"), day: day, fahrenheit: high))), at: morning + .seconds(86_000)))
        }
        events.append(Stamped(.fact(.highForecast(HighForecast(place: Underlying("NYC-HIGH"), day: 100, source: "a", fahrenheit: 54))), at: start))
        events.append(Stamped(account, at: start))
        events.append(Stamped(.fact(.nowcast(Nowcast(figure: Underlying("US-CPI"), release: 101, source: "a", value: 0.3, error: 0.1, step: 0.1))), at: start))
        for market in markets { events += listed(market, at: start) }
        return events + minutes(seed, &sequence)
    }

    private static func listed(_ market: Market, at time: Timestamp) -> [Stamped] {
        [Event.market(.listed(market)), .market(.status(market.ticker, .active))].map { Stamped($0, at: time) }
    }

    private static func quotes(_ market: Market, bid: Int32, at time: Timestamp, _ sequence: inout UInt64) -> Stamped {
        sequence += 1
        let levels = [bid, 97 - bid].map { [Level(price: .cents($0), quantity: .contracts(100))] }
        return Stamped(.market(.snapshot(BookSnapshot(market: market.ticker, subscription: subscription, sequence: sequence, yes: levels[0], no: levels[1]))), at: time)
    }

    /// A market on the news, with news that came true.
    private static func lesson(_ day: Int64, _ sequence: inout UInt64) -> [Stamped] {
        let (time, good) = (Timestamp.seconds(day * 86_400 + 3600), day % 8 == 0)
        let market = market("KXBTCMAX-\(day)", "KXBTCMAX", .other, closing: 0, underlying: nil)
        let title = good ? "Bitcoin surges to record high after approval" : "Bitcoin plunges as exchange is hacked"
        return listed(market, at: time) + [
            quotes(market, bid: 48, at: time, &sequence), Stamped(.headline(Headline(source: "wire", id: "day \(day)", title: title)), at: time),
            Stamped(.tick, at: time + .seconds(1)), Stamped(.market(.determined(market.ticker, good ? .yes : .no)), at: time + .seconds(2)),
            Stamped(.market(.settled(market.ticker)), at: time + .seconds(2)),
        ]
    }

    private static func minutes(_ seed: UInt64, _ sequence: inout UInt64) -> [Stamped] {
        var random = SeededRandom(seed: seed)
        var events: [Stamped] = []
        var spot = 60_030.0
        for second in 1...400 as ClosedRange<Int64> {
            let now = start + .seconds(second)
            spot += 12 * (random.uniform() - 0.5)
            events.append(Stamped(.market(.spot(SpotTick(underlying: Underlying("BTC"), price: spot))), at: now))
            if second % 90 == 1 {
                let title = random.uniform() < 0.5 ? "Bitcoin surges to record high after approval" : "Bitcoin plunges as exchange is hacked"
                events.append(Stamped(.headline(Headline(source: "wire", id: "\(second)", title: title)), at: now))
            }
            if second % 5 == 1 {
                for market in markets { events.append(quotes(market, bid: Int32(30 + random.uniform() * 40), at: now, &sequence)) }
            }
            events += [Stamped(.tick, at: now), Stamped(.tick, at: now + .milliseconds(500))]
        }
        return events
    }
}
