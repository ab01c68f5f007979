import ArgumentParser
import Foundation
import Model
import Node
import Notation
import Ports
import Storage
import Transport

/// `aura learn rollback`: takes weights, calibrations, stages and correlations back to a version, at a running desk or in the journal of one that does not run.
struct RollBackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Takes weights, calibrations, stages and correlations back to a version.",
        discussion: """
            Where a desk runs on the folder, it is told over its bridge and goes on with them at its next look. Where none runs, the command is written into the
            journal, and the next start finds it there. Forecasts, scores and curves stay. A replay goes back as well.
            """)

    private static let patience = Duration.seconds(20)

    @Argument(help: "The version, by its number: `aura learn versions` lists them.") var version: Int
    @Option(help: "Why: it is written to the journal.") var reason: String
    @Option(help: "Port of the running desk's bridge (default: the configuration's).") var port: Int?
    @Option(help: "Folder of the journal (default: the configuration's, else ~/.aura).") var dataDir: String?

    func run() async throws {
        let why = String(reason.trimmingCharacters(in: .whitespacesAndNewlines).prefix(500))
        guard !why.isEmpty else { throw Refused("--reason must say why") }
        guard (port ?? 1) > 0, (port ?? 1) < 65_536 else { throw Refused("--port must be from 1 to 65535, not \(port ?? 0)") }
        // That there is a journal at all is said first: opening one to write would make it.
        let path = try JournalFolder.open(dataDir).path
        let folder = try DataFolder((path as NSString).deletingLastPathComponent)
        if folder.isInUse { return print(try await tell(folder, why)) }
        let journal = try SQLiteJournal(in: folder, at: .zero)
        var replay = try LearnCommand.replayed(journal)
        let (rows, notices) = try OfflineCommand.rows(for: .rollBack(version: version, reason: why), after: &replay)
        try journal.append(rows)
        for notice in notices { print(notice) }
    }

    /// Says it to the desk that runs, and returns what the desk made of it.
    private func tell(_ folder: DataFolder, _ why: String) async throws -> String {
        let port = try port ?? Configuration.load(file: nil).bridgePort
        guard port > 0 else { throw Refused("a desk runs on \(folder.path): --port must say where its bridge listens") }
        let connection = try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/")
        // One that does not answer is left: that it was taken or not, the versions will tell.
        let bound = Task {
            try await Task.sleep(for: Self.patience)
            connection.abort()
        }
        defer {
            bound.cancel()
            connection.abort()
        }
        try await connection.send(text: JSON.object(["v": 1, "type": "hello", "id": "hello", "payload": .object(["token": .text(try folder.token())])]).rendered)
        let order: JSON = .object(["name": "roll_back", "version": .integer(Int64(version)), "reason": .text(why)])
        try await connection.send(text: JSON.object(["v": 1, "type": "command", "id": "rollback", "payload": order]).rendered)
        for await message in connection.incoming {
            guard case .text(let bytes) = message, let top = try? JSON(parsing: bytes), top["type"]?.asText == "answer" else { continue }
            let answer = top["payload"]
            if answer?["ok"]?.asBool == false { throw Refused("the desk says: \(answer?["error"]?["message"]?.asText ?? "no")") }
            if answer?["id"]?.asText == "rollback" { return answer?["result"]?.asText ?? "done" }
        }
        throw Refused("the desk on port \(port) closed the connection or did not answer in 20 s: is it the one that runs on \(folder.path)?")
    }
}
