/// Any `Codable` value as bytes and back, to the bit: a double keeps its sign of zero and its kind of NaN.
///
/// It is made for one thing: a state of the engine, written and read by the same program. So it is small and quick rather than readable, and promises nothing
/// to another program's types; whoever keeps such bytes keeps beside them which program wrote them.
///
/// The form: a tree of tagged values, a keyed or unkeyed container with its length before it so that it can be stepped over; the names of keys and the longer
/// texts stand once, in tables behind the tree.
public enum StateCoding {
    public static func bytes(of value: some Encodable) throws -> [UInt8] {
        let writer = StateWriter()
        try writer.write(value)
        return writer.finished()
    }

    /// - Throws: `StateCodingError` when the bytes are no such tree, and `DecodingError` when they are of another type.
    public static func value<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let reader = try StateReader(bytes)
        return try reader.value(type, at: reader.root)
    }

    /// What stands before a value.
    enum Tag: UInt8 {
        case null, no, yes
        /// A signed integer, zigzag, seven bits a byte.
        case integer
        /// One beyond the signed ones.
        case unsigned
        case double, float
        /// A short text: its length and its bytes. A long one: its place in the table.
        case text, longText
        /// Length in four bytes, then keys and values in turn, or values.
        case keyed, unkeyed
    }

    /// Longer texts are kept once: so they are when they are read, and share their memory.
    static let longestText = 15

    static let magic: [UInt8] = [0x41, 0x53, 0x31]
}

/// Bytes that are not what `StateCoding` writes.
public struct StateCodingError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
