import Accounting
import Books
@testable import Engine
import Learning
import Model
import Risk
import Strategies
import Testing

/// What the desk learns of fees, waits and fills from its own orders, and how that comes into the next decision.
@Suite struct EngineCostTests {
    private let series = Desk.market.series

    /// A desk that wants nothing of its own, with an asked-for order to buy YES that rests at 40.
    private func resting(_ key: String = "k") throws -> (desk: Desk, order: ApprovedOrder) {
        var desk = Desk()
        var caps = LimitCaps()
        caps.kellyFraction = 0
        desk.give(.command(.tighten(caps)))
        let intent = OrderIntent(
            market: Desk.market.ticker, side: .yes, limit: .cents(40), quantity: .contracts(5), timeInForce: .goodTillCanceled, postOnly: true)
        desk.give(.command(.order(OrderWish(key: key, asker: "a", intent: intent, probability: 0.8, reduceOnly: false))))
        let order = try #require(desk.placed.last)
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: .contracts(5))))
        return (desk, order)
    }

    private func fill(_ order: ApprovedOrder, _ desk: Desk, trade: String, tenThousandths: Int32, fee: Int64) -> Event {
        .fill(
            Fill(
                trade: TradeID(trade), order: OrderID("o1"), clientOrder: order.id, market: order.intent.market, side: .yes,
                price: Price(tenThousandths: tenThousandths), quantity: .contracts(1), liquidity: .maker, fee: Money(millionths: fee),
                time: .milliseconds(desk.milliseconds)))
    }

    @Test func `a maker whose rate is nothing is predicted what the rounding of its balance takes, over all fills of the order`() throws {
        var (desk, order) = try resting()
        // 39.3 cents leave a balance that ends in 0.7: 0.7 cents are taken. The second time the account of the order is over a cent, which comes back.
        desk.give(fill(order, desk, trade: "t1", tenThousandths: 3930, fee: 7000))
        desk.give(fill(order, desk, trade: "t2", tenThousandths: 3930, fee: -3000))
        let record = try #require(desk.engine.fees.records[series]?[.maker])
        #expect(record.fills == 2 && record.rate == .zero)
        #expect(record.predicted == Money(millionths: 4000) && record.charged == Money(millionths: 4000) && record.surprises == 0)
        #expect(desk.engine.fees.surcharge(series, .maker) > 0.001)
    }

    @Test func `a wait begins when the exchange says the order rests, and ends with the first fill`() throws {
        var (desk, order) = try resting()
        desk.wait(seconds: 3)
        desk.give(fill(order, desk, trade: "t1", tenThousandths: 4000, fee: 0))
        desk.give(fill(order, desk, trade: "t2", tenThousandths: 4000, fee: 0))
        let record = try #require(desk.engine.fills.series[series]?[FillModel.place(ahead: .contracts(100))], "a hundred contracts stood at 40")
        #expect(record.waits == 1 && record.fills == 1 && record.seconds == 3)
    }

    @Test func `a cancel ends the wait without a fill, and an order that was never accepted teaches nothing`() throws {
        var (desk, order) = try resting()
        desk.wait(seconds: 4)
        desk.give(.order(.canceled(order.id, remaining: .contracts(5))))
        #expect(desk.engine.fills.total.waits == 1 && desk.engine.fills.total.fills == 0 && desk.engine.fills.total.seconds == 4)
        var never = Desk()
        never.give(.order(.rejected(ClientOrderID("d-1"), code: "no", message: "no")))
        #expect(never.engine.fills.total.waits == 0)
    }

    @Test func `half a minute after a maker's fill the move of the middle is learned, from the side that was bought`() throws {
        var (desk, order) = try resting()
        desk.tick()
        desk.give(fill(order, desk, trade: "t1", tenThousandths: 4000, fee: 0))
        desk.wait(seconds: 29)
        #expect(desk.engine.adverse.all.fills == 0)
        desk.snapshot(yes: [(36, 100)], no: [(59, 100)])
        desk.wait(seconds: 1)
        #expect(desk.engine.adverse.all.fills == 1)
        #expect(abs((desk.engine.adverse.series[series]?.mean ?? 0) + 0.04) < 1e-12, "42.5 to 38.5")
        #expect(desk.engine.adverse.cost(series) > 0)
    }

    @Test func `a fill after which one side is quoted no more, or the market has ended, teaches what that leaves of the middle`() throws {
        for (quotes, result, move) in [(true, nil, -0.325), (false, MarketResult.no, -0.425), (false, .yes, 0.575)] as [(Bool, MarketResult?, Double)] {
            var (desk, order) = try resting()
            desk.tick()
            desk.give(fill(order, desk, trade: "t1", tenThousandths: 4000, fee: 0))
            if quotes { desk.snapshot(yes: [], no: [(90, 100)]) }
            if let result { desk.give(.market(.determined(Desk.market.ticker, result))) }
            desk.wait(seconds: 30)
            #expect(abs((desk.engine.adverse.series[series]?.mean ?? 0) - move) < 1e-12, "\(desk.engine.adverse.all)")
        }
    }

    @Test func `what is held counts as it ended before it is paid, and no higher than anybody asks for it`() throws {
        var (desk, order) = try resting()
        desk.tick()
        desk.give(fill(order, desk, trade: "t1", tenThousandths: 4000, fee: 0))
        desk.tick()
        let cash = desk.engine.portfolio.cash
        #expect(desk.engine.equity == cash + Money(millionths: 425_000))
        desk.snapshot(yes: [], no: [(98, 100)])
        desk.wait(seconds: 2)
        #expect(desk.engine.equity == cash + .cents(2))
        desk.give(.market(.determined(Desk.market.ticker, .yes)))
        desk.wait(seconds: 2)
        #expect(desk.engine.equity == cash + .dollars(1))
    }

    @Test func `of a maker's fill the desk expects what is left when such fills have cost what they cost`() throws {
        func expected(learned moves: [Double]) throws -> Double {
            var (desk, order) = try resting()
            for move in moves { desk.engine.adverse.learn(series, move: move) }
            desk.give(fill(order, desk, trade: "t1", tenThousandths: 4000, fee: 0))
            desk.give(.market(.determined(Desk.market.ticker, .yes)))
            desk.give(.market(.settled(Desk.market.ticker)))
            #expect(desk.engine.foreseenProfit.events == 1)
            return desk.engine.foreseenProfit.expected
        }
        let (innocent, wary) = (try expected(learned: []), try expected(learned: Array(repeating: -0.04, count: 20)))
        #expect(abs(innocent - wary - 0.03) < 1e-12, "one contract; twenty fills of 4 cents are drawn to all fills, and those to none: 4, 2, 3 cents")
        #expect(try expected(learned: Array(repeating: 0.04, count: 20)) == innocent, "a gain is the forecast's own")
    }

    // MARK: - The decision

    private static let fees = [FeeTerms.ordinary].compactMap { FeeSchedule($0) }[0]

    /// 40 bid, 45 asked, and the pool at 55: taking has an edge of 8.3 cents, resting at most 15.
    private func want(_ costs: Quoting.Costs = Quoting.Costs(), chance: Double? = nil) -> Want? {
        let desk = Desk()
        guard let book = desk.engine.books.book(Desk.market.ticker) else { return nil }
        return Quoting.want(
            PooledForecast(probability: 0.55, uncertainty: 0.05, market: 0.425, forecasts: []), touch: Touch(book, own: nil), market: Desk.market, fees: Self.fees,
            costs: costs, minimumEdge: 0.02) { _, _ in chance }
    }

    @Test func `what can be taken is taken, unless waiting is known to be worth more`() throws {
        #expect(try #require(want()).rests == false)
        #expect(try #require(want(chance: 0.1)).rests == false)
        let patient = try #require(want(chance: 1))
        #expect(patient.rests && patient.chance == 1)
    }

    @Test func `what experience adds to the fee comes off the edge, and off the limit of what rests`() throws {
        let plain = try #require(want()), dearer = try #require(want(Quoting.Costs(taking: 0.01)))
        #expect(abs(plain.edge - dearer.edge - 0.01) < 1e-12)
        // Nothing can be taken at that fee; what rests gives way by what it loses.
        let rests = try #require(want(Quoting.Costs(taking: 0.2))), wary = try #require(want(Quoting.Costs(taking: 0.2, adverse: 0.10)))
        #expect(rests.rests && wary.rests && wary.limit < rests.limit)
        #expect(want(Quoting.Costs(taking: 0.2, adverse: 0.3)) == nil)
    }
}
