import Accounting
import Books
import Engine
import Learning
import Model
import Risk
import Testing

/// The desk's memory against the exchange's account: agreement, differences, what was missed.
struct EngineAccountTests {
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

    /// Ten contracts of YES, then a value that the market's own message tells to the ten-thousandth, or nobody tells.
    private func payout(known: MarketResult?, told: MarketResult, paid: VenueSettlement.Paid?) throws -> (payout: Money, result: MarketResult?) {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.fill(order, 10, trade: "t1")
        if let known { desk.give(.market(.determined(Desk.market.ticker, known))) }
        let before = desk.engine.portfolio.cash
        desk.report(settlements: [VenueSettlement(market: Desk.market.ticker, result: told, time: .seconds(200), paid: paid)])
        return (desk.engine.portfolio.cash - before, desk.engine.market(Desk.market.ticker)?.result)
    }

    @Test func `a value that is known to the ten-thousandth is not cut to the account's whole cents`() throws {
        let exact = MarketResult.scalar(Price(tenThousandths: 3_339))
        let told = MarketResult.scalar(.cents(33))
        #expect(try payout(known: exact, told: told, paid: nil) == (.cents(333), exact))
        #expect(try payout(known: exact, told: told, paid: .init(net: .contracts(10), amount: .cents(333))) == (.cents(333), exact))
        // Amended since: the account is the last word.
        #expect(try payout(known: .yes, told: .no, paid: nil) == (.zero, .no))
        #expect(try payout(known: exact, told: .scalar(.cents(40)), paid: nil).payout == .dollars(4))
    }

    @Test func `where only whole cents are told, what was paid is what is booked, for the position it was paid for`() throws {
        let told = MarketResult.scalar(.cents(33))
        #expect(try payout(known: nil, told: told, paid: .init(net: .contracts(10), amount: .cents(333))).payout == .cents(333))
        #expect(try payout(known: nil, told: told, paid: .init(net: .contracts(4), amount: .cents(133))).payout == .cents(330))
        #expect(try payout(known: nil, told: .no, paid: .init(net: .contracts(10), amount: .cents(1))).payout == .zero)
    }

    @Test func `a void market gives the cost back, to the part of a cent that revenue does not tell`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.fill(order, 10, trade: "t1")
        let cost = order.intent.limit * .contracts(10)
        let before = desk.engine.portfolio.cash
        desk.report(settlements: [VenueSettlement(market: Desk.market.ticker, result: .void, time: .seconds(200), paid: .init(net: .contracts(10), amount: cost.floored(to: .cents(1))))])
        #expect(desk.engine.portfolio.cash == before + cost)
    }

    @Test func `an account that moved after it was read is not accepted by that reading`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: order.intent.quantity)))
        for _ in 0..<3 { desk.report(cash: .dollars(9_000)) }
        #expect(desk.engine.blocked != nil)
        desk.give(.command(.reset(reason: "withdrawn")))
        // The report that was asked for was read before this fill, and comes after it.
        desk.milliseconds += 100
        desk.fill(order, order.intent.quantity.hundredths / 100, trade: "t1")
        desk.milliseconds += 100
        desk.report(cash: .dollars(9_000), positions: [])
        #expect(desk.engine.portfolio.position(Desk.market.ticker).net == order.intent.quantity)
        desk.wait(seconds: 2)
        let after = Money.dollars(9_000) - order.intent.limit * order.intent.quantity - .cents(10)
        desk.report(cash: after)
        #expect(desk.engine.portfolio.cash == after && desk.engine.blocked == nil)
        #expect(desk.engine.portfolio.position(Desk.market.ticker).net == order.intent.quantity)
    }

    // MARK: - Reports that come late, or reach far back

    /// A desk that bought, was paid, agreed with the account for minutes and has forgotten the market; and the fill of then.
    private func forgotten() throws -> (desk: Desk, fill: Fill) {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.fill(order, order.intent.quantity.hundredths / 100, trade: "t1")
        let fill = try #require(desk.effects.compactMap { if case .filled(let fill) = $0 { fill } else { nil } }.first)
        desk.give(.market(.determined(Desk.market.ticker, .yes)))
        desk.give(.market(.settled(Desk.market.ticker)))
        for _ in 0..<80 {
            desk.milliseconds += 10_000
            desk.give(.tick)
            desk.report()
        }
        #expect(desk.engine.market(Desk.market.ticker) == nil, "the market is not forgotten yet")
        return (desk, fill)
    }

    @Test func `a fill of a market that is forgotten is not booked again, however far back a report reaches`() throws {
        var (desk, fill) = try forgotten()
        let (cash, seen) = (desk.engine.portfolio.cash, desk.engine.fillsSeen)
        desk.report(fills: [fill], settlements: [VenueSettlement(market: fill.market, result: .yes, time: fill.time + .seconds(10))])
        #expect(desk.engine.portfolio.cash == cash && desk.engine.fillsSeen == seen)
        #expect(desk.engine.portfolio.position(fill.market).net.isZero && desk.engine.unsettled.isEmpty)
    }

    @Test func `a fill that comes while a slow report is read is neither missed nor forgotten`() throws {
        var desk = Desk()
        // Read for minutes; what it says was so when its reading began.
        let began = Timestamp.milliseconds(desk.milliseconds)
        var late = AccountReport(cash: desk.engine.portfolio.cash, positions: [], orders: [], fills: [])
        late.began = began
        desk.milliseconds += 400_000
        desk.give(.account(late))
        #expect(desk.engine.lastReconciled == began)
        let since = desk.effects.compactMap { if case .reconcile(let since) = $0 { since } else { nil } }
        desk.wait(seconds: 30)
        let next = try #require(desk.effects.compactMap { if case .reconcile(let since) = $0 { since } else { nil } }.dropFirst(since.count).first)
        #expect(next <= began, "fills since the reading began are asked for")
    }

    @Test func `a reading that nobody asked for is not accepted either, if the account has moved since it began`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        // A cancel of everything reads the account on its own.
        var stale = AccountReport(cash: .dollars(9_000), positions: [], orders: [], fills: [])
        stale.began = .milliseconds(desk.milliseconds)
        desk.milliseconds += 100
        desk.fill(order, order.intent.quantity.hundredths / 100, trade: "t1")
        desk.milliseconds += 100
        for _ in 0..<3 { desk.report(cash: .dollars(9_000)) }
        desk.give(.command(.reset(reason: "withdrawn")))
        desk.milliseconds += 100
        desk.give(.account(stale))
        #expect(desk.engine.portfolio.position(order.intent.market).net == order.intent.quantity)
    }
}
