import ArgumentParser
import Engine
import Foundation
import Model
import Node
import Ports
import Storage

/// `aura replay`: the journal played through a new engine, twice, and every effect compared with what was written.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Rebuilds the state from the journal and compares it.",
        discussion: """
            Two replays must give one state, every effect must come out as it was written, and every snapshot must hold the state that the replay comes to. It only
            reads: a running desk is not disturbed.
            """)

    @Option(help: "Folder of the journal (default: the configuration's, else ~/.aura).") var dataDir: String?
    @Flag(help: "As JSON.") var json = false

    func run() throws {
        let journal = try JournalFolder.open(dataDir)
        var snapshots = try ProgramPrint.text.map { try SnapshotCheck(journal, program: $0) }
        let first = try Self.replay(journal, through: nil, &snapshots)
        // A desk that is running may have written on: the second replay stops where the first ended.
        var none: SnapshotCheck?
        let second = try Self.replay(journal, through: first.rows, &none)
        let hash = first.engine.digest().text
        let equal = hash == second.engine.digest().text && first.firstDifference == nil
        if json {
            print("{\"events\":\(first.engine.events),\"state_hash\":\"\(hash)\",\"equal\":\(equal),\"snapshots\":\(snapshots?.equal ?? 0)}")
        } else {
            print(
                "\(first.rows) rows, \(first.engine.events) events, state \(hash): \(equal ? "twice the same, every effect as written" : "DIFFERS")\(Self.words(snapshots))")
        }
        if let difference = first.firstDifference { throw Refused("the journal does not replay to itself: \(difference)") }
        if !equal { throw Refused("two replays of one journal gave two states") }
        if let difference = snapshots?.firstDifference { throw Refused("\(difference); a start passes over it, and nothing is lost") }
    }

    private static func words(_ check: SnapshotCheck?) -> String {
        guard let check, check.equal + check.foreign > 0 else { return "" }
        let foreign = check.foreign > 0 ? ", \(check.foreign) written by another version of the program" : ""
        return "; snapshots on the way: \(check.equal) the same\(foreign)"
    }

    private static func replay(_ journal: SQLiteJournal, through last: Int?, _ snapshots: inout SnapshotCheck?) throws -> JournalReplay {
        struct Enough: Error {}
        var replay = JournalReplay()
        do {
            try journal.read { row in
                if let last, replay.rows >= last { throw Enough() }
                try replay.take(row)
                try snapshots?.look(at: replay)
            }
        } catch is Enough {}
        replay.finish()
        return replay
    }
}

extension Configuration {
    /// Where and how often states are kept; nil where none are.
    func snapshots(of journal: SQLiteJournal, onTrouble: @escaping @Sendable (String) -> Void) -> SnapshotPlan? {
        snapshotEvents > 0 ? SnapshotPlan(journal, every: Int64(snapshotEvents), program: { ProgramPrint.text }, onTrouble: onTrouble) : nil
    }
}

/// The journal of a data folder, for reading.
enum JournalFolder {
    static func open(_ dataDir: String?) throws -> SQLiteJournal {
        let folder = try dataDir ?? Configuration.load(file: nil).dataFolder
        let path = (folder as NSString).expandingTildeInPath + "/journal.sqlite"
        guard FileManager.default.fileExists(atPath: path) else { throw Refused("there is no journal at \(path)") }
        return try SQLiteJournal(reading: path)
    }
}
