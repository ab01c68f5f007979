/// A 64-bit fingerprint of a state, built by feeding every part in a defined order (FNV-1a over 64-bit words).
///
/// It tells two runs apart; it is no protection against forgery. The journal's chain uses SHA-256 for that.
public struct Digest: Sendable {
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    public init() {}

    public mutating func feed(_ word: UInt64) {
        hash = (hash ^ word) &* 0x100_0000_01B3
        hash ^= hash >> 29
    }

    public mutating func feed(_ value: Int64) { feed(UInt64(bitPattern: value)) }
    public mutating func feed(_ value: Int) { feed(UInt64(bitPattern: Int64(value))) }
    public mutating func feed(_ value: Bool) { feed(value ? 1 as UInt64 : 0) }
    /// By bit pattern, with the two zeros made one.
    public mutating func feed(_ value: Double) { feed(value == 0 ? 0 : value.bitPattern) }
    public mutating func feed(_ text: String) {
        feed(text.utf8.count)
        for byte in text.utf8 { feed(UInt64(byte)) }
    }
    public mutating func feed(_ price: Price) { feed(Int64(price.tenThousandths)) }
    public mutating func feed(_ quantity: Quantity) { feed(quantity.hundredths) }
    public mutating func feed(_ money: Money) { feed(money.millionths) }
    public mutating func feed(_ time: Timestamp) { feed(time.nanoseconds) }

    public var value: UInt64 { hash }
    /// Sixteen hexadecimal digits.
    public var text: String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
