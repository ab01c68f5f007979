/// Derives a schema by letting a type decode itself from nothing, and writing down what it asks for.
enum ShapeProbe {
    static func schema<T: Decodable>(of type: T.Type) -> JSON {
        do {
            return try probe(type, depth: 0).schema
        } catch {
            preconditionFailure("no schema can be derived from \(type): \(error)")
        }
    }

    /// The schema, and a value with which decoding goes on.
    static func probe<T: Decodable>(_ type: T.Type, depth: Int) throws -> (schema: JSON, value: T) {
        precondition(depth < 16, "\(type) holds itself: a schema would have no end")
        let source = type as? any SchemaSource.Type
        if let leaf = plain(type) ?? source?.leaf, let value = leaf.example as? T { return (leaf.schema, value) }
        let record = Record(depth: depth)
        let value = try T(from: record)
        return (record.schema(notes: source?.remarks, of: "\(type)"), value)
    }

    private static func plain<T>(_ type: T.Type) -> SchemaLeaf? {
        switch type {
        case is String.Type: SchemaLeaf(.object(["type": "string"]), "")
        case is Bool.Type: SchemaLeaf(.object(["type": "boolean"]), false)
        case is Double.Type: SchemaLeaf(.object(["type": "number"]), 0.0)
        case is Int.Type: whole(Int.self)
        case is Int64.Type: whole(Int64.self)
        case is Int32.Type: whole(Int32.self)
        case is UInt64.Type: whole(UInt64.self)
        case is UInt32.Type: whole(UInt32.self)
        case is UInt16.Type: whole(UInt16.self)
        case is UInt8.Type: whole(UInt8.self)
        default: nil
        }
    }

    private static func whole<I: FixedWidthInteger>(_ type: I.Type) -> SchemaLeaf { SchemaLeaf(.object(["type": "integer"]), I.zero) }
}

/// What one type asked of its decoder.
private final class Record: Decoder {
    let depth: Int
    let codingPath: [any CodingKey] = []
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    fileprivate var properties: [(key: String, schema: JSON, isOptional: Bool)] = []
    fileprivate var optionals: Set<String> = []
    fileprivate var items: JSON?
    fileprivate var single: JSON?

    init(depth: Int) { self.depth = depth }

    func schema(notes: [String: Note]?, of type: String) -> JSON {
        if let single { return single }
        if let items { return .object(["type": "array", "items": items]) }
        precondition(notes == nil || Set(notes?.keys ?? [:].keys) == Set(properties.map(\.key)), "the notes of \(type) and its properties differ: \(properties.map(\.key)) and \(notes?.keys.sorted() ?? [])")
        let described = properties.map { property in
            JSON.Member(key: property.key, value: .object((property.schema.asObject ?? []) + (notes?[property.key]?.words ?? [])))
        }
        let required = properties.filter { !$0.isOptional && notes?[$0.key]?.defaultValue == nil }.map { JSON.text($0.key) }
        return .object([
            "type": "object", "properties": .object(described), "required": required.isEmpty ? nil : .array(required), "additionalProperties": false,
        ])
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> { KeyedDecodingContainer(Properties(record: self)) }
    func unkeyedContainer() -> any UnkeyedDecodingContainer { Items(record: self) }
    func singleValueContainer() -> any SingleValueDecodingContainer { Value(record: self) }
}

private struct Properties<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let record: Record
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    /// Only the decoding of an optional asks first.
    func contains(_ key: Key) -> Bool {
        record.optionals.insert(key.stringValue)
        return true
    }
    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        let (schema, value) = try ShapeProbe.probe(type, depth: record.depth + 1)
        record.properties.append((key.stringValue, schema, record.optionals.contains(key.stringValue)))
        return value
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> { throw unfit }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw unfit }
    func superDecoder() throws -> any Decoder { throw unfit }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw unfit }
    private var unfit: DecodingError { .dataCorrupted(.init(codingPath: [], debugDescription: "only plain properties have a schema")) }
}

private struct Items: UnkeyedDecodingContainer {
    let record: Record
    var codingPath: [any CodingKey] { [] }
    var count: Int? { nil }
    private(set) var currentIndex = 0
    var isAtEnd: Bool { currentIndex > 0 }

    init(record: Record) { self.record = record }

    mutating func decodeNil() -> Bool { false }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let (schema, value) = try ShapeProbe.probe(type, depth: record.depth + 1)
        record.items = schema
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> { throw unfit }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { throw unfit }
    mutating func superDecoder() throws -> any Decoder { throw unfit }
    private var unfit: DecodingError { .dataCorrupted(.init(codingPath: [], debugDescription: "only plain items have a schema")) }
}

private struct Value: SingleValueDecodingContainer {
    let record: Record
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { false }
    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let (schema, value) = try ShapeProbe.probe(type, depth: record.depth + 1)
        record.single = schema
        return value
    }
}

extension Dictionary: SchemaDescribed, SchemaSource where Key == String, Value: Codable {
    public static var schema: JSON { .object(["type": "object", "additionalProperties": ShapeProbe.schema(of: Value.self)]) }
    public static var example: [String: Value] { [:] }
}

extension JSON: SchemaDescribed {
    /// Any value.
    public static var schema: JSON { .object([]) }
    public static var example: JSON { .null }
}
