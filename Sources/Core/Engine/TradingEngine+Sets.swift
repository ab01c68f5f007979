import Accounting
import Books
import Model
import Risk

// Sets of legs that pay more than they cost whatever happens (`LockedSet`), bought through the same gate as every order (docs/strategies.md).
//
// The exchange has no order over several markets, so a set can break: a leg is bought and the next is gone. What is done about it: the leg of which least
// is offered goes first; every leg is immediate-or-cancel at the price that was seen; each next one asks for as many shares as the last one got; and what
// is left without a counterpart is sold at once where that costs at most `unwindingBound`, and else kept: every leg passed the gate as if it
// stood alone, so a broken set is a position within all limits.
extension TradingEngine {
    /// A set must lock in so much more a share than the minimum edge: a fee's rounding, and the legs that break.
    static let setPremium = Money.cents(1)
    /// What leaving a leg may cost a contract, against what was paid for it, before fees.
    static let unwindingBound: Int32 = 200
    /// A set whose order has no outcome for so long is given up; its order goes on by itself.
    static let setPatience = Interval.seconds(60)

    /// Begins the best set of each event that has one.
    mutating func seekSets(_ effects: inout [Effect]) {
        guard notTrading == nil, blocked == nil, pause == nil, risk.breaker.state != .halted else { return }
        for event in eventsKnown.keys.sorted() where eventsKnown[event]?.places.count ?? 0 > 1 && !sets.contains(where: { $0.event == event }) {
            guard let known = eventsKnown[event], let states = known.states, let set = lockedSet(known, states) else { continue }
            begin(set, event, known.places, &effects)
        }
    }

    /// After every event: the order on its way may have ended.
    mutating func tendSets(_ effects: inout [Effect]) {
        guard !sets.isEmpty else { return }
        for place in sets.indices {
            while advance(place, &effects) {}
        }
        sets.removeAll { $0.order == nil }
    }

    mutating func dropSets(_ reason: String, _ effects: inout [Effect]) {
        for set in sets { effects.append(.notice(Notice(.warning, "The set in \(set.event) is given up: \(reason). What was bought of it is kept."))) }
        setsBroken += sets.count
        sets = []
    }

    // MARK: - Finding

    private func lockedSet(_ known: KnownEvent, _ states: EventStates) -> LockedSet? {
        let least = Money(millionths: Int64((risk.settings.minimumEdge * 1_000_000).rounded(.up))) + Self.setPremium
        let asks = known.places.map(asks)
        // A glance before the arithmetic: without two markets that can be bought there is no set.
        guard asks.count(where: { $0 != nil }) > 1 else { return nil }
        return LockedSet.best(states, asks, least: least)
    }

    /// What can be bought of a market now; nil where nothing may be.
    private func asks(_ place: Int) -> LockedSet.Asks? {
        let known = markets[place]
        guard known.status == .active, known.openOrder == nil, now >= known.quietUntil, known.market.closeTime - now >= risk.settings.quietBeforeClose,
            let book = books.book(known.market.ticker), book.state == .live, let fees = FeeSchedule(known.market.fees)
        else { return nil }
        return LockedSet.Asks(yes: book.ask(.yes), no: book.ask(.no), fees: fees)
    }

    private mutating func begin(_ set: LockedSet, _ event: EventTicker, _ places: [Int], _ effects: inout [Effect]) {
        let legs = set.legs.compactMap { leg -> (price: Price, fees: FeeSchedule, context: OrderContext)? in
            let known = markets[places[leg.index]]
            return books.book(known.market.ticker).map { (leg.price, leg.fees, context(known, $0)) }
        }
        let shares = risk.fitted(set.offered, legs: legs)
        let least = risk.settings.minimumEdge + Self.setPremium.approximateDollars
        // Rounded fees weigh more on few shares: judged again at the size that the limits leave.
        guard legs.count == set.legs.count, shares > .zero, set.profit(shares).approximateDollars >= least * shares.approximateContracts else { return }
        effects.append(
            .notice(
                Notice(
                    .info,
                    "\(event): \(set.legs.count) legs that pay at least $\(set.pays) a share can be bought for less; \(set.profit(shares)) is locked in by \(shares) shares of each.")))
        sets.append(
            SetUnderWay(
                event: event,
                legs: set.legs.enumerated().map { i, leg in
                    .init(market: markets[places[leg.index]].market.ticker, side: leg.side, limit: leg.price, worth: set.worth(of: i, shares))
                }, shares: shares, began: now))
    }

    // MARK: - Carrying

    /// One step of a set. False when it waits for an order, or is over.
    private mutating func advance(_ place: Int, _ effects: inout [Effect]) -> Bool {
        if let id = sets[place].order {
            guard let filled = ended(id) else {
                if now - sets[place].began > Self.setPatience { giveUp(place, &effects) }
                return false
            }
            sets[place].order = nil
            take(filled, place)
        }
        if !sets[place].leaving {
            if !sets[place].boughtAll { return buy(place, &effects) }
            conclude(place, &effects)
        }
        return leave(place, &effects)
    }

    /// What the order came to, once nothing more can come of it.
    private func ended(_ id: ClientOrderID) -> Quantity? {
        guard let order = orders[id] else { return .zero }
        return endedAt[id] == nil ? nil : order.filled
    }

    private mutating func take(_ filled: Quantity, _ place: Int) {
        guard !sets[place].leaving else { return }
        sets[place].legs[sets[place].next].filled = filled
        // A part of a contract has no counterpart among whole ones, and is kept.
        sets[place].shares = min(sets[place].shares, .contracts(filled.hundredths / 100))
        sets[place].next += 1
    }

    /// True when the leg was refused, and the set goes on to leave what it has.
    private mutating func buy(_ place: Int, _ effects: inout [Effect]) -> Bool {
        let set = sets[place]
        let leg = set.legs[set.next]
        if let id = send(leg.side, leg.limit, set.shares, leg.worth, leg.market, &effects) {
            sets[place].order = id
            return false
        }
        sets[place].shares = .zero
        return true
    }

    private mutating func conclude(_ place: Int, _ effects: inout [Effect]) {
        let set = sets[place]
        sets[place].leaving = true
        if !set.shares.isZero {
            setsLocked += 1
            effects.append(.notice(Notice(.info, "\(set.event): \(set.shares) shares of each leg are held; what they pay is certain.")))
        }
        guard set.legs.contains(where: { $0.filled > set.shares }) else { return }
        setsBroken += 1
        effects.append(.notice(Notice(.warning, "\(set.event): the set broke; what has no counterpart is sold where that costs little, and else kept.")))
    }

    /// Sells the next leg's excess, once; false when none is left, or while it is on its way.
    private mutating func leave(_ place: Int, _ effects: inout [Effect]) -> Bool {
        let set = sets[place]
        guard let i = set.legs.firstIndex(where: { !$0.left && $0.filled > set.shares }) else { return false }
        sets[place].legs[i].left = true
        let leg = set.legs[i]
        let excess = leg.filled - set.shares
        let most = leg.limit.complement.tenThousandths + Self.unwindingBound
        guard let known = market(leg.market) else { return true }
        let limit = known.market.grid.snappedDown(Price(tenThousandths: min(most, 9_999)))
        // Leaving needs no edge; that it opens nothing is what `closes` says.
        let closes = (leg.side == .yes ? portfolio.position(leg.market).net : -portfolio.position(leg.market).net) >= excess
        guard closes, limit.isTradable, let id = send(leg.side.opposite, limit, excess, 1, leg.market, &effects) else { return true }
        sets[place].order = id
        return false
    }

    private mutating func giveUp(_ place: Int, _ effects: inout [Effect]) {
        let set = sets[place]
        sets[place].order = nil
        sets[place].leaving = true
        for i in set.legs.indices { sets[place].legs[i].left = true }
        setsBroken += 1
        effects.append(.notice(Notice(.warning, "\(set.event): a leg of the set has no outcome yet; the rest of the set is given up.")))
    }

    /// Sends one leg through the gate; nil when it is refused, which is written down as every refusal.
    private mutating func send(
        _ side: Side, _ limit: Price, _ quantity: Quantity, _ worth: Double, _ ticker: Ticker, _ effects: inout [Effect]
    ) -> ClientOrderID? {
        guard let place = places[ticker], let book = books.book(ticker), let fees = FeeSchedule(markets[place].market.fees) else { return nil }
        let intent = OrderIntent(market: ticker, side: side, limit: limit, quantity: quantity, timeInForce: .immediateOrCancel, postOnly: false)
        let want = Want(side: side, limit: limit, rests: false, edge: worth - limit.probability, probability: worth)
        let id = ClientOrderID("\(desk)-\(intents + 1)")
        switch risk.approve(intent, id: id, probability: worth, fees: fees, context(markets[place], book)) {
        case .failure(let refusal):
            conclude(place, .refused(refusal), want: want, quantity: quantity, &effects)
            return nil
        case .success(let approved):
            intents += 1
            conclude(place, .ordered(id), want: want, quantity: quantity, &effects)
            send(approved, by: OrderCredit(.lockedSet), &effects)
            return id
        }
    }
}
