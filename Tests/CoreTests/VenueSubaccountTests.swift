import Accounting
import Matching
import Model
import Testing

private typealias Bench = VenueBench

extension VenueBench {
    fileprivate mutating func transfer(_ dollars: Int64, _ from: Int, _ to: Int, id: String) -> OrderRefusal? {
        switch venue.transfer(.dollars(dollars), from: from, to: to, id: id, for: Self.me, at: now, into: &events) {
        case .success: nil
        case .failure(let refusal): refusal
        }
    }

    fileprivate func portfolio(_ subaccount: Int) -> Portfolio { venue.account(Self.me)?.portfolio(subaccount) ?? Portfolio(cash: .zero) }

    fileprivate mutating func order(_ side: Side, _ contracts: Int64, at cents: Int32, in subaccount: Int, selfTrade: SelfTradePrevention = .takerAtCross) throws -> OrderRecord {
        let wanted = OrderRequest(
            market: Self.market, side: side, limit: .cents(cents), quantity: .contracts(contracts), selfTrade: selfTrade, subaccount: subaccount)
        return try request(wanted).get()
    }
}

@Suite struct VenueSubaccountTests {
    @Test func `subaccounts are opened in order, up to 63`() throws {
        var bench = Bench()
        for number in 1...63 { #expect(try bench.venue.openSubaccount(Bench.me, into: &bench.events).get() == number) }
        #expect(throws: OrderRefusal.invalidParameters("there are 64 subaccounts already")) { try bench.venue.openSubaccount(Bench.me, into: &bench.events).get() }
        #expect(bench.venue.account(Bench.me)?.subaccounts.map(\.number) == Array(0...63))
        #expect(bench.venue.account(Bench.other)?.subaccounts.count == 1)
    }

    @Test func `each has its own cash and positions`() throws {
        var bench = Bench()
        _ = bench.venue.openSubaccount(Bench.me, into: &bench.events)
        let poor = OrderRequest(market: Bench.market, side: .yes, limit: .cents(40), quantity: .contracts(5), subaccount: 1)
        #expect(refusal(bench.request(poor)) == .insufficientBalance)
        #expect(bench.transfer(100, 0, 1, id: "t1") == nil)
        bench.house(.no, 50, at: 60)
        let mine = try bench.order(.yes, 5, at: 40, in: 1)
        let primary = try bench.order(.yes, 3, at: 40, in: 0)
        #expect(bench.portfolio(1).position(Bench.market).net == .contracts(5))
        #expect(bench.portfolio(0).position(Bench.market).net == .contracts(3))
        #expect(bench.portfolio(1).cash == .dollars(98) - mine.fees)
        #expect(bench.portfolio(0).cash == .dollars(900) - .cents(120) - primary.fees)
        #expect(bench.venue.fills(Bench.me).map(\.subaccount) == [1, 0])
        // What one holds does not cover another's order.
        let closing = OrderRequest(market: Bench.market, side: .no, limit: .cents(70), quantity: .contracts(8), timeInForce: .immediateOrCancel, reduceOnly: true, subaccount: 1)
        #expect(try bench.request(closing).get().initial == .contracts(5))
        #expect(refusal(bench.request(OrderRequest(market: Bench.market, side: .yes, limit: .cents(40), quantity: .contracts(1), subaccount: 2))) == .unknownSubaccount)
    }

    @Test func `a transfer moves free cash once`() throws {
        var bench = Bench()
        _ = bench.venue.openSubaccount(Bench.me, into: &bench.events)
        try bench.order(.yes, 1000, at: 50)
        #expect(bench.transfer(600, 0, 1, id: "a") == .balanceTooLow)
        #expect(bench.transfer(400, 0, 1, id: "a") == nil)
        #expect(bench.transfer(1, 0, 1, id: "a") == .transferAlreadyExists)
        #expect(bench.transfer(1, 0, 2, id: "b") == .unknownSubaccount)
        #expect(bench.transfer(1, 1, 1, id: "b") == .invalidParameters("to_subaccount"))
        #expect(bench.transfer(0, 0, 1, id: "b") == .invalidParameters("amount_cents"))
        #expect(bench.transfer(150, 1, 0, id: "b") == nil)
        #expect(bench.portfolio(1).cash == .dollars(250))
        #expect(bench.portfolio(0).cash == .dollars(750))
        #expect(bench.venue.transfers(Bench.me).map(\.amount) == [.dollars(400), .dollars(150)])
        bench.venue = Venue(seed: 7, restoring: bench.venue.state)
        #expect(bench.transfer(1, 0, 1, id: "b") == .transferAlreadyExists)
        #expect(bench.portfolio(1).cash == .dollars(250))
    }

    @Test func `cancel-all of one subaccount leaves the others alone`() throws {
        var bench = Bench()
        _ = bench.venue.openSubaccount(Bench.me, into: &bench.events)
        _ = bench.transfer(100, 0, 1, id: "t1")
        let first = try bench.order(.yes, 5, at: 40, in: 0)
        let second = try bench.order(.yes, 5, at: 41, in: 1)
        #expect(bench.venue.cancelAll(Bench.me, subaccount: 1, at: bench.now, into: &bench.events) == 1)
        #expect(bench.state(first)?.status == .resting)
        #expect(bench.state(second)?.status == .canceled)
        #expect(bench.venue.cancelAll(Bench.me, at: bench.now, into: &bench.events) == 1)
    }

    @Test func `orders of two subaccounts of one account do not trade with each other`() throws {
        var bench = Bench()
        _ = bench.venue.openSubaccount(Bench.me, into: &bench.events)
        _ = bench.transfer(100, 0, 1, id: "t1")
        let resting = try bench.order(.no, 5, at: 60, in: 1)
        #expect(try bench.order(.yes, 5, at: 40, in: 0).ending == .selfTrade)
        _ = try bench.order(.yes, 5, at: 40, in: 0, selfTrade: .maker)
        #expect(bench.state(resting)?.ending == .selfTrade)
    }

    @Test func `client ids are permanent in the account, whatever the subaccount`() throws {
        var bench = Bench()
        _ = bench.venue.openSubaccount(Bench.me, into: &bench.events)
        _ = bench.transfer(100, 0, 1, id: "t1")
        var wanted = OrderRequest(market: Bench.market, client: ClientOrderID("a"), side: .yes, limit: .cents(40), quantity: .contracts(1))
        _ = try bench.request(wanted).get()
        wanted.subaccount = 1
        #expect(refusal(bench.request(wanted)) == .orderAlreadyExists)
    }

    @Test func `each subaccount is paid for itself, and all of it survives a restart`() throws {
        var bench = Bench()
        _ = bench.venue.openSubaccount(Bench.me, into: &bench.events)
        _ = bench.transfer(100, 0, 1, id: "t1")
        bench.house(.no, 50, at: 60)
        bench.house(.yes, 50, at: 30)
        let yes = try bench.order(.yes, 5, at: 40, in: 1)
        let no = try bench.order(.no, 2, at: 70, in: 0)
        _ = try bench.order(.yes, 5, at: 20, in: 1)
        let before = bench.venue.state
        bench.venue = Venue(seed: 7, restoring: before)
        #expect(bench.venue.state == before)
        bench.venue.determine(Bench.market, .yes, at: bench.now, into: &bench.events)
        bench.venue.settle(Bench.market, at: bench.now, into: &bench.events)
        #expect(bench.portfolio(1).cash == .dollars(103) - yes.fees)
        #expect(bench.portfolio(0).cash == .dollars(900) - .cents(140) - no.fees)
        #expect(bench.venue.settlements(Bench.me).map(\.subaccount) == [0, 1])
        #expect(Set(bench.venue.settlements(Bench.me).map(\.key)).count == 2)
        #expect(bench.portfolio(1).reserved == .zero)
    }
}
