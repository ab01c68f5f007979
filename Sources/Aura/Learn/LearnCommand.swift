import ArgumentParser
import Engine
import Foundation
import Learning
import Model
import Node
import Ports
import Storage

/// `aura learn`: what settlements have taught the desk, as versions that can be compared and gone back to.
struct LearnCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learn", abstract: "Lists the versions of what the desk has learned, compares them, and goes back to one.",
        discussion: "A version is kept every \(VersionHistory.every) settled markets, the newest \(VersionHistory.kept) of them: weights, calibrations, stages and correlations.",
        subcommands: [Versions.self, Difference.self, RollBackCommand.self])

    /// The learner as it stands at the end of a journal; a running desk is not disturbed.
    static func replayed(_ journal: SQLiteJournal) throws -> JournalReplay {
        var replay = JournalReplay()
        try journal.read { try replay.take($0) }
        replay.finish()
        return replay
    }

    struct Versions: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "versions", abstract: "Lists the versions that are kept, oldest first.")

        @Option(help: "Folder of the journal (default: the configuration's, else ~/.aura).") var dataDir: String?
        @Flag(help: "As JSON.") var json = false

        private struct Row: Encodable {
            let version: Int
            /// Figures that would change by going back to it.
            let differ: Int
            let largest: [String]
        }

        func run() throws {
            let learner = try LearnCommand.replayed(JournalFolder.open(dataDir)).engine.learner
            let rows = learner.history.versions.map { version in
                let changes = VersionHistory.changes(from: learner.parameters, to: version.parameters).largestFirst
                return Row(version: version.number, differ: changes.count, largest: changes.prefix(3).map(\.sentence))
            }
            if json { return print(try Self.text(rows)) }
            print("\(learner.history.settlements) markets settled, taken back \(learner.rollBacks) times; \(rows.isEmpty ? "no version is kept yet" : "versions, by settled markets:")")
            for row in rows { print("\(row.version)  \(row.differ == 0 ? "as it is now" : "\(row.differ) figures differ, most of all \(row.largest[0])")") }
        }

        private static func text(_ rows: [Row]) throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(rows), as: UTF8.self)
        }
    }

    struct Difference: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff", abstract: "What differs between two versions, or a version and now, the largest first.")

        @Argument(help: "The earlier version, by its number.") var from: Int
        @Argument(help: "The later version; without it, what is known now.") var to: Int?
        @Option(help: "Changes that are shown at most.") var limit = 40
        @Option(help: "Folder of the journal (default: the configuration's, else ~/.aura).") var dataDir: String?

        func run() throws {
            guard limit > 0 else { throw Refused("--limit must be 1 or more, not \(limit)") }
            let learner = try LearnCommand.replayed(JournalFolder.open(dataDir)).engine.learner
            let changes = VersionHistory.changes(from: try Self.version(from, learner), to: try to.map { try Self.version($0, learner) } ?? learner.parameters).largestFirst
            for change in changes.prefix(limit) { print(change.sentence) }
            let rest = changes.count - min(changes.count, limit)
            print(changes.isEmpty ? "nothing differs" : "\(changes.count) figures differ\(rest > 0 ? "; \(rest) smaller changes are not shown" : "")")
        }

        private static func version(_ number: Int, _ learner: Learner) throws -> Parameters {
            if let found = learner.history.version(number) { return found.parameters }
            let kept = learner.history.versions.map { String($0.number) }.joined(separator: ", ")
            throw Refused("there is no version \(number); \(kept.isEmpty ? "none is kept yet" : "kept are \(kept)")")
        }
    }
}
