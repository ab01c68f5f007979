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
        discussion: "Two replays must give one state, and every effect must come out as it was written. It only reads: a running desk is not disturbed.")

    @Option(help: "Folder of the journal (default: the configuration's, else ~/.aura).") var dataDir: String?
    @Flag(help: "As JSON.") var json = false

    func run() throws {
        let journal = try JournalFolder.open(dataDir)
        let first = try Self.replay(journal, through: nil)
        // A desk that is running may have written on: the second replay stops where the first ended.
        let second = try Self.replay(journal, through: first.rows)
        let hash = first.engine.digest().text
        let equal = hash == second.engine.digest().text && first.firstDifference == nil
        if json {
            print("{\"events\":\(first.engine.events),\"state_hash\":\"\(hash)\",\"equal\":\(equal)}")
        } else {
            print("\(first.rows) rows, \(first.engine.events) events, state \(hash): \(equal ? "twice the same, every effect as written" : "DIFFERS")")
        }
        if let difference = first.firstDifference { throw Refused("the journal does not replay to itself: \(difference)") }
        if !equal { throw Refused("two replays of one journal gave two states") }
    }

    private static func replay(_ journal: SQLiteJournal, through last: Int?) throws -> JournalReplay {
        struct Enough: Error {}
        var replay = JournalReplay()
        do {
            try journal.read { row in
                if let last, replay.rows >= last { throw Enough() }
                try replay.take(row)
            }
        } catch is Enough {}
        replay.finish()
        return replay
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
