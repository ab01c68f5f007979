import Matching
import Model
import Testing

private typealias Bench = VenueBench

extension VenueBench {
    fileprivate mutating func amend(_ order: OrderRecord, _ amendment: OrderAmendment) -> Result<OrderRecord, OrderRefusal> {
        events = []
        return venue.amend(order.id, amendment, for: order.account, at: now, into: &events)
    }

    fileprivate func ahead(_ order: OrderRecord) -> Quantity? { venue.queuePosition(order.id, of: order.account) }
}

@Suite struct VenueAmendTests {
    @Test func `a decrease keeps the place in the queue, and to nothing is a cancel`() throws {
        var bench = Bench()
        bench.house(.yes, 5, at: 40)
        let order = try bench.order(.yes, 10, at: 40)
        bench.house(.yes, 5, at: 40)
        let less = try bench.venue.decrease(order.id, by: .contracts(4), for: Bench.me, at: bench.now, into: &bench.events).get()
        #expect(less.remaining == .contracts(6))
        #expect(bench.ahead(order) == .contracts(5))
        #expect(bench.book(.yes) == "40:16")
        #expect(bench.free() == .dollars(1000) - .cents(240) - .cents(1))
        let gone = try bench.venue.decrease(order.id, by: .contracts(6), for: Bench.me, at: bench.now, into: &bench.events).get()
        #expect(gone.status == .canceled)
        #expect(bench.book(.yes) == "40:10")
        #expect(refusal(bench.venue.decrease(order.id, by: .contracts(1), for: Bench.me, at: bench.now, into: &bench.events)) == .notFound)
    }

    @Test func `an amendment to a smaller size keeps the place, to a larger one or another price it goes to the back`() throws {
        var bench = Bench()
        let order = try bench.order(.yes, 10, at: 40)
        bench.house(.yes, 5, at: 40)
        bench.house(.yes, 7, at: 41)
        #expect(try bench.amend(order, OrderAmendment(quantity: .contracts(8))).get().remaining == .contracts(8))
        #expect(bench.ahead(order) == .zero)
        #expect(try bench.amend(order, OrderAmendment(quantity: .contracts(9))).get().remaining == .contracts(9))
        #expect(bench.ahead(order) == .contracts(5))
        #expect(try bench.amend(order, OrderAmendment(limit: .cents(41))).get().limit == .cents(41))
        #expect(bench.ahead(order) == .contracts(7))
        #expect(bench.book(.yes) == "40:5 41:16")
        #expect(bench.free() == .dollars(1000) - .cents(369) - .cents(1))
    }

    @Test func `an amendment counts what is filled, and may trade at once`() throws {
        var bench = Bench()
        let order = try bench.order(.yes, 10, at: 40)
        bench.venue.houseTake(Bench.market, .no, at: .cents(60), .contracts(4), time: bench.now, into: &bench.events)
        #expect(refusal(bench.amend(order, OrderAmendment(quantity: .contracts(4)))) == .invalidSize)
        bench.house(.no, 2, at: 55)
        let amended = try bench.amend(order, OrderAmendment(limit: .cents(45), quantity: .contracts(12))).get()
        #expect(amended.filled == .contracts(6))
        #expect(amended.remaining == .contracts(6))
        #expect(amended.takerCost == .cents(90))
        #expect(bench.book(.yes) == "45:6")
        #expect(bench.net() == .contracts(6))
    }

    @Test func `an amendment that cannot be is refused and leaves the order as it was`() throws {
        var bench = Bench()
        let order = try bench.order(.yes, 10, at: 40)
        _ = try bench.request(OrderRequest(market: Bench.market, client: ClientOrderID("taken"), side: .yes, limit: .cents(30), quantity: .contracts(1))).get()
        let before = bench.venue.state
        #expect(refusal(bench.amend(order, OrderAmendment(limit: .cents(100)))) == .invalidPrice)
        #expect(refusal(bench.amend(order, OrderAmendment(quantity: .contracts(9000)))) == .insufficientBalance)
        #expect(refusal(bench.amend(order, OrderAmendment(client: ClientOrderID("taken")))) == .orderAlreadyExists)
        #expect(refusal(bench.amend(order, OrderAmendment(expiry: .at(bench.now)))) == .invalidOrder("expiration_time is in the past"))
        bench.venue.setTrading(active: false, at: bench.now, into: &bench.events)
        #expect(refusal(bench.amend(order, OrderAmendment(quantity: .contracts(9)))) == .tradingPaused)
        #expect(bench.venue.state == before)
    }

    @Test func `a new client id takes its order along and the old one stays taken`() throws {
        var bench = Bench()
        let request = OrderRequest(market: Bench.market, client: ClientOrderID("a"), side: .yes, limit: .cents(40), quantity: .contracts(10))
        let order = try bench.request(request).get()
        _ = try bench.amend(order, OrderAmendment(client: ClientOrderID("b"))).get()
        #expect(bench.venue.order(ClientOrderID("b"), of: Bench.me)?.id == order.id)
        #expect(refusal(bench.request(request)) == .orderAlreadyExists)
        bench.venue = Venue(seed: 7, restoring: bench.venue.state)
        #expect(refusal(bench.request(request)) == .orderAlreadyExists)
        bench.venue.cancelAll(Bench.me, at: bench.now, into: &bench.events)
        #expect(bench.free() == .dollars(1000))
    }

    @Test func `an expiration can be set, moved and taken away`() throws {
        var bench = Bench()
        let order = try bench.order(.yes, 10, at: 40)
        _ = try bench.amend(order, OrderAmendment(expiry: .at(bench.now + .seconds(5)))).get()
        _ = try bench.amend(order, OrderAmendment(expiry: .never)).get()
        bench.venue.advance(to: bench.now + .seconds(6), into: &bench.events)
        #expect(bench.state(order)?.status == .resting)
        _ = try bench.amend(order, OrderAmendment(expiry: .at(bench.now + .seconds(9)))).get()
        bench.venue.advance(to: bench.now + .seconds(9), into: &bench.events)
        #expect(bench.state(order)?.ending == .expired)
    }
}
