import Accounting
import Books
public import Model
public import Risk

// What assistants ask for. They reach the engine as commands, in the journal like all others; there is no other way to an order.
extension TradingEngine {
    /// An order that was asked for, and where it stands.
    public struct WishRecord: Hashable, Sendable, Codable {
        public let wish: OrderWish
        public let asked: Timestamp
        public internal(set) var answer: CommandAnswer
        public var expires: Timestamp { asked + TradingEngine.proposalLife }
    }

    /// Keys that are remembered; past it the oldest go. One that comes again after that has the same id, which the exchange knows as a repetition.
    static let wishesKept = 4096
    /// Proposals that wait for the operator at once.
    static let mostProposals = 32
    /// A proposal that is older cannot be accepted any more: the market has moved on.
    static let proposalLife = Interval.seconds(600)

    /// What assistants' orders are told from the desk's own by.
    static let wishMark = "x-"

    func isAsked(_ id: ClientOrderID) -> Bool { isOurs(id) && id.text.dropFirst(desk.count + 1).hasPrefix(Self.wishMark) }

    /// The proposals that wait, oldest first.
    public var proposals: [WishRecord] {
        wishOrder.compactMap { wishes[$0] }.filter { $0.answer == .proposed && now - $0.asked < Self.proposalLife }
    }

    // MARK: - Orders

    mutating func order(_ wish: OrderWish, _ effects: inout [Effect]) {
        if let known = wishes[wish.key] { return effects.append(.answered(known.wish == wish ? known.answer : .keyTaken)) }
        carryOut(wish, &effects)
    }

    mutating func propose(_ wish: OrderWish, _ effects: inout [Effect]) {
        if let known = wishes[wish.key] { return effects.append(.answered(known.wish == wish ? known.answer : .keyTaken)) }
        guard proposals.count < Self.mostProposals else { return effects.append(.answered(.tooManyProposals(limit: Self.mostProposals))) }
        remember(WishRecord(wish: wish, asked: now, answer: .proposed))
        effects.append(.notice(Notice(.info, "\(wish.asker) proposes \(Self.words(wish)).")))
        effects.append(.answered(.proposed))
    }

    /// The operator's word on a proposal. Accepted, it passes the gate as it is now.
    mutating func decide(_ key: String, accepted: Bool, _ effects: inout [Effect]) {
        guard let record = wishes[key], record.answer == .proposed, now - record.asked < Self.proposalLife else { return effects.append(.answered(.noProposal)) }
        guard accepted else {
            wishes[key]?.answer = .declined
            effects.append(.notice(Notice(.info, "Declined: \(record.wish.asker)'s proposal to \(Self.words(record.wish)).")))
            return effects.append(.answered(.declined))
        }
        carryOut(record.wish, &effects)
    }

    private mutating func carryOut(_ wish: OrderWish, _ effects: inout [Effect]) {
        let answer: CommandAnswer
        switch judge(wish) {
        case .failure(let refusal):
            refusals[refusal.code, default: 0] += 1
            answer = .refused(refusal)
            write(wish, .refused(refusal), &effects)
        case .success(let approved):
            answer = .ordered(approved.id)
            write(wish, .ordered(approved.id), &effects)
            send(approved, by: OrderCredit(.assistant), &effects)
        }
        remember(WishRecord(wish: wish, asked: wishes[wish.key]?.asked ?? now, answer: answer))
        effects.append(.answered(answer))
    }

    /// The one gate, with the asker's probability in the place of a strategy's.
    private mutating func judge(_ wish: OrderWish) -> Result<ApprovedOrder, Refusal> {
        let intent: OrderIntent
        switch grouped(wish.intent, in: wish.group) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let grouped): intent = grouped
        }
        guard let known = market(intent.market), let book = books.book(intent.market) else { return .failure(.marketUnknown) }
        guard let fees = FeeSchedule(known.market.fees) else { return .failure(.feeUnknown) }
        // Fills of the last order may still be on their way.
        guard now >= known.quietUntil else { return .failure(.outcomeUnknown) }
        let facts = context(known, book)
        if wish.reduceOnly {
            let held = intent.side == .yes ? -facts.position : facts.position
            guard intent.quantity <= max(held, .zero) else { return .failure(.opensPosition(held: max(held, .zero))) }
        }
        // Leaving a position needs no edge; opening one without a probability has none.
        let probability = wish.reduceOnly ? 1 : wish.probability ?? 0
        return risk.approve(intent, id: ClientOrderID("\(desk)-\(Self.wishMark)\(wish.key)"), probability: probability, fees: fees, facts)
    }

    private mutating func write(_ wish: OrderWish, _ outcome: Decision.Outcome, _ effects: inout [Effect]) {
        write(wish.intent, edge: wish.reduceOnly ? nil : wish.probability.map { $0 - wish.intent.limit.probability }, outcome, &effects)
        if case .ordered = outcome { effects.append(.notice(Notice(.info, "\(wish.asker) orders: \(Self.words(wish)).") )) }
    }

    mutating func write(_ intent: OrderIntent, edge: Double?, _ outcome: Decision.Outcome, _ effects: inout [Effect]) {
        decisions += 1
        effects.append(
            .decided(
                Decision(
                    number: decisions, time: now, market: intent.market, outcome: outcome, side: intent.side, price: intent.limit, quantity: intent.quantity,
                    edge: edge, pooled: market(intent.market)?.pooled)))
    }

    private mutating func remember(_ record: WishRecord) {
        if wishes.updateValue(record, forKey: record.wish.key) == nil { wishOrder.append(record.wish.key) }
        guard wishOrder.count > Self.wishesKept else { return }
        for key in wishOrder.prefix(wishOrder.count - Self.wishesKept) { wishes[key] = nil }
        wishOrder.removeFirst(wishOrder.count - Self.wishesKept)
    }

    private static func words(_ wish: OrderWish) -> String {
        let intent = wish.intent
        return "buy \(intent.quantity) \(intent.side.rawValue.uppercased()) of \(intent.market) at \(intent.limit) or better\(wish.group.map { " in group \($0)" } ?? "")"
    }

    // MARK: - Cancels

    /// Takes resting orders back, the desk's own among them: that is never a risk.
    mutating func cancel(_ scope: CancelScope, _ effects: inout [Effect]) {
        var gone: [ClientOrderID] = []
        for id in orders.keys.sorted() where orders[id]?.isOpen == true {
            guard let market = orders[id]?.intent.market else { continue }
            let fits =
                switch scope {
                case .order(let wanted): id == wanted
                case .market(let ticker): market == ticker
                case .event(let event): self.market(market)?.market.event == event
                case .all: true
                }
            guard fits else { continue }
            gone.append(id)
            // One without a name at the exchange goes as soon as it has one.
            orders[id]?.requestCancel()
            cancel(id, &effects)
        }
        effects.append(.answered(.canceling(gone)))
    }

    // MARK: - Limits

    /// Makes limits stricter, all of them or none. They stay until the operator changes the limits in the configuration.
    mutating func tighten(_ wanted: LimitCaps, _ effects: inout [Effect]) {
        let loosened = wanted.loosened(risk.settings)
        guard loosened.isEmpty else { return effects.append(.answered(.wouldLoosen(loosened))) }
        caps = caps.merged(wanted)
        risk.settings = configured.capped(by: caps)
        effects.append(.notice(Notice(.warning, "Limits were tightened; they hold until they are changed in the configuration.")))
        effects.append(.answered(.limits(risk.settings)))
    }
}
