import ArgumentParser
import Foundation
import Model
import Ports
import Storage

/// `aura journal`: looks into the journal without disturbing the desk.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Checks the journal, and answers why.", subcommands: [Verify.self, Why.self])

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "verify", abstract: "Checks the hash chain from the first row to the last.")

        @Option(help: "Folder of the journal (default: the configuration's, else ~/.aura).") var dataDir: String?
        @Flag(help: "As JSON.") var json = false

        func run() throws {
            let journal = try JournalFolder.open(dataDir)
            let found = try journal.verify()
            let snapshots = try SnapshotsFound(journal)
            if json {
                let first = found.first?.nanoseconds.description ?? "null"
                let last = found.last?.nanoseconds.description ?? "null"
                return print(
                    "{\"desk\":\"\(found.desk)\",\"rows\":\(found.rows),\"events\":\(found.events),\"effects\":\(found.effects),\"first\":\(first),\"last\":\(last),\"head\":\"\(found.head)\",\"snapshots\":\(snapshots.whole.count),\"newest_snapshot\":\(snapshots.whole.last?.events.description ?? "null")}"
                )
            }
            let span = found.first.flatMap { first in found.last.map { " from \(CivilTime.text(first, decimals: 3)) to \(CivilTime.text($0, decimals: 3))" } } ?? ""
            print("whole: \(found.rows) rows with \(found.events) events and \(found.effects) effects\(span), head \(found.head)\(snapshots.sentence)")
        }

        /// The snapshots beside the rows, and what is wrong with those that are.
        private struct SnapshotsFound {
            var whole: [JournalMark] = []
            var damaged: [String] = []

            init(_ journal: SQLiteJournal) throws {
                for mark in try journal.snapshots() {
                    switch try journal.snapshot(at: mark) {
                    case .whole: whole.append(mark)
                    case .damaged(let what): damaged.append("the snapshot after event \(mark.events) \(what)")
                    case .gone: break
                    }
                }
            }

            var sentence: String {
                let kept = whole.last.map { "; \(whole.count) snapshot\(whole.count == 1 ? "" : "s"), the newest after event \($0.events)" } ?? ""
                return kept + damaged.map { "; \($0), and a start passes over it" }.joined()
            }
        }
    }

    struct Why: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "why", abstract: "Everything the journal holds about one order: forecast, size, check, answer, fill.")

        @Argument(help: "The order's client id (as the dashboard shows it) or the exchange's id.") var order: String
        @Option(help: "Folder of the journal (default: the configuration's, else ~/.aura).") var dataDir: String?

        func run() throws {
            let quoted = "\"\(order)\""
            var found = 0
            try JournalFolder.open(dataDir).read { row in
                guard row.kind != .market else { return }
                let text = String(decoding: row.body, as: UTF8.self)
                guard text.contains(quoted) else { return }
                found += 1
                print("\(CivilTime.text(row.time, decimals: 6)) \(row.kind.rawValue) \(text)")
            }
            if found == 0 { throw Refused("the journal holds nothing about the order '\(order)'") }
        }
    }
}
