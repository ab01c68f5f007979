import Engine
import Model
import Ports
import StateCoding

/// The desk as it lies in a snapshot: all trading state, what screens show of the past, and who wrote it.
///
/// It is a shorter way to what the same program would come to from the first row, and nothing else. A snapshot of another program is passed over: whether that
/// program would have wanted the same effects is what a whole replay shows, and its types may be others.
struct DeskSnapshot: Codable {
    /// A fingerprint of the program: of its every instruction.
    let program: String
    /// Of the engine's state.
    let digest: String
    let engine: TradingEngine
    let chronicle: Chronicle

    /// What can be read whatever the state looks like.
    private struct Head: Decodable {
        let program: String
    }

    init(_ engine: TradingEngine, _ chronicle: Chronicle, by program: String) {
        self.program = program
        digest = engine.digest().text
        self.engine = engine
        self.chronicle = chronicle
    }

    var bytes: [UInt8] { get throws { try StateCoding.bytes(of: self) } }

    /// - Returns: the snapshot, or why it is no use, in words that follow "the snapshot after event 5".
    static func read(_ stored: StoredSnapshot, at mark: JournalMark, by program: String) -> Result<DeskSnapshot, Unusable> {
        switch stored {
        case .gone: return .failure(Unusable("is not there any more"))
        case .damaged(let what): return .failure(Unusable(what))
        case .whole(let body):
            do {
                guard try StateCoding.value(Head.self, from: body).program == program else { return .failure(.ofAnotherProgram) }
                let snapshot = try StateCoding.value(DeskSnapshot.self, from: body)
                guard snapshot.engine.events == mark.events, snapshot.engine.digest().text == snapshot.digest else {
                    return .failure(Unusable("does not come back as it was written"))
                }
                return .success(snapshot)
            } catch {
                return .failure(Unusable("cannot be read: \(error)"))
            }
        }
    }

    struct Unusable: Error, Hashable {
        let why: String
        init(_ why: String) { self.why = why }

        static let ofAnotherProgram = Unusable("was written by another version of the program")
    }
}
