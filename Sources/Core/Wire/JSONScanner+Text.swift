extension JSONScanner {
    // Eight bytes at a time: a byte of a word that is a quote, a backslash, a control character or beyond ASCII sets its top bit in `interesting`
    // ("Bit Twiddling Hacks", haszero and hasless). Bits above the lowest one set may be false, the lowest never is.
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    @inline(__always) private static func interesting(_ word: UInt64) -> UInt64 {
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let found = ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((word &- (ones &* 0x20)) & ~word) | word
        return found & tops
    }

    /// A string's bytes, between its quotes, checked for escapes and UTF-8.
    @inline(__always) public mutating func string() throws(WireError) -> Slice {
        guard take(UInt8(ascii: "\"")) else { throw unexpected("a string") }
        let start = position
        var i = start
        while i + 8 <= end {
            let found = Self.interesting(word(i))
            if found == 0 {
                i += 8
                continue
            }
            i += found.trailingZeroBitCount >> 3
            if byte(i) == UInt8(ascii: "\"") {
                position = i + 1
                return Slice(start: start, count: i - start, escaped: false)
            }
            break
        }
        return try carefulString(start: start, from: i)
    }

    /// The rest of a string that has escapes, letters beyond ASCII, or ends within the last bytes.
    @inline(never) private mutating func carefulString(start: Int, from: Int) throws(WireError) -> Slice {
        var i = from
        var escaped = false
        while i < end {
            let b = byte(i)
            switch b {
            case UInt8(ascii: "\""):
                position = i + 1
                return Slice(start: start, count: i - start, escaped: escaped)
            case UInt8(ascii: "\\"):
                escaped = true
                i = try checkEscape(i)
            case 0..<0x20: throw WireError("a control character within a string", at: i)
            case 0x80...: i = try checkUTF8(i)
            default: i += 1
            }
        }
        throw WireError("a string without an end", at: start)
    }

    private func checkEscape(_ at: Int) throws(WireError) -> Int {
        guard at + 1 < end else { throw WireError("a string without an end", at: at) }
        switch byte(at + 1) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"),
            UInt8(ascii: "t"): return at + 2
        case UInt8(ascii: "u"):
            guard hex4(at + 2) != nil else { throw WireError("an escape that is none", at: at) }
            return at + 6
        default: throw WireError("an escape that is none", at: at)
        }
    }

    private func checkUTF8(_ at: Int) throws(WireError) -> Int {
        let b = byte(at)
        let length = b >= 0xC2 && b < 0xE0 ? 2 : b >= 0xE0 && b < 0xF0 ? 3 : b >= 0xF0 && b < 0xF5 ? 4 : 0
        guard length > 0, at + length <= end else { throw WireError("bytes that are not UTF-8", at: at) }
        // The second byte's range keeps out overlong forms, surrogates and what lies beyond U+10FFFF (Unicode, table 3-7).
        let second = byte(at + 1)
        let low: UInt8 = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80
        let high: UInt8 = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF
        guard second >= low, second <= high else { throw WireError("bytes that are not UTF-8", at: at) }
        for i in 2..<max(2, length) where byte(at + i) & 0xC0 != 0x80 { throw WireError("bytes that are not UTF-8", at: at) }
        return at + length
    }

    private func hex4(_ at: Int) -> UInt32? {
        guard at + 4 <= end else { return nil }
        var value: UInt32 = 0
        for i in at..<at + 4 {
            let b = byte(i)
            switch b {
            case 0x30...0x39: value = value << 4 | UInt32(b - 0x30)
            case 0x41...0x46: value = value << 4 | UInt32(b - 0x41 + 10)
            case 0x61...0x66: value = value << 4 | UInt32(b - 0x61 + 10)
            default: return nil
            }
        }
        return value
    }

    /// Whether a string is exactly this ASCII text. A string with escapes never matches: the exchange escapes no name.
    @inline(__always) public func matches(_ slice: Slice, _ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard slice.count == count else { return false }
        for i in 0..<count where byte(slice.start + i) != text.utf8Start[i] { return false }
        return true
    }

    /// A string's text, its escapes resolved; half of a surrogate pair becomes U+FFFD.
    public func text(_ slice: Slice) -> String {
        guard slice.escaped else {
            return String(decoding: UnsafeRawBufferPointer(start: base + slice.start, count: slice.count), as: UTF8.self)
        }
        return String(decoding: unescaped(slice), as: UTF8.self)
    }

    /// A string's bytes, its escapes resolved.
    public func unescaped(_ slice: Slice) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(slice.count)
        var i = slice.start
        let stop = slice.start + slice.count
        while i < stop {
            guard byte(i) == UInt8(ascii: "\\") else {
                out.append(byte(i))
                i += 1
                continue
            }
            let kind = byte(i + 1)
            i += 2
            switch kind {
            case UInt8(ascii: "b"): out.append(8)
            case UInt8(ascii: "f"): out.append(12)
            case UInt8(ascii: "n"): out.append(10)
            case UInt8(ascii: "r"): out.append(13)
            case UInt8(ascii: "t"): out.append(9)
            case UInt8(ascii: "u"):
                var scalar = hex4(i) ?? 0xFFFD
                i += 4
                if scalar & 0xFC00 == 0xD800, i + 6 <= stop, byte(i) == UInt8(ascii: "\\"), byte(i + 1) == UInt8(ascii: "u"), let low = hex4(i + 2),
                    low & 0xFC00 == 0xDC00
                {
                    scalar = 0x10000 + (scalar & 0x3FF) << 10 + low & 0x3FF
                    i += 6
                }
                out.append(contentsOf: Array(String(Character(Unicode.Scalar(scalar) ?? "\u{FFFD}")).utf8))
            default: out.append(kind)
            }
        }
        return out
    }
}
