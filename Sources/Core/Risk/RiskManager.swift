public import Accounting
import Books
public import Model

/// The one gate to the exchange: sizes by Kelly, checks every limit, and alone can make an `ApprovedOrder`.
public struct RiskManager: Sendable, Codable {
    public var settings: DeskSettings
    public var breaker = CircuitBreaker()
    /// When orders were approved, within the last minute.
    private var recent: [Timestamp] = []
    private var tails = TailLoss()

    public init(settings: DeskSettings) { self.settings = settings }

    /// How events move together, as far as settlements have shown it.
    public var correlations: EventCorrelations {
        get { tails.correlations }
        set { tails.correlations = newValue }
    }

    /// How many more contracts of one market of an event to buy, sized with all the others; zero when it is not worth a contract.
    /// - Parameters:
    ///   - index: of the market that is sized, in `members`.
    ///   - states: the outcomes of the event that the members make up.
    ///   - free: cash that no order has reserved.
    public func size(of index: Int, members: [EventMember], states: EventStates, equity: Money, free: Money) -> Quantity {
        let bounded = settings.ruinLevel > 0 && settings.ruinLevel < 1 && settings.ruinChance > 0 && settings.ruinChance < 1
        return EventKelly.contracts(
            of: index, members: members, states: states,
            bankroll: Bankroll(
                equity: equity, spendable: free - settings.cashReserve, fraction: settings.kellyFraction * breaker.sizeShare,
                drawdown: bounded ? DrawdownBound(level: settings.ruinLevel, chance: settings.ruinChance) : nil))
    }

    /// The most of `quantity` that the limits leave room for, in whole contracts. The gate still judges the result.
    public mutating func fitted(_ quantity: Quantity, side: Side, price: Price, fees: FeeSchedule, _ context: OrderContext) -> Quantity {
        let closing = closingPart(quantity, side: side, context)
        guard let group = context.group else { return closing }
        let room = min(roomAbove(context.wins(side), group, context), settings.maximumOrderCost, settings.maximumMarketExposure - context.marketExposure)
        guard room > .zero else { return closing }
        let each = (price * .contracts(1)) + fees.upperBound(price: price, quantity: .contracts(1), liquidity: .taker)
        let affordable = Quantity.contracts(room.millionths / max(each.millionths, 1))
        let most = min(quantity, closing + affordable)
        // More of the same event loses in the worst scenarios at most what it costs.
        guard most > closing, let tail = tailRoom(Money(millionths: each.millionths * ((most - closing).hundredths + 99) / 100), group.group, context) else { return most }
        return min(most, closing + .contracts(max(tail.millionths / max(each.millionths, 1), 1)))
    }

    /// How many equal shares of a set of legs the limits have room for, with every leg counted as if it could be the last that fills.
    /// - Parameter legs: each with the facts of its own market.
    public mutating func fitted(_ shares: Quantity, legs: [(price: Price, fees: FeeSchedule, context: OrderContext)]) -> Quantity {
        guard let first = legs.first?.context, let group = first.group else { return .zero }
        let costs = legs.map { ($0.price * .contracts(1)) + $0.fees.upperBound(price: $0.price, quantity: .contracts(1)) }
        var most = min(shares.hundredths / 100, roomAbove([], group, first).millionths / max(costs.reduce(Money.zero, +).millionths, 1))
        for (leg, cost) in zip(legs, costs) {
            let own = min(settings.maximumOrderCost, settings.maximumMarketExposure - leg.context.marketExposure)
            most = min(most, own.millionths / max(cost.millionths, 1))
        }
        let whole = Money(millionths: costs.reduce(Money.zero, +).millionths * max(most, 0))
        if let tail = tailRoom(whole, group.group, first) { most = min(most, tail.millionths / max(costs.reduce(Money.zero, +).millionths, 1)) }
        recent.removeAll { first.now - $0 >= .seconds(60) }
        return recent.count + 2 * legs.count <= settings.maximumOrdersPerMinute ? .contracts(max(most, 0)) : .zero
    }

    /// Dollars that the limits above the single market leave.
    private func roomAbove(_ wins: [Bool], _ group: GroupExposure, _ context: OrderContext) -> Money {
        [
            context.event.room(limit: settings.maximumEventExposure, wins: wins), settings.maximumSeriesExposure - context.seriesExposure,
            settings.maximumGroupExposure - group.used, settings.maximumTotalExposure - context.totalExposure, (context.free ?? .zero) - settings.cashReserve,
        ].min() ?? .zero
    }

    /// What may still be lost in the worst scenarios, for the group or for all, whichever is less; nil where `cost` more changes nothing.
    private mutating func tailRoom(_ cost: Money, _ group: CorrelationGroup, _ context: OrderContext) -> Money? {
        let bets = context.bets(at: context.event)
        let (groupLimit, limit) = (settings.maximumGroupTailLoss, settings.maximumTailLoss)
        let ofGroup = tails.of(bets.filter { $0.mayMove(with: group) }, enough: groupLimit - cost)
        let all = tails.of(bets, enough: limit - cost)
        let room = min(groupLimit - ofGroup, limit - all)
        return room < cost ? room : nil
    }

    /// Judges one order. Every check is made against the facts in `context`; the first that fails is the reason.
    /// - Parameter flattening: the operator's order to leave a position: it may pass a halt and the desk's own state, and must only close.
    public mutating func approve(
        _ intent: OrderIntent, id: ClientOrderID, probability: Double, fees: FeeSchedule, flattening: Bool = false, _ context: OrderContext
    ) -> Result<ApprovedOrder, Refusal> {
        if let refusal = deskRefusal(flattening: flattening, context) { return .failure(refusal) }
        if let refusal = marketRefusal(intent, flattening: flattening, context) { return .failure(refusal) }
        let closing = closingPart(intent.quantity, side: intent.side, context)
        let opening = intent.quantity - closing
        let liquidity: Liquidity = intent.postOnly ? .maker : .taker
        let fee = fees.upperBound(price: intent.limit, quantity: intent.quantity, liquidity: liquidity)
        let cost = intent.limit * opening + fee
        if !flattening, let refusal = edgeRefusal(intent, probability: probability, fee: fee) { return .failure(refusal) }
        if flattening, opening > .zero { return .failure(.notTrading(state: "flattening: only closing orders pass")) }
        if opening > .zero, let refusal = limitRefusal(intent, opening: opening, cost: cost, context) { return .failure(refusal) }
        if !flattening, let refusal = rateRefusal(context.now) { return .failure(refusal) }
        recent.append(context.now)
        return .success(ApprovedOrder(id: id, intent: intent, reserved: cost))
    }

    /// Judges a resting order as it is to be: what of it is not filled passes as a new order would.
    /// - Parameters:
    ///   - intent: with its whole size, of which `filled` is filled.
    ///   - context: the facts as they would be without the order.
    public mutating func approve(
        change intent: OrderIntent, of order: OrderID, filled: Quantity, id: ClientOrderID, probability: Double, fees: FeeSchedule, _ context: OrderContext
    ) -> Result<ApprovedChange, Refusal> {
        let rest = intent.with(limit: intent.limit, quantity: intent.quantity - filled)
        return approve(rest, id: id, probability: probability, fees: fees, context).map {
            ApprovedChange(id: id, order: order, intent: intent, reserved: $0.reserved)
        }
    }

    public func feed(into digest: inout Digest) {
        breaker.feed(into: &digest)
        digest.feed(recent.count)
    }

    // MARK: - Checks, in the order they are made

    private func deskRefusal(flattening: Bool, _ context: OrderContext) -> Refusal? {
        if let refusal = deskRefusal(flattening: flattening, notTrading: context.notTrading, blocked: context.blocked) { return refusal }
        return context.paused.map { .exchangePaused(until: $0.until) }
    }

    /// Why the desk itself lets nothing out that adds risk, whatever it is; nil when it does.
    public func deskRefusal(flattening: Bool = false, notTrading: String?, blocked: String?) -> Refusal? {
        if !flattening, let notTrading { return .notTrading(state: notTrading) }
        if let blocked { return .blocked(reason: blocked) }
        if !flattening, breaker.state == .halted { return .breakerHalted(reason: breaker.reason ?? "no reason given") }
        return nil
    }

    private func marketRefusal(_ intent: OrderIntent, flattening: Bool, _ context: OrderContext) -> Refusal? {
        guard context.status == .active else { return .marketNotActive(context.status) }
        let left = context.market.closeTime - context.now
        if !flattening, left < settings.quietBeforeClose { return .closesSoon(secondsLeft: left.seconds) }
        switch context.book.state {
        case .unknown: return .bookNotLive("unknown")
        case .frozen: return .bookNotLive("frozen")
        case .live: break
        }
        guard let heard = context.heard else { return .bookStale(ageSeconds: .infinity) }
        let age = context.now - heard
        if age > settings.bookStaleness { return .bookStale(ageSeconds: age.seconds) }
        if context.outcomeUnknown { return .outcomeUnknown }
        if context.orderOpen { return .orderOpen }
        if !context.market.grid.accepts(intent.limit) { return .offGrid(intent.limit) }
        if context.market.fees.kind == .unknown { return .feeUnknown }
        return intent.quantity < .contracts(1) && !flattening || intent.quantity <= .zero ? .belowOneContract : nil
    }

    private func edgeRefusal(_ intent: OrderIntent, probability: Double, fee: Money) -> Refusal? {
        let perContract = fee.approximateDollars / intent.quantity.approximateContracts
        let edge = probability - intent.limit.probability - perContract
        return edge < settings.minimumEdge ? .edgeBelowMinimum(edge: edge, minimum: settings.minimumEdge) : nil
    }

    private mutating func limitRefusal(_ intent: OrderIntent, opening: Quantity, cost: Money, _ context: OrderContext) -> Refusal? {
        guard let free = context.free else { return .cashUnknown }
        guard let group = context.group else { return .groupUnknown }
        if cost > settings.maximumOrderCost { return .orderLimit(cost: cost, limit: settings.maximumOrderCost) }
        let market = context.marketExposure + cost
        if market > settings.maximumMarketExposure { return .marketLimit(used: market, limit: settings.maximumMarketExposure) }
        var event = context.event
        event.mayHold(opening, cost: cost, wins: context.wins(intent.side))
        if event.worst > settings.maximumEventExposure { return .eventLimit(used: event.worst, limit: settings.maximumEventExposure) }
        let series = context.seriesExposure + cost
        if series > settings.maximumSeriesExposure { return .seriesLimit(used: series, limit: settings.maximumSeriesExposure) }
        let used = group.used + cost
        if used > settings.maximumGroupExposure { return .groupLimit(group: group.group.text, used: used, limit: settings.maximumGroupExposure) }
        let total = context.totalExposure + cost
        if total > settings.maximumTotalExposure { return .totalLimit(used: total, limit: settings.maximumTotalExposure) }
        if let refusal = tailRefusal(event, group.group, context) { return refusal }
        return free - cost < settings.cashReserve ? .cashReserve(free: free, reserve: settings.cashReserve) : nil
    }

    /// - Parameter event: with the order in it.
    private mutating func tailRefusal(_ event: EventExposure, _ group: CorrelationGroup, _ context: OrderContext) -> Refusal? {
        let bets = context.bets(at: event)
        func closest(_ bets: [EventBet]) -> EventCorrelations.Figure? { tails.correlations.closest(bets.map(\.ties)) }
        let (moving, groupLimit, limit) = (bets.filter { $0.mayMove(with: group) }, settings.maximumGroupTailLoss, settings.maximumTailLoss)
        let ofGroup = tails.of(moving, enough: groupLimit)
        if ofGroup > groupLimit { return .groupTailLimit(group: group.text, loss: ofGroup, limit: groupLimit, closest: closest(moving)) }
        let all = tails.of(bets, enough: limit)
        return all > limit ? .tailLimit(loss: all, limit: limit, closest: closest(bets)) : nil
    }

    private mutating func rateRefusal(_ now: Timestamp) -> Refusal? {
        recent.removeAll { now - $0 >= .seconds(60) }
        return recent.count >= settings.maximumOrdersPerMinute ? .orderRate(perMinute: recent.count) : nil
    }

    /// The part of an order that leaves a position instead of opening one.
    private func closingPart(_ quantity: Quantity, side: Side, _ context: OrderContext) -> Quantity {
        let held = side == .yes ? -context.position : context.position
        return min(quantity, max(held, .zero))
    }
}
