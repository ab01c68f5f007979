/// Why a recording cannot be read, written or made: one sentence, with the file it is about.
public struct RecordingError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
