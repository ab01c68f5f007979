import Accounting
import Books
import Model
import Risk

// What the operator says, and assistants in the operator's name.
extension TradingEngine {
    /// How far a flattening order may reach beyond the best price, in cents.
    static let flatteningReach: Int32 = 5

    mutating func obey(_ command: Command, _ effects: inout [Effect]) {
        switch command {
        case .start: start(&effects)
        case .pause: pause(&effects)
        case .stop: stop(&effects)
        case .kill(let flatten): kill(flatten: flatten, &effects)
        case .reset(let reason): reset(reason, &effects)
        case .rollBack(let version, let reason): rollBack(to: version, reason, &effects)
        case .order(let wish): order(wish, &effects)
        case .propose(let wish): propose(wish, &effects)
        case .decide(let key, let accepted): decide(key, accepted: accepted, &effects)
        case .cancel(let scope): cancel(scope, &effects)
        case .change(let wish): change(wish, &effects)
        case .tighten(let caps): tighten(caps, &effects)
        case .setGroup(let wish): set(wish, &effects)
        case .resetGroup(let name, let asker): resetGroup(name, asker, &effects)
        case .deleteGroup(let name, let asker): deleteGroup(name, asker, &effects)
        }
    }

    private mutating func start(_ effects: inout [Effect]) {
        guard state == .paused || state == .stopped else { return }
        state = .running
        effects.append(.notice(Notice(.info, "Trading started.")))
    }

    private mutating func pause(_ effects: inout [Effect]) {
        guard state == .running else { return }
        state = .paused
        effects.append(.notice(Notice(.info, "Paused: nothing new is sent, resting orders stay.")))
    }

    private mutating func stop(_ effects: inout [Effect]) {
        guard state != .killed else { return }
        state = .stopped
        effects.append(.notice(Notice(.info, "Stopped: every resting order is canceled.")))
        cancelEverything("stop", &effects)
    }

    private mutating func kill(flatten: Bool, _ effects: inout [Effect]) {
        state = .killed
        flattening = flatten
        risk.breaker.halt("killed by the operator")
        effects.append(.breaker(.halted, reason: risk.breaker.reason))
        effects.append(.notice(Notice(.error, flatten ? "KILL: everything is canceled, then flattened." : "KILL: everything is canceled.")))
        cancelEverything("kill", &effects)
    }

    private mutating func reset(_ reason: String, _ effects: inout [Effect]) {
        // One word, one thing: whoever trusts the exchange again has not yet looked at the account.
        if trust.restore() {
            effects.append(.notice(Notice(.warning, "The exchange is trusted again by a person's word: \(reason)")))
        } else if !differences.isEmpty {
            acceptNext = true
            effects.append(.notice(Notice(.warning, "The exchange's account is accepted: \(reason)")))
            askForAccount(&effects)
        }
        guard state == .killed || risk.breaker.state == .halted else { return }
        risk.breaker.reset(equity: equity)
        flattening = false
        flatteningOrders = []
        killAskedAt = nil
        if state == .killed { state = .stopped }
        effects.append(.breaker(.normal, reason: reason))
        effects.append(.notice(Notice(.warning, "The halt was cleared: \(reason)")))
    }

    mutating func cancelEverything(_ reason: String, _ effects: inout [Effect]) {
        killAskedAt = now
        cancelUnproven = true
        for id in orders.keys.sorted() where !flatteningOrders.contains(id) {
            orders[id]?.requestCancel()
            if orders[id]?.isOpen == true { cancelSentAt[id] = now }
        }
        effects.append(.cancelAll(reason: reason))
    }

    /// After a stop or a kill: cancels again until nothing is open, says so, then flattens if that was asked.
    mutating func tendKill(_ effects: inout [Effect]) {
        guard state == .killed || state == .stopped || risk.breaker.state == .halted || trust.broken != nil, let asked = killAskedAt else { return }
        let open = orders.values.filter { $0.isOpen && !flatteningOrders.contains($0.id) }.count
        if open > 0 || cancelUnproven {
            guard now - asked >= Self.askAgainAfter else { return }
            let what = open > 0 ? "\(open) orders are" : "The account is"
            effects.append(.notice(Notice(.warning, "\(what) not confirmed clear yet; canceling again.")))
            return cancelEverything(state.rawValue, &effects)
        }
        let held = portfolio.positions.filter { !$0.position.net.isZero }
        if state == .killed, flattening, !held.isEmpty {
            // In cancel-only it waits: what its orders would be answered with cannot be read. In a pause the exchange would take none.
            if trust.broken == nil, pause == nil { flatten(held.map(\.market), &effects) }
            return
        }
        killAskedAt = nil
        let rest = state == .killed && !held.isEmpty ? " \(held.count) positions are kept." : ""
        effects.append(.notice(Notice(.info, "Nothing rests at the exchange.\(rest)")))
    }

    /// Buys the other leg of every position, as far as the book allows within a few cents of the best price.
    private mutating func flatten(_ tickers: [Ticker], _ effects: inout [Effect]) {
        for ticker in tickers {
            guard let known = market(ticker), known.openOrder == nil, now >= known.quietUntil, let book = books.book(ticker) else { continue }
            let net = portfolio.position(ticker).net
            let side: Side = net > .zero ? .no : .yes
            guard let ask = book.ask(side), let fees = FeeSchedule(known.market.fees) else { continue }
            let reach = Price(tenThousandths: min(ask.price.tenThousandths + Self.flatteningReach * 100, 9_999))
            let intent = OrderIntent(
                market: ticker, side: side, limit: known.market.grid.snappedDown(reach), quantity: net.magnitude, timeInForce: .immediateOrCancel,
                postOnly: false)
            // Only a doubt about this very position stops its closing; one about cash or another market does not.
            var facts = context(known, book)
            facts.blocked = differences.first { $0.about == ticker }?.sentence
            switch risk.approve(intent, id: nextClientOrderID(), probability: 1, fees: fees, flattening: true, facts) {
            case .success(let approved):
                flatteningOrders.insert(approved.id)
                send(approved, by: OrderCredit(.flattening), &effects)
            case .failure(let refusal):
                let later = now + .seconds(5)
                update(ticker) { $0.quietUntil = later }
                effects.append(.notice(Notice(.warning, "\(ticker) cannot be flattened now: \(refusal.sentence)")))
            }
        }
    }

    mutating func nextClientOrderID() -> ClientOrderID {
        intents += 1
        return ClientOrderID("\(desk)-\(intents)")
    }
}
