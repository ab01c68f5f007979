import Accounting
import Engine
import Model
import Risk
import Strategies
import Testing

/// From a look at the market to an order, and what becomes of it.
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

    @Test func `a question that fails again and again is one error, the one of its order`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        for _ in 0..<30 {
            desk.give(.order(.unknown(order.id, reason: "timeout")))
            desk.wait(seconds: 1)
        }
        #expect(desk.engine.risk.breaker.answers.errorRate == nil)
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: order.intent.quantity)))
        desk.give(.command(.stop))
        for _ in 0..<10 { desk.give(.order(.unknown(order.id, reason: "a cancel without an answer"))) }
        #expect(desk.engine.risk.breaker.answers.errorRate ?? 0 > 0.5)
    }

    @Test func `the legs of two events that are paid in turn are two results for the breaker`() {
        var desk = Desk()
        for (index, event) in [0, 1, 0, 1].enumerated() {
            let market = Market(
                ticker: Ticker("M\(index)"), event: EventTicker("E\(event)"), series: SeriesTicker("KXBTC15M"), title: "t", strike: .other, openTime: .zero,
                closeTime: .seconds(900), grid: .cents, fees: .ordinary, mutuallyExclusive: true, underlying: Underlying("BTC"))
            desk.give(.market(.listed(market)))
            desk.give(
                .fill(
                    Fill(
                        trade: TradeID("t\(index)"), order: OrderID("x\(index)"), clientOrder: nil, market: market.ticker, side: .yes, price: .cents(40),
                        quantity: .contracts(10), liquidity: .taker, fee: .zero, time: .milliseconds(desk.milliseconds))))
        }
        for (index, result) in [MarketResult.yes, .yes, .no, .no].enumerated() {
            desk.give(.market(.determined(Ticker("M\(index)"), result)))
            desk.give(.market(.settled(Ticker("M\(index)"))))
        }
        #expect(desk.engine.risk.breaker.streak.events == 0)
        // Each event won six dollars and lost four, and is over at the next look.
        desk.wait(seconds: 1)
        let streak = desk.engine.risk.breaker.streak
        #expect(streak.events == 0 && streak.openEvents.isEmpty && streak.use(limit: 0.01) == 0)
    }
}
