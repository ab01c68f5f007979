import Accounting
public import Model

// Fills against a recording (docs of `RecordedBook`): never by mere touch; only by what a trade, or an arriving order, would really have done to us.

extension Venue {
    /// An incoming order takes what the recording offers and we have not taken before. Orders of other accounts are not met in a recorded market.
    mutating func takeRecorded(_ incoming: inout Incoming, _ m: Int, at time: Timestamp, into events: inout [VenueEvent]) {
        let other = incoming.side.opposite
        let ticker = markets[m].record.market.ticker
        let a = Int(incoming.account)
        for level in markets[m].tape.levels(other, reaching: incoming.limit) where incoming.remaining > 0 {
            guard passItself(&incoming, m, above: level.price, at: time, into: &events) else { return }
            let wanted = min(incoming.remaining, level.quantity.hundredths)
            let quantity = Quantity(hundredths: allowed(&incoming, wanted, level.price.complement, at: time, into: &events))
            guard quantity > .zero else { return }
            incoming.remaining -= quantity.hundredths
            markets[m].tape.consume(other, level.price, quantity.hundredths)
            events.append(.bookDelta(ticker, other, level.price, change: -quantity, owner: nil))
            let id = printTape(incoming.side, level.price.complement, quantity, m, at: time, into: &events)
            houseBuys(m, other, level.price, quantity)
            let charge = accounts[a].charge(Int(incoming.order), level.price.complement, quantity, .taker, at: time)
            let spent = fill(a, Int(incoming.order), level.price.complement, quantity, .taker, charge, id, m, at: time, into: &events)
            if let budget = incoming.budget { incoming.budget = budget - spent }
            // Cut by its group or its budget: what is left of this level is more than it may take.
            if quantity.hundredths < wanted {
                if incoming.stopped == nil { _ = allowed(&incoming, wanted - quantity.hundredths, level.price.complement, at: time, into: &events) }
                return
            }
        }
        if incoming.remaining > 0 { _ = passItself(&incoming, m, above: nil, at: time, into: &events) }
    }

    /// Meets the account's own orders of the other leg that cross and stand better than `price` (all that cross, for nil). False when it must stop.
    private mutating func passItself(
        _ incoming: inout Incoming, _ m: Int, above price: Price?, at time: Timestamp, into events: inout [VenueEvent]
    ) -> Bool {
        let a = Int(incoming.account)
        for o in restingOrders(a, in: m) {
            let order = accounts[a].orders[o].record
            guard order.side == incoming.side.opposite, order.limit.tenThousandths + incoming.limit.tenThousandths >= 10_000 else { continue }
            guard price.map({ order.limit > $0 }) ?? true else { continue }
            if incoming.selfTrade == .takerAtCross {
                incoming.stopped = .selfTrade
                return false
            }
            cancelResting(a, o, .selfTrade, at: time, into: &events)
        }
        return true
    }

    // MARK: - The recording moves on

    /// The next event of a recording. Events of markets that are not listed as recorded change nothing.
    public mutating func replay(_ event: MarketEvent, at time: Timestamp, into events: inout [VenueEvent]) {
        switch event {
        case .delta(let delta): replay(delta, at: time, into: &events)
        case .trade(let trade, let id, let sequence): replay(trade, gate.judge(id, sequence), id, at: time, into: &events)
        case .snapshot(let snapshot): replay(snapshot, at: time, into: &events)
        case .sequenced(let id, let sequence): if gate.judge(id, sequence) == .gap { blind(id) }
        case .subscribed(let id, _, let complete): gate.begin(id, complete: complete)
        case .connected(let connection): blindConnections { $0 < connection }
        case .disconnected(let connection): blindConnections { $0 == connection }
        case .listed(let market): list(market, status: .active, recorded: true, at: time, into: &events)
        case .status(let market, let status): replay(market, status, at: time, into: &events)
        case .determined(let market, let result): if isRecorded(market) { determine(market, result, at: time, into: &events) }
        case .settled(let market): if isRecorded(market) { settle(market, at: time, into: &events) }
        case .ticker, .spot: break
        }
    }

    private mutating func isRecorded(_ market: Ticker) -> Bool { place(market).map { markets[$0].record.isRecorded } ?? false }

    private mutating func replay(_ market: Ticker, _ status: MarketStatus, at time: Timestamp, into events: inout [VenueEvent]) {
        guard isRecorded(market) else { return }
        switch status {
        case .active: activate(market, at: time, into: &events)
        case .inactive: pause(market, at: time, into: &events)
        case .closed, .determined, .disputed, .amended, .finalized: close(market, at: time, into: &events)
        case .initialized, .unknown: break
        }
    }

    private mutating func replay(_ delta: BookDelta, at time: Timestamp, into events: inout [VenueEvent]) {
        switch gate.judge(delta.subscription, delta.sequence) {
        case .repeated: return
        case .gap: return blind(delta.subscription)
        case .next: break
        }
        guard let m = place(delta.market), markets[m].tape.live, markets[m].tape.subscription == delta.subscription else { return }
        guard delta.change.hundredths.magnitude <= Self.largestLevel.hundredths.magnitude else {
            markets[m].tape.live = false
            return
        }
        let before = publishesRecorded ? markets[m].tape.visible(delta.side, delta.price) : 0
        let size = markets[m].tape.change(delta.side, delta.price, by: delta.change.hundredths, at: time)
        if size < 0 || size > Self.largestLevel.hundredths {
            markets[m].tape.live = false
            return
        }
        if publishesRecorded { publish(m, delta.side, delta.price, was: before, into: &events) }
        if delta.change > .zero, !markets[m].tape.own.isEmpty { arrive(delta.side, delta.price, delta.change.hundredths, m, at: time, into: &events) }
    }

    private mutating func replay(_ snapshot: BookSnapshot, at time: Timestamp, into events: inout [VenueEvent]) {
        switch gate.judge(snapshot.subscription, snapshot.sequence) {
        case .repeated: return
        case .gap: blind(snapshot.subscription)
        case .next: break
        }
        guard let m = place(snapshot.market), markets[m].record.isRecorded else { return }
        guard snapshot.yes.allSatisfy({ $0.quantity <= Self.largestLevel }), snapshot.no.allSatisfy({ $0.quantity <= Self.largestLevel }) else {
            markets[m].tape.live = false
            return
        }
        let before = publishesRecorded ? (markets[m].tape.levels(.yes), markets[m].tape.levels(.no)) : ([], [])
        markets[m].tape.subscription = snapshot.subscription
        markets[m].tape.replace(yes: snapshot.yes, no: snapshot.no, at: time)
        if publishesRecorded { publish(m, before.0, before.1, into: &events) }
        guard !markets[m].tape.own.isEmpty else { return }
        for side in Side.allCases {
            for level in markets[m].tape.levels(side).reversed() {
                arrive(side, level.price, level.quantity.hundredths, m, at: time, into: &events)
            }
        }
    }

    private mutating func replay(
        _ trade: PublicTrade, _ verdict: SequenceGate.Verdict, _ id: SubscriptionID, at time: Timestamp, into events: inout [VenueEvent]
    ) {
        switch verdict {
        case .repeated: return
        case .gap: blind(id)
        case .next: break
        }
        guard let m = place(trade.market), markets[m].record.isRecorded, Self.isPlausible(trade) else { return }
        markets[m].record.lastPrice = trade.yesPrice
        markets[m].record.volume += trade.quantity
        if publishesRecorded { events.append(.trade(trade)) }
        if !markets[m].tape.own.isEmpty, markets[m].tape.live, !markets[m].tape.bare { pass(trade, m, at: time, into: &events) }
    }

    /// Whether a recorded trade can be one: of something, of no more than an order may be of, at a time. A damaged recording may say anything, and the sums that
    /// are kept of trades have no room for that.
    private static func isPlausible(_ trade: PublicTrade) -> Bool {
        trade.quantity > .zero && trade.quantity <= largestOrder && trade.time >= .zero && trade.time <= latestTime
    }

    /// The year 2200.
    private static let latestTime = Timestamp.seconds(7_258_118_400)
    /// What may rest at one price: ten times the largest order, and far below where sums over a book overflow.
    private static let largestLevel = Quantity.contracts(100_000_000)

    /// A trade between strangers runs through our orders: those it went past first, then those at its price by their queues.
    private mutating func pass(_ trade: PublicTrade, _ m: Int, at time: Timestamp, into events: inout [VenueEvent]) {
        let hit = trade.takerSide.opposite
        let price = hit == .yes ? trade.yesPrice : trade.yesPrice.complement
        var left = trade.quantity.hundredths
        for order in inTheWay(of: hit, atLeast: price, m) where left > 0 {
            // What was traded before we came was never ours.
            guard let i = markets[m].tape.own.firstIndex(where: { $0.account == order.account && $0.order == order.order }),
                trade.time >= order.rested || order.rested - trade.time > RecordedBook.latestTrade
            else { continue }
            var reaching = left
            if order.price > price { markets[m].tape.clearQueue(i) } else { reaching = markets[m].tape.eatQueue(i, left, at: time) }
            left -= make(order, upTo: reaching, m, at: time, into: &events)
        }
    }

    /// Liquidity arrives on `side` at a price that crosses us: it would have traded with us, after the queue before us.
    private mutating func arrive(_ side: Side, _ price: Price, _ quantity: Int64, _ m: Int, at time: Timestamp, into events: inout [VenueEvent]) {
        var left = quantity
        for order in inTheWay(of: side.opposite, atLeast: price.complement, m) where left > 0 {
            let ahead = markets[m].tape.ahead(account: order.account, order: order.order) ?? 0
            guard left > ahead else { continue }
            let made = make(order, upTo: left - ahead, m, at: time, into: &events)
            guard made > 0 else { continue }
            left -= made
            markets[m].tape.consume(side, price, made)
            let ticker = markets[m].record.market.ticker
            events.append(.bookDelta(ticker, side, price, change: Quantity(hundredths: -made), owner: nil))
        }
    }

    /// Our orders on a leg at or above a price: best price first, then oldest.
    private func inTheWay(of side: Side, atLeast price: Price, _ m: Int) -> [RecordedBook.Own] {
        let hit = markets[m].tape.own.filter { $0.side == side && $0.price >= price }
        // Stable by construction: `own` is oldest first, and ties keep their place.
        return hit.count < 2 ? hit : hit.enumerated().sorted { ($1.element.price, $0.offset) < ($0.element.price, $1.offset) }.map(\.element)
    }

    /// Fills one of our resting orders, as the maker at its own price; returns how much.
    private mutating func make(_ own: RecordedBook.Own, upTo limit: Int64, _ m: Int, at time: Timestamp, into events: inout [VenueEvent]) -> Int64 {
        let a = Int(own.account)
        let o = Int(own.order)
        let remaining = accounts[a].orders[o].quantity
        let wanted = min(limit, remaining.hundredths)
        let g = Int(accounts[a].orders[o].group)
        let quantity = Quantity(hundredths: g < 0 ? wanted : min(wanted, accounts[a].groups[g].room(at: time)))
        if quantity.hundredths < wanted, quantity.isZero { trigger(a, g, at: time, into: &events) }
        guard quantity > .zero else { return 0 }
        let charge = accounts[a].charge(o, own.price, quantity, .maker, at: time)
        tellLevel(a, o, m, change: -quantity, into: &events)
        if quantity == remaining { markets[m].tape.leave(account: own.account, order: own.order) }
        houseBuys(m, own.side.opposite, own.price.complement, quantity)
        fill(a, o, own.price, quantity, .maker, charge, TradeID(ids.next()), m, at: time, into: &events)
        if quantity.hundredths < wanted { trigger(a, g, at: time, into: &events) }
        return quantity.hundredths
    }

    // MARK: - Blindness and publishing

    /// Messages were lost: the books this subscription feeds are not to be traded on until their snapshots.
    private mutating func blind(_ id: SubscriptionID) {
        for m in markets.indices where markets[m].tape.subscription == id { markets[m].tape.live = false }
    }

    private mutating func blindConnections(_ gone: (UInt32) -> Bool) {
        gate.drop(gone)
        for m in markets.indices {
            if let id = markets[m].tape.subscription, gone(id.connection) { markets[m].tape.live = false }
        }
    }

    private func publish(_ m: Int, _ side: Side, _ price: Price, was before: Int64, into events: inout [VenueEvent]) {
        let change = markets[m].tape.visible(side, price) - before
        guard change != 0 else { return }
        events.append(.bookDelta(markets[m].record.market.ticker, side, price, change: Quantity(hundredths: change), owner: nil))
    }

    /// A snapshot, told as the differences it made.
    private func publish(_ m: Int, _ yes: [Level], _ no: [Level], into events: inout [VenueEvent]) {
        for (side, old) in [(Side.yes, yes), (Side.no, no)] {
            let before = Dictionary(uniqueKeysWithValues: old.map { ($0.price, $0.quantity.hundredths) })
            let now = markets[m].tape.levels(side)
            for price in Set(before.keys).union(now.map(\.price)).sorted() { publish(m, side, price, was: before[price] ?? 0, into: &events) }
        }
    }
}
