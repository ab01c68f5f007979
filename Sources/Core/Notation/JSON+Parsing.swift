/// Why a text is no JSON, and at which byte.
public struct JSONError: Error, Equatable, Sendable {
    public let offset: Int
    public init(offset: Int) { self.offset = offset }
}

extension JSON {
    /// What becomes of text that is not Unicode: bytes that are not UTF-8, and halves of surrogate pairs.
    public enum BrokenText: Sendable {
        /// Each fault becomes U+FFFD, as in the exchange's own decoder.
        case repaired
        case refused
    }

    /// The whole of `bytes` as one value. Nesting is bounded, so no input can exhaust the stack; a number that is not finite is refused.
    public init(parsing bytes: [UInt8], depthLimit: Int = 32, brokenText: BrokenText = .repaired) throws(JSONError) {
        self = try JSON.parse(bytes[...], depthLimit, brokenText)
    }

    /// The same for a part of a buffer; offsets count from its start.
    public init(parsing bytes: ArraySlice<UInt8>, depthLimit: Int = 32, brokenText: BrokenText = .repaired) throws(JSONError) {
        self = try JSON.parse(bytes, depthLimit, brokenText)
    }

    private static func parse(_ bytes: ArraySlice<UInt8>, _ depthLimit: Int, _ brokenText: BrokenText) throws(JSONError) -> JSON {
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSON, JSONError> in
            var reader = JSONReader(bytes: buffer, depthLimit: depthLimit, brokenText: brokenText)
            do throws(JSONError) { return .success(try reader.whole()) } catch { return .failure(error) }
        }
        return try result.get()
    }
}

private struct JSONReader {
    let bytes: UnsafeBufferPointer<UInt8>
    let depthLimit: Int
    let brokenText: JSON.BrokenText
    var offset = 0

    mutating func whole() throws(JSONError) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard offset == bytes.count else { throw JSONError(offset: offset) }
        return value
    }

    mutating func value(depth: Int) throws(JSONError) -> JSON {
        skipSpace()
        guard depth < depthLimit, let byte = peek else { throw JSONError(offset: offset) }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        offset += 1
        var members: [JSON.Member] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object([]) }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw JSONError(offset: offset) }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw JSONError(offset: offset) }
            members.append(JSON.Member(key: key, value: try value(depth: depth + 1)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw JSONError(offset: offset) }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        offset += 1
        var values: [JSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array([]) }
        while true {
            values.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(values) }
            guard take(UInt8(ascii: ",")) else { throw JSONError(offset: offset) }
        }
    }

    /// Text without escapes, which is nearly all of it, is taken in one piece.
    private mutating func string() throws(JSONError) -> String {
        offset += 1
        let start = offset
        while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { offset += 1 }
        guard peek != UInt8(ascii: "\"") else {
            offset += 1
            return try text(UnsafeBufferPointer(rebasing: bytes[start..<offset - 1]), at: start)
        }
        var unescaped = Array(bytes[start..<offset])
        while let byte = peek {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return try unescaped.withUnsafeBufferPointer { buffer -> Result<String, JSONError> in
                do throws(JSONError) { return .success(try text(buffer, at: start)) } catch { return .failure(error) }
            }.get()
            case UInt8(ascii: "\\"): unescaped.append(contentsOf: try escape())
            case 0..<0x20: throw JSONError(offset: offset - 1)
            default: unescaped.append(byte)
            }
        }
        throw JSONError(offset: offset)
    }

    private func text(_ buffer: UnsafeBufferPointer<UInt8>, at start: Int) throws(JSONError) -> String {
        switch brokenText {
        case .repaired: return String(decoding: buffer, as: UTF8.self)
        case .refused:
            guard let text = String(validating: buffer, as: UTF8.self) else { throw JSONError(offset: start) }
            return text
        }
    }

    private mutating func escape() throws(JSONError) -> [UInt8] {
        guard let byte = peek else { throw JSONError(offset: offset) }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return try unicode()
        default: throw JSONError(offset: offset - 1)
        }
    }

    private mutating func unicode() throws(JSONError) -> [UInt8] {
        let start = offset
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return Array(String(scalar).utf8) }
        if first < 0xDC00, peek == UInt8(ascii: "\\"), offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: "u") {
            let afterFirst = offset
            offset += 2
            let second = try hexadecimal()
            if (0xDC00..<0xE000).contains(second), let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) {
                return Array(String(scalar).utf8)
            }
            // The second stands for itself.
            offset = afterFirst
        }
        guard brokenText == .repaired else { throw JSONError(offset: start) }
        return Array("\u{FFFD}".utf8)
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard offset + 4 <= bytes.count else { throw JSONError(offset: offset) }
        var value: UInt32 = 0
        for byte in bytes[offset..<offset + 4] {
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: value = value << 4 | UInt32(byte - 0x41 + 10)
            case 0x61...0x66: value = value << 4 | UInt32(byte - 0x61 + 10)
            default: throw JSONError(offset: offset)
            }
        }
        offset += 4
        return value
    }

    /// RFC 8259's grammar, in full: no leading zero, no bare point, no plus.
    private mutating func number() throws(JSONError) -> JSON {
        let start = offset
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits(start) }
        var isWhole = true
        if take(UInt8(ascii: ".")) {
            isWhole = false
            try digits(start)
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            isWhole = false
            offset += 1
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits(start)
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        guard let value = Double(text), value.isFinite else { throw JSONError(offset: start) }
        return .number(value)
    }

    /// One digit at least.
    private mutating func digits(_ start: Int) throws(JSONError) {
        let first = offset
        while let byte = peek, (0x30...0x39).contains(byte) { offset += 1 }
        guard offset > first else { throw JSONError(offset: start) }
    }

    private mutating func word(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
        guard bytes[offset...].starts(with: word.utf8) else { throw JSONError(offset: offset) }
        offset += word.utf8.count
        return value
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        offset += 1
        return true
    }
}
