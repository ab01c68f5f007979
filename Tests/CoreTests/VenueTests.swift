import Accounting
import Matching
import Model
import Testing

private typealias Bench = VenueBench

private func fills(_ events: [VenueEvent]) -> [FillRecord] {
    events.compactMap { if case .fill(let record) = $0 { record } else { nil } }
}

@Suite struct VenueTests {
    @Test func `an order trades at the resting price, best price first, then oldest first`() throws {
        var bench = Bench()
        bench.house(.no, 5, at: 58)
        bench.house(.no, 5, at: 60)
        let second = try bench.order(.no, 5, at: 60, for: Bench.other)
        #expect(bench.venue.queuePosition(second.id, of: Bench.other) == .contracts(5))
        let taker = try bench.order(.yes, 12, at: 45)
        #expect(taker.status == .executed)
        #expect(fills(bench.events).map(\.fill.price) == [.cents(40), .cents(60), .cents(40), .cents(42)])
        #expect(fills(bench.events).map(\.fill.liquidity) == [.taker, .maker, .taker, .taker])
        #expect(bench.book(.no) == "58:3")
        #expect(bench.net() == .contracts(12))
        #expect(bench.net(Bench.other) == .contracts(-5))
        #expect(bench.state(second)?.status == .executed)
        #expect(taker.limit == .cents(45))
        #expect(taker.takerCost == .cents(10 * 40 + 2 * 42))
        #expect(bench.cash() == .dollars(1000) - taker.takerCost - taker.takerFees)
    }

    @Test func `every change is told in order, with whose order it was`() throws {
        var bench = Bench()
        let maker = try bench.order(.no, 5, at: 60, for: Bench.other)
        _ = try bench.order(.yes, 8, at: 40)
        let kinds = bench.events.map { event in
            switch event {
            case .bookDelta(_, let side, let price, let change, let owner): "\(side) \(price.tenThousandths / 100) \(change) \(owner?.account.text ?? "-")"
            case .trade(let trade): "trade \(trade.yesPrice) \(trade.quantity) \(trade.takerSide)"
            case .fill(let record): "fill \(record.account) \(record.position)"
            case .order(let record): "order \(record.account) \(record.status) \(record.remaining)"
            case .settled: "settled"
            case .market(_, let change): "market \(change)"
            case .group(let group, let change): "group \(group.id) \(change)"
            case .transfer(let transfer): "transfer \(transfer.amount)"
            case .account(let account): "account \(account)"
            }
        }
        #expect(
            kinds == [
                "no 60 -5.00 other", "trade 0.4000 5.00 yes", "fill other -5.00", "order other executed 0.00", "account other", "fill me 5.00",
                "yes 40 3.00 me", "order me resting 3.00", "account me",
            ])
        #expect(maker.client.text == maker.id.text)
    }

    @Test(arguments: [
        (Int32(0), Int64(1), OrderRefusal.invalidPrice, "invalid_price"), (100, 1, .invalidPrice, "invalid_price"), (40, 0, .invalidSize, "invalid_order_size"),
        (40, 5000, .insufficientBalance, "insufficient_balance"),
    ])
    func `bad orders are refused by name and change nothing`(cents: Int32, contracts: Int64, expected: OrderRefusal, code: String) {
        var bench = Bench()
        let result = bench.request(OrderRequest(market: Bench.market, side: .yes, limit: .cents(cents), quantity: .contracts(contracts)))
        #expect(refusal(result) == expected)
        #expect(expected.code == code)
        #expect(bench.events.isEmpty)
        #expect(bench.venue.orders(Bench.me).isEmpty)
    }

    @Test func `a price off the grid is refused on either leg`() {
        var bench = Bench()
        for side in Side.allCases {
            let result = bench.request(OrderRequest(market: Bench.market, side: side, limit: Price(tenThousandths: 4050), quantity: .contracts(1)))
            #expect(refusal(result) == .invalidPrice)
        }
    }

    @Test func `a client order id is used once, even after its order is canceled`() throws {
        var bench = Bench()
        let request = OrderRequest(market: Bench.market, client: ClientOrderID("a"), side: .yes, limit: .cents(40), quantity: .contracts(1))
        let order = try bench.request(request).get()
        _ = try bench.venue.cancel(order.id, for: Bench.me, at: bench.now, into: &bench.events).get()
        #expect(refusal(bench.request(request)) == .orderAlreadyExists)
        #expect(refusal(bench.request(request, for: Bench.other)) == nil)
    }

    @Test func `fill or kill fills whole or not at all`() throws {
        var bench = Bench()
        bench.house(.no, 5, at: 60)
        bench.house(.no, 5, at: 58)
        let all = OrderRequest(market: Bench.market, side: .yes, limit: .cents(42), quantity: .contracts(11), timeInForce: .fillOrKill)
        #expect(refusal(bench.request(all)) == .fillOrKillInsufficientVolume)
        #expect(bench.book(.no) == "58:5 60:5")
        #expect(try bench.order(.yes, 10, at: 42, .fillOrKill).status == .executed)
    }

    @Test func `fill or kill that would meet itself is treated as immediate or cancel`() throws {
        var bench = Bench()
        bench.house(.no, 3, at: 61)
        try bench.order(.no, 5, at: 60)
        let order = try bench.order(.yes, 8, at: 42, .fillOrKill)
        #expect(order.filled == .contracts(3))
        #expect(order.status == .canceled)
        #expect(order.ending == .selfTrade)
        #expect(bench.book(.no) == "60:5")
    }

    @Test func `an immediate order's remainder is canceled and rests nowhere`() throws {
        var bench = Bench()
        bench.house(.no, 5, at: 60)
        let order = try bench.order(.yes, 8, at: 40, .immediateOrCancel)
        #expect(order.filled == .contracts(5))
        #expect(order.remaining == .zero)
        #expect(order.status == .canceled)
        #expect(order.ending == .immediate)
        #expect(bench.book(.yes).isEmpty)
        #expect(bench.venue.account(Bench.me)?.portfolio.reserved == .zero)
    }

    @Test func `post only is refused when it would cross, and rests when it would not`() {
        var bench = Bench()
        bench.house(.no, 5, at: 60)
        var request = OrderRequest(market: Bench.market, side: .yes, limit: .cents(40), quantity: .contracts(1), postOnly: true)
        #expect(refusal(bench.request(request)) == .postOnlyCross)
        request.limit = .cents(39)
        #expect(refusal(bench.request(request)) == nil)
        #expect(bench.book(.yes) == "39:1")
    }

    @Test func `taker at cross cancels the incoming order and leaves the resting one`() throws {
        var bench = Bench()
        let resting = try bench.order(.no, 5, at: 60)
        let order = try bench.order(.yes, 8, at: 45)
        #expect(order.status == .canceled)
        #expect(order.filled == .zero)
        #expect(order.remaining == .zero)
        #expect(bench.state(resting)?.status == .resting)
    }

    @Test func `maker prevention cancels the resting order and goes on`() throws {
        var bench = Bench()
        let resting = try bench.order(.no, 5, at: 60)
        bench.house(.no, 5, at: 58)
        let order = try bench.order(.yes, 8, at: 45, selfTrade: .maker)
        #expect(bench.state(resting)?.ending == .selfTrade)
        #expect(order.filled == .contracts(5))
        #expect(order.status == .resting)
        #expect(bench.book(.yes) == "45:3")
    }

    @Test func `resting orders set cash aside, but not for the part that reduces a position`() throws {
        var bench = Bench()
        bench.house(.no, 10, at: 60)
        try bench.order(.yes, 10, at: 40)
        let cash = bench.cash()
        try bench.order(.no, 10, at: 70)
        #expect(bench.free() == cash)
        try bench.order(.no, 10, at: 55)
        #expect(bench.free() < cash - .cents(549))
        #expect(bench.free() >= cash - .cents(551))
        bench.venue.cancelAll(Bench.me, at: bench.now, into: &bench.events)
        #expect(bench.free() == cash)
        #expect(bench.book(.no).isEmpty)
    }

    @Test func `a reduce-only order is capped at the position`() throws {
        var bench = Bench()
        bench.house(.no, 10, at: 60)
        bench.house(.yes, 50, at: 35)
        var request = OrderRequest(market: Bench.market, side: .no, limit: .cents(65), quantity: .contracts(30), timeInForce: .immediateOrCancel, reduceOnly: true)
        #expect(refusal(bench.request(request))?.code == "invalid_order")
        try bench.order(.yes, 10, at: 40)
        let order = try bench.request(request).get()
        #expect(order.initial == .contracts(10))
        #expect(bench.net() == .zero)
        request.timeInForce = .goodTillCanceled
        #expect(refusal(bench.request(request))?.code == "invalid_order")
    }

    @Test func `an order lapses at its expiration`() throws {
        var bench = Bench()
        var request = OrderRequest(market: Bench.market, side: .yes, limit: .cents(40), quantity: .contracts(1))
        request.expiration = bench.now
        #expect(refusal(bench.request(request))?.code == "invalid_order")
        request.expiration = bench.now + .seconds(10)
        let order = try bench.request(request).get()
        bench.venue.advance(to: bench.now + .seconds(9), into: &bench.events)
        #expect(bench.state(order)?.status == .resting)
        bench.venue.advance(to: bench.now + .seconds(10), into: &bench.events)
        #expect(bench.state(order)?.ending == .expired)
        #expect(bench.free() == .dollars(1000))
    }

    @Test func `orders and fills are found by market, status and time`() throws {
        var bench = Bench()
        bench.house(.no, 5, at: 60)
        let executed = try bench.order(.yes, 2, at: 40)
        bench.now = bench.now + .seconds(1)
        let second = try bench.order(.yes, 8, at: 40)
        let third = try bench.order(.yes, 1, at: 30)
        let orders = bench.venue.orders(Bench.me)
        #expect(orders.map(\.id) == [executed.id, second.id, third.id])
        #expect(bench.venue.orders(Bench.me, status: .resting).map(\.id) == [second.id, third.id])
        #expect(bench.venue.orders(Bench.me, status: .executed).map(\.id) == [executed.id])
        #expect(bench.venue.orders(Bench.me, market: Ticker("KX-B")).isEmpty)
        #expect(bench.venue.fills(Bench.me).count == 2)
        #expect(bench.venue.fills(Bench.me, since: bench.now).map(\.fill.order) == [second.id])
        #expect(bench.venue.fills(Bench.me, since: bench.now + .seconds(1)).isEmpty)
        #expect(bench.venue.fills(Bench.me, order: executed.id).count == 1)
    }

    @Test func `a cancel of what does not rest is not found`() throws {
        var bench = Bench()
        bench.house(.no, 5, at: 60)
        let executed = try bench.order(.yes, 5, at: 40)
        for order in [executed.id, OrderID("nothing")] {
            #expect(refusal(bench.venue.cancel(order, for: Bench.me, at: bench.now, into: &bench.events)) == .notFound)
        }
        let resting = try bench.order(.yes, 5, at: 30)
        #expect(refusal(bench.venue.cancel(resting.id, for: Bench.other, at: bench.now, into: &bench.events)) == .notFound)
        #expect(refusal(bench.venue.cancel(resting.id, for: Bench.me, at: bench.now, into: &bench.events)) == nil)
        #expect(refusal(bench.venue.cancel(resting.id, for: Bench.me, at: bench.now, into: &bench.events)) == .notFound)
    }

    @Test func `a market whose fee rule is not known takes no orders`() {
        var bench = Bench(fees: FeeTerms(kind: .unknown))
        let result = bench.request(OrderRequest(market: Bench.market, side: .yes, limit: .cents(40), quantity: .contracts(1)))
        #expect(refusal(result)?.code == "invalid_order")
    }

    @Test func `fees follow the order's rounding account over its taker and maker fills`() throws {
        var bench = Bench()
        bench.house(.no, 1, at: 50)
        let first = try bench.order(.yes, 3, at: 50)
        #expect(first.takerFees == .cents(2))
        bench.venue.houseTake(Bench.market, .no, at: .cents(50), .contracts(2), time: bench.now, into: &bench.events)
        let done = try #require(bench.state(first))
        #expect(done.status == .executed)
        #expect(done.makerFees == .zero)
        #expect(done.fees == .cents(2))
        #expect(bench.cash() == .dollars(1000) - .cents(152))
    }
}

@Suite struct VenueLifeTests {
    @Test func `a closed market refuses everything and has no orders left`() throws {
        var bench = Bench()
        let order = try bench.order(.yes, 5, at: 40)
        bench.house(.no, 5, at: 50)
        #expect(bench.venue.close(Bench.market, at: bench.now, into: &bench.events))
        #expect(bench.state(order)?.ending == .marketClosed)
        #expect(bench.book(.yes).isEmpty && bench.book(.no).isEmpty)
        #expect(bench.free() == .dollars(1000))
        #expect(refusal(bench.request(OrderRequest(market: Bench.market, side: .yes, limit: .cents(40), quantity: .contracts(1)))) == .marketInactive)
        #expect(refusal(bench.venue.cancel(order.id, for: Bench.me, at: bench.now, into: &bench.events)) == .marketInactive)
        #expect(bench.house(.no, 5, at: 50) == nil)
    }

    @Test func `past its close time a market refuses orders though nobody said so`() {
        var bench = Bench()
        bench.now = .seconds(1_000_000)
        #expect(refusal(bench.request(OrderRequest(market: Bench.market, side: .yes, limit: .cents(40), quantity: .contracts(1)))) == .marketInactive)
    }

    @Test func `coming back from a pause, resting orders are gone`() throws {
        var bench = Bench()
        let order = try bench.order(.yes, 5, at: 40)
        #expect(bench.venue.pause(Bench.market, at: bench.now, into: &bench.events))
        #expect(bench.state(order)?.status == .resting)
        #expect(bench.venue.activate(Bench.market, at: bench.now, into: &bench.events))
        #expect(bench.state(order)?.ending == .marketPaused)
    }

    @Test func `during maintenance orders are refused and cancels work`() throws {
        var bench = Bench()
        let order = try bench.order(.yes, 5, at: 40)
        bench.venue.setTrading(active: false, at: bench.now, into: &bench.events)
        #expect(refusal(bench.request(OrderRequest(market: Bench.market, side: .yes, limit: .cents(40), quantity: .contracts(1)))) == .tradingPaused)
        #expect(refusal(bench.venue.cancel(order.id, for: Bench.me, at: bench.now, into: &bench.events)) == nil)
    }

    @Test(arguments: [(MarketResult.yes, Int64(10), Int64(0)), (.no, 0, 10), (.scalar(.cents(30)), 3, 7), (.void, 4, 6)])
    func `a settlement pays both sides by the result, once`(result: MarketResult, yesPays: Int64, noPays: Int64) throws {
        var bench = Bench()
        try bench.order(.no, 10, at: 60, for: Bench.other)
        let taker = try bench.order(.yes, 10, at: 40)
        #expect(!bench.venue.settle(Bench.market, at: bench.now, into: &bench.events))
        #expect(bench.venue.determine(Bench.market, result, at: bench.now, into: &bench.events))
        #expect(bench.venue.settle(Bench.market, at: bench.now, into: &bench.events))
        #expect(!bench.venue.settle(Bench.market, at: bench.now, into: &bench.events))
        #expect(bench.cash() == .dollars(1000 - 4 + yesPays) - taker.fees)
        #expect(bench.cash(Bench.other) == .dollars(1000 - 6 + noPays))
        #expect(bench.venue.settlements(Bench.me).map(\.settlement.payout) == [.dollars(yesPays)])
        #expect(bench.net() == .zero)
        #expect(bench.venue.market(Bench.market)?.status == .finalized)
    }

    @Test func `a result may be amended until it is paid`() {
        var bench = Bench()
        #expect(bench.venue.determine(Bench.market, .yes, at: bench.now, into: &bench.events))
        #expect(bench.venue.determine(Bench.market, .no, at: bench.now, into: &bench.events))
        #expect(bench.venue.market(Bench.market)?.status == .amended)
        #expect(bench.venue.settle(Bench.market, at: bench.now, into: &bench.events))
        #expect(!bench.venue.determine(Bench.market, .yes, at: bench.now, into: &bench.events))
    }
}
