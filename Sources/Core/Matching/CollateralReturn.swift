public import Model

/// How an event gives collateral back (`collateral_return_type`).
public enum CollateralReturn: String, Hashable, Sendable, Codable {
    /// At most one market resolves YES.
    case mutuallyExclusive = "MECNET"
    /// The markets are thresholds on one number.
    case directional = "DIRECNET"
    case none = ""

    /// By an event's markets: all exclusive, or at least two thresholds and nothing else.
    public init(of markets: [Market]) {
        if markets.isEmpty {
            self = .none
        } else if markets.allSatisfy(\.mutuallyExclusive) {
            self = .mutuallyExclusive
        } else {
            self = markets.count > 1 && markets.allSatisfy { $0.strike.isThreshold && !$0.mutuallyExclusive } ? .directional : .none
        }
    }
}

/// What the open positions of one event bring in the worst case: the collateral that no outcome can take.
struct WorstCase {
    struct Holding {
        let strike: Strike
        /// Positive YES, negative NO.
        let net: Quantity
        /// Set once the market is paid: it holds nothing then, but says which outcomes are left.
        let paid: MarketResult?
    }

    let kind: CollateralReturn
    let holdings: [Holding]

    var payout: Money {
        switch kind {
        case .none: .zero
        case .mutuallyExclusive: exclusive
        case .directional: directional
        }
    }

    /// n NO positions of equal size return n - 1 per contract (Kalshi reference, section 13): one of them may lose, the largest in the worst case.
    /// A YES may always lose, because perhaps no market wins. Once a market has won, no other can.
    private var exclusive: Money {
        let sizes = holdings.filter { $0.net < .zero }.map(\.net.magnitude)
        let sum = sizes.reduce(Quantity.zero, +)
        let isWon = holdings.contains { $0.paid == .yes }
        return Price.one * (isWon ? sum : sum - (sizes.max() ?? .zero))
    }

    /// The exchange's rule for thresholds is not public: this is the least that any value of the number pays, among the values that the paid markets left.
    private var directional: Money {
        let possible = values.filter { value in
            holdings.allSatisfy { holding in
                guard holding.paid == .yes || holding.paid == .no, let isYes = holding.strike.resolvesYes(value) else { return true }
                return isYes == (holding.paid == .yes)
            }
        }
        return possible.map(payout(at:)).min() ?? .zero
    }

    private func payout(at value: Double) -> Money {
        holdings.reduce(.zero) { sum, holding in
            guard holding.paid == nil, let isYes = holding.strike.resolvesYes(value) else { return sum }
            return isYes == (holding.net > .zero) ? sum + Price.one * holding.net.magnitude : sum
        }
    }

    /// Every threshold, and a value between each two of them and beyond the last: no outcome differs from all of these.
    private var values: [Double] {
        let bounds = Set(holdings.flatMap { $0.strike.bounds }).sorted()
        guard let first = bounds.first, let last = bounds.last else { return [] }
        return [first - 1] + bounds + zip(bounds, bounds.dropFirst()).map { ($0 + $1) / 2 } + [last + 1]
    }
}

extension Strike {
    /// The numbers at which the outcome turns.
    var bounds: [Double] {
        switch self {
        case .greater(let bound), .greaterOrEqual(let bound), .less(let bound), .lessOrEqual(let bound): [bound]
        case .between(let low, let high): [low, high]
        case .other: []
        }
    }

    /// A bound to one side only.
    var isThreshold: Bool {
        switch self {
        case .greater, .greaterOrEqual, .less, .lessOrEqual: true
        case .between, .other: false
        }
    }
}
