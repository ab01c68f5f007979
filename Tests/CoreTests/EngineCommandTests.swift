import Accounting
import Engine
import Model
import Risk
import Testing

/// What a person can tell the desk, and what stops it by itself.
struct EngineCommandTests {
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
        let cancels = desk.cancelsUntilProven()
        #expect(cancels)
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
