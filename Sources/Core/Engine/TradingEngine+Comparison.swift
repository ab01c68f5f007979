import Accounting
import Model

// What differs between the account here and the account there, and what may explain it.
extension TradingEngine {
    /// An explanation holds for so long; a difference that outlives it blocks like any other.
    static let explanationHolds = Interval.seconds(60)

    /// Every difference, positions first, each with its explanation where one is known.
    func compare(_ report: AccountReport) -> [AccountDifference] {
        let positions = comparePositions(report)
        return positions.map(\.difference) + compareOrders(report) + (compareCash(report, positions).map { [$0] } ?? [])
    }

    /// Those that nothing explains, or not any more.
    mutating func unexplained(_ found: [AccountDifference]) -> [AccountDifference] {
        let subjects = Set(found.filter { $0.explanation != nil }.map(\.subject))
        explainedSince = explainedSince.filter { subjects.contains($0.key) }
        for subject in subjects where explainedSince[subject] == nil { explainedSince[subject] = now }
        return found.filter { difference in
            guard difference.explanation != nil, let since = explainedSince[difference.subject] else { return true }
            return now - since > Self.explanationHolds
        }
    }

    // MARK: - Positions

    private struct PositionDifference {
        let difference: AccountDifference
        /// What the explanation allows the cash to differ by: there less than here, and there more.
        let less: Money
        let more: Money
    }

    private func comparePositions(_ report: AccountReport) -> [PositionDifference] {
        let theirs = Dictionary(report.positions.map { ($0.market, $0.net) }, uniquingKeysWith: { a, _ in a })
        let ours = Dictionary(portfolio.positions.map { ($0.market, $0.position.net) }, uniquingKeysWith: { a, _ in a })
        return Set(theirs.keys).union(ours.keys).sorted().compactMap { market in
            let here = ours[market] ?? .zero
            let there = theirs[market] ?? .zero
            return here == there ? nil : explain(market, here: here, there: there)
        }
    }

    private func explain(_ ticker: Ticker, here: Quantity, there: Quantity) -> PositionDifference {
        func difference(_ explanation: String?, less: Money = .zero, more: Money = .zero) -> PositionDifference {
            PositionDifference(
                difference: AccountDifference(.position(ticker), "\(ticker): \(here) here, \(there) there", because: explanation), less: less, more: more)
        }
        if there.isZero, let known = market(ticker), known.settledAt == nil, known.result != nil || now >= known.market.closeTime {
            return difference("its market is being settled", more: Price.one * here.magnitude)
        }
        if here.isZero, let payment = paid[ticker]?.settlement, payment.net == there {
            return difference(Self.notPaidThere, less: payment.payout)
        }
        let missing = there - here
        let side: Side = missing > .zero ? .yes : .no
        let order = orders.values.filter { $0.intent.market == ticker && $0.intent.side == side && $0.mayStillFill && $0.remaining >= missing.magnitude }
            .min { $0.id < $1.id }
        if let order {
            // It may open contracts at its limit, or close others at a dollar a pair.
            let fee = Price.cents(2) * missing.magnitude + .cents(1)
            return difference(
                "a fill of \(order.id) is on its way", less: order.highestLimit * missing.magnitude + fee, more: Price.one * missing.magnitude)
        }
        return difference(nil)
    }

    // MARK: - Orders

    private func compareOrders(_ report: AccountReport) -> [AccountDifference] {
        report.orders.compactMap { seen in
            guard let order = orders[seen.clientOrder], order.intent.market == seen.market else { return nil }
            func difference(_ here: String, _ there: String) -> AccountDifference {
                AccountDifference(.order(order.id, seen.market), "order \(order.id): \(here) here, \(there) there")
            }
            let intent = order.intent
            // While it is being changed, the exchange may show it either way.
            if order.isOpen, order.change != nil { return nil }
            // How the exchange counts the first size of an order that was changed is its own affair; what it has in all is filled or rests.
            let size = order.changes.made > 0 ? seen.filled + seen.remaining : seen.initial
            if size != intent.quantity || seen.limit != intent.limit || seen.side != intent.side {
                return difference(
                    "\(intent.quantity) \(intent.side.rawValue) at \(intent.limit)", "\(size) \(seen.side.rawValue) at \(seen.limit)")
            }
            return order.isOpen || order.finallyFilled == nil ? nil : difference(order.state.rawValue, "resting")
        }
    }

    // MARK: - Cash

    /// The exchange's balance is short of our cash by what it set aside for resting orders: nothing for a closing one, at most the whole cost and fee.
    private func compareCash(_ report: AccountReport, _ positions: [PositionDifference]) -> AccountDifference? {
        var mostReserved = Money.cents(1)
        for order in report.orders {
            let fees = market(order.market).flatMap { FeeSchedule($0.market.fees) }
            let fee = fees?.upperBound(price: order.limit, quantity: order.remaining) ?? Price.cents(2) * order.remaining
            mostReserved += order.limit * order.remaining + fee + .cents(1)
        }
        let short = portfolio.cash - report.cash
        guard short < -Money.cents(1) || short > mostReserved else { return nil }
        let resting = report.orders.isEmpty ? "" : " with \(report.orders.count) orders resting"
        let explained = positions.filter { $0.difference.explanation != nil }
        let less = explained.reduce(mostReserved) { $0 + $1.less }
        let more = explained.reduce(Money.cents(1)) { $0 + $1.more }
        let fits = !explained.isEmpty && short >= -more && short <= less
        return AccountDifference(
            .cash, "cash: \(portfolio.cash) here, \(report.cash) there\(resting)", because: fits ? "the positions that differ explain it" : nil)
    }
}
