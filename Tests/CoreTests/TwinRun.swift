import Accounting
import Matching
import Model
import Testing

/// The venue and its naive twin under one stream of random requests of every kind.
struct TwinRun {
    struct Order {
        let tag: Int
        let id: OrderID
        let account: Int
    }

    var venue = Venue(seed: 1)
    var twin = NaiveVenue()
    var random: SeededRandom
    var events: [VenueEvent] = []
    var orders: [Order] = []
    var houseOrders: [(tag: Int, order: HouseOrder)] = []
    var groups: [OrderGroupID] = []
    var tags = 0
    var now = Timestamp.seconds(1)
    var isFine = false
    /// How often each kind of request was sent and did something.
    var done: [String: Int] = [:]
    /// The public book, built from the events alone.
    var published: [Side: [Price: Int64]] = [.yes: [:], .no: [:]]
    let accounts = [AccountID("a"), AccountID("b"), AccountID("c")]
    static let subaccounts = 2
    let start = Money.dollars(10_000_000)

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        venue.list(VenueBench.definition(fees: FeeTerms(kind: .quadraticWithMakerFees)), status: .active, at: now, into: &events)
        for account in accounts {
            venue.open(account, cash: start)
            _ = venue.openSubaccount(account, into: &events)
            _ = venue.transfer(.dollars(4_000_000), from: 0, to: 1, id: "start", for: account, at: now, into: &events)
        }
    }

    mutating func step() {
        now = now + .milliseconds(Int64(pick(1...400)))
        events = []
        venue.advance(to: now, into: &events)
        twin.lapse(at: now)
        switch pick(0...99) {
        case 0...34: send()
        case 35...56: quote()
        case 57...63: takeHouse()
        case 64...69: cancel()
        case 70...76: cancelHouse()
        case 77...82: amend()
        case 83...86: decrease()
        case 87: cancelAll()
        case 88...96: changeGroup()
        case 97: pauseMarket()
        case 98: pauseTrading()
        default: regrid()
        }
        for case .bookDelta(_, let side, let price, let change, _) in events { published[side]?[price, default: 0] += change.hundredths }
    }

    mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    mutating func count(_ kind: String) { done[kind, default: 0] += 1 }

    mutating func draw() -> (Side, Int32, Int64) { (pick(0...1) == 0 ? .yes : .no, Int32(pick(40...60)), Int64(pick(1...500))) }

    // MARK: - Orders

    private mutating func send() {
        let (side, cents, size) = draw()
        let (owner, subaccount) = (pick(0...2), pick(0...1))
        var request = OrderRequest(market: VenueBench.market, side: side, limit: .cents(cents), quantity: Quantity(hundredths: size), subaccount: subaccount)
        request.timeInForce = [.goodTillCanceled, .goodTillCanceled, .immediateOrCancel, .fillOrKill][pick(0...3)]
        let isResting = request.timeInForce == .goodTillCanceled
        request.postOnly = isResting && pick(0...2) == 0
        request.reduceOnly = request.timeInForce == .immediateOrCancel && pick(0...2) == 0
        request.selfTrade = pick(0...1) == 0 ? .maker : .takerAtCross
        if isResting, pick(0...3) == 0 { request.expiration = now + .seconds(Int64(pick(1...30))) }
        let g = twin.groups.indices.filter { twin.groups[$0].owner == owner && twin.groups[$0].subaccount == subaccount && pick(0...2) > 0 }.first
        request.group = g.map { groups[$0] }
        tags += 1
        let expected = expectation(request, owner, g)
        let before = twin.trades.count
        let result = venue.create(request, for: accounts[owner], at: now, into: &events)
        guard let quantity = expected.quantity else {
            #expect(refusal(result) == expected.refusal)
            return count("refused")
        }
        guard case .success(let order) = result else {
            Issue.record("refused: \(result)")
            return
        }
        count(request.reduceOnly ? "reduce only" : request.timeInForce.rawValue)
        settle(naive(tags, owner, request, quantity, g), request, order, filledBefore: 0)
        checkTrades(from: before)
    }

    private func naive(_ tag: Int, _ owner: Int, _ request: OrderRequest, _ quantity: Int64, _ g: Int?) -> NaiveVenue.Resting {
        NaiveVenue.Resting(
            tag: tag, owner: owner, subaccount: request.subaccount, side: request.side, cents: request.limit.tenThousandths / 100, quantity: quantity,
            group: g, expires: request.expiration)
    }

    /// The size the venue should work with, or why it should refuse.
    private func expectation(_ request: OrderRequest, _ owner: Int, _ g: Int?) -> (quantity: Int64?, refusal: OrderRefusal?) {
        let (side, cents) = (request.side, request.limit.tenThousandths / 100)
        var quantity = request.quantity.hundredths
        if let g, twin.groups[g].isDeleted { return (nil, .groupNotFound) }
        if let g, twin.groups[g].isTriggered { return (nil, .groupTriggered) }
        if request.postOnly, twin.crosses(side, cents) { return (nil, .postOnlyCross) }
        if request.reduceOnly {
            let net = twin.net["\(owner)/\(request.subaccount)"] ?? 0
            let held = max(0, side == .yes ? -net : net)
            guard held > 0 else { return (nil, .invalidOrder("reduce_only without a position to reduce")) }
            quantity = min(quantity, held)
        }
        if request.timeInForce == .fillOrKill {
            let fills = twin.fillsWhole(naive(tags, owner, request, quantity, g), at: now)
            if !fills.whole, !fills.meetsItself { return (nil, .fillOrKillInsufficientVolume) }
        }
        return (quantity, nil)
    }

    /// Runs the twin and compares the order with it.
    private mutating func settle(_ naive: NaiveVenue.Resting, _ request: OrderRequest, _ order: OrderRecord, filledBefore: Int64) {
        let (left, stop) = twin.take(naive, request.selfTrade, at: now)
        let rests = left > 0 && stop == nil && request.timeInForce == .goodTillCanceled
        if rests {
            twin.resting.append(
                NaiveVenue.Resting(
                    tag: naive.tag, owner: naive.owner, subaccount: naive.subaccount, side: naive.side, cents: naive.cents, quantity: left,
                    group: naive.group, expires: naive.expires))
            if !orders.contains(where: { $0.tag == naive.tag }) { orders.append(Order(tag: naive.tag, id: order.id, account: naive.owner)) }
        }
        #expect(order.filled.hundredths == filledBefore + naive.quantity - left)
        #expect(order.status == (left == 0 ? .executed : rests ? .resting : .canceled))
        if order.status == .canceled { #expect(order.ending == (stop == .itself ? .selfTrade : stop == .group ? .orderGroup : .immediate)) }
    }

    private mutating func cancel() {
        guard let order = orders.randomElement(using: &random) else { return }
        let rests = twin.resting.contains { $0.tag == order.tag }
        #expect((refusal(venue.cancel(order.id, for: accounts[order.account], at: now, into: &events)) == nil) == rests)
        twin.resting.removeAll { $0.tag == order.tag }
        count("cancel")
    }

    private mutating func amend() {
        guard let order = orders.suffix(20).randomElement(using: &random), let place = twin.resting.firstIndex(where: { $0.tag == order.tag }) else { return }
        let old = twin.resting[place]
        guard let record = venue.order(order.id, of: accounts[order.account]) else { return }
        let filled = twin.filled[order.tag] ?? 0
        let (cents, total) = (pick(0...1) == 0 ? old.cents : Int32(pick(40...60)), filled + Int64(pick(0...500)))
        let before = twin.trades.count
        let result = venue.amend(
            order.id, OrderAmendment(limit: .cents(cents), quantity: Quantity(hundredths: total)), for: accounts[order.account], at: now, into: &events)
        if total <= filled {
            #expect(refusal(result) == .invalidSize)
        } else if cents != old.cents, record.request.postOnly, twin.crosses(old.side, cents) {
            #expect(refusal(result) == .postOnlyCross)
        } else if cents == old.cents, total - filled <= old.quantity {
            twin.resting[place].quantity = total - filled
        } else if case .success(let amended) = result {
            twin.resting.remove(at: place)
            var request = record.request
            request.limit = .cents(cents)
            settle(naive(order.tag, order.account, request, total - filled, old.group), request, amended, filledBefore: filled)
            count("amend")
        } else {
            Issue.record("refused: \(result)")
        }
        checkTrades(from: before)
    }

    private mutating func decrease() {
        guard let order = orders.suffix(20).randomElement(using: &random), let place = twin.resting.firstIndex(where: { $0.tag == order.tag }) else { return }
        let reduction = Int64(pick(1...300))
        _ = venue.decrease(order.id, by: Quantity(hundredths: reduction), for: accounts[order.account], at: now, into: &events)
        twin.resting[place].quantity -= reduction
        if twin.resting[place].quantity <= 0 { twin.resting.remove(at: place) }
        count("decrease")
    }

    private mutating func cancelAll() {
        let (owner, subaccount) = (pick(0...2), [nil, 0, 1][pick(0...2)])
        let gone = twin.resting.filter { $0.owner == owner && (subaccount == nil || $0.subaccount == subaccount) }
        #expect(venue.cancelAll(accounts[owner], subaccount: subaccount, at: now, into: &events) == gone.count)
        twin.resting.removeAll { order in gone.contains { $0.tag == order.tag } }
        count("cancel all")
    }

    // MARK: - The house

    private mutating func stranger(_ side: Side, _ cents: Int32, _ size: Int64) -> NaiveVenue.Resting {
        tags += 1
        return NaiveVenue.Resting(tag: tags, owner: -1, subaccount: 0, side: side, cents: cents, quantity: size, group: nil, expires: nil)
    }

    private mutating func quote() {
        let (side, cents, size) = draw()
        var naive = stranger(side, cents, size)
        let before = twin.trades.count
        let order = venue.houseQuote(VenueBench.market, side, at: .cents(cents), Quantity(hundredths: size), time: now, into: &events)
        let left = twin.take(naive, .takerAtCross, at: now).left
        #expect((order != nil) == (left > 0))
        if let order {
            naive.quantity = left
            twin.resting.append(naive)
            houseOrders.append((naive.tag, order))
        }
        checkTrades(from: before)
    }

    private mutating func takeHouse() {
        let (side, cents, size) = draw()
        let naive = stranger(side, cents, size)
        let before = twin.trades.count
        let taken = venue.houseTake(VenueBench.market, side, at: .cents(cents), Quantity(hundredths: size), time: now, into: &events)
        #expect(taken.hundredths == size - twin.take(naive, .takerAtCross, at: now).left)
        checkTrades(from: before)
    }

    private mutating func cancelHouse() {
        guard let order = houseOrders.suffix(60).randomElement(using: &random) else { return }
        let left = twin.resting.first { $0.tag == order.tag }?.quantity ?? 0
        #expect(venue.houseCancel(order.order, into: &events).hundredths == left)
        twin.resting.removeAll { $0.tag == order.tag }
    }

    // MARK: - Groups and pauses

    private mutating func changeGroup() {
        guard twin.groups.count >= 4, pick(0...9) > 0 else { return createGroup() }
        let g = pick(max(0, groups.count - 8)...groups.count - 1)
        let (id, account) = (groups[g], accounts[twin.groups[g].owner])
        let expected: OrderRefusal? = twin.groups[g].isDeleted ? .groupNotFound : nil
        let kind = pick(0...19)
        switch kind {
        case 0...13:
            #expect(venue.resetGroup(id, for: account, at: now, into: &events) == expected)
            if expected == nil { (twin.groups[g].fills, twin.groups[g].isTriggered) = ([], false) }
        case 14:
            #expect(venue.triggerGroup(id, for: account, at: now, into: &events) == expected)
            if expected == nil { twin.trigger(g) }
        case 15:
            #expect(venue.deleteGroup(id, for: account, at: now, into: &events) == expected)
            twin.resting.removeAll { $0.group == g }
            twin.groups[g].isDeleted = true
        default:
            let limit = Int64(pick(100...1500))
            #expect(venue.setGroupLimit(id, to: Quantity(hundredths: limit), for: account, at: now, into: &events) == expected)
            guard expected == nil else { return }
            twin.groups[g].limit = limit
            if twin.groups[g].fills.filter({ now - $0.time < .seconds(15) }).reduce(0, { $0 + $1.quantity }) > limit { twin.trigger(g) }
        }
        count("group")
    }

    private mutating func createGroup() {
        let (owner, subaccount, limit) = (pick(0...2), pick(0...1), Int64(pick(200...1500)))
        guard case .success(let group) = venue.createGroup(
            limit: Quantity(hundredths: limit), subaccount: subaccount, for: accounts[owner], at: now, into: &events)
        else { return }
        groups.append(group.id)
        twin.groups.append(NaiveVenue.Group(owner: owner, subaccount: subaccount, limit: limit))
    }

    private mutating func pauseMarket() {
        guard pick(0...3) == 0 else { return }
        venue.pause(VenueBench.market, at: now, into: &events)
        #expect(venue.houseQuote(VenueBench.market, .yes, at: .cents(40), .contracts(1), time: now, into: &events) == nil)
        venue.activate(VenueBench.market, at: now, into: &events)
        twin.resting = []
        count("market pause")
    }

    private mutating func pauseTrading() {
        venue.setTrading(active: false, at: now, into: &events)
        let request = OrderRequest(market: VenueBench.market, side: .yes, limit: .cents(50), quantity: .contracts(1))
        #expect(refusal(venue.create(request, for: accounts[0], at: now, into: &events)) == .tradingPaused)
        cancel()
        venue.setTrading(active: true, at: now, into: &events)
    }

    private mutating func regrid() {
        isFine.toggle()
        venue.regrid(VenueBench.market, to: isFine ? .taperedTenths : .cents, at: now, into: &events)
        count("regrid")
    }

    private func checkTrades(from start: Int) {
        let told = events.compactMap { event -> NaiveVenue.Trade? in
            guard case .trade(let trade) = event else { return nil }
            let cents = (trade.takerSide == .yes ? trade.yesPrice : trade.yesPrice.complement).tenThousandths / 100
            return NaiveVenue.Trade(cents: cents, quantity: trade.quantity.hundredths)
        }
        #expect(told == Array(twin.trades[start...]))
    }
}
