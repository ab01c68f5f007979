/// Why a key cannot be used, in one sentence. It may name a file; it never holds a byte of a key.
public struct KeyError: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
