public import Model

/// What came of telling an order something.
public enum OrderTransition: Hashable, Sendable {
    case applied
    /// Nothing new: a repetition, or news that a later fact has overtaken.
    case repeated
    /// It contradicts what is known; nothing changed. The desk must ask the exchange.
    case refused(TransitionRefusal)
}

/// Why an order would not take a report.
public enum TransitionRefusal: Hashable, Sendable {
    /// The report is about another order, market or side.
    case notThisOrder
    /// More was filled than was asked for, or than the exchange said it would be.
    case overfilled(by: Quantity)
    /// The report cannot follow the state.
    case contradicts(TrackedOrder.State)
}

/// One of our orders, from approval to its end: the state machine that every report and fill about it passes through.
///
/// Fills may come before the acceptance and after the cancel: ask `mayStillFill`, not `isOpen`, before forgetting an order. Fills must be free of repetitions.
public struct TrackedOrder: Hashable, Sendable, Codable {
    public enum State: String, Hashable, Sendable, Codable, CaseIterable {
        /// Approved and sent, not answered; then any other.
        case pending
        /// The answer does not say whether it exists; then any other but pending.
        case unknown
        /// On the book; then executed or canceled.
        case resting
        /// Filled completely, or said to be while fills are on their way; then canceled only if the exchange corrects itself, resting if it never ended.
        case executed
        /// Off the book; then executed only by late fills that complete it, or resting again if nobody ever said how it ended.
        case canceled
        /// Refused, or proven never to have arrived. Nothing follows.
        case rejected
    }

    public let id: ClientOrderID
    /// As the exchange is known to have it: a change enters when it is certain.
    public internal(set) var intent: OrderIntent
    public let created: Timestamp
    /// The exchange's name for it, once told.
    public private(set) var order: OrderID?
    public internal(set) var state: State = .pending
    public private(set) var cancelRequested = false
    public internal(set) var filled: Quantity = .zero
    /// What the fills cost, without fees.
    public private(set) var cost: Money = .zero
    public private(set) var fees: Money = .zero
    /// The code of the rejection, "absent" when it never arrived.
    public private(set) var rejection: String?
    /// How much of it the exchange says has filled in the end; nil while it has not said.
    public private(set) var finallyFilled: Quantity?
    /// A change that was asked for and is not certain yet.
    public internal(set) var change: PendingChange?
    /// What has become certain about changes, in the order of time.
    public internal(set) var changes = ChangeRecord()

    public init(id: ClientOrderID, intent: OrderIntent, created: Timestamp) {
        self.id = id
        self.intent = intent
        self.created = created
    }

    /// What is not filled, whether or not it still rests.
    public var remaining: Quantity { mostQuantity - filled }
    /// Per contract, rounded down to a millionth of a dollar; nil before the first fill.
    public var averagePrice: Money? { filled.isZero ? nil : Money(millionths: cost.millionths * 100 / filled.hundredths) }
    /// It rests, or may.
    public var isOpen: Bool { state == .pending || state == .unknown || state == .resting }
    public var mayStillFill: Bool {
        switch state {
        case .pending, .unknown, .resting: true
        case .executed, .canceled: filled < (finallyFilled ?? mostQuantity)
        case .rejected: false
        }
    }

    /// A cancel was sent. Only the report of it changes the state.
    public mutating func requestCancel() { if isOpen { cancelRequested = true } }

    /// The exchange still shows it resting though it was said to be over, and nothing ever said how it ended. False where its end is known.
    public mutating func reopen() -> Bool {
        guard state == .canceled || state == .executed, finallyFilled == nil, remaining > .zero else { return false }
        state = .resting
        return true
    }

    public mutating func apply(_ report: OrderReport) -> OrderTransition {
        switch report {
        case .accepted(let id, let order, let remaining): id == self.id ? accepted(order, remaining) : .refused(.notThisOrder)
        case .rejected(let id, let code, _): id == self.id ? rejected(code) : .refused(.notThisOrder)
        case .unknown(let id, _): id == self.id ? outcomeUnknown() : .refused(.notThisOrder)
        case .absent(let id): id == self.id ? absent() : .refused(.notThisOrder)
        // How large it was at its end is not known while a change is under way.
        case .canceled(let id, _) where id == self.id && change != nil: notResting()
        case .canceled(let id, let remaining): id == self.id ? canceled(intent.quantity - remaining) : .refused(.notThisOrder)
        case .change(let id, let outcome): id == self.id ? changed(outcome) : .refused(.notThisOrder)
        case .notResting(let id): id == self.id ? notResting() : .refused(.notThisOrder)
        case .state(let order): order.clientOrder == id ? shown(order) : .refused(.notThisOrder)
        }
    }

    public mutating func apply(_ fill: Fill) -> OrderTransition {
        guard isAbout(fill) else { return .refused(.notThisOrder) }
        guard state != .rejected else { return .refused(.contradicts(state)) }
        let total = filled + fill.quantity
        let limit = finallyFilled ?? mostQuantity
        guard total <= limit else { return .refused(.overfilled(by: total - limit)) }
        proveChange(by: total)
        order = fill.order
        filled = total
        cost += fill.price * fill.quantity
        fees += fill.fee
        if total == mostQuantity { finish(.executed, filled: total) } else if state == .unknown { state = .resting }
        return .applied
    }

    private func isAbout(_ fill: Fill) -> Bool {
        fill.market == intent.market && fill.side == intent.side && fill.quantity > .zero && (fill.clientOrder ?? id) == id
            && (order ?? fill.order) == fill.order
    }

    mutating func finish(_ end: State, filled: Quantity?) {
        closeChange(finallyFilled: filled)
        state = end
        finallyFilled = filled
        cancelRequested = false
    }

    // MARK: - The reports, one by one

    private mutating func accepted(_ name: OrderID, _ remaining: Quantity) -> OrderTransition {
        guard state != .rejected else { return .refused(.contradicts(state)) }
        guard (order ?? name) == name else { return .refused(.notThisOrder) }
        let news = order == nil
        order = name
        guard isOpen else { return news ? .applied : .repeated }
        if remaining.isZero {
            // "0.00" remains both of a filled order and of an immediate one that found nothing: only fills or a state tell which.
            let immediate = intent.timeInForce != .goodTillCanceled
            finish(immediate ? .canceled : .executed, filled: nil)
            return .applied
        }
        if state == .resting { return news ? .applied : .repeated }
        state = .resting
        return .applied
    }

    private mutating func rejected(_ code: String) -> OrderTransition {
        switch state {
        case .pending where filled.isZero && order == nil, .unknown where filled.isZero && order == nil:
            finish(.rejected, filled: .zero)
            rejection = code
            return .applied
        case .rejected: return .repeated
        case .pending, .unknown, .resting, .executed, .canceled: return .refused(.contradicts(state))
        }
    }

    private mutating func outcomeUnknown() -> OrderTransition {
        guard state == .pending else { return .repeated }
        // A fill is proof that it arrived.
        state = filled.isZero ? .unknown : .resting
        return .applied
    }

    /// Believed only after an unknown outcome: while the request may still be on its way, "not there" proves nothing.
    private mutating func absent() -> OrderTransition {
        switch state {
        case .unknown where order == nil:
            finish(.rejected, filled: .zero)
            rejection = "absent"
            return .applied
        case .rejected: return .repeated
        case .pending, .unknown, .resting, .executed, .canceled: return .refused(.contradicts(state))
        }
    }

    private mutating func canceled(_ total: Quantity) -> OrderTransition {
        guard total >= filled else { return .refused(.overfilled(by: filled - total)) }
        guard total >= .zero, total <= mostQuantity else { return .refused(.contradicts(state)) }
        switch state {
        case .pending, .unknown, .resting: break
        case .executed:
            guard filled < mostQuantity else { return .refused(.contradicts(state)) }
        case .canceled:
            if finallyFilled == total { return .repeated }
            guard finallyFilled == nil else { return .refused(.contradicts(state)) }
        case .rejected: return .refused(.contradicts(state))
        }
        finish(.canceled, filled: total)
        return .applied
    }

    private mutating func notResting() -> OrderTransition {
        switch state {
        case .resting:
            finish(.canceled, filled: nil)
            return .applied
        case .pending, .unknown: return .refused(.contradicts(state))
        case .executed, .canceled, .rejected: return .repeated
        }
    }

    private mutating func shown(_ seen: VenueOrder) -> OrderTransition {
        guard seen.market == intent.market, seen.side == intent.side, (order ?? seen.order) == seen.order else { return .refused(.notThisOrder) }
        guard state != .rejected else { return .refused(.contradicts(state)) }
        let news = order == nil
        switch seen.status {
        case .resting:
            order = seen.order
            let changed = takeTerms(seen)
            // The exchange may show an order resting for a moment after its end (reference 9.2).
            guard state == .pending || state == .unknown else { return news || changed ? .applied : .repeated }
            state = .resting
            return .applied
        case .executed:
            guard seen.filled >= filled, seen.filled <= mostQuantity else { return .refused(.contradicts(state)) }
            if state == .executed, finallyFilled == seen.filled { return .repeated }
            if state == .canceled, let known = finallyFilled, known != seen.filled { return .refused(.contradicts(state)) }
            order = seen.order
            finish(.executed, filled: seen.filled)
            return .applied
        case .canceled:
            order = seen.order
            return canceled(seen.filled)
        case .unknown: return .repeated
        }
    }

    public func feed(into digest: inout Digest) {
        digest.feed(id.text)
        digest.feed(order?.text ?? "")
        digest.feed(state.rawValue)
        digest.feed(cancelRequested)
        digest.feed(filled)
        digest.feed(cost)
        digest.feed(fees)
        digest.feed(finallyFilled?.hundredths ?? -1)
        // An order that nobody ever changed has the fingerprint that it always had.
        guard change != nil || !changes.isEmpty else { return }
        digest.feed(String(describing: change))
        digest.feed(String(describing: changes))
        digest.feed(intent.limit.description)
        digest.feed(intent.quantity)
    }
}
