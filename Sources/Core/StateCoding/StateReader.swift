/// The bytes of a state with their tables. It reads nothing beyond their end, whatever they say.
final class StateReader {
    let root: Int
    private let bytes: [UInt8]
    /// Where the tree ends.
    private let end: Int
    private(set) var keys: [String] = []
    private var texts: [String] = []

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        root = StateCoding.magic.count
        guard bytes.count >= root + 8, bytes.starts(with: StateCoding.magic) else { throw StateCodingError("these bytes are no state") }
        var stated: UInt64 = 0
        for i in 0..<8 { stated |= UInt64(bytes[bytes.count - 8 + i]) << (8 * UInt64(i)) }
        guard let end = Int(exactly: stated), end >= root, end <= bytes.count - 8 else { throw StateCodingError("the state's tables are not where they should be") }
        self.end = end
        var at = end
        keys = try table(&at)
        texts = try table(&at)
    }

    private func table(_ at: inout Int) throws -> [String] {
        let count = try varint(&at, bytes.count)
        var names: [String] = []
        // No promise of the bytes is trusted with memory: each name is read before the next.
        for _ in 0..<count { names.append(try name(&at, bytes.count)) }
        return names
    }

    // MARK: - Steps

    func tag(at place: Int) throws -> StateCoding.Tag {
        guard place < end, let tag = StateCoding.Tag(rawValue: bytes[place]) else { throw StateCodingError("there is no value where one should be") }
        return tag
    }

    /// The name of the key at a place, and where its value stands.
    func key(at place: Int) throws -> (name: String, value: Int) {
        var at = place
        let number = try varint(&at, end)
        guard number < UInt64(keys.count) else { throw StateCodingError("a key has no name") }
        return (keys[Int(number)], at)
    }

    /// Where the value at a place ends.
    func skip(_ place: Int) throws -> Int {
        var at = place + 1
        switch try tag(at: place) {
        case .null, .no, .yes: break
        case .integer, .unsigned, .longText: _ = try varint(&at, end)
        case .double: at += 8
        case .float: at += 4
        case .text: at += try length(&at)
        case .keyed, .unkeyed: return try inside(place).end
        }
        guard at <= end else { throw StateCodingError("a value ends beyond the state") }
        return at
    }

    /// Where the contents of a container begin and end.
    func inside(_ place: Int) throws -> (start: Int, end: Int) {
        guard place + 5 <= end else { throw StateCodingError("a container begins beyond the state") }
        var length = 0
        for i in 0..<4 { length |= Int(bytes[place + 1 + i]) << (8 * i) }
        guard place + 5 + length <= end else { throw StateCodingError("a container ends beyond the state") }
        return (place + 5, place + 5 + length)
    }

    // MARK: - Values

    func value<Value: Decodable>(_ type: Value.Type, at place: Int) throws -> Value {
        if type == Double.self, let value = try double(at: place) as? Value { return value }
        if type == String.self, let value = try text(at: place) as? Value { return value }
        if type == Bool.self, let value = try bool(at: place) as? Value { return value }
        if type == Int64.self, let value = try integer(Int64.self, at: place) as? Value { return value }
        if type == Int.self, let value = try integer(Int.self, at: place) as? Value { return value }
        if type == Int32.self, let value = try integer(Int32.self, at: place) as? Value { return value }
        if type == UInt64.self, let value = try integer(UInt64.self, at: place) as? Value { return value }
        if type == UInt32.self, let value = try integer(UInt32.self, at: place) as? Value { return value }
        if StateWriter.isNumber(type), let value = try small(type, at: place) as? Value { return value }
        if type == Float.self, let value = try float(at: place) as? Value { return value }
        return try Value(from: StateDecoder(reader: self, place: place))
    }

    private func small(_ type: any Any.Type, at place: Int) throws -> any Sendable {
        if type == UInt.self { return try integer(UInt.self, at: place) }
        if type == UInt8.self { return try integer(UInt8.self, at: place) }
        if type == UInt16.self { return try integer(UInt16.self, at: place) }
        if type == Int8.self { return try integer(Int8.self, at: place) }
        return try integer(Int16.self, at: place)
    }

    private func integer<Number: FixedWidthInteger>(_ type: Number.Type, at place: Int) throws -> Number {
        var at = place + 1
        switch try tag(at: place) {
        case .integer:
            let raw = try varint(&at, end)
            if let value = Number(exactly: Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)) { return value }
        case .unsigned: if let value = Number(exactly: try varint(&at, end)) { return value }
        case .null, .no, .yes, .double, .float, .text, .longText, .keyed, .unkeyed: break
        }
        throw StateCodingError("there is no \(type) where one should be")
    }

    private func double(at place: Int) throws -> Double {
        guard try tag(at: place) == .double else { throw StateCodingError("there is no number where one should be") }
        return Double(bitPattern: try fixed(place + 1, count: 8))
    }

    private func float(at place: Int) throws -> Float {
        guard try tag(at: place) == .float else { throw StateCodingError("there is no number where one should be") }
        return Float(bitPattern: UInt32(try fixed(place + 1, count: 4)))
    }

    private func bool(at place: Int) throws -> Bool {
        switch try tag(at: place) {
        case .yes: return true
        case .no: return false
        default: throw StateCodingError("there is no yes or no where one should be")
        }
    }

    private func text(at place: Int) throws -> String {
        var at = place + 1
        switch try tag(at: place) {
        case .text: return try name(&at, end)
        case .longText:
            let number = try varint(&at, end)
            guard number < UInt64(texts.count) else { throw StateCodingError("a text is not in the table") }
            return texts[Int(number)]
        default: throw StateCodingError("there is no text where one should be")
        }
    }

    private func name(_ at: inout Int, _ limit: Int) throws -> String {
        let count = try varint(&at, limit)
        guard count <= UInt64(limit - at) else { throw StateCodingError("a text ends beyond the state") }
        defer { at += Int(count) }
        return String(decoding: bytes[at..<at + Int(count)], as: UTF8.self)
    }

    private func length(_ at: inout Int) throws -> Int {
        let count = try varint(&at, end)
        guard count <= UInt64(end - at) else { throw StateCodingError("a text ends beyond the state") }
        return Int(count)
    }

    private func varint(_ at: inout Int, _ limit: Int) throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < limit, shift < 64 {
            let byte = bytes[at]
            at += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw StateCodingError("a number does not end")
    }

    private func fixed(_ place: Int, count: Int) throws -> UInt64 {
        guard place + count <= end else { throw StateCodingError("a number ends beyond the state") }
        var value: UInt64 = 0
        for i in 0..<count { value |= UInt64(bytes[place + i]) << (8 * UInt64(i)) }
        return value
    }
}
