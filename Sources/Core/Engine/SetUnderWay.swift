import Model

/// A locked-in set on its way into the portfolio: one leg after the other, each for as many shares as the legs before it got.
///
/// buying the legs -> leaving what has no counterpart -> over. One order at a time.
struct SetUnderWay: Sendable, Codable {
    struct Leg: Sendable, Codable {
        let market: Ticker
        let side: Side
        let limit: Price
        /// Of one share, in dollars, while the set can be completed.
        let worth: Double
        var filled: Quantity = .zero
        /// One try to leave what has no counterpart was made.
        var left = false
    }

    let event: EventTicker
    var legs: [Leg]
    /// Shares that every leg so far has got; before the first, what is wanted.
    var shares: Quantity
    /// The leg that is bought next, or is on its way.
    var next = 0
    /// The order on its way.
    var order: ClientOrderID?
    var leaving = false
    let began: Timestamp

    /// Nothing more is bought: all legs are there, or one came to nothing.
    var boughtAll: Bool { next >= legs.count || shares.isZero }

    func feed(into digest: inout Digest) {
        digest.feed(event.text)
        digest.feed(next)
        digest.feed(shares)
        for leg in legs { digest.feed(leg.filled) }
    }
}
