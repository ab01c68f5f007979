/// An amount of dollars, exact, in integer millionths: 1_000_000 is $1.
///
/// A price (ten-thousandths) times a quantity (hundredths) is a whole number of millionths, so no product of the two ever rounds.
public struct Money: Hashable, Comparable, Sendable, Codable {
    public let millionths: Int64

    public init(millionths: Int64) { self.millionths = millionths }

    public static let zero = Money(millionths: 0)
    public static func dollars(_ whole: Int64) -> Money { Money(millionths: whole * 1_000_000) }
    public static func cents(_ cents: Int64) -> Money { Money(millionths: cents * 10_000) }

    public static func < (a: Money, b: Money) -> Bool { a.millionths < b.millionths }
    public static func + (a: Money, b: Money) -> Money { Money(millionths: a.millionths + b.millionths) }
    public static func - (a: Money, b: Money) -> Money { Money(millionths: a.millionths - b.millionths) }
    public static prefix func - (a: Money) -> Money { Money(millionths: -a.millionths) }
    public static func += (a: inout Money, b: Money) { a = a + b }
    public static func -= (a: inout Money, b: Money) { a = a - b }

    public var magnitude: Money { Money(millionths: millionths.magnitude > UInt64(Int64.max) ? .max : abs(millionths)) }

    /// The largest multiple of `grain` that is not above this amount (towards minus infinity).
    public func floored(to grain: Money) -> Money {
        let remainder = millionths % grain.millionths
        let down = remainder < 0 ? remainder + grain.millionths : remainder
        return Money(millionths: millionths - down)
    }

    /// The smallest multiple of `grain` that is not below this amount (towards plus infinity).
    public func ceiled(to grain: Money) -> Money { -((-self).floored(to: grain)) }

    /// For statistics and display only; never to be turned back into a balance.
    public var approximateDollars: Double { Double(millionths) / 1_000_000 }
}

extension Money: CustomStringConvertible {
    /// Dollars with at least four decimals, six where the amount needs them: "12.3400", "0.009597".
    public var description: String {
        millionths % 100 == 0 ? FixedPoint.text(millionths / 100, decimals: 4) : FixedPoint.text(millionths, decimals: 6)
    }

    /// Reads a decimal number of dollars with up to six decimals; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard let value = FixedPoint.parse(text.utf8, decimals: 6) else { return nil }
        self.init(millionths: value)
    }
}
