/// Where the bytes of a state gather. Containers nest: to write into one is to close those that were opened in it.
final class StateWriter {
    private var bytes = StateCoding.magic
    private var keys = Table()
    private var texts = Table()
    /// Where the length of each open container stands.
    private var open: [Int] = []

    /// Names in the order of their first coming.
    private struct Table {
        var names: [String] = []
        var places: [String: Int] = [:]

        mutating func place(_ name: String) -> Int {
            // Two texts of other bytes can be equal, as é is to e with an accent: each keeps its own.
            if let known = places[name], names[known].utf8.elementsEqual(name.utf8) { return known }
            places[name] = names.count
            names.append(name)
            return names.count - 1
        }
    }

    /// The tree with its tables.
    func finished() -> [UInt8] {
        close(to: 0)
        let end = bytes.count
        for table in [keys, texts] {
            varint(UInt64(table.names.count))
            for name in table.names { put(name) }
        }
        fixed(UInt64(end))
        return bytes
    }

    // MARK: - Containers

    var depth: Int { open.count }

    func begin(_ tag: StateCoding.Tag) -> Int {
        bytes.append(tag.rawValue)
        open.append(bytes.count)
        bytes.append(contentsOf: [0, 0, 0, 0])
        return open.count
    }

    /// Closes what is open beyond so many containers.
    func close(to depth: Int) {
        precondition(open.count >= depth, "a container was written to after it was closed")
        while open.count > depth {
            let start = open.removeLast()
            guard let length = UInt32(exactly: bytes.count - start - 4) else { preconditionFailure("a container of more than four gigabytes") }
            for i in 0..<4 { bytes[start + i] = UInt8(truncatingIfNeeded: length >> (8 * UInt32(i))) }
        }
    }

    func key(_ name: String) { varint(UInt64(keys.place(name))) }

    // MARK: - Values

    func write<Value: Encodable>(_ value: Value) throws {
        if Value.self == Double.self, let value = value as? Double { return put(value) }
        if Value.self == String.self, let value = value as? String { return text(value) }
        if Value.self == Bool.self, let value = value as? Bool { return put(value ? .yes : .no) }
        if Value.self == Int64.self, let value = value as? Int64 { return integer(value) }
        if Value.self == Int.self, let value = value as? Int { return integer(Int64(value)) }
        if Self.isNumber(Value.self), let number = value as? any BinaryInteger { return put(number) }
        if Value.self == Float.self, let value = value as? Float {
            put(.float)
            return fixed(UInt64(value.bitPattern), count: 4)
        }
        let (before, outer) = (bytes.count, depth)
        try value.encode(to: StateEncoder(writer: self))
        close(to: outer)
        // A value without any property.
        if bytes.count == before { close(to: begin(.keyed) - 1) }
    }

    func null() { put(.null) }

    static func isNumber(_ type: any Any.Type) -> Bool {
        type == Int32.self || type == UInt64.self || type == UInt32.self || type == UInt8.self || type == UInt.self || type == Int8.self || type == Int16.self
            || type == UInt16.self
    }

    private func put(_ tag: StateCoding.Tag) { bytes.append(tag.rawValue) }

    private func put(_ value: Double) {
        put(.double)
        fixed(value.bitPattern)
    }

    private func put(_ number: some BinaryInteger) {
        if let signed = Int64(exactly: number) { return integer(signed) }
        put(.unsigned)
        varint(UInt64(number))
    }

    private func integer(_ value: Int64) {
        put(.integer)
        varint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    private func text(_ value: String) {
        if value.utf8.count <= StateCoding.longestText {
            put(.text)
            put(value)
        } else {
            put(.longText)
            varint(UInt64(texts.place(value)))
        }
    }

    private func put(_ name: String) {
        varint(UInt64(name.utf8.count))
        bytes.append(contentsOf: name.utf8)
    }

    private func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private func fixed(_ value: UInt64, count: Int = 8) {
        for i in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(i)))) }
    }
}
