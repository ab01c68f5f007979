import Accounting
import Books
import Engine
import Learning
import Model
import Risk
import Strategies
import Testing

/// A desk with one 15-minute market, driven by hand: each step is an event, and what the engine wants is collected.
struct Desk {
    static let market = Market(
        ticker: Ticker("KXBTC15M-A"), event: EventTicker("KXBTC15M"), series: SeriesTicker("KXBTC15M"), title: "BTC up?", strike: .greaterOrEqual(60_000),
        openTime: .zero, closeTime: .seconds(900), grid: .taperedTenths, fees: .ordinary, mutuallyExclusive: false, underlying: Underlying("BTC"))
    static let subscription = SubscriptionID(connection: 1, sid: 2)

    var engine = TradingEngine()
    var effects: [Effect] = []
    var sequence: UInt64 = 0
    var milliseconds: Int64 = 0

    /// Running, reconciled, with a live book of 40/45 and two minutes of spot well above the strike: it wants YES.
    init(mode: TradingMode = .simulated, spot: Double = 60_200) {
        give(.opened(desk: "d", mode: mode, settings: DeskSettings()))
        give(.account(AccountReport(cash: .dollars(10_000), positions: [], orders: [], fills: [])))
        give(.market(.connected(connection: 1)))
        give(.market(.subscribed(Self.subscription, channel: "orderbook_delta", complete: true)))
        give(.market(.listed(Self.market)))
        give(.market(.status(Self.market.ticker, .active)))
        for second in 1...120 as ClosedRange<Int64> {
            milliseconds = second * 1000
            give(.market(.spot(SpotTick(underlying: Underlying("BTC"), price: spot + (second % 2 == 0 ? 3 : -3)))))
        }
        snapshot(yes: [(40, 100)], no: [(55, 100)])
        report()
    }

    mutating func give(_ event: Event) { effects += engine.process(Stamped(event, at: .milliseconds(milliseconds))) }

    mutating func snapshot(yes: [(Int32, Int64)], no: [(Int32, Int64)]) {
        sequence += 1
        func levels(_ pairs: [(Int32, Int64)]) -> [Level] { pairs.map { Level(price: .cents($0.0), quantity: .contracts($0.1)) } }
        give(.market(.snapshot(BookSnapshot(market: Self.market.ticker, subscription: Self.subscription, sequence: sequence, yes: levels(yes), no: levels(no)))))
    }

    /// The clock moves on by half a second, with a fresh spot price.
    mutating func tick(spot: Double = 60_200) {
        milliseconds += 500
        give(.market(.spot(SpotTick(underlying: Underlying("BTC"), price: spot))))
        give(.tick)
    }

    /// Ticks without new data.
    mutating func wait(seconds: Int64) {
        for _ in 0..<seconds * 2 {
            milliseconds += 500
            give(.tick)
        }
    }

    var placed: [ApprovedOrder] { effects.compactMap { if case .place(let order) = $0 { order } else { nil } } }
    var cancels: [ClientOrderID] { effects.compactMap { if case .cancel(_, let id, _) = $0 { id } else { nil } } }
    var cancelAlls: Int { effects.reduce(0) { if case .cancelAll = $1 { $0 + 1 } else { $0 } } }
    var resolves: Int { effects.reduce(0) { if case .resolve = $1 { $0 + 1 } else { $0 } } }
    var notices: [String] { effects.compactMap { if case .notice(let notice) = $0 { notice.text } else { nil } } }

    mutating func fill(_ order: ApprovedOrder, _ contracts: Int64, trade: String, name: String = "o1") {
        give(
            .fill(
                Fill(
                    trade: TradeID(trade), order: OrderID(name), clientOrder: order.id, market: order.intent.market, side: order.intent.side,
                    price: order.intent.limit, quantity: .contracts(contracts), liquidity: .taker, fee: .cents(10), time: .milliseconds(milliseconds))))
    }

    mutating func report(cash: Money? = nil, positions: [VenuePosition]? = nil, orders: [VenueOrder] = [], fills: [Fill] = [], settlements: [VenueSettlement] = []) {
        let held = engine.portfolio.positions.filter { !$0.position.net.isZero }.map { VenuePosition(market: $0.market, net: $0.position.net) }
        give(.account(AccountReport(cash: cash ?? engine.portfolio.cash, positions: positions ?? held, orders: orders, fills: fills, settlements: settlements)))
    }
}

struct EngineTests {
    @Test func `an edge becomes one order on the right side, with an id that comes from the intent`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        #expect(desk.placed.count == 1)
        #expect(order.intent.side == .yes)
        #expect(order.id == ClientOrderID("d-1"))
        #expect(desk.engine.portfolio.reserved == order.reserved)
    }

    @Test func `below the strike it is NO that is bought, sized by the probability of NO`() throws {
        var desk = Desk(spot: 59_800)
        desk.tick(spot: 59_800)
        #expect(try #require(desk.placed.first).intent.side == .no)
    }

    @Test func `every order has a decision that says why, and every silence has a reason that is counted`() throws {
        var desk = Desk()
        desk.tick()
        let decision = desk.effects.compactMap { if case .decided(let decision) = $0, case .ordered = decision.outcome { decision } else { nil } }.first
        let pooled = try #require(decision?.pooled)
        #expect(pooled.forecasts.first?.inputs.isEmpty == false)
        #expect(abs(pooled.market - 0.425) < 1e-9)
        desk.tick()
        #expect(desk.engine.noTrade["order_pending"] == 1)
    }

    @Test func `the same events give the same effects and the same state`() {
        func run() -> Desk {
            var desk = Desk()
            for _ in 0..<50 { desk.tick() }
            return desk
        }
        let (a, b) = (run(), run())
        #expect(a.effects == b.effects)
        #expect(a.engine.digest().text == b.engine.digest().text)
    }

    @Test func `an unknown outcome blocks the market until the exchange says, and nothing is sent twice`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.give(.order(.unknown(order.id, reason: "timeout")))
        for _ in 0..<20 { desk.tick() }
        #expect(desk.placed.count == 1)
        #expect(desk.resolves >= 4)
        // "Not there" is not believed while the request may still be under way.
        desk.give(.order(.absent(order.id)))
        #expect(desk.engine.orders[order.id]?.state == .unknown)
        for _ in 0..<64 { desk.tick() }
        desk.give(.order(.absent(order.id)))
        #expect(desk.engine.orders[order.id]?.state == .rejected)
        #expect(desk.engine.portfolio.reserved == .zero)
        desk.snapshot(yes: [(40, 100)], no: [(55, 100)])
        for _ in 0..<10 { desk.tick() }
        #expect(desk.placed.count == 2)
        #expect(desk.placed.last?.id != order.id)
    }

    @Test func `a fill told twice counts once, also when it comes before the answer`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        let size = order.intent.quantity.hundredths / 100
        desk.fill(order, size, trade: "t1")
        desk.fill(order, size, trade: "t1")
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: .zero)))
        #expect(desk.engine.portfolio.position(Desk.market.ticker).net == order.intent.quantity)
        #expect(desk.engine.fillsSeen == 1)
        #expect(desk.engine.portfolio.reserved == .zero)
    }

    @Test func `no order leaves on a frozen book, and an order that rests there is taken back`() throws {
        var desk = Desk()
        desk.give(.market(.disconnected(connection: 1)))
        desk.tick()
        #expect(desk.placed.isEmpty)
        #expect(desk.engine.noTrade["book_not_live"] == 1)
    }

    @Test func `pause sends nothing new, stop cancels, start goes on`() {
        var desk = Desk()
        desk.give(.command(.pause))
        for _ in 0..<10 { desk.tick() }
        #expect(desk.placed.isEmpty)
        #expect(desk.engine.refusals["not_trading"] ?? 0 > 0)
        desk.give(.command(.stop))
        #expect(desk.cancelAlls == 1)
        desk.give(.command(.start))
        desk.tick()
        #expect(desk.placed.count == 1)
    }

    @Test func `kill cancels again until the exchange has confirmed, then flattens what is held`() throws {
        var desk = Desk()
        desk.tick()
        let first = try #require(desk.placed.first)
        desk.fill(first, first.intent.quantity.hundredths / 100, trade: "t1")
        desk.give(.order(.accepted(first.id, OrderID("o1"), remaining: .zero)))
        for _ in 0..<30 where desk.engine.openOrders == 0 { desk.tick() }
        let open = desk.engine.openOrders
        desk.give(.command(.kill(flatten: true)))
        #expect(desk.engine.state == .killed)
        desk.wait(seconds: 3)
        if open > 0 {
            #expect(desk.cancelAlls >= 2)
            let last = try #require(desk.placed.last)
            desk.give(.order(.canceled(last.id, remaining: last.intent.quantity)))
        }
        desk.report()
        let before = desk.placed.count
        for _ in 0..<8 { desk.tick() }
        let flat = try #require(desk.placed.dropFirst(before).first)
        #expect(flat.intent.side == .no)
        #expect(flat.intent.quantity == first.intent.quantity)
        #expect(flat.intent.timeInForce == .immediateOrCancel)
        desk.give(.command(.start))
        #expect(desk.engine.state == .killed)
        desk.give(.command(.reset(reason: "test")))
        #expect(desk.engine.state == .stopped)
    }

    @Test func `closing takes resting orders back, one that is answered late too`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.give(.closing)
        #expect(desk.cancelAlls == 1)
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: .contracts(1))))
        #expect(desk.cancels == [order.id])
        desk.give(.order(.canceled(order.id, remaining: .contracts(1))))
        #expect(desk.engine.openOrders == 0)
        for _ in 0..<10 { desk.tick() }
        #expect(desk.placed.count == 1)
    }

    @Test func `after a restart nothing is sent before the account agrees, and pending orders are asked for`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.give(.restarted(settings: nil))
        #expect(desk.engine.orders[order.id]?.state == .unknown)
        #expect(desk.engine.books.book(Desk.market.ticker)?.state != .live)
        let before = desk.placed.count
        desk.tick()
        #expect(desk.placed.count == before)
        #expect(desk.resolves >= 1)
        desk.report()
        #expect(desk.engine.reconciled)
    }

    @Test func `a difference with the exchange that lasts blocks trading and is named, and agreement frees it`() {
        var desk = Desk()
        for _ in 0..<3 { desk.report(cash: .dollars(9_000)) }
        desk.tick()
        #expect(desk.placed.isEmpty)
        #expect(desk.engine.blocked?.contains("cash") == true)
        #expect(desk.engine.refusals["blocked"] == 1)
        desk.report()
        desk.tick()
        #expect(desk.placed.count == 1)
    }

    @Test func `what the exchange sets aside for a resting order is no difference, anything beyond it is`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: order.intent.quantity)))
        let resting = VenueOrder(
            order: OrderID("o1"), clientOrder: order.id, market: order.intent.market, side: order.intent.side, limit: order.intent.limit, status: .resting,
            initial: order.intent.quantity, filled: .zero, remaining: order.intent.quantity, created: .zero)
        let cost = order.intent.limit * order.intent.quantity
        for _ in 0..<4 { desk.report(cash: desk.engine.portfolio.cash - cost - .cents(1), orders: [resting]) }
        #expect(desk.engine.blocked == nil)
        for _ in 0..<4 { desk.report(cash: desk.engine.portfolio.cash - cost - .dollars(5), orders: [resting]) }
        #expect(desk.engine.blocked != nil)
        for _ in 0..<4 { desk.report(cash: desk.engine.portfolio.cash + .cents(2), orders: [resting]) }
        #expect(desk.engine.blocked != nil)
    }

    @Test func `a new desk does not adopt an account in which a stranger's orders rest`() {
        var engine = TradingEngine()
        _ = engine.process(Stamped(.opened(desk: "d", mode: .simulated, settings: DeskSettings()), at: .zero))
        let order = VenueOrder(
            order: OrderID("x"), clientOrder: ClientOrderID("y"), market: Ticker("T"), side: .yes, limit: .cents(10), status: .resting,
            initial: .contracts(1), filled: .zero, remaining: .contracts(1), created: .zero)
        _ = engine.process(Stamped(.account(AccountReport(cash: .dollars(10), positions: [], orders: [order], fills: [])), at: .zero))
        #expect(engine.blocked?.contains("1 orders rest") == true)
        #expect(!engine.cashKnown)
        _ = engine.process(Stamped(.account(AccountReport(cash: .dollars(10), positions: [], orders: [], fills: [])), at: .zero))
        #expect(engine.blocked == nil)
        #expect(engine.reconciled)
    }

    @Test func `a fill that only the reconciliation knows is counted, and its order is closed`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: order.intent.quantity)))
        let fill = Fill(
            trade: TradeID("t9"), order: OrderID("o1"), clientOrder: nil, market: order.intent.market, side: order.intent.side, price: order.intent.limit,
            quantity: order.intent.quantity, liquidity: .taker, fee: .cents(5), time: .seconds(130))
        let cash = Money.dollars(10_000) - order.intent.limit * order.intent.quantity - .cents(5)
        desk.report(cash: cash, positions: [VenuePosition(market: order.intent.market, net: order.intent.quantity)], fills: [fill])
        #expect(desk.engine.portfolio.position(order.intent.market).net == order.intent.quantity)
        #expect(desk.engine.orders[order.id]?.state == .executed)
        #expect(desk.engine.blocked == nil)
    }

    @Test func `an order of ours that the desk does not know is canceled, a stranger's is left alone`() {
        var desk = Desk()
        func resting(_ client: String) -> VenueOrder {
            VenueOrder(
                order: OrderID("o-" + client), clientOrder: ClientOrderID(client), market: Desk.market.ticker, side: .yes, limit: .cents(10), status: .resting,
                initial: .contracts(1), filled: .zero, remaining: .contracts(1), created: .zero)
        }
        desk.report(orders: [resting("d-77"), resting("someone")])
        #expect(desk.cancels == [ClientOrderID("d-77")])
    }

    @Test func `a settlement pays the position and scores every forecast`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.fill(order, order.intent.quantity.hundredths / 100, trade: "t1")
        let cash = desk.engine.portfolio.cash
        desk.give(.market(.determined(Desk.market.ticker, .yes)))
        desk.give(.market(.settled(Desk.market.ticker)))
        desk.give(.market(.settled(Desk.market.ticker)))
        #expect(desk.engine.portfolio.cash == cash + Price.one * order.intent.quantity)
        #expect(desk.effects.contains { if case .scored = $0 { true } else { false } })
        #expect(desk.engine.learner.scores["market"]?.count ?? 0 > 0)
    }

    @Test func `a settlement missed while the desk was down is learned from the account`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.fill(order, order.intent.quantity.hundredths / 100, trade: "t1")
        let cash = desk.engine.portfolio.cash
        desk.give(.restarted(settings: nil))
        desk.report(cash: cash, positions: [], settlements: [VenueSettlement(market: Desk.market.ticker, result: .no, time: .seconds(200))])
        #expect(desk.engine.portfolio.position(Desk.market.ticker).net.isZero)
        #expect(desk.engine.portfolio.cash == cash)
        #expect(desk.engine.reconciled)
    }

    @Test func `a fill that is learned after its market was paid is paid too, and counted once`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: order.intent.quantity)))
        desk.give(.market(.determined(Desk.market.ticker, .yes)))
        desk.give(.market(.settled(Desk.market.ticker)))
        let fill = Fill(
            trade: TradeID("t1"), order: OrderID("o1"), clientOrder: order.id, market: order.intent.market, side: .yes, price: order.intent.limit,
            quantity: order.intent.quantity, liquidity: .maker, fee: .zero, time: .milliseconds(desk.milliseconds))
        let cash = Money.dollars(10_000) - order.intent.limit * order.intent.quantity + Price.one * order.intent.quantity
        desk.report(cash: cash, positions: [], fills: [fill])
        desk.report(cash: cash, positions: [], fills: [fill])
        #expect(desk.engine.portfolio.cash == cash)
        #expect(desk.engine.portfolio.position(Desk.market.ticker).net.isZero)
    }

    @Test func `an order that ended stays in the way until its fills have explained it`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: .zero)))
        for _ in 0..<30 { desk.tick() }
        #expect(desk.placed.count == 1)
        #expect(desk.engine.portfolio.reserved == order.reserved)
        #expect(desk.resolves > 3)
        desk.fill(order, order.intent.quantity.hundredths / 100, trade: "t1")
        #expect(desk.engine.portfolio.reserved == .zero)
    }

    @Test func `an account that cannot be compared for two minutes blocks trading`() {
        var desk = Desk()
        for _ in 0..<13 {
            desk.milliseconds += 10_000
            desk.give(.accountUnavailable(reason: "503"))
            desk.tick()
        }
        #expect(desk.engine.blocked?.contains("two minutes") == true)
        desk.report()
        #expect(desk.engine.blocked == nil)
    }

    @Test func `a person can accept the exchange's account, and the limits count from there`() {
        var desk = Desk()
        for _ in 0..<3 { desk.report(cash: .dollars(9_000)) }
        #expect(desk.engine.blocked != nil)
        desk.give(.command(.reset(reason: "withdrawn")))
        desk.report(cash: .dollars(9_000))
        desk.tick()
        #expect(desk.engine.blocked == nil)
        #expect(desk.engine.portfolio.cash == .dollars(9_000))
        #expect(desk.engine.risk.breaker.state == .normal)
    }

    @Test func `settings of a new start are in force`() {
        var desk = Desk()
        var settings = DeskSettings()
        settings.dailyLossLimit = .dollars(20)
        desk.give(.restarted(settings: settings))
        #expect(desk.engine.risk.settings.dailyLossLimit == .dollars(20))
    }

    @Test func `a stop is proven by an account in which nothing rests, and asked for until then`() {
        var desk = Desk()
        desk.give(.command(.stop))
        desk.wait(seconds: 5)
        #expect(desk.cancelAlls >= 2)
        desk.report()
        let before = desk.cancelAlls
        desk.wait(seconds: 5)
        #expect(desk.cancelAlls == before)
    }

    @Test func `on real or demo money it waits for a person to start it`() {
        var desk = Desk(mode: .demo)
        desk.tick()
        #expect(desk.placed.isEmpty)
        desk.give(.command(.start))
        desk.tick()
        #expect(desk.placed.count == 1)
    }

    @Test func `a loss beyond the day's limit halts the desk and takes back what rests`() {
        var desk = Desk()
        desk.tick()
        guard let order = desk.placed.first else { return #expect(Bool(false)) }
        desk.give(
            .fill(
                Fill(
                    trade: TradeID("t1"), order: OrderID("o1"), clientOrder: order.id, market: order.intent.market, side: .yes, price: order.intent.limit,
                    quantity: order.intent.quantity, liquidity: .taker, fee: .dollars(250), time: .milliseconds(desk.milliseconds))))
        desk.tick()
        #expect(desk.engine.risk.breaker.state == .halted)
        #expect(desk.cancelAlls == 1)
    }
}
