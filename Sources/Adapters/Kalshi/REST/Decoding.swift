import Model

/// A page of a list. The last one has an empty cursor, or none.
protocol KalshiPage: Decodable, Sendable {
    associatedtype Row: Sendable
    var rows: [Row] { get }
    var cursor: String? { get }
}

/// The exchange's units on their way in: decimal text to exact types, RFC 3339 to moments. A value that does not fit is an error that names its field.
extension KeyedDecodingContainer {
    func price(_ key: Key) throws -> Price { try read(key) { Price($0) } }
    func money(_ key: Key) throws -> Money { try read(key) { Money($0) } }
    func quantity(_ key: Key) throws -> Quantity { try read(key) { Quantity($0) } }
    func time(_ key: Key) throws -> Timestamp { try read(key) { CivilTime.parse($0) } }
    func text(_ key: Key) throws -> String { try decode(String.self, forKey: key) }
    func text(ifPresent key: Key) throws -> String? { try decodeIfPresent(String.self, forKey: key) }
    /// Absent, null and text that does not fit are one: for what may be missing and decides nothing.
    func price(ifPresent key: Key) throws -> Price? { try text(ifPresent: key).flatMap { Price($0) } }
    func quantity(ifPresent key: Key) throws -> Quantity? { try text(ifPresent: key).flatMap { Quantity($0) } }
    func time(ifPresent key: Key) throws -> Timestamp? { try text(ifPresent: key).flatMap { CivilTime.parse($0) } }

    private func read<Value>(_ key: Key, _ parse: (String) -> Value?) throws -> Value {
        let text = try decode(String.self, forKey: key)
        guard let value = parse(text) else { throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "cannot be read") }
        return value
    }
}
