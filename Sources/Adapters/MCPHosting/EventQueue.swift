import MCP
import Synchronization

/// The pieces of one event stream between those who have something to say and the one socket that carries it.
///
/// Bounded: a reader that falls behind by more loses the stream, not the server its memory.
final class EventQueue: Sendable {
    static let byteLimit = 8 << 20

    private struct State {
        var pieces: [[UInt8]] = []
        var bytes = 0
        var reader: CheckedContinuation<[UInt8]?, Never>?
        var isFinished = false
    }

    private let state = Mutex(State())

    /// False when nobody will read it.
    @discardableResult func put(_ piece: [UInt8]) -> Bool {
        let (reader, isTaken) = state.withLock { state -> (CheckedContinuation<[UInt8]?, Never>?, Bool) in
            guard !state.isFinished else { return (nil, false) }
            if let reader = state.reader {
                state.reader = nil
                return (reader, true)
            }
            guard state.bytes + piece.count <= EventQueue.byteLimit else {
                state.isFinished = true
                state.pieces = []
                return (nil, false)
            }
            state.pieces.append(piece)
            state.bytes += piece.count
            return (nil, true)
        }
        reader?.resume(returning: piece)
        return isTaken
    }

    /// Nothing more will come; what is there is still read.
    func finish() {
        let reader = state.withLock { state in
            state.isFinished = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    /// Everything that waits, in one piece; nil after the end. One reader.
    func next() async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state -> [UInt8]?? in
                guard state.pieces.isEmpty else {
                    defer {
                        state.pieces = []
                        state.bytes = 0
                    }
                    return .some(Array(state.pieces.joined()))
                }
                if state.isFinished { return .some(nil) }
                state.reader = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}
