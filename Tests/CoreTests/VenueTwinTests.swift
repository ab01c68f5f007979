import Accounting
import Matching
import Model
import Testing

/// The venue's matching, written so plainly that it is obviously right: one list of orders, searched from end to end.
private struct NaiveMatching {
    struct Resting: Equatable {
        let tag: Int
        let owner: Int
        let side: Side
        let cents: Int32
        var quantity: Int64
    }

    struct Trade: Equatable {
        let maker: Int
        let taker: Int
        /// Of the taker's leg.
        let cents: Int32
        let quantity: Int64
    }

    var resting: [Resting] = []
    var trades: [Trade] = []

    /// The best order of the other leg that reaches $1 with this one: highest price, then first come.
    func best(_ side: Side, _ cents: Int32) -> Int? {
        var best: Int?
        for (i, order) in resting.enumerated() where order.side == side.opposite && order.cents + cents >= 100 {
            if best.map({ order.cents > resting[$0].cents }) ?? true { best = i }
        }
        return best
    }

    /// Returns what is left, and whether it met its own.
    mutating func take(tag: Int, owner: Int, _ side: Side, _ cents: Int32, _ quantity: Int64, _ prevention: SelfTradePrevention) -> (Int64, Bool) {
        var left = quantity
        while left > 0, let i = best(side, cents) {
            if resting[i].owner == owner, owner >= 0 {
                if prevention == .takerAtCross { return (left, true) }
                resting.remove(at: i)
                continue
            }
            let size = min(left, resting[i].quantity)
            trades.append(Trade(maker: resting[i].tag, taker: tag, cents: 100 - resting[i].cents, quantity: size))
            left -= size
            resting[i].quantity -= size
            if resting[i].quantity == 0 { resting.remove(at: i) }
        }
        return (left, false)
    }

    func volume(_ side: Side, _ cents: Int32, notOf owner: Int) -> (Int64, Bool) {
        let reach = resting.filter { $0.side == side.opposite && $0.cents + cents >= 100 }
        return (reach.filter { $0.owner != owner }.reduce(0) { $0 + $1.quantity }, reach.contains { $0.owner == owner && owner >= 0 })
    }

    func book(_ side: Side) -> [Level] {
        var sums: [Int32: Int64] = [:]
        for order in resting where order.side == side { sums[order.cents, default: 0] += order.quantity }
        return sums.keys.sorted().map { Level(price: .cents($0), quantity: Quantity(hundredths: sums[$0] ?? 0)) }
    }
}

/// Both engines under one stream of random requests.
private struct TwinRun {
    var venue = Venue(seed: 1)
    var twin = NaiveMatching()
    var random: SeededRandom
    var events: [VenueEvent] = []
    var accountOrders: [(tag: Int, id: OrderID, account: AccountID)] = []
    var houseOrders: [(tag: Int, order: HouseOrder)] = []
    var tags = 0
    var now = Timestamp.seconds(1)
    /// The public book, built from the events alone.
    var published: [Side: [Price: Int64]] = [.yes: [:], .no: [:]]
    let accounts = [AccountID("a"), AccountID("b"), AccountID("c")]
    let start = Money.dollars(10_000_000)

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        venue.list(VenueBench.definition(fees: FeeTerms(kind: .quadraticWithMakerFees)), status: .active, at: now, into: &events)
        for account in accounts { venue.open(account, cash: start) }
    }

    mutating func step() {
        now = now + .milliseconds(1)
        events = []
        switch Int.random(in: 0..<10, using: &random) {
        case 0...3: send()
        case 4...6: quote()
        case 7: takeHouse()
        case 8: cancelAccount()
        default: cancelHouse()
        }
        for case .bookDelta(_, let side, let price, let change, _) in events { published[side]?[price, default: 0] += change.hundredths }
    }

    private mutating func draw() -> (Side, Int32, Int64) {
        (Bool.random(using: &random) ? .yes : .no, .random(in: 40...60, using: &random), .random(in: 1...500, using: &random))
    }

    private mutating func send() {
        let (side, cents, size) = draw()
        let owner = Int.random(in: 0..<3, using: &random)
        let form: TimeInForce = [.goodTillCanceled, .goodTillCanceled, .immediateOrCancel, .fillOrKill][Int.random(in: 0..<4, using: &random)]
        let postOnly = form == .goodTillCanceled && Int.random(in: 0..<3, using: &random) == 0
        let prevention: SelfTradePrevention = Bool.random(using: &random) ? .maker : .takerAtCross
        let request = OrderRequest(
            market: VenueBench.market, side: side, limit: .cents(cents), quantity: Quantity(hundredths: size), timeInForce: form, postOnly: postOnly,
            selfTrade: prevention)
        tags += 1
        let tradesBefore = twin.trades.count
        let (volume, meetsItself) = twin.volume(side, cents, notOf: owner)
        let result = venue.create(request, for: accounts[owner], at: now, into: &events)
        if postOnly, volume > 0 || meetsItself {
            #expect(refusal(result) == .postOnlyCross)
            return
        }
        if form == .fillOrKill, volume < size, !meetsItself {
            #expect(refusal(result) == .fillOrKillInsufficientVolume)
            return
        }
        guard case .success(let order) = result else {
            Issue.record("refused: \(result)")
            return
        }
        let (left, stopped) = twin.take(tag: tags, owner: owner, side, cents, size, prevention)
        if left > 0, !stopped, form == .goodTillCanceled {
            twin.resting.append(.init(tag: tags, owner: owner, side: side, cents: cents, quantity: left))
            accountOrders.append((tags, order.id, accounts[owner]))
        }
        #expect(order.filled.hundredths == size - left)
        #expect(order.status == (left == 0 ? .executed : stopped || form != .goodTillCanceled ? .canceled : .resting))
        checkTrades(from: tradesBefore)
    }

    private mutating func quote() {
        let (side, cents, size) = draw()
        tags += 1
        let before = twin.trades.count
        let order = venue.houseQuote(VenueBench.market, side, at: .cents(cents), Quantity(hundredths: size), time: now, into: &events)
        let (left, _) = twin.take(tag: tags, owner: -1, side, cents, size, .takerAtCross)
        #expect((order != nil) == (left > 0))
        if let order {
            twin.resting.append(.init(tag: tags, owner: -1, side: side, cents: cents, quantity: left))
            houseOrders.append((tags, order))
        }
        checkTrades(from: before)
    }

    private mutating func takeHouse() {
        let (side, cents, size) = draw()
        tags += 1
        let before = twin.trades.count
        let taken = venue.houseTake(VenueBench.market, side, at: .cents(cents), Quantity(hundredths: size), time: now, into: &events)
        #expect(taken.hundredths == size - twin.take(tag: tags, owner: -1, side, cents, size, .takerAtCross).0)
        checkTrades(from: before)
    }

    private mutating func cancelAccount() {
        guard let order = accountOrders.randomElement(using: &random) else { return }
        let rests = twin.resting.contains { $0.tag == order.tag }
        let result = venue.cancel(order.id, for: order.account, at: now, into: &events)
        #expect((refusal(result) == nil) == rests)
        twin.resting.removeAll { $0.tag == order.tag }
    }

    private mutating func cancelHouse() {
        guard let order = houseOrders.randomElement(using: &random) else { return }
        let left = twin.resting.first { $0.tag == order.tag }?.quantity ?? 0
        #expect(venue.houseRemaining(order.order).hundredths == left)
        #expect(venue.houseCancel(order.order, into: &events).hundredths == left)
        twin.resting.removeAll { $0.tag == order.tag }
    }

    private func checkTrades(from start: Int) {
        let told = events.compactMap { event -> NaiveMatching.Trade? in
            guard case .trade(let trade) = event else { return nil }
            let cents = (trade.takerSide == .yes ? trade.yesPrice : trade.yesPrice.complement).tenThousandths / 100
            return NaiveMatching.Trade(maker: 0, taker: 0, cents: cents, quantity: trade.quantity.hundredths)
        }
        #expect(told == twin.trades[start...].map { NaiveMatching.Trade(maker: 0, taker: 0, cents: $0.cents, quantity: $0.quantity) })
    }

    func check() {
        guard let book = venue.book(VenueBench.market) else { return }
        #expect(book.yes == twin.book(.yes))
        #expect(book.no == twin.book(.no))
        if let bid = book.yes.last, let offer = book.no.last { #expect(bid.price.tenThousandths + offer.price.tenThousandths < 10_000) }
        for (side, levels) in [(Side.yes, book.yes), (.no, book.no)] {
            let told = (published[side] ?? [:]).filter { $0.value != 0 }.sorted { $0.key < $1.key }
            #expect(told.map { Level(price: $0.key, quantity: Quantity(hundredths: $0.value)) } == levels)
        }
        for order in accountOrders {
            let left = twin.resting.first { $0.tag == order.tag }
            #expect((venue.order(order.id, of: order.account)?.remaining.hundredths ?? -1) == left?.quantity ?? 0)
            let ahead = left.map { mine in
                twin.resting.prefix { $0.tag != mine.tag }.filter { $0.side == mine.side && $0.cents == mine.cents }.reduce(0) { $0 + $1.quantity }
            }
            #expect(venue.queuePosition(order.id, of: order.account)?.hundredths == ahead)
        }
    }

    /// Everything the accounts and the house have is what they had, less fees, with a dollar in every open pair.
    func checkMoney() {
        var total = venue.house.cash
        var fees = Money.zero
        var net = venue.house.position(VenueBench.market).net
        var held = venue.house.position(VenueBench.market).net.magnitude
        for account in accounts {
            guard let portfolio = venue.account(account)?.portfolio else { continue }
            total += portfolio.cash
            fees += portfolio.fees
            let position = portfolio.position(VenueBench.market)
            net += position.net
            held += position.net.magnitude
            #expect(portfolio.fees == venue.fills(account).reduce(.zero) { $0 + $1.fill.fee })
            #expect(portfolio.cash + portfolio.totalExposure == start + portfolio.realized - portfolio.fees)
            #expect(portfolio.fees == venue.orders(account).reduce(.zero) { $0 + $1.fees })
            let resting = venue.orders(account, status: .resting)
            #expect(resting.isEmpty ? portfolio.reserved == .zero : portfolio.reserved >= .zero)
        }
        let pairs = Price.one * Quantity(hundredths: held.hundredths / 2)
        #expect(net == .zero)
        #expect(total + pairs + fees == Money(millionths: 3 * start.millionths))
    }
}

@Suite struct VenueTwinTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `the venue trades exactly as a naive twin, and no cash appears or vanishes`(seed: UInt64) {
        var run = TwinRun(seed: seed)
        for step in 0..<2500 {
            run.step()
            if step % 25 == 0 {
                run.check()
                run.checkMoney()
            }
        }
        run.check()
        run.checkMoney()
        #expect(run.twin.trades.count > 500)

        run.venue.determine(VenueBench.market, .yes, at: run.now, into: &run.events)
        run.venue.settle(VenueBench.market, at: run.now, into: &run.events)
        run.checkMoney()
        for account in run.accounts {
            // Independent of positions: what every fill was worth in the end.
            let expected = run.venue.fills(account).reduce(run.start) { cash, record in
                cash + (record.fill.side == .yes ? Price.one : .zero) * record.fill.quantity - record.fill.price * record.fill.quantity - record.fill.fee
            }
            #expect(run.venue.account(account)?.portfolio.cash == expected)
            #expect(run.venue.account(account)?.portfolio.reserved == .zero)
        }
    }

    @Test(arguments: [5, 6] as [UInt64])
    func `one seed gives one history, ids included`(seed: UInt64) {
        var a = TwinRun(seed: seed)
        var b = TwinRun(seed: seed)
        for _ in 0..<500 {
            a.step()
            b.step()
            #expect(a.events == b.events)
        }
        #expect(a.venue.state == b.venue.state)
    }

    @Test(arguments: [8, 9, 10] as [UInt64])
    func `a small account never spends what it does not have`(seed: UInt64) throws {
        var bench = VenueBench(fees: FeeTerms(kind: .quadraticWithMakerFees), cash: .dollars(20))
        var random = SeededRandom(seed: seed)
        var refused = 0
        for _ in 0..<2000 {
            bench.now = bench.now + .milliseconds(1)
            let side: Side = Bool.random(using: &random) ? .yes : .no
            if Bool.random(using: &random) {
                bench.house(side, .random(in: 1...10, using: &random), at: .random(in: 35...65, using: &random))
            } else {
                let request = OrderRequest(
                    market: VenueBench.market, side: side, limit: .cents(.random(in: 35...65, using: &random)),
                    quantity: Quantity(hundredths: .random(in: 1...1500, using: &random)), selfTrade: .maker)
                if refusal(bench.request(request)) == .insufficientBalance { refused += 1 }
            }
            #expect(bench.cash() >= .zero)
            #expect(bench.free() >= .zero)
        }
        #expect(refused > 10)
    }
}
