import Accounting
import Model
import Risk

// What becomes of our orders.
extension TradingEngine {
    /// "Not there" is believed only when the request can no longer be on its way: it may wait 5 s for our own rate limit before it is signed, and the
    /// exchange refuses a signature that is 30 s old (reference, section 3).
    static let absenceProvenAfter = Interval.seconds(36)
    /// A list that shows an order resting so long after a cancel found nothing to cancel is not late: the cancel went astray.
    static let restingBelievedAfter = Interval.seconds(5)
    static let askAgainAfter = Interval.seconds(2)
    /// Ended orders stay known this long, so that late fills find them.
    static let memoryAfterEnd = Interval.seconds(120)

    mutating func send(_ approved: ApprovedOrder, by credit: OrderCredit, _ effects: inout [Effect]) {
        let order = TrackedOrder(id: approved.id, intent: approved.intent, created: now)
        orders[approved.id] = order
        portfolio.reserve(approved.reserved, for: approved.id)
        reservedAtFirst[approved.id] = Reserved(approved.reserved, for: approved.intent.quantity)
        credits[approved.id] = credit
        update(approved.intent.market) { $0.openOrder = approved.id }
        ordersPlaced += 1
        beginWait(order)
        effects.append(.place(approved))
    }

    /// Whether a report can be the answer to a place or a cancel. "Unknown" is also what a question comes to that is asked again until it is answered.
    func answersAnAct(_ report: OrderReport) -> Bool {
        guard case .unknown(let id, _) = report else { return true }
        guard let order = orders[id] else { return false }
        return order.state == .pending || order.state == .resting && order.cancelRequested
    }

    mutating func take(_ report: OrderReport, _ effects: inout [Effect]) {
        guard let id = client(of: report), let order = orders[id] else { return stranger(report, &effects) }
        if case .absent = report, now - order.created < Self.absenceProvenAfter { return }
        if case .state(let seen) = report, seen.status == .resting { reopen(id, &effects) }
        settle(orders[id]?.apply(report), of: id, &effects)
        if case .state = report { tendChange(id, &effects) }
        switch report {
        case .change(_, let outcome): hear(outcome, of: id, &effects)
        case .rejected(_, let code, let message):
            effects.append(.notice(Notice(.warning, "\(id) was rejected: \(code) \(message)")))
            noteRefused(by: order.intent.group, code, &effects)
        case .unknown(_, let reason):
            effects.append(.notice(Notice(.warning, "\(id) has no known outcome (\(reason)); its market waits until the exchange says.")))
            ask(about: id, &effects)
        case .accepted: noteTaken(into: order.intent.group)
        case .absent, .canceled, .notResting, .state: break
        }
    }

    mutating func take(_ fill: Fill, _ effects: inout [Effect]) {
        guard fill.time >= fillsCountFrom, seenTrades[fill.market, default: []].insert(fill.trade).inserted else { return }
        fillsSeen += 1
        portfolio.apply(fill)
        credit(fill)
        accountMovedAt = now
        effects.append(.filled(fill))
        // It came after its market was paid: what it opened is paid now.
        if let known = market(fill.market), known.settledAt != nil, let result = known.result, let payout = portfolio.settle(fill.market, result) {
            book(payout, &effects)
        }
        attribute(fill.market)
        guard let id = fill.clientOrder ?? clientOfOrder[fill.order], orders[id] != nil else {
            effects.append(.notice(Notice(.warning, "A fill of \(fill.quantity) on \(fill.market) belongs to no order this desk knows.")))
            return
        }
        clientOfOrder[fill.order] = id
        countGroup(fill, of: id)
        if let limit = orders[id]?.highestLimit, fill.price > limit {
            effects.append(.notice(Notice(.error, "\(id) was filled at \(fill.price), worse than its limit of \(limit).")))
        }
        settle(orders[id]?.apply(fill), of: id, &effects)
    }

    /// Draws the consequences of an order's new state.
    mutating func settle(_ transition: OrderTransition?, of id: ClientOrderID, _ effects: inout [Effect]) {
        guard let transition, let order = orders[id] else { return }
        if case .refused(let refusal) = transition {
            effects.append(.notice(Notice(.error, "\(id) was told something that cannot follow: \(refusal).")))
            ask(about: id, &effects)
            return
        }
        if let name = order.order { clientOfOrder[name] = id }
        concludeChange(of: order, &effects)
        tendWait(id)
        if order.isOpen {
            setAside(for: order)
            // It was asked to go before it had a name to be canceled by.
            if order.cancelRequested, cancelSentAt[id] == nil { cancel(id, &effects) }
            return
        }
        if order.mayStillFill {
            // It is over, but not all of its fills are here: its money and its market stay closed until they explain it.
            setAside(for: order)
            if order.finallyFilled == nil {
                if unprovenSince[id] == nil { unprovenSince[id] = now }
                ask(about: id, &effects)
            }
            return
        }
        guard endedAt[id] == nil else { return }
        endedAt[id] = now
        portfolio.release(id)
        cancelSentAt[id] = nil
        resolveAskedAt[id] = nil
        unprovenSince[id] = nil
        let quiet = now + .seconds(2)
        update(order.intent.market) {
            if $0.openOrder == id { $0.openOrder = nil }
            $0.quietUntil = max($0.quietUntil, quiet)
        }
    }

    /// It was said to be over, by a cancel that found nothing, and still rests: it is open, and goes.
    private mutating func reopen(_ id: ClientOrderID, _ effects: inout [Effect]) {
        guard let since = unprovenSince[id], now - since >= Self.restingBelievedAfter, orders[id]?.reopen() == true else { return }
        unprovenSince[id] = nil
        effects.append(.notice(Notice(.warning, "\(id) was said to be over and still rests; it is canceled again.")))
        orders[id]?.requestCancel()
        cancel(id, &effects)
    }

    mutating func cancel(_ id: ClientOrderID, _ effects: inout [Effect]) {
        guard let order = orders[id], order.isOpen, let name = order.order else { return }
        if let sent = cancelSentAt[id], now - sent < Self.askAgainAfter { return }
        orders[id]?.requestCancel()
        cancelSentAt[id] = now
        effects.append(.cancel(name, id, order.intent.market))
    }

    /// Asks again for what is still unknown, cancels again what was not confirmed, forgets what is long over.
    mutating func tendOrders(_ effects: inout [Effect]) {
        for id in orders.keys.sorted() {
            guard let order = orders[id] else { continue }
            if order.state == .unknown || !order.isOpen && order.mayStillFill && order.finallyFilled == nil { ask(about: id, &effects) }
            // A request without any answer for this long is as good as an unknown outcome.
            if order.state == .pending, now - order.created > .seconds(30) {
                settle(orders[id]?.apply(.unknown(id, reason: "no answer for 30 s")), of: id, &effects)
            }
            if order.cancelRequested { cancel(id, &effects) }
            // A change without any answer is asked about, as one is whose answer said nothing.
            if let change = order.change, now - change.asked >= Self.askAgainAfter { ask(about: id, &effects) }
            if let ended = endedAt[id], now - ended > Self.memoryAfterEnd { forget(id) }
        }
    }

    mutating func ask(about id: ClientOrderID, _ effects: inout [Effect]) {
        guard let order = orders[id] else { return }
        if let asked = resolveAskedAt[id], now - asked < Self.askAgainAfter { return }
        resolveAskedAt[id] = now
        effects.append(.resolve(id, order.intent.market))
    }

    private mutating func forget(_ id: ClientOrderID) {
        if let name = orders[id]?.order { clientOfOrder[name] = nil }
        orders[id] = nil
        reservedAtFirst[id] = nil
        credits[id] = nil
        amending[id] = nil
        feeAccounts[id] = nil
        waits[id] = nil
        endedAt[id] = nil
        resolveAskedAt[id] = nil
        unprovenSince[id] = nil
    }

    /// What is left of an order keeps its share of the reservation, rounded up; while it may be amended, the larger of both.
    func keepReserved(_ order: TrackedOrder) -> Money? {
        let isChanged = order.change != nil || !order.changes.isEmpty
        guard !order.filled.isZero || isChanged, let whole = reservedAtFirst[order.id] else { return nil }
        let share = whole.share(of: order.intent.quantity - order.filled)
        guard let new = amending[order.id] else { return share }
        return max(share, new.reserved.share(of: new.intent.quantity - order.filled))
    }

    private mutating func setAside(for order: TrackedOrder) {
        if let amount = keepReserved(order) { portfolio.reserve(amount, for: order.id) }
    }

    private func client(of report: OrderReport) -> ClientOrderID? {
        switch report {
        case .accepted(let id, _, _), .rejected(let id, _, _), .unknown(let id, _), .absent(let id), .canceled(let id, _), .notResting(let id), .change(let id, _): id
        case .state(let order): order.clientOrder
        }
    }

    /// An order that this desk once sent and no longer knows must not rest unseen; anybody else's is not ours to touch.
    private func stranger(_ report: OrderReport, _ effects: inout [Effect]) {
        guard case .state(let order) = report, order.status == .resting, isOurs(order.clientOrder) else { return }
        effects.append(.notice(Notice(.warning, "\(order.clientOrder) rests at the exchange but is not known here; it is canceled.")))
        effects.append(.cancel(order.order, order.clientOrder, order.market))
    }

    func isOurs(_ id: ClientOrderID) -> Bool { !desk.isEmpty && id.text.hasPrefix(desk + "-") }
}
