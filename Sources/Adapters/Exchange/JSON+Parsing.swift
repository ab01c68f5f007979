/// Why a text is no JSON, and where.
struct JSONError: Error, Equatable {
    let offset: Int
}

extension JSON {
    /// The whole of `bytes` as one value. Nesting is bounded, so no request can exhaust the stack.
    init(parsing bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes: bytes)
        self = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.offset == bytes.count else { throw JSONError(offset: reader.offset) }
    }
}

private struct JSONReader {
    static let depthLimit = 32

    let bytes: [UInt8]
    var offset = 0

    mutating func value(depth: Int) throws(JSONError) -> JSON {
        skipSpace()
        guard depth < JSONReader.depthLimit, let byte = peek else { throw JSONError(offset: offset) }
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

    private mutating func string() throws(JSONError) -> String {
        offset += 1
        var text: [UInt8] = []
        while let byte = peek {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
            case 0..<0x20: throw JSONError(offset: offset - 1)
            default: text.append(byte)
            }
        }
        throw JSONError(offset: offset)
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
        let high = try hexadecimal()
        if (0xD800..<0xDC00).contains(high), peek == UInt8(ascii: "\\"), offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: "u") {
            offset += 2
            let low = try hexadecimal()
            if (0xDC00..<0xE000).contains(low), let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) {
                return Array(String(scalar).utf8)
            }
            return Array("\u{FFFD}".utf8)
        }
        return Array(String(Unicode.Scalar(high) ?? "\u{FFFD}").utf8)
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard offset + 4 <= bytes.count, let value = UInt32(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16) else {
            throw JSONError(offset: offset)
        }
        offset += 4
        return value
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = offset
        while let byte = peek, (48...57).contains(byte) || "+-.eE".utf8.contains(byte) { offset += 1 }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || (48...57).contains(first) else { throw JSONError(offset: start) }
        if let integer = Int64(text) { return .integer(integer) }
        guard let value = Double(text), value.isFinite else { throw JSONError(offset: start) }
        return .number(value)
    }

    private mutating func word(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
        guard bytes[offset...].starts(with: word.utf8) else { throw JSONError(offset: offset) }
        offset += word.utf8.count
        return value
    }

    mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        offset += 1
        return true
    }
}
