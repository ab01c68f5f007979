import Accounting
import Model

/// What was paid for the markets that were held, for as long as it may be taken back: an exchange that has paid by a wrong result pays again by the right one.
struct PaidMarkets: Sendable, Codable {
    /// A result that stood so long stands.
    static let memory = Interval.seconds(14 * 86_400)

    struct Payment: Sendable, Codable {
        /// Nil while the payout is taken back.
        var settlement: Settlement?
        /// The desk forgets a market sooner than its payout.
        let event: EventTicker
        var at: Timestamp
        /// When the account says it was paid; nil as long as only the stream has said so.
        var told: Timestamp?
    }

    private var byMarket: [Ticker: Payment] = [:]

    subscript(_ market: Ticker) -> Payment? { byMarket[market] }

    /// What a market paid; a late fill is paid as well, and taken back with the rest.
    mutating func paid(_ settlement: Settlement, of event: EventTicker, at now: Timestamp, told: Timestamp? = nil) {
        guard !settlement.net.isZero else { return }
        let before = byMarket[settlement.market]
        let all = if let first = before?.settlement, first.result == settlement.result { first.joined(with: settlement) } else { settlement }
        byMarket[settlement.market] = Payment(settlement: all, event: before?.event ?? event, at: now, told: told ?? before?.told)
    }

    /// The account has said when it paid.
    mutating func told(_ market: Ticker, at time: Timestamp) {
        let latest = max(byMarket[market]?.told ?? time, time)
        byMarket[market]?.told = latest
    }

    mutating func takenBack(_ market: Ticker, at now: Timestamp) {
        byMarket[market]?.settlement = nil
        byMarket[market]?.at = now
    }

    /// - Returns: the markets that were forgotten.
    mutating func forget(before now: Timestamp) -> [Ticker] {
        let old = byMarket.keys.filter { ticker in byMarket[ticker].map { now - $0.at > Self.memory } ?? false }.sorted()
        for ticker in old { byMarket[ticker] = nil }
        return old
    }
}
