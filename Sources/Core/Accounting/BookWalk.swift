public import Model

/// What an order would do to a book as it stands, fee included: level by level, best first, to the exchange's own rounding.
///
/// It is the book of this moment: whoever sends the order may find another one.
public struct BookWalk: Hashable, Sendable {
    /// One level's share of the order.
    public struct Step: Hashable, Sendable {
        /// In the dollars of the leg that is bought.
        public let price: Price
        public let quantity: Quantity
        public let fee: Money
    }

    public let steps: [Step]
    /// What finds no offer within the limit.
    public let remaining: Quantity
    public let cost: Money
    public let fee: Money

    /// - Parameters:
    ///   - offers: what the buyer of the leg meets, in that leg's dollars, cheapest first.
    ///   - limit: the most that is paid; nil takes any price.
    public init(offers: some Sequence<Level>, quantity: Quantity, limit: Price?, fees: FeeSchedule) {
        var account = OrderFeeAccount(fees)
        var steps: [Step] = []
        var left = quantity
        var cost = Money.zero
        var fee = Money.zero
        for offer in offers where left > .zero {
            if let limit, offer.price > limit { break }
            let taken = min(left, offer.quantity)
            guard taken > .zero else { continue }
            let charged = account.charge(price: offer.price, quantity: taken, liquidity: .taker).net
            steps.append(Step(price: offer.price, quantity: taken, fee: charged))
            cost += offer.price * taken
            fee += charged
            left -= taken
        }
        self.steps = steps
        self.cost = cost
        self.fee = fee
        remaining = left
    }

    public var filled: Quantity { steps.reduce(.zero) { $0 + $1.quantity } }
}
