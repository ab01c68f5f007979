import Accounting
import Learning
import Model
import Risk

// What was paid and is not the last word: an exchange may take a payout back while its market is disputed, and pay again by another result.
extension TradingEngine {
    /// Why a position that was paid here is held there.
    static let notPaidThere = "its payout is not there yet, or was taken back"

    /// What the account says of a payout that is known here already; true where there is nothing left to learn from it.
    mutating func learnPayment(_ row: VenueSettlement, _ effects: inout [Effect]) -> Bool {
        guard let before = paid[row.market] else { return false }
        defer { paid.told(row.market, at: row.time) }
        guard before.settlement != nil else {
            // Taken back: what it was paid by before is told for a while longer.
            return before.told.map { row.time <= $0 } ?? false
        }
        if before.told.map({ row.time > $0 }) ?? true { payAgain(row.market, by: row.result, told: row, &effects) }
        // A late fill that is still held is paid the ordinary way.
        return portfolio.position(row.market).net.isZero
    }

    /// Writes a payout down, and keeps it in mind while it may be taken back.
    mutating func book(_ payout: Settlement, told: Timestamp? = nil, _ effects: inout [Effect]) {
        paid.paid(payout, of: eventOf(payout.market), at: now, told: told)
        accountMovedAt = now
        effects.append(.settled(payout))
    }

    /// Takes the first payout back and books the second, where the two results differ.
    mutating func payAgain(_ ticker: Ticker, by result: MarketResult, told row: VenueSettlement? = nil, _ effects: inout [Effect]) {
        guard let first = paid[ticker]?.settlement, Self.differ(first.result, result), portfolio.position(ticker).net.isZero else { return }
        takeBack(first)
        guard let second = portfolio.settle(ticker, result, told: row?.paid) else { preconditionFailure("what was taken back is held") }
        update(ticker) { $0.result = result }
        book(second, told: row?.time ?? now, &effects)
        share(out: ticker, result)
        hear(result, of: ticker)
        let corrected = learner.correct(ticker, result: result)
        if let corrected { effects.append(.scored(corrected)) }
        let scored = corrected == nil ? "Its forecasts stay scored as they were." : "Its forecasts are scored by the second."
        effects.append(
            .notice(
                Notice(
                    .warning,
                    "\(ticker) was paid as \(first.result) and is paid as \(result) now: \(first.payout) was taken back, \(second.payout) paid. \(scored)")))
    }

    /// The position stands again, and no streak was ever lengthened or ended by what it was paid.
    private mutating func takeBack(_ payment: Settlement) {
        portfolio.takeBack(payment)
        paid.takenBack(payment.market, at: now)
        attribution.takenBack(payment.market)
        foreseen.takenBack(payment.market)
        risk.breaker.takenBack(eventOf(payment.market), realized: payment.realized)
    }

    /// What the account has shown as unpaid for a minute is unpaid: the position is held again, and waits for its result.
    /// - Returns: whether anything was taken back.
    mutating func takeBackPayouts(_ effects: inout [Effect]) -> Bool {
        var changed = false
        for difference in unsettled where difference.explanation == Self.notPaidThere {
            guard let ticker = difference.about, let since = explainedSince[difference.subject], now - since > Self.explanationHolds,
                let payment = paid[ticker]?.settlement
            else { continue }
            takeBack(payment)
            update(ticker) {
                $0.status = .disputed
                $0.result = nil
                $0.settledAt = nil
            }
            effects.append(.notice(Notice(.warning, "The payout of \(ticker), \(payment.payout), was taken back: \(payment.net) are held again until it is paid anew.")))
            changed = true
        }
        return changed
    }

    /// The account tells a value in whole cents, and one it does not know as a void.
    private static func differ(_ known: MarketResult, _ told: MarketResult) -> Bool {
        switch (known, told) {
        case (.scalar(let exact), .scalar(let cents)): abs(exact.tenThousandths - cents.tenThousandths) >= 100
        case (.scalar, .void): false
        default: known != told
        }
    }
}
