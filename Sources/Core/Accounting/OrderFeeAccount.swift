public import Model

/// What one fill was charged.
public struct FeeCharge: Hashable, Sendable, Codable {
    public let tradeFee: Money
    /// What the rounding of the balance took.
    public let roundingFee: Money
    /// What earlier roundings of the same order gave back.
    public let rebate: Money

    public init(tradeFee: Money, roundingFee: Money, rebate: Money) {
        self.tradeFee = tradeFee
        self.roundingFee = roundingFee
        self.rebate = rebate
    }

    /// Can be negative by less than a cent, when a rebate exceeds the fill's fee.
    public var net: Money { tradeFee + roundingFee - rebate }
}

/// The fee memory of one order: rounding is settled over all its fills, so the same fill costs differently early and late.
///
/// Keep one for each order and pass every fill through it once, in order.
public struct OrderFeeAccount: Hashable, Sendable, Codable {
    public let schedule: FeeSchedule
    /// `.current`: rounding fees taken and not yet given back; at most a cent.
    public private(set) var accumulator: Money = .zero
    /// `.centPerOrder`: what has been charged beyond the exact fee, in 1e-17 dollars; less than a cent.
    private var prepaid: Int64 = 0

    public init(_ schedule: FeeSchedule) { self.schedule = schedule }

    /// - Parameter price: of the leg that was bought. Which leg, and whether it closes a position, does not matter: the difference is whole cents.
    public mutating func charge(price: Price, quantity: Quantity, liquidity: Liquidity) -> FeeCharge {
        switch schedule.rounding {
        case .centPerOrder:
            let owed = schedule.raw(price: price, quantity: quantity, liquidity: liquidity) - Int128(prepaid)
            let cents = owed > 0 ? FeeSchedule.dividedUp(owed, by: FeeSchedule.rawCent) : 0
            prepaid = Int64(Int128(cents) * FeeSchedule.rawCent - owed)
            return FeeCharge(tradeFee: .cents(cents), roundingFee: .zero, rebate: .zero)
        case .current:
            let fee = schedule.tradeFee(price: price, quantity: quantity, liquidity: liquidity)
            return settle(tradeFee: fee, revenue: -(price * quantity))
        }
    }

    /// The rounding of section 12, from a given trade fee: change = revenue - fee, settled = floor(change).
    mutating func settle(tradeFee: Money, revenue: Money) -> FeeCharge {
        guard case .current(let precision) = schedule.rounding else { return FeeCharge(tradeFee: tradeFee, roundingFee: .zero, rebate: .zero) }
        let change = revenue - tradeFee
        let roundingFee = change - change.floored(to: precision.grain)
        accumulator += roundingFee
        let rebate: Money = accumulator > .cents(1) ? .cents(1) : .zero
        accumulator -= rebate
        return FeeCharge(tradeFee: tradeFee, roundingFee: roundingFee, rebate: rebate)
    }
}
