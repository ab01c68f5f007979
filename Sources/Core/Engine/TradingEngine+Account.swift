import Accounting
import Model
import Risk

// The account here against the account there.
extension TradingEngine {
    static let reconcileEvery = Interval.seconds(10)
    static let reconcilePatience = Interval.seconds(30)
    /// Fills are asked for from this long before the last agreement: the two clocks differ.
    static let overlap = Interval.seconds(120)
    /// Reports in a row that must disagree before trading is blocked: a fill on its way explains one.
    static let patience = 3

    mutating func askForAccount(_ effects: inout [Effect]) {
        reconcileAskedAt = now
        let since = lastReconciled.map { $0 - Self.overlap } ?? .zero
        effects.append(.reconcile(since: since))
    }

    mutating func reconcile(_ report: AccountReport, _ effects: inout [Effect]) {
        reconcileAskedAt = nil
        if !cashKnown {
            guard report.orders.isEmpty else { return waitForEmptyBooks(report, &effects) }
            adopt(report, &effects)
        }
        for fill in report.fills { take(fill, &effects) }
        for settlement in report.settlements { learnSettlement(settlement, &effects) }
        compareOrders(report, &effects)
        if report.orders.isEmpty { cancelUnproven = false }
        if acceptNext, report.orders.isEmpty { accept(report, &effects) }
        let found = compareMoney(report)
        guard !found.isEmpty else { return agree(&effects) }
        mismatches += 1
        if mismatches >= Self.patience, differences != found {
            differences = found
            for text in found { effects.append(.notice(Notice(.error, "The account here and at the exchange differ: \(text)."))) }
        }
    }

    mutating func reconciliationFailed(_ reason: String, _ effects: inout [Effect]) {
        reconcileAskedAt = nil
        effects.append(.notice(Notice(.warning, "The account could not be compared: \(reason).")))
    }

    /// Compares again every ten seconds, or every second until the two agree.
    mutating func tendAccount(_ effects: inout [Effect]) {
        if let asked = reconcileAskedAt {
            if now - asked > Self.reconcilePatience { reconcileAskedAt = nil }
            return
        }
        let wait = reconciled && mismatches == 0 ? Self.reconcileEvery : .seconds(1)
        let last = max(lastReconciled ?? .zero, lastCompared ?? .zero)
        guard now - last >= wait else { return }
        lastCompared = now
        askForAccount(&effects)
    }

    private mutating func agree(_ effects: inout [Effect]) {
        if !reconciled { effects.append(.notice(Notice(.info, "Reconciled: cash, positions and orders agree with the exchange."))) }
        if !differences.isEmpty { effects.append(.notice(Notice(.info, "The account agrees with the exchange again."))) }
        mismatches = 0
        differences = []
        reconciled = true
        lastReconciled = now
    }

    /// The first report of a new journal is the beginning: what is held then was bought before this desk's time.
    private mutating func adopt(_ report: AccountReport, _ effects: inout [Effect]) {
        cashKnown = true
        portfolio.restate(cash: report.cash)
        for fill in report.fills { seenTrades[fill.market, default: []].insert(fill.trade) }
        for position in report.positions where !position.net.isZero {
            let cost = costOfHeld(position, report.fills)
            portfolio.restate(position.market, net: position.net, cost: cost)
            effects.append(.notice(Notice(.info, "\(position.net) of \(position.market) were held before this journal began; their cost is \(cost).")))
        }
    }

    /// With orders resting that this journal never placed, neither the cash nor the positions are known for certain.
    private mutating func waitForEmptyBooks(_ report: AccountReport, _ effects: inout [Effect]) {
        let text = "\(report.orders.count) orders rest in the account that this desk did not place: cancel them (Stop cancels all)"
        guard differences != [text] else { return }
        differences = [text]
        effects.append(.notice(Notice(.error, text)))
    }

    /// What a position cost by the account's own fills; where they do not explain it, the most it can be worth, so that it counts fully as exposure.
    private func costOfHeld(_ position: VenuePosition, _ fills: [Fill]) -> Money {
        var replayed = Position()
        for fill in fills where fill.market == position.market {
            _ = replayed.buy(fill.side, price: fill.price, quantity: fill.quantity, fee: fill.fee)
        }
        return replayed.net == position.net ? replayed.cost : Price.one * position.net.magnitude
    }

    private mutating func learnSettlement(_ settlement: VenueSettlement, _ effects: inout [Effect]) {
        guard market(settlement.market) != nil else {
            // A market that was settled while the desk was down and is listed no more.
            if let paid = portfolio.settle(settlement.market, settlement.result) { effects.append(.settled(paid)) }
            return
        }
        update(settlement.market) { $0.result = settlement.result }
        pay(settlement.market, &effects)
    }

    private mutating func compareOrders(_ report: AccountReport, _ effects: inout [Effect]) {
        let resting = Set(report.orders.map(\.clientOrder))
        for order in report.orders {
            if orders[order.clientOrder] != nil { take(.state(order), &effects) } else if isOurs(order.clientOrder) { take(.state(order), &effects) }
        }
        for id in orders.keys.sorted() where orders[id]?.state == .resting && !resting.contains(id) { ask(about: id, &effects) }
    }

    private func compareMoney(_ report: AccountReport) -> [String] {
        var found: [String] = []
        let theirs = Dictionary(report.positions.map { ($0.market, $0.net) }, uniquingKeysWith: { a, _ in a })
        let ours = Dictionary(portfolio.positions.map { ($0.market, $0.position.net) }, uniquingKeysWith: { a, _ in a })
        for market in Set(theirs.keys).union(ours.keys).sorted() {
            let here = ours[market] ?? .zero
            let there = theirs[market] ?? .zero
            if here != there { found.append("\(market): \(here) here, \(there) there") }
        }
        if let text = compareCash(report) { found.append(text) }
        return found
    }

    /// The exchange's balance is short of our cash by what it set aside for resting orders: nothing for a closing one, at most the whole cost and fee.
    private func compareCash(_ report: AccountReport) -> String? {
        var mostReserved = Money.cents(1)
        for order in report.orders {
            let fees = market(order.market).flatMap { FeeSchedule($0.market.fees) }
            let fee = fees?.upperBound(price: order.limit, quantity: order.remaining) ?? Price.cents(2) * order.remaining
            mostReserved += order.limit * order.remaining + fee + .cents(1)
        }
        let short = portfolio.cash - report.cash
        guard short < -Money.cents(1) || short > mostReserved else { return nil }
        let resting = report.orders.isEmpty ? "" : " with \(report.orders.count) orders resting"
        return "cash: \(portfolio.cash) here, \(report.cash) there\(resting)"
    }

    /// Takes the exchange's word for what differs. The limits count anew from here: what came or went was no trade.
    private mutating func accept(_ report: AccountReport, _ effects: inout [Effect]) {
        acceptNext = false
        let theirs = Dictionary(report.positions.map { ($0.market, $0) }, uniquingKeysWith: { a, _ in a })
        for market in Set(theirs.keys).union(portfolio.positions.map(\.market)).sorted() {
            let there = theirs[market]?.net ?? .zero
            guard portfolio.position(market).net != there else { continue }
            portfolio.restate(market, net: there, cost: costOfHeld(VenuePosition(market: market, net: there), report.fills))
        }
        portfolio.restate(cash: report.cash)
        risk.breaker.rebase()
        effects.append(.notice(Notice(.warning, "The exchange's account was accepted as it is: cash \(report.cash).")))
    }
}
