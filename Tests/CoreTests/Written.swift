import Foundation

/// Foundation's, for what tests write and read back.
enum Written {
    static func encode(_ value: some Encodable) throws -> String { String(decoding: try JSONEncoder().encode(value), as: UTF8.self) }
    static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value { try JSONDecoder().decode(type, from: Data(text.utf8)) }
}
