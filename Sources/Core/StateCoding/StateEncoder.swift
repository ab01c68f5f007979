/// What a type's `encode(to:)` is given.
struct StateEncoder: Encoder {
    let writer: StateWriter

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> { KeyedEncodingContainer(KeyedWriter(writer)) }
    func unkeyedContainer() -> any UnkeyedEncodingContainer { UnkeyedWriter(writer) }
    func singleValueContainer() -> any SingleValueEncodingContainer { SingleWriter(writer: writer) }
}

private struct KeyedWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    private let writer: StateWriter
    private let depth: Int

    init(_ writer: StateWriter) {
        self.writer = writer
        depth = writer.begin(.keyed)
    }

    var codingPath: [any CodingKey] { [] }

    private func begin(_ key: some CodingKey) {
        writer.close(to: depth)
        writer.key(key.stringValue)
    }

    mutating func encodeNil(forKey key: Key) {
        begin(key)
        writer.null()
    }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        begin(key)
        try writer.write(value)
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        begin(key)
        return KeyedEncodingContainer(KeyedWriter<Nested>(writer))
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        begin(key)
        return UnkeyedWriter(writer)
    }

    mutating func superEncoder() -> any Encoder {
        writer.close(to: depth)
        writer.key("super")
        return StateEncoder(writer: writer)
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder {
        begin(key)
        return StateEncoder(writer: writer)
    }
}

private struct UnkeyedWriter: UnkeyedEncodingContainer {
    private let writer: StateWriter
    private let depth: Int
    private(set) var count = 0

    init(_ writer: StateWriter) {
        self.writer = writer
        depth = writer.begin(.unkeyed)
    }

    var codingPath: [any CodingKey] { [] }

    private mutating func begin() {
        writer.close(to: depth)
        count += 1
    }

    mutating func encodeNil() {
        begin()
        writer.null()
    }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        begin()
        try writer.write(value)
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        begin()
        return KeyedEncodingContainer(KeyedWriter<Nested>(writer))
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        begin()
        return UnkeyedWriter(writer)
    }

    mutating func superEncoder() -> any Encoder {
        begin()
        return StateEncoder(writer: writer)
    }
}

private struct SingleWriter: SingleValueEncodingContainer {
    let writer: StateWriter

    var codingPath: [any CodingKey] { [] }

    mutating func encodeNil() { writer.null() }
    mutating func encode<Value: Encodable>(_ value: Value) throws { try writer.write(value) }
}
