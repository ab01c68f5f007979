/// The price of one leg (YES or NO) of a contract that pays $1, in integer ten-thousandths of a dollar: 4200 is $0.42.
///
/// `Price` alone does not say which leg it belongs to: whoever carries one carries a `Side` beside it.
public struct Price: Hashable, Comparable, Sendable, Codable {
    public let tenThousandths: Int32

    /// - Parameter tenThousandths: 0 to 10,000. 0 and 10,000 are not tradable; they occur as settlement values and as "no quote" on the wire.
    public init(tenThousandths: Int32) {
        precondition(tenThousandths >= 0 && tenThousandths <= 10_000, "a price lies between $0 and $1")
        self.tenThousandths = tenThousandths
    }

    public static let zero = Price(tenThousandths: 0)
    public static let one = Price(tenThousandths: 10_000)
    public static func cents(_ cents: Int32) -> Price { Price(tenThousandths: cents * 100) }

    public static func < (a: Price, b: Price) -> Bool { a.tenThousandths < b.tenThousandths }

    /// The same point of the book seen from the other leg: $1 less this price.
    public var complement: Price { Price(tenThousandths: 10_000 - tenThousandths) }
    public var isTradable: Bool { tenThousandths > 0 && tenThousandths < 10_000 }
    /// For probabilities and statistics.
    public var probability: Double { Double(tenThousandths) / 10_000 }

    /// What `quantity` contracts cost at this price. Exact.
    public static func * (price: Price, quantity: Quantity) -> Money {
        Money(millionths: Int64(price.tenThousandths) * quantity.hundredths)
    }
}

extension Price: CustomStringConvertible {
    public var description: String { FixedPoint.text(Int64(tenThousandths), decimals: 4) }

    /// Reads "0.42", "0.4200", "1.0000"; nil when it is not a number between 0 and 1 with at most four decimals.
    public init?(_ text: some StringProtocol) {
        guard let value = FixedPoint.parse(text.utf8, decimals: 4), value >= 0, value <= 10_000 else { return nil }
        self.init(tenThousandths: Int32(value))
    }
}
