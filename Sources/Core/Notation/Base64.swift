/// RFC 4648: bytes as text. Decoding is strict: what encoding would not have written is refused.
public enum Base64: Sendable {
    /// With `+`, `/` and padding.
    case standard
    /// With `-`, `_` and no padding: fit for a name or an address.
    case url

    public func encode(_ bytes: some Collection<UInt8>) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        var iterator = bytes.makeIterator()
        while let a = iterator.next() {
            let b = iterator.next()
            let c = b == nil ? nil : iterator.next()
            let group = UInt32(a) << 16 | UInt32(b ?? 0) << 8 | UInt32(c ?? 0)
            for i in 0..<4 {
                if i == 2 && b == nil || i == 3 && c == nil {
                    if self == .standard { out.append(UInt8(ascii: "=")) }
                } else {
                    out.append(alphabet[Int(group >> (18 - 6 * UInt32(i)) & 63)])
                }
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    public func decode(_ text: some StringProtocol) -> [UInt8]? {
        var digits = Array(text.utf8)
        if self == .standard {
            guard digits.count % 4 == 0 else { return nil }
            for _ in 0..<2 where digits.last == UInt8(ascii: "=") { digits.removeLast() }
        }
        guard digits.count % 4 != 1 else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(digits.count / 4 * 3 + 2)
        var group: UInt32 = 0
        var bits = 0
        for digit in digits {
            guard let value = value(digit) else { return nil }
            group = group << 6 | value
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
            }
        }
        // The bits that are left over say nothing; if they are not zero, this was not written by an encoder.
        return group & (1 << UInt32(bits) - 1) == 0 ? out : nil
    }

    private var alphabet: [UInt8] { self == .standard ? Base64.standardAlphabet : Base64.urlAlphabet }

    private func value(_ digit: UInt8) -> UInt32? {
        switch digit {
        case 0x41...0x5A: UInt32(digit - 0x41)
        case 0x61...0x7A: UInt32(digit - 0x61 + 26)
        case 0x30...0x39: UInt32(digit - 0x30 + 52)
        case UInt8(ascii: self == .standard ? "+" : "-"): 62
        case UInt8(ascii: self == .standard ? "/" : "_"): 63
        default: nil
        }
    }

    private static let standardAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
}
