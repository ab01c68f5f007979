extension JSON {
    /// What `value` encodes to. Fails for what JSON cannot say: a number that is not finite, or larger than `Int64`.
    public init(encoding value: some Encodable) throws {
        let place = Place()
        try place.put(value, [])
        self = place.json
    }
}

extension JSON: Codable {
    public init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? ValueDecoder else {
            throw DecodingError.typeMismatch(JSON.self, .init(codingPath: decoder.codingPath, debugDescription: "a JSON value is decoded from a JSON value alone"))
        }
        self = decoder.value
    }

    public func encode(to encoder: any Encoder) throws {
        guard let encoder = encoder as? ValueEncoder else {
            throw EncodingError.invalidValue(self, .init(codingPath: encoder.codingPath, debugDescription: "a JSON value is encoded to a JSON value alone"))
        }
        encoder.place.value = self
    }
}

/// Where one value goes; containers hold more places.
private final class Place {
    var value: JSON?
    var elements: [Place]?
    var members: [(key: String, place: Place)]?

    var json: JSON {
        if let value { return value }
        if let elements { return .array(elements.map(\.json)) }
        // A type without members may never ask for a container.
        return .object((members ?? []).map { JSON.Member(key: $0.key, value: $0.place.json) })
    }

    func newMember(_ key: String) -> Place {
        let place = Place()
        members?.append((key, place))
        return place
    }

    func newElement() -> Place {
        let place = Place()
        elements?.append(place)
        return place
    }

    /// Whatever it is writes itself, a leaf as well: no question is asked about its type, which the running program would have to look up.
    func put<T: Encodable>(_ value: T, _ path: [any CodingKey]) throws { try value.encode(to: ValueEncoder(place: self, codingPath: path)) }

    func put(_ number: Double, _ path: @autoclosure () -> [any CodingKey]) throws {
        guard number.isFinite else { throw EncodingError.invalidValue(number, .init(codingPath: path(), debugDescription: "not finite")) }
        value = .number(number)
    }

    func put<I: FixedWidthInteger>(whole number: I, _ path: @autoclosure () -> [any CodingKey]) throws {
        guard let whole = Int64(exactly: number) else { throw EncodingError.invalidValue(number, .init(codingPath: path(), debugDescription: "too large")) }
        value = .integer(whole)
    }
}

private struct ValueEncoder: Encoder {
    let place: Place
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if place.members == nil { place.members = [] }
        return KeyedEncodingContainer(KeyedPlaces(place: place, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        place.elements = []
        return RowOfPlaces(place: place, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { SinglePlace(place: place, codingPath: codingPath) }
}

private struct KeyedPlaces<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let place: Place
    let codingPath: [any CodingKey]

    private func new(_ key: Key) -> Place { place.newMember(key.stringValue) }

    mutating func encodeNil(forKey key: Key) { new(key).value = .null }
    mutating func encode(_ value: Bool, forKey key: Key) throws { new(key).value = .bool(value) }
    mutating func encode(_ value: String, forKey key: Key) throws { new(key).value = .text(value) }
    mutating func encode(_ value: Double, forKey key: Key) throws { try new(key).put(value, codingPath + [key]) }
    mutating func encode(_ value: Float, forKey key: Key) throws { try new(key).put(Double(value), codingPath + [key]) }
    mutating func encode(_ value: Int, forKey key: Key) throws { try new(key).put(whole: value, codingPath + [key]) }
    mutating func encode(_ value: Int8, forKey key: Key) throws { try new(key).put(whole: value, codingPath + [key]) }
    mutating func encode(_ value: Int16, forKey key: Key) throws { try new(key).put(whole: value, codingPath + [key]) }
    mutating func encode(_ value: Int32, forKey key: Key) throws { try new(key).put(whole: value, codingPath + [key]) }
    mutating func encode(_ value: Int64, forKey key: Key) throws { try new(key).put(whole: value, codingPath + [key]) }
    mutating func encode(_ value: UInt, forKey key: Key) throws { try new(key).put(whole: value, codingPath + [key]) }
    mutating func encode(_ value: UInt8, forKey key: Key) throws { try new(key).put(whole: value, codingPath + [key]) }
    mutating func encode(_ value: UInt16, forKey key: Key) throws { try new(key).put(whole: value, codingPath + [key]) }
    mutating func encode(_ value: UInt32, forKey key: Key) throws { try new(key).put(whole: value, codingPath + [key]) }
    mutating func encode(_ value: UInt64, forKey key: Key) throws { try new(key).put(whole: value, codingPath + [key]) }
    mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try new(key).put(value, codingPath + [key]) }
    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        ValueEncoder(place: new(key), codingPath: codingPath + [key]).container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        ValueEncoder(place: new(key), codingPath: codingPath + [key]).unkeyedContainer()
    }
    mutating func superEncoder() -> any Encoder { ValueEncoder(place: place, codingPath: codingPath) }
    mutating func superEncoder(forKey key: Key) -> any Encoder { ValueEncoder(place: new(key), codingPath: codingPath + [key]) }
}

private struct RowOfPlaces: UnkeyedEncodingContainer {
    let place: Place
    let codingPath: [any CodingKey]
    private(set) var count = 0

    init(place: Place, codingPath: [any CodingKey]) {
        self.place = place
        self.codingPath = codingPath
    }

    private mutating func new() -> Place {
        count += 1
        return place.newElement()
    }

    mutating func encodeNil() { new().value = .null }
    mutating func encode(_ value: String) throws { new().value = .text(value) }
    mutating func encode<T: Encodable>(_ value: T) throws { try new().put(value, codingPath) }
    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        ValueEncoder(place: new(), codingPath: codingPath).container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { ValueEncoder(place: new(), codingPath: codingPath).unkeyedContainer() }
    mutating func superEncoder() -> any Encoder { ValueEncoder(place: new(), codingPath: codingPath) }
}

private struct SinglePlace: SingleValueEncodingContainer {
    let place: Place
    let codingPath: [any CodingKey]

    mutating func encodeNil() { place.value = .null }
    mutating func encode(_ value: Bool) throws { place.value = .bool(value) }
    mutating func encode(_ value: String) throws { place.value = .text(value) }
    mutating func encode(_ value: Double) throws { try place.put(value, codingPath) }
    mutating func encode(_ value: Float) throws { try place.put(Double(value), codingPath) }
    mutating func encode(_ value: Int) throws { try place.put(whole: value, codingPath) }
    mutating func encode(_ value: Int8) throws { try place.put(whole: value, codingPath) }
    mutating func encode(_ value: Int16) throws { try place.put(whole: value, codingPath) }
    mutating func encode(_ value: Int32) throws { try place.put(whole: value, codingPath) }
    mutating func encode(_ value: Int64) throws { try place.put(whole: value, codingPath) }
    mutating func encode(_ value: UInt) throws { try place.put(whole: value, codingPath) }
    mutating func encode(_ value: UInt8) throws { try place.put(whole: value, codingPath) }
    mutating func encode(_ value: UInt16) throws { try place.put(whole: value, codingPath) }
    mutating func encode(_ value: UInt32) throws { try place.put(whole: value, codingPath) }
    mutating func encode(_ value: UInt64) throws { try place.put(whole: value, codingPath) }
    mutating func encode<T: Encodable>(_ value: T) throws { try place.put(value, codingPath) }
}
