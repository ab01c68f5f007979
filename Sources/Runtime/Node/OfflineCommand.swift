import Engine
import Foundation
import Learning
public import Model
public import Ports

/// A command that is given while no desk runs: it goes into the journal as if the desk had taken it, and the next start finds it there.
///
/// It comes at the moment of the last event, so that no clock can lie before it. What would send something to the exchange cannot be given so: nobody would
/// carry it out.
public enum OfflineCommand {
    /// The rows to append after the last, and what the desk said to it.
    /// - Parameter replay: of the whole journal, finished; it is taken one event further.
    public static func rows(for command: Command, after replay: inout JournalReplay) throws -> (rows: [JournalRow], notices: [String]) {
        if let difference = replay.firstDifference { throw JournalError("the journal does not replay to itself: \(difference)") }
        if case .rollBack(let version, _) = command, replay.engine.learner.history.version(version) == nil { throw CommandRefused("there is no version \(version) to go back to") }
        let time = replay.engine.now
        let stamped = Stamped(.command(command), at: time)
        var writer = JournalWriter()
        try writer.write(stamped)
        var notices: [String] = []
        for effect in replay.give(stamped) {
            guard !effect.leavesTheDesk else { throw CommandRefused("an order waits for its turn: start the desk and give the command to it") }
            try writer.write(effect, at: time)
            if case .notice(let notice) = effect { notices.append(notice.text) }
        }
        return (writer.take(), notices)
    }
}
