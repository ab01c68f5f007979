/// What a type's `init(from:)` is given: the value at a place.
struct StateDecoder: Decoder {
    let reader: StateReader
    let place: Int

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> { KeyedDecodingContainer(try KeyedReader(reader, place)) }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try UnkeyedReader(reader, place) }
    func singleValueContainer() -> any SingleValueDecodingContainer { SingleReader(reader: reader, place: place) }
}

/// Keys are mostly asked for in the order in which they were written, so the search begins where the last one was found.
private final class KeyedReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let reader: StateReader
    private let start: Int
    private let end: Int
    private var next: Int

    init(_ reader: StateReader, _ place: Int) throws {
        guard try reader.tag(at: place) == .keyed else { throw StateCodingError("there are no named values where they should be") }
        self.reader = reader
        (start, end) = try reader.inside(place)
        next = start
    }

    var codingPath: [any CodingKey] { [] }

    var allKeys: [Key] {
        var keys: [Key] = []
        var at = start
        // The reading of what they stand before says what is wrong.
        while at < end, let key = try? reader.key(at: at), let after = try? reader.skip(key.value) {
            if let known = Key(stringValue: key.name) { keys.append(known) }
            at = after
        }
        return keys
    }

    func contains(_ key: Key) -> Bool { (try? place(of: key.stringValue)) ?? nil != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try reader.tag(at: found(key.stringValue)) == .null }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try reader.value(type, at: taken(key.stringValue)) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        KeyedDecodingContainer(try KeyedReader<Nested>(reader, taken(key.stringValue)))
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { try UnkeyedReader(reader, taken(key.stringValue)) }
    func superDecoder() throws -> any Decoder { StateDecoder(reader: reader, place: try taken("super")) }
    func superDecoder(forKey key: Key) throws -> any Decoder { StateDecoder(reader: reader, place: try taken(key.stringValue)) }

    private func taken(_ name: String) throws -> Int {
        let place = try found(name)
        next = try reader.skip(place)
        return place
    }

    private func found(_ name: String) throws -> Int {
        guard let place = try place(of: name) else { throw StateCodingError("the state has no \(name) where one should be") }
        return place
    }

    private func place(of name: String) throws -> Int? {
        try search(name, from: next, to: end) ?? search(name, from: start, to: next)
    }

    private func search(_ name: String, from first: Int, to last: Int) throws -> Int? {
        var at = first
        while at < last {
            let key = try reader.key(at: at)
            if key.name == name { return key.value }
            at = try reader.skip(key.value)
        }
        return nil
    }
}

private struct UnkeyedReader: UnkeyedDecodingContainer {
    private let reader: StateReader
    private let end: Int
    private var next: Int
    private(set) var currentIndex = 0

    init(_ reader: StateReader, _ place: Int) throws {
        guard try reader.tag(at: place) == .unkeyed else { throw StateCodingError("there is no list where one should be") }
        self.reader = reader
        (next, end) = try reader.inside(place)
    }

    var codingPath: [any CodingKey] { [] }
    var count: Int? { nil }
    var isAtEnd: Bool { next >= end }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, try reader.tag(at: next) == .null else { return false }
        _ = try taken()
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try reader.value(type, at: taken()) }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        KeyedDecodingContainer(try KeyedReader<Nested>(reader, taken()))
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try UnkeyedReader(reader, taken()) }
    mutating func superDecoder() throws -> any Decoder { StateDecoder(reader: reader, place: try taken()) }

    private mutating func taken() throws -> Int {
        guard !isAtEnd else { throw StateCodingError("a list is shorter than it should be") }
        defer { currentIndex += 1 }
        let place = next
        next = try reader.skip(place)
        return place
    }
}

private struct SingleReader: SingleValueDecodingContainer {
    let reader: StateReader
    let place: Int

    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { (try? reader.tag(at: place)) == .null }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try reader.value(type, at: place) }
}
