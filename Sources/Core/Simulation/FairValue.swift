import Model
import RealModule

/// What a market's outcome is drawn from: how far the mean lies above the strike, and how much is still open.
struct FairValue: Sendable {
    /// Settlement value as the law that an observer assigns to it.
    let mean: Double
    let spread: Double

    func probability(_ strike: Strike) -> Double {
        switch strike {
        case .greater(let level), .greaterOrEqual(let level): Self.normal((mean - level) / spread)
        case .less(let level), .lessOrEqual(let level): Self.normal((level - mean) / spread)
        case .between(let low, let high): max(Self.normal((high - mean) / spread) - Self.normal((low - mean) / spread), 0)
        case .other: 0.5
        }
    }

    static func normal(_ z: Double) -> Double { 0.5 * Double.erfc(-z / 2.0.squareRoot()) }

    /// The average of 60 one-second samples up to the close, seen `left` seconds before it at `price`.
    /// `known` is the sum of the samples already taken. Sums of squares: var(sum of m future samples) = m(m+1)(2m+1)/6 of one second's variance.
    static func average(price: Double, left: Double, volatility: Double, known: (Int) -> Double) -> FairValue {
        let perSecond = price * volatility
        if left >= 60 { return FairValue(mean: price, spread: perSecond * (left - 60 + 20.5).squareRoot()) }
        let m = left.rounded(.up)
        let taken = 60 - Int(m)
        let mean = ((taken > 0 ? known(taken) : 0) + price * m) / 60
        let variance = m * (m + 1) * (2 * m + 1) / 6 / 3600
        return FairValue(mean: mean, spread: max(perSecond * variance.squareRoot(), price * 1e-9))
    }

    /// A daily high in whole degrees: half a degree of rounding is put into the strike by `degrees`.
    static func high(_ high: DailyHigh, bias: Double) -> FairValue {
        FairValue(mean: high.forecast + bias * high.remainingSpread, spread: max(high.remainingSpread, 0.02))
    }

    /// The strike of a rule on whole degrees, on the scale before rounding.
    static func degrees(_ strike: Strike) -> Strike {
        switch strike {
        case .greater(let level): .greater(level + 0.5)
        case .greaterOrEqual(let level): .greater(level - 0.5)
        case .less(let level): .less(level - 0.5)
        case .lessOrEqual(let level): .less(level + 0.5)
        case .between(let low, let high): .between(low - 0.5, high + 0.5)
        case .other: .other
        }
    }
}
