import Accounting
import Matching
import Model
import Testing

private typealias Bench = VenueBench

@Suite struct VenueOrderTests {
    @Test(arguments: [Int64(500), 417, 416, 211, 42, 1])
    func `an order takes as much as it may cost, fees included, and not a hundredth more`(cents: Int64) throws {
        var bench = Bench()
        bench.house(.no, 10, at: 60)
        var request = OrderRequest(market: Bench.market, side: .yes, limit: .cents(41), quantity: .contracts(10), timeInForce: .immediateOrCancel)
        request.maxCost = .cents(cents)
        let order = try bench.request(request).get()
        let fees = OrderFeeAccount(try #require(FeeSchedule(.ordinary)))
        let most = (0...1000).last { hundredths in
            let quantity = Quantity(hundredths: Int64(hundredths))
            var account = fees
            return Price.cents(40) * quantity + account.charge(price: .cents(40), quantity: quantity, liquidity: .taker).net <= .cents(cents)
        }
        #expect(order.filled.hundredths == Int64(most ?? -1))
        #expect(order.cost + order.fees <= .cents(cents))
        #expect(order.status == (order.filled == .contracts(10) ? .executed : .canceled))
        #expect(order.ending == (order.filled == .contracts(10) ? nil : .costLimit))
    }

    @Test func `a cost limit runs over all prices of an order`() throws {
        var bench = Bench()
        bench.house(.no, 5, at: 60)
        bench.house(.no, 50, at: 58)
        var request = OrderRequest(market: Bench.market, side: .yes, limit: .cents(42), quantity: .contracts(50), timeInForce: .immediateOrCancel)
        request.maxCost = .dollars(4)
        let order = try bench.request(request).get()
        #expect(order.filled > .contracts(8))
        #expect(order.cost + order.fees <= .dollars(4))
        request.timeInForce = .goodTillCanceled
        #expect(refusal(bench.request(request))?.code == "invalid_order")
        request.timeInForce = .immediateOrCancel
        request.maxCost = .zero
        #expect(refusal(bench.request(request))?.code == "invalid_order")
    }

    @Test func `an amendment says which order it means, and is refused where that is wrong`() throws {
        var bench = Bench()
        let order = try bench.order(.yes, 10, at: 40)
        func amend(_ amendment: OrderAmendment) -> OrderRefusal? {
            var (venue, events) = (bench.venue, [VenueEvent]())
            return refusal(venue.amend(order.id, amendment, for: Bench.me, at: bench.now, into: &events))
        }
        #expect(amend(OrderAmendment(quantity: .contracts(5), expectedMarket: Ticker("KX-B"))) == .tickerMismatch)
        #expect(amend(OrderAmendment(quantity: .contracts(5), expectedSide: .no)) == .sideMismatch)
        #expect(amend(OrderAmendment(quantity: .contracts(5), expectedClient: ClientOrderID("x"))) == .clientMismatch)
        #expect(amend(OrderAmendment(quantity: .contracts(5), expectedMarket: Bench.market, expectedSide: .yes, expectedClient: order.client)) == nil)
    }

    @Test func `a batch is not atomic: each order stands for itself`() throws {
        var bench = Bench()
        func wanted(_ cents: Int32) -> OrderRequest { OrderRequest(market: Bench.market, side: .yes, limit: .cents(cents), quantity: .contracts(1)) }
        let results = [wanted(40), wanted(100), wanted(39)].map { bench.venue.create($0, for: Bench.me, at: bench.now, into: &bench.events) }
        #expect(results.map(refusal) == [nil, .invalidPrice, nil])
        #expect(bench.book(.yes) == "39:1 40:1")
        let ids = try [results[0].get().id, OrderID("nothing"), results[2].get().id]
        #expect(ids.map { refusal(bench.venue.cancel($0, for: Bench.me, at: bench.now, into: &bench.events)) } == [nil, .notFound, nil])
        #expect(bench.book(.yes).isEmpty)
    }

    @Test func `the last thing that happened to an order is told in the exchange's words`() throws {
        var bench = Bench()
        let order = try bench.order(.yes, 10, at: 40)
        #expect(order.lastUpdate == nil)
        bench.venue.houseTake(Bench.market, .no, at: .cents(60), .contracts(1), time: bench.now, into: &bench.events)
        #expect(bench.state(order)?.lastUpdate == .trade)
        _ = bench.venue.decrease(order.id, by: .contracts(1), for: Bench.me, at: bench.now, into: &bench.events)
        #expect(bench.state(order)?.lastUpdate?.rawValue == "Decrease")
        _ = bench.venue.amend(order.id, OrderAmendment(quantity: .contracts(5)), for: Bench.me, at: bench.now, into: &bench.events)
        #expect(bench.state(order)?.lastUpdate?.rawValue == "Amend")
        _ = bench.venue.amend(order.id, OrderAmendment(expiry: .at(bench.now + .seconds(1))), for: Bench.me, at: bench.now, into: &bench.events)
        bench.venue.advance(to: bench.now + .seconds(1), into: &bench.events)
        #expect(bench.state(order)?.lastUpdate?.rawValue == "ExpiryCancel")
    }

    @Test func `orders lapse in the order of their times, whatever the order they came in`() throws {
        var bench = Bench()
        var random = SeededRandom(seed: 4)
        for _ in 0..<200 {
            var request = OrderRequest(market: Bench.market, side: .yes, limit: .cents(40), quantity: .contracts(1))
            request.expiration = bench.now + .seconds(.random(in: 1...50, using: &random))
            _ = try bench.request(request).get()
        }
        var lapsed: [Timestamp] = []
        bench.events = []
        bench.venue.advance(to: bench.now + .seconds(25), into: &bench.events)
        for case .order(let order) in bench.events { lapsed.append(order.request.expiration ?? .zero) }
        #expect(lapsed == lapsed.sorted())
        #expect(lapsed.allSatisfy { $0 <= bench.now + .seconds(25) })
        #expect(lapsed.count + bench.venue.orders(Bench.me, status: .resting).count == 200)
        #expect(bench.venue.orders(Bench.me, status: .resting).allSatisfy { ($0.request.expiration ?? .zero) > bench.now + .seconds(25) })
    }
}
