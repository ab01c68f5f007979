public import Model

/// The net position in one market: positive YES, negative NO, never both.
///
/// Cost is kept at the average: a partial close takes out cost in proportion, rounded down to a millionth of a dollar, and the rest stays exact.
public struct Position: Hashable, Sendable, Codable {
    public private(set) var net: Quantity = .zero
    /// What the open contracts cost, without fees.
    public private(set) var cost: Money = .zero
    /// Profit of what was closed or settled, before fees.
    public private(set) var realized: Money = .zero
    public private(set) var fees: Money = .zero

    public init() {}

    /// What a fill did to the position and to cash.
    public struct Change: Hashable, Sendable, Codable {
        /// The part of the fill that closed contracts of the other leg; each such pair released $1.
        public let closed: Quantity
        public let realized: Money
        /// What cash moves by, fee included.
        public let cash: Money
    }

    public var side: Side? { net.isZero ? nil : net > .zero ? .yes : .no }

    /// Buys `quantity` of `side` at `side`'s own price: closes the other leg first, opens with what is left. A purchase of nothing changes nothing.
    public mutating func buy(_ side: Side, price: Price, quantity: Quantity, fee: Money) -> Change {
        guard quantity > .zero else { return Change(closed: .zero, realized: .zero, cash: .zero) }
        let signed = side == .yes ? quantity : -quantity
        let closed = (net.hundredths < 0) != (signed.hundredths < 0) ? min(net.magnitude, quantity) : .zero
        let released = Price.one * closed
        let gain = released - price * closed - takeCost(of: closed)
        let opened = quantity - closed
        net += signed
        cost += price * opened
        realized += gain
        fees += fee
        return Change(closed: closed, realized: gain, cash: released - price * quantity - fee)
    }

    private mutating func takeCost(of closed: Quantity) -> Money {
        guard closed > .zero else { return .zero }
        let share = Money(millionths: Int64(Int128(cost.millionths) * Int128(closed.hundredths) / Int128(net.magnitude.hundredths)))
        cost -= share
        return share
    }

    /// What closing at `yesValue` per YES would bring above cost, without fees.
    public func unrealized(at yesValue: Price) -> Money {
        value(at: yesValue) - cost
    }

    /// What the open contracts are worth when a YES is worth `yesValue`.
    public func value(at yesValue: Price) -> Money {
        (net < .zero ? yesValue.complement : yesValue) * net.magnitude
    }

    /// Pays the position out and empties it. Nil where nothing is held.
    /// - Parameter told: what the exchange says that it paid for this position, in whole cents.
    public mutating func settle(_ market: Ticker, _ result: MarketResult, told: Money? = nil) -> Settlement? {
        guard !net.isZero else { return nil }
        var worth = result.yesValue.map(value(at:)) ?? cost
        // A void returns the cost to the millionth; any other payout is whole cents and the remainder is the fee (reference, section 13).
        var payout = result == .void ? worth : worth.floored(to: .cents(1))
        // A value is known too coarsely where the exchange has paid a cent more or less by it: then what it paid is what the position was worth.
        if let told, result != .yes, result != .no, (told - payout).magnitude >= .cents(1) { (worth, payout) = (told, told) }
        let paid = Settlement(market: market, result: result, net: net, cost: cost, payout: payout, fee: worth - payout, realized: worth - cost)
        realized += paid.realized
        fees += paid.fee
        net = .zero
        cost = .zero
        return paid
    }

    /// Takes a payout back: the position is what it was before. Only for a settlement of this position, with nothing bought since.
    public mutating func unsettle(_ paid: Settlement) {
        precondition(net.isZero, "a market that was paid out is not traded")
        net = paid.net
        cost = paid.cost
        realized -= paid.realized
        fees -= paid.fee
    }

    /// Takes the exchange's word for what is held. For reconciliation only; realized profit and fees stay.
    public mutating func restate(net: Quantity, cost: Money) {
        self.net = net
        self.cost = cost
    }

    public func feed(into digest: inout Digest) {
        digest.feed(net)
        digest.feed(cost)
        digest.feed(realized)
        digest.feed(fees)
    }
}
