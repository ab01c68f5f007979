import Accounting
import Matching
import Model
import Testing

private typealias Bench = VenueBench

extension VenueBench {
    fileprivate var status: MarketStatus? { venue.market(Self.market)?.status }
    fileprivate var changes: [MarketChange] { events.compactMap { if case .market(_, let change) = $0 { change } else { nil } } }
    fileprivate func wanted(_ side: Side, at price: Price) -> OrderRequest { OrderRequest(market: Self.market, side: side, limit: price, quantity: .contracts(1)) }

    /// I hold 10 YES bought at 40 from the other account.
    fileprivate static func holding(_ fees: FeeTerms = .ordinary) throws -> (bench: VenueBench, taker: OrderRecord) {
        var bench = VenueBench(fees: fees)
        try bench.order(.no, 10, at: 60, for: other)
        let taker = try bench.order(.yes, 10, at: 40)
        bench.events = []
        return (bench, taker)
    }
}

@Suite struct VenuePauseTests {
    @Test func `in a pause of the exchange nothing works`() throws {
        var bench = Bench()
        let order = try bench.order(.yes, 5, at: 40)
        let group = try bench.venue.createGroup(limit: .contracts(1), for: Bench.me, at: bench.now, into: &bench.events).get()
        bench.venue.setExchange(active: false, at: bench.now, into: &bench.events)
        #expect(refusal(bench.request(bench.wanted(.yes, at: .cents(40)))) == .exchangePaused)
        #expect(refusal(bench.venue.cancel(order.id, for: Bench.me, at: bench.now, into: &bench.events)) == .exchangePaused)
        #expect(refusal(bench.venue.decrease(order.id, by: .contracts(1), for: Bench.me, at: bench.now, into: &bench.events)) == .exchangePaused)
        #expect(refusal(bench.venue.amend(order.id, OrderAmendment(), for: Bench.me, at: bench.now, into: &bench.events)) == .exchangePaused)
        #expect(bench.venue.cancelAll(Bench.me, at: bench.now, into: &bench.events) == 0)
        #expect(bench.venue.triggerGroup(group.id, for: Bench.me, at: bench.now, into: &bench.events) == .exchangePaused)
        #expect(bench.house(.no, 5, at: 60) == nil)
        #expect(bench.state(order)?.status == .resting)
        bench.venue.setExchange(active: true, at: bench.now, into: &bench.events)
        #expect(refusal(bench.venue.cancel(order.id, for: Bench.me, at: bench.now, into: &bench.events)) == nil)
    }

    @Test(arguments: [false, true])
    func `an order that asked for it is canceled when trading or the exchange pauses, the others stay`(wholeExchange: Bool) throws {
        var bench = Bench()
        let stays = try bench.order(.yes, 5, at: 40)
        var request = bench.wanted(.yes, at: .cents(41))
        request.cancelOnPause = true
        let leaves = try bench.request(request).get()
        if wholeExchange {
            bench.venue.setExchange(active: false, at: bench.now, into: &bench.events)
        } else {
            bench.venue.setTrading(active: false, at: bench.now, into: &bench.events)
        }
        #expect(bench.state(stays)?.status == .resting)
        #expect(bench.state(leaves)?.ending == .tradingPaused)
        #expect(bench.state(leaves)?.lastUpdate == .haltCancel)
        #expect(bench.book(.yes) == "40:5")
    }
}

@Suite struct VenueCalendarTests {
    @Test func `a market can close early, and its orders go`() throws {
        var bench = Bench()
        let order = try bench.order(.yes, 5, at: 40)
        bench.events = []
        #expect(bench.venue.reschedule(Bench.market, close: bench.now, at: bench.now, into: &bench.events))
        #expect(bench.changes == [.rescheduled, .closed])
        #expect(bench.venue.market(Bench.market)?.market.closeTime == bench.now)
        #expect(bench.state(order)?.lastUpdate == .closeCancel)
    }

    @Test func `a closed market whose close moves later trades again`() throws {
        var bench = Bench()
        bench.venue.close(Bench.market, at: bench.now, into: &bench.events)
        bench.events = []
        #expect(!bench.venue.reschedule(Bench.market, close: bench.now, at: bench.now, into: &bench.events))
        #expect(bench.venue.reschedule(Bench.market, close: .seconds(2_000_000), at: bench.now, into: &bench.events))
        #expect(bench.changes == [.rescheduled, .activated])
        bench.now = .seconds(1_500_000)
        #expect(refusal(bench.request(bench.wanted(.yes, at: .cents(40)))) == nil)
        bench.venue.determine(Bench.market, .yes, at: bench.now, into: &bench.events)
        #expect(!bench.venue.reschedule(Bench.market, close: .seconds(3_000_000), at: bench.now, into: &bench.events))
    }

    @Test func `on a finer grid everybody keeps the place, and finer prices are taken`() throws {
        var bench = Bench()
        let quoted = bench.house(.yes, 5, at: 40)
        let stranger = try #require(quoted)
        let order = try bench.order(.yes, 3, at: 40)
        bench.house(.no, 2, at: 55)
        bench.events = []
        #expect(bench.venue.regrid(Bench.market, to: .taperedTenths, at: bench.now, into: &bench.events))
        #expect(bench.changes == [.regridded])
        #expect(bench.venue.queuePosition(order.id, of: Bench.me) == .contracts(5))
        #expect(bench.venue.houseCancel(stranger, into: &bench.events) == .contracts(5))
        #expect(bench.book(.yes) == "40:3")
        #expect(bench.book(.no) == "55:2")
        #expect(refusal(bench.request(bench.wanted(.yes, at: Price(tenThousandths: 550)))) == nil)
        #expect(refusal(bench.request(bench.wanted(.yes, at: Price(tenThousandths: 5550)))) == .invalidPrice)
        #expect(try bench.order(.no, 3, at: 60, for: Bench.other).status == .executed)
    }

    @Test func `on a coarser grid orders at prices that are gone are canceled`() throws {
        var bench = Bench()
        bench.venue.regrid(Bench.market, to: .taperedTenths, at: bench.now, into: &bench.events)
        let fine = try bench.request(bench.wanted(.yes, at: Price(tenThousandths: 550))).get()
        let whole = try bench.order(.yes, 3, at: 5)
        _ = bench.venue.houseQuote(Bench.market, .no, at: Price(tenThousandths: 9010), .contracts(1), time: bench.now, into: &bench.events)
        bench.venue.list(Bench.definition(), at: bench.now, into: &bench.events)
        #expect(bench.venue.market(Bench.market)?.market.grid == .cents)
        #expect(bench.state(fine)?.ending == .gridChanged)
        #expect(bench.state(whole)?.status == .resting)
        #expect(bench.book(.yes) == "5:3")
        #expect(bench.book(.no).isEmpty)
        #expect(bench.free() == bench.cash() - .cents(15) - .cents(1))
    }
}

@Suite struct VenueSettlementTests {
    @Test func `a determined market pays when its timer runs out, not before`() throws {
        var (bench, taker) = try Bench.holding()
        bench.venue.determine(Bench.market, .yes, timer: .seconds(60), at: bench.now, into: &bench.events)
        bench.venue.advance(to: bench.now + .seconds(59), into: &bench.events)
        #expect(bench.status == .determined)
        // The timer survives a restart.
        bench.venue = Venue(seed: 7, restoring: bench.venue.state)
        bench.venue.advance(to: bench.now + .seconds(60), into: &bench.events)
        #expect(bench.status == .finalized)
        #expect(bench.cash() == .dollars(1006) - taker.fees)
    }

    @Test func `a disputed result stops the timer until it is stated again, the same or another`() throws {
        var (bench, taker) = try Bench.holding()
        #expect(!bench.venue.dispute(Bench.market, at: bench.now, into: &bench.events))
        bench.venue.determine(Bench.market, .yes, timer: .seconds(60), at: bench.now, into: &bench.events)
        #expect(bench.venue.dispute(Bench.market, at: bench.now, into: &bench.events))
        bench.venue.advance(to: bench.now + .seconds(100), into: &bench.events)
        #expect(bench.status == .disputed)
        #expect(!bench.venue.settle(Bench.market, at: bench.now, into: &bench.events))
        #expect(bench.venue.determine(Bench.market, .yes, at: bench.now, into: &bench.events))
        #expect(bench.status == .amended)
        #expect(bench.venue.determine(Bench.market, .no, timer: .seconds(5), at: bench.now, into: &bench.events))
        bench.venue.advance(to: bench.now + .seconds(5), into: &bench.events)
        #expect(bench.status == .finalized)
        #expect(bench.cash() == .dollars(996) - taker.fees)
        #expect(bench.cash(Bench.other) == .dollars(1004))
    }

    @Test(arguments: [(MarketResult.yes, MarketResult.no), (.no, .yes), (.scalar(Price(tenThousandths: 3333)), .void), (.void, .yes)])
    func `a payout that is reversed leaves what was before it, and the right one follows`(wrong: MarketResult, right: MarketResult) throws {
        var (bench, _) = try Bench.holding()
        let before = bench.venue.state
        let house = bench.venue.house
        bench.venue.determine(Bench.market, wrong, at: bench.now, into: &bench.events)
        bench.venue.settle(Bench.market, at: bench.now, into: &bench.events)
        #expect(bench.venue.reverse(Bench.market, at: bench.now, into: &bench.events))
        #expect(bench.status == .disputed)
        #expect(bench.venue.state.accounts == before.accounts)
        #expect(bench.venue.house == house)
        #expect(bench.venue.settlements(Bench.me).isEmpty)
        #expect(!bench.venue.settle(Bench.market, at: bench.now, into: &bench.events))
        #expect(!bench.venue.reverse(Bench.market, at: bench.now, into: &bench.events))

        bench.venue = Venue(seed: 7, restoring: bench.venue.state)
        bench.venue.determine(Bench.market, right, at: bench.now, into: &bench.events)
        bench.venue.settle(Bench.market, at: bench.now, into: &bench.events)
        var (straight, _) = try Bench.holding()
        straight.venue.determine(Bench.market, right, at: bench.now, into: &bench.events)
        straight.venue.settle(Bench.market, at: bench.now, into: &bench.events)
        #expect(bench.venue.state.accounts == straight.venue.state.accounts)
        #expect(bench.venue.settlements(Bench.me) == straight.venue.settlements(Bench.me))
    }

    @Test func `what was done with a payout that is reversed is owed`() throws {
        var bench = Bench(cash: .dollars(4) + .cents(17))
        try bench.order(.no, 6, at: 60, for: Bench.other)
        try bench.order(.yes, 6, at: 40)
        bench.venue.list(Bench.definition(Ticker("KX-B")), status: .active, at: bench.now, into: &bench.events)
        bench.venue.determine(Bench.market, .yes, at: bench.now, into: &bench.events)
        bench.venue.settle(Bench.market, at: bench.now, into: &bench.events)
        _ = bench.venue.houseQuote(Ticker("KX-B"), .no, at: .cents(50), .contracts(20), time: bench.now, into: &bench.events)
        let spent = try bench.request(OrderRequest(market: Ticker("KX-B"), side: .yes, limit: .cents(50), quantity: .contracts(10))).get()
        #expect(spent.status == .executed)
        bench.venue.reverse(Bench.market, at: bench.now, into: &bench.events)
        #expect(bench.cash() < .zero)
        #expect(refusal(bench.request(OrderRequest(market: Ticker("KX-B"), side: .yes, limit: .cents(50), quantity: .contracts(1)))) == .insufficientBalance)
    }
}
