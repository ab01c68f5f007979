import Accounting
import Engine
import Model
import Risk
import Testing

/// The drift sentinel: what the desk does when it does not understand the exchange any more.
struct DriftTests {
    private let broken = ContractDrift(.broken, place: "GET /portfolio/fills", problem: "Fill lacks fee_cost")

    @Test func `an answer that breaks the contract ends all sending, takes back what rests, and says so in the exact words`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: order.intent.quantity)))
        desk.give(.drift(broken))
        #expect(desk.cancelAlls == 1)
        #expect(desk.engine.blocked == "cancel-only, GET /portfolio/fills no longer fits the exchange's contract (Fill lacks fee_cost); a reset or a clean re-check leads out")
        #expect(desk.notices.contains { $0.hasPrefix("CANCEL-ONLY: GET /portfolio/fills") })
        desk.give(.order(.canceled(order.id, remaining: order.intent.quantity)))
        desk.report()
        for _ in 0..<20 { desk.tick() }
        #expect(desk.placed.count == 1)
        #expect(desk.engine.refusals["blocked"] ?? 0 > 0)
    }

    @Test func `cancel-only cancels again until the exchange has confirmed that nothing rests`() {
        var desk = Desk()
        desk.give(.drift(broken))
        let cancels = desk.cancelsUntilProven()
        #expect(cancels)
    }

    @Test func `half a minute without a break and a comparison asked for after it restore the trust`() {
        var desk = Desk()
        desk.give(.drift(broken))
        desk.report()
        desk.wait(seconds: 29)
        #expect(desk.engine.trust.broken != nil)
        // The next break begins the half minute anew.
        desk.give(.drift(broken))
        desk.wait(seconds: 20)
        #expect(desk.engine.trust.broken?.count == 2)
        desk.report()
        desk.wait(seconds: 9)
        #expect(desk.engine.trust.broken != nil)
        desk.report()
        desk.wait(seconds: 2)
        #expect(desk.engine.trust.broken == nil)
        desk.snapshot(yes: [(40, 100)], no: [(55, 100)])
        for _ in 0..<3 { desk.tick() }
        #expect(desk.engine.blocked == nil)
    }

    @Test func `without a comparison that agrees nothing restores the trust but a person`() {
        var desk = Desk()
        desk.give(.drift(broken))
        for _ in 0..<9 {
            desk.wait(seconds: 10)
            desk.give(.accountUnavailable(reason: "Fill lacks fee_cost"))
        }
        #expect(desk.engine.trust.broken != nil)
        desk.give(.command(.reset(reason: "I read the changelog")))
        #expect(desk.engine.trust.broken == nil)
        desk.report()
        desk.tick()
        #expect(desk.engine.blocked == nil)
    }

    @Test func `the third break within an hour needs a person`() {
        var desk = Desk()
        for number in 1...3 {
            desk.give(.drift(broken))
            for _ in 0..<4 {
                desk.wait(seconds: 10)
                desk.report()
            }
            desk.wait(seconds: 1)
            #expect((desk.engine.trust.broken == nil) == (number < 3))
        }
        #expect(desk.engine.blocked?.contains("broken 3 times within an hour: only a reset leads out") == true)
        desk.give(.command(.reset(reason: "seen")))
        #expect(desk.engine.trust.broken == nil)
    }

    @Test func `a kill in cancel-only cancels, and flattens only once the trust is restored`() throws {
        var desk = Desk()
        desk.tick()
        let first = try #require(desk.placed.first)
        desk.fill(first, first.intent.quantity.hundredths / 100, trade: "t1")
        desk.give(.order(.accepted(first.id, OrderID("o1"), remaining: .zero)))
        desk.give(.drift(broken))
        desk.give(.command(.kill(flatten: true)))
        desk.report()
        let before = desk.placed.count
        for _ in 0..<10 { desk.tick() }
        #expect(desk.cancelAlls >= 2 && desk.placed.count == before)
        // Trust comes back by itself, and what was ordered is done.
        for _ in 0..<4 {
            for _ in 0..<20 { desk.tick() }
            desk.snapshot(yes: [(40, 100)], no: [(55, 100)])
            desk.report()
        }
        for _ in 0..<4 { desk.tick() }
        #expect(desk.engine.trust.broken == nil)
        #expect(desk.placed.dropFirst(before).first?.intent.side == .no)
    }

    @Test func `what is merely new is told once and stops nothing`() {
        var desk = Desk()
        let new = ContractDrift(.noted, place: "the stream's fill", problem: "fill has the unknown field mood")
        desk.give(.drift(new))
        desk.give(.drift(new))
        #expect(desk.notices.count { $0.contains("mood") } == 1)
        desk.tick()
        #expect(desk.placed.count == 1 && desk.engine.blocked == nil)
    }

    @Test func `the time from a loss to live books is measured`() {
        var desk = Desk()
        desk.give(.market(.sequenced(Desk.subscription, desk.sequence + 5)))
        #expect(desk.engine.thaw.waiting == [Desk.market.ticker])
        desk.sequence += 5
        desk.milliseconds += 340
        desk.snapshot(yes: [(40, 100)], no: [(55, 100)])
        #expect(desk.engine.thaw.last?.took == .milliseconds(340) && desk.engine.thaw.last?.books == 1 && desk.engine.thaw.repairs == 1)
        #expect(desk.notices.contains("1 frozen books are live again after 340 ms."))
    }
}

/// What differs between two memories of one account, and what explains it.
struct ComparisonTests {
    private func held(_ contracts: Int64, _ ticker: Ticker = Desk.market.ticker) -> VenuePosition { VenuePosition(market: ticker, net: .contracts(contracts)) }

    @Test func `a position that nothing explains blocks after three reports, named with both figures`() {
        var desk = Desk()
        for _ in 0..<2 { desk.report(positions: [held(7)]) }
        #expect(desk.engine.blocked == nil && desk.engine.unsettled.count == 1)
        desk.report(positions: [held(7)])
        #expect(desk.engine.blocked == "KXBTC15M-A: 0.00 here, 7.00 there")
    }

    @Test func `a fill that is on its way explains a position and its cash, for a minute`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: .zero)))
        let cash = desk.engine.portfolio.cash - order.intent.limit * order.intent.quantity
        let there = [VenuePosition(market: order.intent.market, net: order.intent.quantity)]
        for _ in 0..<5 { desk.report(cash: cash, positions: there) }
        #expect(desk.engine.blocked == nil)
        #expect(desk.engine.unsettled.map(\.explanation) == ["a fill of \(order.id) is on its way", "the positions that differ explain it"])
        for _ in 0..<7 {
            desk.wait(seconds: 10)
            desk.report(cash: cash, positions: there)
        }
        for _ in 0..<3 { desk.report(cash: cash, positions: there) }
        #expect(desk.engine.blocked?.contains("a fill of \(order.id) is on its way") == true)
    }

    @Test func `a market that is being settled explains what is gone there`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.fill(order, order.intent.quantity.hundredths / 100, trade: "t1")
        desk.give(.market(.determined(Desk.market.ticker, .yes)))
        let cash = desk.engine.portfolio.cash + Price.one * order.intent.quantity
        for _ in 0..<4 { desk.report(cash: cash, positions: []) }
        #expect(desk.engine.blocked == nil)
        #expect(desk.engine.unsettled.first?.explanation == "its market is being settled")
        desk.give(.market(.settled(Desk.market.ticker)))
        desk.report(cash: cash, positions: [])
        #expect(desk.engine.unsettled.isEmpty)
    }

    private func resting(_ order: ApprovedOrder, quantity: Quantity? = nil, limit: Price? = nil) -> VenueOrder {
        VenueOrder(
            order: OrderID("o1"), clientOrder: order.id, market: order.intent.market, side: order.intent.side, limit: limit ?? order.intent.limit,
            status: .resting, initial: quantity ?? order.intent.quantity, filled: .zero, remaining: quantity ?? order.intent.quantity, created: .zero)
    }

    @Test func `an order that somebody else has changed is a difference`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: order.intent.quantity)))
        for _ in 0..<3 { desk.report(orders: [resting(order, quantity: .contracts(1))]) }
        #expect(desk.engine.blocked?.hasPrefix("order d-1: ") == true)
    }

    @Test func `an order that is over here and rests there blocks, and is taken back`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: order.intent.quantity)))
        desk.give(.order(.canceled(order.id, remaining: order.intent.quantity)))
        let before = desk.cancels.count
        for _ in 0..<3 { desk.report(orders: [resting(order)]) }
        #expect(desk.engine.blocked == "order d-1: canceled here, resting there")
        #expect(desk.cancels.count == before + 1)
    }

    @Test func `a cancel that found nothing is not believed when the order goes on resting`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: order.intent.quantity)))
        desk.give(.order(.notResting(order.id)))
        // A list may be late for a moment.
        desk.report(orders: [resting(order)])
        #expect(desk.engine.orders[order.id]?.state == .canceled)
        desk.wait(seconds: 6)
        let before = desk.cancels.count
        desk.report(orders: [resting(order)])
        #expect(desk.engine.orders[order.id]?.state == .resting && desk.cancels.count == before + 1)
        #expect(desk.placed.count == 1)
    }

    @Test func `fills of before the journal are not counted again, and old ones are not remembered`() {
        var engine = TradingEngine()
        _ = engine.process(Stamped(.opened(desk: "d", mode: .simulated, settings: DeskSettings()), at: .seconds(10_000)))
        func fill(_ trade: String, at seconds: Int64) -> Fill {
            Fill(
                trade: TradeID(trade), order: OrderID("x"), clientOrder: nil, market: Ticker("T"), side: .yes, price: .cents(10), quantity: .contracts(1),
                liquidity: .taker, fee: .zero, time: .seconds(seconds))
        }
        let report = AccountReport(cash: .dollars(10), positions: [held(2, Ticker("T"))], orders: [], fills: [fill("a", at: 100), fill("b", at: 9_950)])
        _ = engine.process(Stamped(.account(report), at: .seconds(10_000)))
        _ = engine.process(Stamped(.account(report), at: .seconds(10_010)))
        _ = engine.process(Stamped(.fill(fill("b", at: 9_950)), at: .seconds(10_011)))
        #expect(engine.portfolio.position(Ticker("T")).net == .contracts(2) && engine.fillsSeen == 0 && engine.portfolio.cash == .dollars(10))
    }
}
