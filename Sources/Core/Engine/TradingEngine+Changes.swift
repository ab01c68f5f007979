import Accounting
import Books
import Model
import Risk

// Changes to orders that rest, asked for from outside. One at a time for each order; terms are absolute, so that asking twice is asking once.
extension TradingEngine {
    /// What is set aside for so many contracts.
    struct Reserved: Hashable, Sendable, Codable {
        let amount: Money
        let quantity: Quantity

        init(_ amount: Money, for quantity: Quantity) {
            self.amount = amount
            self.quantity = quantity
        }

        /// Of so many of them, rounded up.
        func share(of rest: Quantity) -> Money {
            guard rest > .zero else { return .zero }
            return Money(millionths: (amount.millionths * rest.hundredths + quantity.hundredths - 1) / quantity.hundredths)
        }
    }

    /// A change on its way: the order as it will be, and what is set aside for that. An approval itself is never written down to be read back.
    struct Amendment: Hashable, Sendable, Codable {
        let intent: OrderIntent
        let reserved: Reserved
    }

    mutating func change(_ wish: ChangeWish, _ effects: inout [Effect]) {
        guard let order = orders[wish.order], order.state == .resting, let name = order.order else { return effects.append(.answered(.noOrder)) }
        if let pending = order.change { return effects.append(.answered(pending.change == wish.change ? .changing(order.id) : .busy)) }
        if order.cancelRequested { return effects.append(.answered(.busy)) }
        switch wish.change {
        case .decrease(let rest): decrease(order, name, to: rest, wish.asker, &effects)
        case .amend(let limit, let total): amend(order, name, order.intent.with(limit: limit, quantity: total), wish, &effects)
        }
    }

    /// It only takes risk away: like a cancel it asks no gate, in whatever state the desk is.
    private mutating func decrease(_ order: TrackedOrder, _ name: OrderID, to rest: Quantity, _ asker: String, _ effects: inout [Effect]) {
        guard rest > .zero, rest < order.remaining else { return effects.append(.answered(.asAsked(order.id))) }
        orders[order.id]?.request(.decrease(to: rest), at: now)
        effects.append(.notice(Notice(.info, "\(asker) makes \(order.id) smaller: \(rest) contracts are to rest.")))
        effects.append(.decrease(name, order.id, order.intent.market, to: rest))
        effects.append(.answered(.changing(order.id)))
    }

    private mutating func amend(_ order: TrackedOrder, _ name: OrderID, _ wanted: OrderIntent, _ wish: ChangeWish, _ effects: inout [Effect]) {
        guard isAsked(order.id) else { return effects.append(.answered(.deskOwn)) }
        guard wanted != order.intent else { return effects.append(.answered(.asAsked(order.id))) }
        guard wanted.quantity > order.filled else { return effects.append(.answered(.filledAlready(order.filled))) }
        switch judge(order, name, wanted, wish) {
        case .failure(let refusal):
            refusals[refusal.code, default: 0] += 1
            write(wanted, edge: nil, .refused(refusal), &effects)
            effects.append(.answered(.refused(refusal)))
        case .success(let approved):
            write(wanted, edge: nil, .amended(order.id), &effects)
            effects.append(.notice(Notice(.info, "\(wish.asker) amends \(order.id) from \(Self.terms(order.intent)) to \(Self.terms(wanted)).")))
            amending[order.id] = Amendment(intent: approved.intent, reserved: Reserved(approved.reserved, for: wanted.quantity - order.filled))
            orders[order.id]?.request(wish.change, at: now)
            if let changed = orders[order.id], let amount = keepReserved(changed) { portfolio.reserve(amount, for: order.id) }
            effects.append(.amend(approved))
            effects.append(.answered(.changing(order.id)))
        }
    }

    /// The one gate, over what would rest, by the facts as they are without the order.
    private mutating func judge(_ order: TrackedOrder, _ name: OrderID, _ wanted: OrderIntent, _ wish: ChangeWish) -> Result<ApprovedChange, Refusal> {
        var without = self
        without.portfolio.release(order.id)
        without.update(wanted.market) { $0.openOrder = nil }
        guard let known = without.market(wanted.market), let book = books.book(wanted.market) else { return .failure(.marketUnknown) }
        guard let fees = FeeSchedule(known.market.fees) else { return .failure(.feeUnknown) }
        let facts = without.context(known, book)
        let asked = wishes[String(order.id.text.dropFirst(desk.count + 1 + Self.wishMark.count))]?.wish
        let closes = asked?.reduceOnly == true
        if closes {
            let held = max(wanted.side == .yes ? -facts.position : facts.position, .zero)
            guard wanted.quantity - order.filled <= held else { return .failure(.opensPosition(held: held)) }
        }
        let probability = closes ? 1 : wish.probability ?? asked?.probability ?? 0
        return risk.approve(change: wanted, of: name, filled: order.filled, id: order.id, probability: probability, fees: fees, facts)
    }

    private static func terms(_ intent: OrderIntent) -> String { "\(intent.quantity) at \(intent.limit)" }

    // MARK: - What becomes of it

    mutating func hear(_ outcome: ChangeOutcome, of id: ClientOrderID, _ effects: inout [Effect]) {
        switch outcome {
        case .amended: return
        case .decreased: break
        case .refused(let code, let message): effects.append(.notice(Notice(.warning, "\(id) was not changed: \(code) \(message)")))
        case .unknown(let reason): effects.append(.notice(Notice(.warning, "Whether \(id) was changed is not known (\(reason)); the exchange is asked.")))
        }
        // Its state says how large it is, and whether it is still there.
        if orders[id]?.isOpen == true { ask(about: id, &effects) }
    }

    /// After the exchange has shown the order: a change that it does not show, and that cannot be on its way any more, was never made.
    mutating func tendChange(_ id: ClientOrderID, _ effects: inout [Effect]) {
        guard let order = orders[id], order.state == .resting, let change = order.change, now - change.asked >= Self.absenceProvenAfter else { return }
        orders[id]?.dropChange()
        effects.append(.notice(Notice(.warning, "\(id) was never changed: the exchange shows it as it was.")))
        settle(.applied, of: id, &effects)
    }

    /// Once its outcome is certain, the reservation follows it.
    mutating func concludeChange(of order: TrackedOrder, _ effects: inout [Effect]) {
        guard order.change == nil, let amended = amending.removeValue(forKey: order.id) else { return }
        guard order.intent == amended.intent else { return }
        reservedAtFirst[order.id] = amended.reserved
        // It went to the back of the queue: how long it had waited says nothing of that.
        waits[order.id] = nil
    }
}
