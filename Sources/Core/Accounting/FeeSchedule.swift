public import Model

/// How the exchange rounds a fee; the rule has changed over the years, so a recording is charged by the rule of its day.
public enum FeeRounding: Hashable, Sendable, Codable {
    /// Early 2026: the whole order's fee, over all its fills, is rounded up to a cent. Proven on a recorded account.
    case centPerOrder
    /// Since mid 2026: each fill is rounded up to $0.0001, then the balance to its precision, with rebates (Kalshi reference, section 12).
    case current(precision: BalancePrecision)
}

/// The finest part of a dollar that an account's balance shows.
public enum BalancePrecision: String, Hashable, Sendable, Codable {
    /// Ordinary accounts.
    case cent
    /// Direct members.
    case tenThousandth

    public var grain: Money { self == .cent ? .cents(1) : Money(millionths: 100) }
}

/// The fee rule of a market: what a fill costs on top of its price, exact.
///
/// The fee is symmetric in the two legs, so any leg's price may be given; to charge real fills use `OrderFeeAccount`, because rounding is per order.
public struct FeeSchedule: Hashable, Sendable, Codable {
    public let terms: FeeTerms
    public let rounding: FeeRounding

    /// Nil where the rule is not known: such a market can be neither sized nor charged.
    public init?(_ terms: FeeTerms, rounding: FeeRounding = .current(precision: .cent)) {
        guard terms.kind != .unknown, terms.multiplierThousandths >= 0, terms.multiplierThousandths <= 10_000 else { return nil }
        self.terms = terms
        self.rounding = rounding
    }

    /// In units of 1e-7: 0.07 is 700,000 at the ordinary multiplier.
    func rate(_ liquidity: Liquidity) -> Int64 {
        switch (terms.kind, liquidity) {
        case (.quadratic, .taker), (.quadraticWithMakerFees, .taker): 700 * terms.multiplierThousandths
        case (.quadraticWithMakerFees, .maker): 175 * terms.multiplierThousandths
        case (.quadratic, .maker), (.unknown, _): 0
        }
    }

    /// rate * C * P * (1 - P) unrounded, in units of 1e-17 dollars.
    func raw(price: Price, quantity: Quantity, liquidity: Liquidity) -> Int128 {
        let p = Int64(price.tenThousandths)
        return Int128(rate(liquidity)) * Int128(quantity.hundredths) * Int128(p * (10_000 - p))
    }

    /// 1e-17 dollars in a cent and in $0.0001.
    static let rawCent: Int128 = 1_000_000_000_000_000
    static let rawTenThousandth: Int128 = 10_000_000_000_000

    /// The fee of one fill alone, rounded up to $0.0001, before the balance's own rounding.
    public func tradeFee(price: Price, quantity: Quantity, liquidity: Liquidity) -> Money {
        let units = Self.dividedUp(raw(price: price, quantity: quantity, liquidity: liquidity), by: Self.rawTenThousandth)
        return Money(millionths: units * 100)
    }

    /// Never less than what an order of this size, limited at `price`, is charged, however many fills it takes.
    ///
    /// A fill at a better price may cost a higher fee, but then the price saves more: `price * quantity + upperBound` always suffices.
    public func upperBound(price: Price, quantity: Quantity, liquidity: Liquidity = .taker) -> Money {
        guard quantity > .zero else { return .zero }
        let raw = raw(price: price, quantity: quantity, liquidity: liquidity)
        switch rounding {
        case .centPerOrder:
            // A cent more, because the cost of a fraction of a contract need not be whole cents while the fee is.
            return raw == 0 ? .zero : .cents(Self.dividedUp(raw, by: Self.rawCent) + 1)
        case .current:
            // Each fill rounds up by less than $0.0001 and there are at most as many fills as hundredths; the rounding account never exceeds a cent.
            let perFill = raw == 0 ? 0 : 100 * quantity.hundredths
            return Money(millionths: Self.dividedUp(raw, by: Self.rawTenThousandth) * 100 + perFill + 10_000)
        }
    }

    /// Never less than what an order is charged whose fills are of whole contracts, at `price`: what upperBound says of fills of a hundredth is a cent a
    /// contract, which no set of legs would survive and no book does.
    public func boundForWholeFills(price: Price, quantity: Quantity, liquidity: Liquidity = .taker) -> Money {
        guard case .current = rounding, raw(price: price, quantity: quantity, liquidity: liquidity) > 0 else {
            return upperBound(price: price, quantity: quantity, liquidity: liquidity)
        }
        // Each fill rounds up by less than $0.0001; the rounding account never exceeds a cent.
        return tradeFee(price: price, quantity: quantity, liquidity: liquidity) + Money(millionths: quantity.hundredths + 10_000)
    }

    /// Dollars of fee that one more contract adds to a large order: for sizing, where rounding is noise. Never for balances.
    public func expectedFeePerContract(price: Price, liquidity: Liquidity) -> Double {
        Double(rate(liquidity)) / 10_000_000 * price.probability * (1 - price.probability)
    }

    static func dividedUp(_ value: Int128, by unit: Int128) -> Int64 {
        if value == 0 { return 0 }
        // An order of some thousand contracts fits into 64 bits, where dividing is ten times quicker.
        let up = value + unit - 1
        if let small = Int64(exactly: up), let by = Int64(exactly: unit) { return small / by }
        return Int64(up / unit)
    }
}
