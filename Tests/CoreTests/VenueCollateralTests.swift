import Accounting
import Matching
import Model
import Testing

/// Three markets of one event, two accounts with netting enabled, and a house that takes every order.
private struct EventBench {
    static let me = VenueBench.me
    static let tickers = ["A", "B", "C"].map { Ticker("KX-\($0)") }
    /// Above 10, 20, 30.
    static let thresholds: [Strike] = [.greater(10), .greater(20), .greater(30)]

    var venue = Venue(seed: 3)
    var events: [VenueEvent] = []
    var now = Timestamp.seconds(1000)

    init(exclusive: Bool, cash: Money = .dollars(100), netting: Bool = true) {
        for (ticker, strike) in zip(Self.tickers, Self.thresholds) {
            let market = VenueBench.definition(ticker, strike: exclusive ? .other : strike, exclusive: exclusive)
            venue.list(market, status: .active, at: now, into: &events)
        }
        for account in [Self.me, VenueBench.other] {
            venue.open(account, cash: cash)
            if netting { _ = venue.setNetting(true, for: account, into: &events) }
        }
    }

    /// Buys from a stranger who offers just that; returns the order's fees.
    @discardableResult
    mutating func buy(_ side: Side, _ contracts: Int64, of market: Int, at cents: Int32) throws -> Money {
        _ = venue.houseQuote(Self.tickers[market], side.opposite, at: .cents(100 - cents), .contracts(contracts), time: now, into: &events)
        return try send(side, contracts, of: market, at: cents).get().fees
    }

    mutating func send(_ side: Side, _ contracts: Int64, of market: Int, at cents: Int32) -> Result<OrderRecord, OrderRefusal> {
        let request = OrderRequest(market: Self.tickers[market], side: side, limit: .cents(cents), quantity: .contracts(contracts))
        return venue.create(request, for: Self.me, at: now, into: &events)
    }

    mutating func pay(_ market: Int, _ result: MarketResult) {
        venue.determine(Self.tickers[market], result, at: now, into: &events)
        venue.settle(Self.tickers[market], at: now, into: &events)
    }

    var cash: Money { venue.account(Self.me)?.portfolio.cash ?? .zero }
    var free: Money { venue.account(Self.me)?.portfolio.free ?? .zero }
    var returned: Money { venue.account(Self.me)?.subaccounts[0].collateral.reduce(.zero) { $0 + $1.returned } ?? .zero }
}

@Suite struct VenueCollateralTests {
    @Test func `one NO at 0.60 and one NO at 0.70 of exclusive markets cost 0.30`() throws {
        var bench = EventBench(exclusive: true)
        #expect(bench.venue.collateralReturn(EventTicker("KX")) == .mutuallyExclusive)
        let fees = try bench.buy(.no, 1, of: 0, at: 60) + bench.buy(.no, 1, of: 1, at: 70)
        #expect(bench.cash == .dollars(100) - .cents(30) - fees)
        #expect(bench.returned == .dollars(1))
    }

    private static let sizes: [([Int64], Int64)] = [([5, 5, 5], 10), ([5, 3, 1], 4), ([5, 0, 0], 0), ([-5, -5, -5], 0), ([5, 5, -5], 5)]

    @Test(arguments: sizes)
    func `n NO positions return all but the largest; a YES returns nothing`(no: [Int64], returned: Int64) throws {
        var bench = EventBench(exclusive: true)
        for (market, contracts) in no.enumerated() where contracts != 0 { try bench.buy(contracts > 0 ? .no : .yes, abs(contracts), of: market, at: 50) }
        #expect(bench.returned == .dollars(returned))
    }

    @Test func `without netting nothing is returned; turned on it is, turned off it is taken back or that is refused`() throws {
        var bench = EventBench(exclusive: true, netting: false)
        let fees = try bench.buy(.no, 50, of: 0, at: 60) + bench.buy(.no, 50, of: 1, at: 70)
        #expect(bench.cash == .dollars(35) - fees)
        #expect(bench.venue.setNetting(true, for: EventBench.me, into: &bench.events) == nil)
        #expect(bench.cash == .dollars(85) - fees)
        #expect(bench.venue.setNetting(false, for: EventBench.me, into: &bench.events) == nil)
        #expect(bench.cash == .dollars(35) - fees)
        #expect(bench.venue.setNetting(true, for: EventBench.me, into: &bench.events) == nil)
        _ = try bench.send(.yes, 100, of: 2, at: 50).get()
        #expect(bench.venue.setNetting(false, for: EventBench.me, into: &bench.events) == .balanceTooLow)
    }

    @Test(arguments: [0, 1, 2, 3])
    func `however the markets are paid, the sum is what the outcome brings, and cash never dips in between`(winner: Int) throws {
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            var bench = EventBench(exclusive: true, cash: .dollars(20))
            let fees = try bench.buy(.no, 10, of: 0, at: 60) + bench.buy(.no, 10, of: 1, at: 70) + bench.buy(.no, 10, of: 2, at: 60)
            let spent = Money.dollars(19) + fees
            #expect(bench.returned == .dollars(20))
            for market in order {
                let before = bench.cash
                bench.pay(market, market == winner ? .yes : .no)
                #expect(bench.cash >= before)
            }
            #expect(bench.returned == .zero)
            #expect(bench.cash == .dollars(20) - spent + .dollars(winner == 3 ? 30 : 20))
        }
    }

    @Test func `thresholds on one number return the least that any number pays`() throws {
        var bench = EventBench(exclusive: false)
        #expect(bench.venue.collateralReturn(EventTicker("KX")) == .directional)
        // Above 10 or not above 20: one of the two always, both between.
        let fees = try bench.buy(.yes, 4, of: 0, at: 70) + bench.buy(.no, 3, of: 1, at: 60)
        #expect(bench.returned == .dollars(3))
        #expect(bench.cash == .dollars(100) - .cents(280 + 180) + .dollars(3) - fees)
        // Not above 30 is true wherever "not above 20" is.
        try bench.buy(.no, 1, of: 2, at: 80)
        #expect(bench.returned == .dollars(4))
        // The other way round nothing is sure: not above 10, and above 30.
        var apart = EventBench(exclusive: false)
        try apart.buy(.no, 4, of: 0, at: 30)
        try apart.buy(.yes, 4, of: 2, at: 20)
        #expect(apart.returned == .zero)
    }

    @Test func `a paid threshold leaves the outcomes that agree with it`() throws {
        var bench = EventBench(exclusive: false, cash: .dollars(10))
        try bench.buy(.yes, 4, of: 0, at: 70)
        try bench.buy(.no, 4, of: 1, at: 60)
        let before = bench.cash
        bench.pay(2, .yes)
        #expect(bench.cash == before)
        bench.pay(1, .yes)
        #expect(bench.cash == before)
        bench.pay(0, .yes)
        #expect(bench.cash == before)
        #expect(bench.returned == .zero)
    }

    @Test func `closing what frees collateral needs its price, closing anything else needs nothing`() throws {
        var bench = EventBench(exclusive: true, cash: .dollars(10))
        try bench.buy(.no, 10, of: 0, at: 60)
        let alone = bench.free
        // Nothing was returned: it only reduces.
        let closing = try bench.send(.yes, 10, of: 0, at: 30).get()
        #expect(bench.free == alone)
        bench.venue.cancelAll(EventBench.me, at: bench.now, into: &bench.events)
        try bench.buy(.no, 10, of: 1, at: 30)
        #expect(bench.returned == .dollars(10))
        let free = bench.free
        _ = try bench.send(.yes, 10, of: 0, at: 30).get()
        #expect(bench.free == free - .dollars(3) - .cents(1))
        #expect(refusal(bench.send(.yes, 10, of: 1, at: 99)) == nil)
        // No more is set aside for both than was returned.
        #expect(bench.free == free - .dollars(10))
        #expect(closing.status == .resting)
    }

    @Test(arguments: [true, false])
    func `what was returned survives a restart, and a reversed payout brings it back`(exclusive: Bool) throws {
        var bench = EventBench(exclusive: exclusive)
        try bench.buy(.no, 5, of: 0, at: 60)
        try bench.buy(.no, 5, of: 1, at: 70)
        try bench.buy(.yes, 2, of: 2, at: 20)
        _ = try bench.send(.yes, 3, of: 1, at: 10).get()
        let before = bench.venue.state
        bench.venue = Venue(seed: 3, restoring: before)
        #expect(bench.venue.state == before)
        bench.venue.cancelAll(EventBench.me, at: bench.now, into: &bench.events)
        let accounts = bench.venue.state.accounts
        bench.pay(0, .no)
        #expect(bench.venue.reverse(EventBench.tickers[0], at: bench.now, into: &bench.events))
        #expect(bench.venue.state.accounts == accounts)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `with netting no fill ever asks for more than is there, and no cash appears or vanishes`(seed: UInt64) {
        let exclusive = seed % 2 == 0
        var bench = EventBench(exclusive: exclusive, cash: .dollars(60))
        var random = SeededRandom(seed: seed)
        let accounts = [EventBench.me, VenueBench.other]
        let start = Money.dollars(120)
        var refused = 0
        for step in 0..<3000 {
            bench.now = bench.now + .milliseconds(1)
            let ticker = EventBench.tickers[Int.random(in: 0..<3, using: &random)]
            let (side, cents, size) = (Bool.random(using: &random) ? Side.yes : .no, Int32.random(in: 20...80, using: &random), Int64.random(in: 1...8, using: &random))
            switch Int.random(in: 0..<10, using: &random) {
            case 0...4:
                var request = OrderRequest(market: ticker, side: side, limit: .cents(cents), quantity: .contracts(size), selfTrade: .maker)
                if Int.random(in: 0..<4, using: &random) == 0 { request.timeInForce = .immediateOrCancel }
                if refusal(bench.venue.create(request, for: accounts[step % 2], at: bench.now, into: &bench.events)) == .insufficientBalance { refused += 1 }
            case 5...7: _ = bench.venue.houseQuote(ticker, side, at: .cents(cents), .contracts(size), time: bench.now, into: &bench.events)
            case 8: bench.venue.houseTake(ticker, side, at: .cents(cents), .contracts(size), time: bench.now, into: &bench.events)
            default:
                guard let order = bench.venue.orders(accounts[step % 2], status: .resting).randomElement(using: &random) else { continue }
                _ = bench.venue.amend(
                    order.id, OrderAmendment(limit: .cents(cents), quantity: order.filled + .contracts(size)), for: order.account, at: bench.now,
                    into: &bench.events)
            }
            bench.events = []
            check(bench, accounts, start)
        }
        #expect(refused > 50)
        for account in accounts { bench.venue.cancelAll(account, at: bench.now, into: &bench.events) }
        for account in accounts { #expect(bench.venue.account(account)?.portfolio.reserved == .zero) }
        let winner = Int.random(in: 0...3, using: &random)
        for market in 0..<3 { bench.pay(market, exclusive ? (market == winner ? .yes : .no) : (market < winner ? .yes : .no)) }
        check(bench, accounts, start)
        for account in accounts {
            let paid = bench.venue.fills(account).reduce(Money.dollars(60)) { cash, record in
                let market = EventBench.tickers.firstIndex(of: record.fill.market) ?? 0
                let isYes = exclusive ? market == winner : market < winner
                let worth = isYes == (record.fill.side == .yes) ? Price.one * record.fill.quantity : .zero
                return cash + worth - record.fill.price * record.fill.quantity - record.fill.fee
            }
            #expect(bench.venue.account(account)?.portfolio.cash == paid)
        }
    }

    private func check(_ bench: EventBench, _ accounts: [AccountID], _ start: Money) {
        var total = bench.venue.house.cash
        var held: [Ticker: Quantity] = [:]
        for (market, position) in bench.venue.house.positions { held[market, default: .zero] += position.net.magnitude }
        for id in accounts {
            guard let account = bench.venue.account(id) else { continue }
            let returned = account.subaccounts[0].collateral.reduce(Money.zero) { $0 + $1.returned }
            // A fee's rounding account holds a cent for each order at most.
            #expect(account.portfolio.free >= -.cents(10))
            #expect(returned >= .zero)
            total += account.portfolio.cash - returned + account.portfolio.fees
            for (market, position) in account.portfolio.positions { held[market, default: .zero] += position.net.magnitude }
        }
        let pairs = held.values.reduce(Money.zero) { $0 + Price.one * Quantity(hundredths: $1.hundredths / 2) }
        #expect(total + pairs == start)
    }
}
