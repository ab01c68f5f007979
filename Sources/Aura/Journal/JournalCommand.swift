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
            let found = try JournalFolder.open(dataDir).verify()
            if json {
                let first = found.first?.nanoseconds.description ?? "null"
                let last = found.last?.nanoseconds.description ?? "null"
                return print(
                    "{\"desk\":\"\(found.desk)\",\"rows\":\(found.rows),\"events\":\(found.events),\"effects\":\(found.effects),\"first\":\(first),\"last\":\(last),\"head\":\"\(found.head)\"}"
                )
            }
            let span = found.first.flatMap { first in found.last.map { " from \(CivilTime.text(first, decimals: 3)) to \(CivilTime.text($0, decimals: 3))" } } ?? ""
            print("whole: \(found.rows) rows with \(found.events) events and \(found.effects) effects\(span), head \(found.head)")
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
