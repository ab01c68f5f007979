extension JSON {
    /// The value as a `T`; the error names the member that does not fit.
    public func decode<T: Decodable>(_ type: T.Type = T.self) throws -> T { try ValueDecoder(value: self, codingPath: []).take(type) }
}

struct ValueDecoder: Decoder {
    let value: JSON
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = value else { throw mismatch("an object") }
        return KeyedDecodingContainer(Members(object: value, member: value.lookup(members.count), members: members, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let values) = value else { throw mismatch("an array") }
        return Elements(values: values, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { Single(decoder: self) }

    /// The leaves directly; what is left decodes itself from this decoder.
    func take<T: Decodable>(_ type: T.Type) throws -> T {
        switch type {
        case is JSON.Type: try fitting(value)
        case is String.Type: try fitting(value.asText)
        case is Bool.Type: try fitting(value.asBool)
        case is Double.Type: try fitting(value.asNumber)
        case is Float.Type: try fitting(value.asNumber.map(Float.init))
        case let whole as any (FixedWidthInteger & Decodable).Type: try fitting(integer(whole))
        default: try type.init(from: self)
        }
    }

    /// The leaf as the type that the switch found it to be.
    private func fitting<Leaf, T>(_ leaf: Leaf?) throws -> T {
        guard let result = leaf as? T else { throw mismatch("\(T.self)") }
        return result
    }

    private func integer<I: FixedWidthInteger>(_ type: I.Type) -> (any Sendable)? { value.asInteger.flatMap { I(exactly: $0) } }

    func mismatch(_ wanted: String) -> DecodingError {
        .typeMismatch(JSON.self, .init(codingPath: codingPath, debugDescription: "\(wanted) was expected, not \(value.kind)"))
    }
}

private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let object: JSON
    let member: (String) -> JSON?
    let members: [JSON.Member]
    let codingPath: [any CodingKey]

    var allKeys: [Key] { members.compactMap { Key(stringValue: $0.key) } }
    func contains(_ key: Key) -> Bool { member(key.stringValue) != nil }
    func decodeNil(forKey key: Key) -> Bool { member(key.stringValue).map { $0 == .null } ?? true }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try decoder(key).take(type) }

    private func decoder(_ key: Key) throws -> ValueDecoder {
        guard let value = member(key.stringValue) else {
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "\(key.stringValue) is missing"))
        }
        return ValueDecoder(value: value, codingPath: codingPath + [key])
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        try decoder(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { try decoder(key).unkeyedContainer() }
    func superDecoder() -> any Decoder { ValueDecoder(value: object, codingPath: codingPath) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }
}

private struct Elements: UnkeyedDecodingContainer {
    let values: [JSON]
    let codingPath: [any CodingKey]
    private(set) var currentIndex = 0

    init(values: [JSON], codingPath: [any CodingKey]) {
        self.values = values
        self.codingPath = codingPath
    }

    var count: Int? { values.count }
    var isAtEnd: Bool { currentIndex == values.count }

    private mutating func next() throws -> ValueDecoder {
        guard currentIndex < values.count else {
            throw DecodingError.valueNotFound(JSON.self, .init(codingPath: codingPath, debugDescription: "the array ends too early"))
        }
        defer { currentIndex += 1 }
        return ValueDecoder(value: values[currentIndex], codingPath: codingPath)
    }

    mutating func decodeNil() throws -> Bool {
        guard currentIndex < values.count, values[currentIndex] == .null else { return false }
        currentIndex += 1
        return true
    }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().take(type) }
    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
}

private struct Single: SingleValueDecodingContainer {
    let decoder: ValueDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.value == .null }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.take(type) }
}
