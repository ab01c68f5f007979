import Accounting
import Books
import Engine
import Learning
import Model
import Risk
import Strategies
import Testing

/// A desk that follows one day's temperature brackets in New York, with forecasts and highs as facts.
private struct WeatherDesk {
    static let place = Underlying("NYC-HIGH")
    static let strikes: [Strike] = [.less(49), .between(49, 50), .between(51, 52), .between(53, 54), .greater(54)]
    static let subscription = SubscriptionID(connection: 1, sid: 2)
    /// The day that is traded.
    static let day: Int64 = 41

    var engine = TradingEngine()
    var effects: [Effect] = []
    var sequence: UInt64 = 0
    var seconds: Int64 = 0
    let markets = brackets(of: day)

    static func brackets(of day: Int64) -> [Market] {
        strikes.enumerated().map { i, strike in
            Market(
                ticker: Ticker("KXHIGHNY-\(day)-\(i)"), event: EventTicker("KXHIGHNY-\(day)"), series: SeriesTicker("KXHIGHNY"), title: "t", strike: strike,
                openTime: .zero, closeTime: .seconds((day + 1) * 86_400 + 5 * 3600), grid: .cents, fees: .ordinary, mutuallyExclusive: true, underlying: place)
        }
    }

    /// - Parameter quotedFrom: the first day whose brackets are quoted and settled, so that the strategy can earn its share.
    init(mode: TradingMode = .simulated, days: Int64 = 40, quotedFrom: Int64? = nil) {
        give(.opened(desk: "d", mode: mode, settings: DeskSettings()))
        give(.account(AccountReport(cash: .dollars(10_000), positions: [], orders: [], fills: [])))
        if mode == .live { give(.command(.start)) }
        give(.market(.connected(connection: 1)))
        give(.market(.subscribed(Self.subscription, channel: "orderbook_delta", complete: true)))
        for day in 1...max(days, 1) {
            seconds = day * 86_400
            // The forecast is two degrees too warm, give or take one.
            let high = 50 + Double(day % 5)
            forecast(high + (day % 2 == 0 ? 3 : 1), day: day)
            if let quotedFrom, day >= quotedFrom { live(through: day, high: high) }
            give(.fact(.high(OfficialHigh(place: Self.place, day: day, fahrenheit: high))))
        }
        seconds = Self.day * 86_400
        list(markets)
        if quotedFrom == nil {
            give(.account(AccountReport(cash: .dollars(10_000), positions: [], orders: [], fills: [])))
        } else {
            quote()
            compare()
        }
    }

    /// The answer to what was asked yesterday, if anything was, and that to what is asked now.
    private mutating func compare() {
        let report = AccountReport(cash: .dollars(10_000), positions: [], orders: [], fills: [])
        give(.account(report))
        give(.tick)
        give(.account(report))
    }

    private mutating func list(_ markets: [Market]) {
        for market in markets {
            give(.market(.listed(market)))
            give(.market(.status(market.ticker, .active)))
        }
    }

    /// A day on which the brackets are quoted once, and nothing that is wanted is filled.
    private mutating func live(through day: Int64, high: Double) {
        let brackets = Self.brackets(of: day)
        list(brackets)
        quote(brackets)
        compare()
        tick(2)
        for order in placed where engine.orders[order.id]?.state == .pending { give(.order(.canceled(order.id, remaining: order.intent.quantity))) }
        for market in brackets {
            give(.market(.determined(market.ticker, market.strike.resolvesYes(high) == true ? .yes : .no)))
            give(.market(.settled(market.ticker)))
        }
    }

    mutating func give(_ event: Event) { effects += Restoring.process(&engine, Stamped(event, at: .seconds(seconds))) }

    mutating func forecast(_ fahrenheit: Double, day: Int64 = day) {
        give(.fact(.highForecast(HighForecast(place: Self.place, day: day, source: "a", fahrenheit: fahrenheit))))
    }

    /// Every bracket at 18 bid, 22 asked.
    mutating func quote(_ these: [Market]? = nil) {
        for market in these ?? markets {
            sequence += 1
            give(
                .market(
                    .snapshot(
                        BookSnapshot(
                            market: market.ticker, subscription: Self.subscription, sequence: sequence, yes: [Level(price: .cents(18), quantity: .contracts(500))],
                            no: [Level(price: .cents(78), quantity: .contracts(500))]))))
        }
    }

    mutating func tick(_ count: Int = 1, every step: Int64 = 1) {
        for _ in 0..<count {
            seconds += step
            give(.tick)
        }
    }

    var placed: [ApprovedOrder] { effects.compactMap { if case .place(let order) = $0 { order } else { nil } } }
    var cancelAlls: Int { effects.count { if case .cancelAll = $0 { true } else { false } } }
}

struct DecisionTests {
    @Test func `a day ahead the desk begins at the market, and a forecast that has shown its worth buys the bracket that is too cheap`() throws {
        var beginner = WeatherDesk()
        beginner.forecast(54)
        beginner.quote()
        beginner.tick(2)
        #expect(!beginner.placed.contains { $0.intent.side == .yes })

        var desk = WeatherDesk(quotedFrom: 20)
        let before = desk.placed.count
        desk.forecast(54)
        desk.quote()
        desk.tick(2)
        let order = try #require(desk.placed.dropFirst(before).first { $0.intent.side == .yes })
        // Two degrees less than was said.
        #expect(order.intent.market == desk.markets[2].ticker)
        let decision = desk.effects.compactMap { if case .decided(let decision) = $0, case .ordered(order.id) = decision.outcome { decision } else { nil } }.first
        #expect(decision?.pooled?.forecasts.first?.strategy == "weather")
        #expect(decision?.pooled?.forecasts.first?.inputs.map(\.name).contains("expected_high") == true)
    }

    @Test func `without a forecast, or before its errors are known, nothing is traded and the reason is counted`() {
        var desk = WeatherDesk()
        desk.quote()
        desk.tick()
        #expect(desk.placed.isEmpty)
        #expect(desk.engine.noTrade["no_weather_forecast"] == 5)
        var young = WeatherDesk(days: 10)
        young.forecast(54)
        young.quote()
        young.tick()
        #expect(young.placed.isEmpty)
        #expect(young.engine.noTrade["weather_errors_unlearned"] == 5)
    }

    @Test func `on real money a strategy that has proven nothing has no say`() {
        var desk = WeatherDesk(mode: .live)
        desk.forecast(54)
        desk.quote()
        desk.tick(5)
        #expect(desk.engine.state == .running)
        #expect(desk.placed.isEmpty)
        #expect(desk.engine.noTrade["no_edge"] ?? 0 > 0)
    }

    @Test func `the purchases of one event never risk more than its limit in any outcome`() {
        var desk = WeatherDesk()
        desk.forecast(54)
        desk.quote()
        for _ in 0..<20 {
            desk.tick(3)
            for order in desk.placed where desk.engine.orders[order.id]?.state == .pending {
                let fill = Fill(
                    trade: TradeID("t-\(order.id)"), order: OrderID("o-\(order.id)"), clientOrder: order.id, market: order.intent.market, side: order.intent.side,
                    price: order.intent.limit, quantity: order.intent.quantity, liquidity: .taker, fee: .cents(10), time: .seconds(desk.seconds))
                desk.give(.fill(fill))
                desk.give(.order(.accepted(order.id, OrderID("o-\(order.id)"), remaining: .zero)))
            }
            desk.quote()
        }
        let held = desk.markets.map { desk.engine.portfolio.position($0.ticker) }
        #expect(held.contains { !$0.net.isZero })
        for winner in desk.markets.indices {
            var gain = Money.zero
            for (i, position) in held.enumerated() { gain += position.value(at: i == winner ? .one : .zero) - position.cost }
            #expect(-gain <= DeskSettings().maximumEventExposure)
        }
    }

    @Test func `the same facts and books give the same effects and the same state`() {
        func run() -> WeatherDesk {
            var desk = WeatherDesk()
            desk.forecast(54)
            desk.quote()
            desk.tick(10)
            return desk
        }
        let (a, b) = (run(), run())
        #expect(a.effects == b.effects)
        #expect(a.engine.digest().text == b.engine.digest().text)
    }

    @Test func `a feed that says nothing for a quarter of an hour halts the desk, and everything is canceled`() {
        var desk = WeatherDesk()
        desk.quote()
        // The account is compared all the while: only the feed is silent.
        func wait(_ tens: Int) {
            for _ in 0..<tens {
                desk.tick(10)
                desk.give(.account(AccountReport(cash: .dollars(10_000), positions: [], orders: [], fills: [])))
            }
        }
        wait(85)
        #expect(desk.engine.risk.breaker.state == .critical)
        wait(6)
        #expect(desk.engine.risk.breaker.state == .halted)
        #expect(desk.cancelAlls >= 1)
    }

    @Test func `a difference with the exchange that nobody explains halts the desk`() {
        var desk = WeatherDesk()
        desk.quote()
        for _ in 0..<70 {
            desk.tick(10)
            desk.give(.market(.spot(SpotTick(underlying: Underlying("BTC"), price: 1))))
            desk.give(.account(AccountReport(cash: .dollars(9_000), positions: [], orders: [], fills: [])))
        }
        #expect(desk.engine.blocked != nil)
        #expect(desk.engine.risk.breaker.state == .halted)
        #expect(desk.engine.risk.breaker.reason?.contains("difference") == true)
    }

    @Test func `orders that the exchange calls wrong count as errors, and too many halt`() {
        var desk = WeatherDesk()
        for i in 0..<10 { desk.give(.order(.rejected(ClientOrderID("d-\(i)"), code: "invalid_price", message: "off the grid"))) }
        desk.tick()
        #expect(desk.engine.risk.breaker.state == .halted)
        desk.give(.command(.reset(reason: "the exchange answers again")))
        desk.tick()
        #expect(desk.engine.risk.breaker.state == .normal)
    }

    @Test func `a journal that was begun before a setting existed is read with its default`() throws {
        // What an earlier version wrote, with one setting of its own.
        let old = #"{"kellyFraction":0.1,"minimumEdge":0.02}"#
        let read = try Written.decode(DeskSettings.self, old)
        var expected = DeskSettings()
        expected.kellyFraction = 0.1
        // It was traded without these limits.
        expected.maximumGroupTailLoss = .dollars(1_000_000_000)
        expected.maximumTailLoss = .dollars(1_000_000_000)
        #expect(read == expected)
    }

    @Test func `settings survive being written and read`() throws {
        var settings = DeskSettings()
        settings.kellyFraction = 0.5
        settings.maximumGroupExposure = .dollars(7)
        settings.lossStreakChance = 0.01
        settings.errorRateLimit = 0.9
        settings.silenceLimit = .seconds(1)
        settings.differenceLimit = .seconds(2)
        settings.maximumSeriesExposure = .dollars(8)
        settings.maximumGroupTailLoss = .dollars(9)
        settings.maximumTailLoss = .dollars(10)
        settings.ruinLevel = 0.6
        settings.ruinChance = 0.2
        settings.drawdownLimit = 0.2
        settings.strategies = ["fundamental.jump": 7]
        #expect(try Written.decode(DeskSettings.self, Written.encode(settings)) == settings)
    }
}
