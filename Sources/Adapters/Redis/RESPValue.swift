/// One value of Redis's protocol, RESP2 and RESP3 alike (redis.io, "Redis serialization protocol specification").
public indirect enum RESPValue: Sendable, Hashable {
    case text([UInt8])
    case integer(Int64)
    case double(Double)
    case bool(Bool)
    case null
    case array([RESPValue])
    /// In the order in which the server told it.
    case map([RESPValue])
    case failure(String)

    public var string: String? {
        switch self {
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        case .integer(let number): "\(number)"
        case .double(let number): "\(number)"
        case .bool, .null, .array, .map, .failure: nil
        }
    }
    public var bytes: [UInt8]? { if case .text(let bytes) = self { bytes } else { nil } }
    public var number: Int64? { if case .integer(let number) = self { number } else { nil } }
    /// Elements of an array, or keys and values of a map in turn.
    public var elements: [RESPValue]? {
        switch self {
        case .array(let elements), .map(let elements): elements
        default: nil
        }
    }

    /// A command as it goes to the server: an array of bulk strings.
    public static func command(_ words: [[UInt8]]) -> [UInt8] {
        var out = Array("*\(words.count)\r\n".utf8)
        for word in words {
            out += Array("$\(word.count)\r\n".utf8)
            out += word
            out += [13, 10]
        }
        return out
    }
}

/// What is not RESP, or is more than is taken.
public struct RESPError: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
}

/// Takes a server's bytes in any pieces, and gives values. Pure; the bytes of an unfinished value are kept, up to a limit.
public struct RESPReader: Sendable {
    /// One value with all that is in it.
    public static let byteLimit = 16 << 20
    static let elementLimit = 200_000
    static let depthLimit = 16

    private var bytes: [UInt8] = []
    private var start = 0

    public init() {}

    public mutating func feed(_ more: some Sequence<UInt8>) throws(RESPError) {
        if start > 0 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes.append(contentsOf: more)
        guard bytes.count <= RESPReader.byteLimit else { throw RESPError(description: "an answer is longer than \(RESPReader.byteLimit) bytes") }
    }

    /// The next whole value; nil when more bytes are needed.
    public mutating func next() throws(RESPError) -> RESPValue? {
        var at = start
        var left = RESPReader.elementLimit
        guard let value = try value(&at, depth: 0, &left) else { return nil }
        start = at
        return value
    }

    private func value(_ at: inout Int, depth: Int, _ left: inout Int) throws(RESPError) -> RESPValue? {
        guard depth < RESPReader.depthLimit else { throw RESPError(description: "an answer is nested deeper than \(RESPReader.depthLimit)") }
        left -= 1
        guard left >= 0 else { throw RESPError(description: "an answer has more than \(RESPReader.elementLimit) elements") }
        guard at < bytes.count, let line = try line(from: at + 1) else { return nil }
        let kind = bytes[at]
        let rest = String(decoding: bytes[(at + 1)..<line], as: UTF8.self)
        var after = line + 2
        let found: RESPValue?
        switch kind {
        case UInt8(ascii: "+"): found = .text(Array(bytes[(at + 1)..<line]))
        case UInt8(ascii: "-"): found = .failure(rest)
        case UInt8(ascii: ":"): found = .integer(try number(rest))
        // A big number: what fits is a number, the rest stays as it was written.
        case UInt8(ascii: "("): found = Int64(rest).map { .integer($0) } ?? .text(Array(rest.utf8))
        case UInt8(ascii: ","): found = .double(try double(rest))
        case UInt8(ascii: "#"): found = .bool(rest == "t")
        case UInt8(ascii: "_"): found = .null
        case UInt8(ascii: "$"), UInt8(ascii: "="), UInt8(ascii: "!"): found = try bulk(kind, try number(rest), &after)
        case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: ">"): found = try list(try number(rest), &after, depth, &left).map { $0.map { .array($0) } ?? .null }
        case UInt8(ascii: "%"): found = try list(try doubled(try number(rest)), &after, depth, &left).map { $0.map { .map($0) } ?? .null }
        // Attributes stand before the value they belong to, and are not used here.
        case UInt8(ascii: "|"): found = try list(try doubled(try number(rest)), &after, depth, &left) == nil ? nil : try value(&after, depth: depth + 1, &left)
        default: throw RESPError(description: "the answer is not Redis's protocol (byte \(kind))")
        }
        if found != nil { at = after }
        return found
    }

    /// Where the line that begins at `from` ends.
    private func line(from: Int) throws(RESPError) -> Int? {
        var at = from
        while at + 1 < bytes.count {
            if bytes[at] == 13, bytes[at + 1] == 10 { return at }
            at += 1
        }
        guard bytes.count - from <= 65_536 else { throw RESPError(description: "the answer is not Redis's protocol (a line without an end)") }
        return nil
    }

    private func bulk(_ kind: UInt8, _ length: Int64, _ at: inout Int) throws(RESPError) -> RESPValue? {
        guard length >= 0 else { return .null }
        guard length <= Int64(RESPReader.byteLimit) else { throw RESPError(description: "a value of \(length) bytes is too long") }
        let end = at + Int(length)
        guard end + 2 <= bytes.count else { return nil }
        guard bytes[end] == 13, bytes[end + 1] == 10 else { throw RESPError(description: "the answer is not Redis's protocol (a length that is not true)") }
        let content = Array(bytes[at..<end])
        at = end + 2
        switch kind {
        case UInt8(ascii: "!"): return .failure(String(decoding: content, as: UTF8.self))
        // Verbatim text begins with its form and a colon: "txt:".
        case UInt8(ascii: "="): return .text(Array(content.dropFirst(4)))
        default: return .text(content)
        }
    }

    /// Outer nil: more bytes are needed. Inner nil: RESP2's null array.
    private func list(_ count: Int64, _ at: inout Int, _ depth: Int, _ left: inout Int) throws(RESPError) -> [RESPValue]?? {
        guard count >= 0 else { return .some(nil) }
        guard count <= Int64(left) else { throw RESPError(description: "an answer has more than \(RESPReader.elementLimit) elements") }
        var elements: [RESPValue] = []
        for _ in 0..<count {
            guard let element = try value(&at, depth: depth + 1, &left) else { return nil }
            elements.append(element)
        }
        return .some(elements)
    }

    private func doubled(_ pairs: Int64) throws(RESPError) -> Int64 {
        guard pairs <= Int64(RESPReader.elementLimit) else { throw RESPError(description: "an answer has more than \(RESPReader.elementLimit) elements") }
        return pairs * 2
    }

    private func number(_ text: String) throws(RESPError) -> Int64 {
        guard let number = Int64(text) else { throw RESPError(description: "the answer is not Redis's protocol ('\(text.prefix(20))' is no number)") }
        return number
    }

    private func double(_ text: String) throws(RESPError) -> Double {
        guard let number = Double(text) else { throw RESPError(description: "the answer is not Redis's protocol ('\(text.prefix(20))' is no number)") }
        return number
    }
}
