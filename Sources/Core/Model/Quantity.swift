/// A number of contracts in integer hundredths: 150 is 1.50 contracts. Negative only where a difference is meant (a delta, a net position).
public struct Quantity: Hashable, Comparable, Sendable, Codable {
    public let hundredths: Int64

    public init(hundredths: Int64) { self.hundredths = hundredths }

    public static let zero = Quantity(hundredths: 0)
    public static func contracts(_ whole: Int64) -> Quantity { Quantity(hundredths: whole * 100) }

    public static func < (a: Quantity, b: Quantity) -> Bool { a.hundredths < b.hundredths }
    public static func + (a: Quantity, b: Quantity) -> Quantity { Quantity(hundredths: a.hundredths + b.hundredths) }
    public static func - (a: Quantity, b: Quantity) -> Quantity { Quantity(hundredths: a.hundredths - b.hundredths) }
    public static prefix func - (a: Quantity) -> Quantity { Quantity(hundredths: -a.hundredths) }
    public static func += (a: inout Quantity, b: Quantity) { a = a + b }
    public static func -= (a: inout Quantity, b: Quantity) { a = a - b }

    public var magnitude: Quantity { Quantity(hundredths: abs(hundredths)) }
    public var isZero: Bool { hundredths == 0 }
    public var approximateContracts: Double { Double(hundredths) / 100 }
}

extension Quantity: CustomStringConvertible {
    public var description: String { FixedPoint.text(hundredths, decimals: 2) }

    /// Reads "12", "12.5", "12.50", "-3.00"; nil for anything finer than a hundredth or not a number.
    public init?(_ text: some StringProtocol) {
        guard let value = FixedPoint.parse(text.utf8, decimals: 2) else { return nil }
        self.init(hundredths: value)
    }
}
