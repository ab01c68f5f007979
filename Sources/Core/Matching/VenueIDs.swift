import Model

/// Ids shaped like UUIDs, made of a seed and a counter: the same seed gives the same ids, and a counter never goes back.
struct VenueIDs: Sendable, Hashable {
    /// All but the last twelve digits: 24 bytes.
    private let prefix: [UInt8]
    private(set) var issued: UInt64

    init(seed: UInt64, issued: UInt64 = 0) {
        var random = SeededRandom(seed: seed)
        let bits = random.next()
        var text = Self.hexadecimal(bits >> 32, 8) + [UInt8(ascii: "-")] + Self.hexadecimal(bits >> 16, 4)
        text += [UInt8(ascii: "-"), UInt8(ascii: "4")] + Self.hexadecimal(bits >> 4, 3)
        text += [UInt8(ascii: "-"), UInt8(ascii: "8")] + Self.hexadecimal(random.next(), 3) + [UInt8(ascii: "-")]
        prefix = text
        self.issued = issued
    }

    mutating func next() -> String {
        issued += 1
        let counter = issued
        return String(unsafeUninitializedCapacity: 36) { bytes in
            for i in 0..<24 { bytes[i] = prefix[i] }
            for i in 0..<12 { bytes[24 + i] = Self.digit(counter >> UInt64(4 * (11 - i))) }
            return 36
        }
    }

    /// The counter inside an id that some seed has issued; 0 for any other text.
    static func counter(of text: String) -> UInt64 {
        if let quick = text.utf8.withContiguousStorageIfAvailable({ counter(of: $0) }) { return quick }
        return Array(text.utf8).withUnsafeBufferPointer { counter(of: $0) }
    }

    private static func counter(of text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var value: UInt64 = 0
        for byte in text.suffix(12) {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt64(byte - UInt8(ascii: "A") + 10)
            default: return 0
            }
        }
        return value
    }

    private static func hexadecimal(_ value: UInt64, _ digits: Int) -> [UInt8] { (0..<digits).map { digit(value >> UInt64(4 * (digits - 1 - $0))) } }

    private static func digit(_ value: UInt64) -> UInt8 {
        let nibble = UInt8(truncatingIfNeeded: value) & 15
        return nibble < 10 ? nibble + UInt8(ascii: "0") : nibble - 10 + UInt8(ascii: "a")
    }
}
