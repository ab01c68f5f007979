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

    /// Whatever it is reads itself, a leaf as well: no question is asked about its type, which the running program would have to look up.
    func take<T: Decodable>(_ type: T.Type) throws -> T { try type.init(from: self) }

    func text() throws -> String { try fitting(value.asText) }
    func bool() throws -> Bool { try fitting(value.asBool) }
    func number() throws -> Double { try fitting(value.asNumber) }
    func whole<I: FixedWidthInteger>() throws -> I { try fitting(value.asInteger.flatMap { I(exactly: $0) }) }

    private func fitting<Leaf>(_ leaf: Leaf?) throws -> Leaf {
        guard let leaf else { throw mismatch("\(Leaf.self)") }
        return leaf
    }

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
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try decoder(key).bool() }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try decoder(key).text() }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try decoder(key).number() }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { Float(try decoder(key).number()) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try decoder(key).whole() }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try decoder(key).whole() }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try decoder(key).whole() }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try decoder(key).whole() }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try decoder(key).whole() }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try decoder(key).whole() }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try decoder(key).whole() }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try decoder(key).whole() }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try decoder(key).whole() }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try decoder(key).whole() }
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
    mutating func decode(_ type: String.Type) throws -> String { try next().text() }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().take(type) }
    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
}

private struct Single: SingleValueDecodingContainer {
    let decoder: ValueDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.value == .null }
    func decode(_ type: Bool.Type) throws -> Bool { try decoder.bool() }
    func decode(_ type: String.Type) throws -> String { try decoder.text() }
    func decode(_ type: Double.Type) throws -> Double { try decoder.number() }
    func decode(_ type: Float.Type) throws -> Float { Float(try decoder.number()) }
    func decode(_ type: Int.Type) throws -> Int { try decoder.whole() }
    func decode(_ type: Int8.Type) throws -> Int8 { try decoder.whole() }
    func decode(_ type: Int16.Type) throws -> Int16 { try decoder.whole() }
    func decode(_ type: Int32.Type) throws -> Int32 { try decoder.whole() }
    func decode(_ type: Int64.Type) throws -> Int64 { try decoder.whole() }
    func decode(_ type: UInt.Type) throws -> UInt { try decoder.whole() }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try decoder.whole() }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try decoder.whole() }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try decoder.whole() }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try decoder.whole() }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.take(type) }
}
