import Accounting
import Model
import Risk

// The account here against the account there.
extension TradingEngine {
    static let reconcileEvery = Interval.seconds(10)
    static let reconcilePatience = Interval.seconds(30)
    /// Fills are asked for from this long before the last agreement: the two clocks differ.
    static let overlap = Interval.seconds(120)
    /// Fills so long before the journal's first report are never news: far more than reports reach back or clocks differ.
    static let rememberedFills = Interval.seconds(3600)
    /// Reports in a row that must disagree before trading is blocked: a fill on its way explains one.
    static let patience = 3

    mutating func askForAccount(_ effects: inout [Effect]) {
        reconcileAskedAt = now
        let since = lastReconciled.map { $0 - Self.overlap } ?? .zero
        effects.append(.reconcile(since: since))
    }

    mutating func reconcile(_ report: AccountReport, _ effects: inout [Effect]) {
        let began = report.began ?? reconcileAskedAt
        reconcileAskedAt = nil
        if !cashKnown {
            guard report.orders.isEmpty else { return waitForEmptyBooks(report, &effects) }
            adopt(report, &effects)
        }
        for fill in report.fills { take(fill, &effects) }
        for settlement in report.settlements { learnSettlement(settlement, &effects) }
        learnOrders(report, &effects)
        if report.orders.isEmpty { cancelUnproven = false }
        // What was booked since its reading began may be missing in it: then the next one is accepted.
        if acceptNext, report.orders.isEmpty, began.map({ accountMovedAt < $0 }) ?? true { accept(report, &effects) }
        unsettled = compare(report)
        if takeBackPayouts(&effects) { unsettled = compare(report) }
        guard !unsettled.isEmpty else { return agree(since: began, &effects) }
        let open = unexplained(unsettled)
        mismatches = open.isEmpty ? 0 : mismatches + 1
        if open.isEmpty { differences = [] }
        guard mismatches >= Self.patience, differences != open else { return }
        differences = open
        for difference in open {
            effects.append(.notice(Notice(.error, "The account here and at the exchange differ: \(difference.sentence).")))
            takeBack(difference, report, &effects)
        }
    }

    mutating func reconciliationFailed(_ reason: String, _ effects: inout [Effect]) {
        reconcileAskedAt = nil
        // That it cannot be read is what a pause of everything is.
        guard pause?.takesCancels != false else { return }
        effects.append(.notice(Notice(.warning, "The account could not be compared: \(reason).")))
    }

    /// Compares again every ten seconds, or every second until the two agree.
    mutating func tendAccount(_ effects: inout [Effect]) {
        if let asked = reconcileAskedAt {
            if now - asked > Self.reconcilePatience { reconcileAskedAt = nil }
            return
        }
        let wait = reconciled && unsettled.isEmpty ? Self.reconcileEvery : .seconds(1)
        let last = max(lastReconciled ?? .zero, lastCompared ?? .zero)
        guard now - last >= wait else { return }
        lastCompared = now
        askForAccount(&effects)
    }

    /// - Parameter began: when the reading of the report that agrees began. Fills since then may be missing in it, so the next one asks from there.
    private mutating func agree(since began: Timestamp?, _ effects: inout [Effect]) {
        if !reconciled { effects.append(.notice(Notice(.info, "Reconciled: cash, positions and orders agree with the exchange."))) }
        if !differences.isEmpty { effects.append(.notice(Notice(.info, "The account agrees with the exchange again."))) }
        mismatches = 0
        differences = []
        explainedSince = [:]
        reconciled = true
        lastReconciled = max(lastReconciled ?? .zero, began ?? now)
        if let began { trust.agreed(askedAt: began) }
    }

    /// An order that is over here and rests there must not rest unseen.
    private func takeBack(_ difference: AccountDifference, _ report: AccountReport, _ effects: inout [Effect]) {
        guard case .order(let id, _) = difference.subject, orders[id]?.isOpen == false, let seen = report.orders.first(where: { $0.clientOrder == id }) else { return }
        effects.append(.cancel(seen.order, id, seen.market))
    }

    /// The first report of a new journal is the beginning: what is held then was bought before this desk's time.
    private mutating func adopt(_ report: AccountReport, _ effects: inout [Effect]) {
        cashKnown = true
        portfolio.restate(cash: report.cash)
        // What is older than this is history however often it is told, and need not be remembered one by one.
        let from = now - Self.rememberedFills
        fillsCountFrom = from
        for fill in report.fills where fill.time >= from { seenTrades[fill.market, default: []].insert(fill.trade) }
        for position in report.positions where !position.net.isZero {
            let cost = costOfHeld(position, report.fills)
            portfolio.restate(position.market, net: position.net, cost: cost)
            effects.append(.notice(Notice(.info, "\(position.net) of \(position.market) were held before this journal began; their cost is \(cost).")))
        }
    }

    /// With orders resting that this journal never placed, neither the cash nor the positions are known for certain.
    private mutating func waitForEmptyBooks(_ report: AccountReport, _ effects: inout [Effect]) {
        let text = "\(report.orders.count) orders rest in the account that this desk did not place: cancel them (Stop cancels all)"
        guard differences.first?.text != text else { return }
        differences = [AccountDifference(.strangers, text)]
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
        if learnPayment(settlement, &effects) { return }
        guard market(settlement.market) != nil else {
            // A market that was settled while the desk was down and is listed no more.
            if let payout = portfolio.settle(settlement.market, settlement.result, told: settlement.paid) { book(payout, told: settlement.time, &effects) }
            share(out: settlement.market, settlement.result)
            return
        }
        update(settlement.market) { $0.result = Self.finer($0.result, settlement.result) }
        pay(settlement.market, told: settlement.paid, &effects)
    }

    /// The account is the last word on how a market ended, but it tells a value in whole cents: the same value known to the ten-thousandth stays.
    private static func finer(_ known: MarketResult?, _ told: MarketResult) -> MarketResult {
        switch (known, told) {
        case (.scalar(let exact)?, .scalar(let cents)): abs(exact.tenThousandths - cents.tenThousandths) < 100 ? .scalar(exact) : told
        case (.scalar?, .void): known ?? told
        case (nil, _), (.yes?, _), (.no?, _), (.void?, _), (.scalar?, .yes), (.scalar?, .no): told
        }
    }

    private mutating func learnOrders(_ report: AccountReport, _ effects: inout [Effect]) {
        let resting = Set(report.orders.map(\.clientOrder))
        for order in report.orders {
            if orders[order.clientOrder] != nil { take(.state(order), &effects) } else if isOurs(order.clientOrder) { take(.state(order), &effects) }
        }
        for id in orders.keys.sorted() where orders[id]?.state == .resting && !resting.contains(id) { ask(about: id, &effects) }
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
