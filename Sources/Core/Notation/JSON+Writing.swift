extension JSON {
    public var rendered: String { String(decoding: bytes, as: UTF8.self) }

    public var bytes: [UInt8] {
        var out: [UInt8] = []
        write(to: &out)
        return out
    }

    /// Appends the value as UTF-8 without a line break: whatever separates lines stands escaped.
    public func write(to out: inout [UInt8]) {
        switch self {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): out.append(contentsOf: String(value).utf8)
        case .number(let value): JSON.write(value, to: &out)
        case .text(let value): JSON.write(value, to: &out)
        case .array(let values):
            out.append(UInt8(ascii: "["))
            for (i, value) in values.enumerated() {
                if i > 0 { out.append(UInt8(ascii: ",")) }
                value.write(to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (i, member) in members.enumerated() {
                if i > 0 { out.append(UInt8(ascii: ",")) }
                JSON.write(member.key, to: &out)
                out.append(UInt8(ascii: ":"))
                member.value.write(to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    /// Whole numbers without a fraction, as the exchange writes its strikes.
    private static func write(_ value: Double, to out: inout [UInt8]) {
        precondition(value.isFinite, "JSON has no infinity")
        let text = value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
        out.append(contentsOf: text.utf8)
    }

    private static func write(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        // A native string lends its bytes; another kind is copied once.
        var copy = text
        copy.withUTF8 { write($0, to: &out) }
        out.append(UInt8(ascii: "\""))
    }

    /// Appends runs that need no escape whole.
    private static func write(_ bytes: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
        var start = 0
        var i = 0
        while i < bytes.count {
            guard mayNeedEscape(bytes[i]), let escape = escape(bytes, i) else {
                i += 1
                continue
            }
            out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<i]))
            out.append(contentsOf: escape.text.utf8)
            i += escape.length
            start = i
        }
        out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
    }

    /// False for nearly everything: letters, digits, most of UTF-8.
    @inline(__always)
    private static func mayNeedEscape(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0xC2 || byte == 0xE2 }

    private static func escape(_ bytes: UnsafeBufferPointer<UInt8>, _ i: Int) -> (text: String, length: Int)? {
        let byte = bytes[i]
        switch byte {
        case 0x22: return ("\\\"", 1)
        case 0x5C: return ("\\\\", 1)
        case 0x0A: return ("\\n", 1)
        case 0..<0x20:
            let digits = String(byte, radix: 16)
            return ("\\u00" + (digits.utf8.count == 1 ? "0" : "") + digits, 1)
        // U+0085, U+2028 and U+2029 end a line for some readers of lines.
        case 0xC2 where i + 1 < bytes.count && bytes[i + 1] == 0x85: return ("\\u0085", 2)
        case 0xE2 where i + 2 < bytes.count && bytes[i + 1] == 0x80 && bytes[i + 2] & 0xFE == 0xA8:
            return (bytes[i + 2] == 0xA8 ? "\\u2028" : "\\u2029", 3)
        default: return nil
        }
    }
}
