import ArgumentParser
import Foundation
import Healing
import Model
import Storage

/// `aura heal`: the Self-Healing Worker, a process of its own that starts the desk and repairs it.
struct HealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heal", abstract: "Starts the desk, watches it, and starts it again when it has died or hangs; within bounds.",
        discussion: """
            What stands behind -- is for `aura run`: aura heal --data-dir D -- --seed 3. Ctrl-C or SIGTERM ends the desk in order, and then the healer. \
            A desk that ended on purpose stays so.
            """)

    @Option(help: "The desk's data folder (default: the configuration's, else ~/.aura).") var dataDir: String?
    @Option(help: "The healer's own port on 127.0.0.1; 0 for any.") var port = 8002
    @Option(help: "Repairs within any hour; then it stops trying and says so.") var repairs = 5
    @Option(help: "Seconds from the desk's start until it must be ready.") var startPatience = 600
    @Option(help: "Seconds without an answer after which a desk that was ready hangs.") var silence = 30
    @Flag(help: "End with the desk: exit code 0 when it was ended on purpose, 1 when a person has to look.") var once = false
    @Flag(help: "Print one JSON line when the healer can be asked, and nothing of the desk's own screen.") var json = false
    @Argument(parsing: .postTerminator, help: "Options for `aura run`.") var desk: [String] = []

    /// The line that says that the healer can be asked.
    struct Ready: Encodable {
        let url: String
        let data_dir: String
        let token_path: String
        let history: String
        let desk_log: String
    }

    func run() async throws {
        guard (0...65_535).contains(port) else { throw Refused("--port must be from 0 to 65535, not \(port)") }
        guard (0...60).contains(repairs) else { throw Refused("--repairs must be from 0 to 60, not \(repairs)") }
        guard (10...86_400).contains(startPatience) else { throw Refused("--start-patience must be from 10 to 86400 seconds, not \(startPatience)") }
        guard (5...3600).contains(silence) else { throw Refused("--silence must be from 5 to 3600 seconds, not \(silence)") }
        if desk.contains(where: { $0 == "--data-dir" || $0.hasPrefix("--data-dir=") }) { throw Refused("--data-dir is the healer's too: it goes before --") }
        do { try await heal() } catch let error as any CustomStringConvertible { throw Refused(error.description) }
    }

    private func heal() async throws {
        let folder = try DataFolder(try dataDir ?? Configuration.load(file: nil).dataFolder)
        // One healer a desk; the lock goes with the process.
        let lock = try folder.lock("healer.lock")
        defer { withExtendedLifetime(lock) {} }
        guard !folder.isInUse else { throw Refused("a desk runs in \(folder.path) already: stop it first, and the healer starts it again") }
        // What stands behind -- is judged before anything is started.
        do { _ = try RunCommand.parse(desk) } catch { throw Refused("aura run \(desk.joined(separator: " ")): \(RunCommand.message(for: error))") }
        let interruption = Interruption()
        let healer = try Healer(try settings(folder), now: Self.steadyClock(), tell: Self.say)
        let server = HealerServer(healer, port: port, token: try folder.token())
        let bound = try await server.start()
        try HealerAddress.publish(port: bound, in: folder.path)
        defer { HealerAddress.withdraw(from: folder.path) }
        try show(Ready(
            url: "http://127.0.0.1:\(bound)", data_dir: folder.path, token_path: folder.tokenPath, history: healer.historyPath, desk_log: healer.deskLogPath))
        let listening = Task {
            await interruption.wait()
            await healer.close()
        }
        let result = await healer.run()
        interruption.finish()
        await listening.value
        await server.stop()
        if case .escalated(let why) = result { throw Refused(why) }
    }

    private func settings(_ folder: DataFolder) throws -> Healer.Settings {
        // The program that this process is, also after its file was replaced by a newer build.
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var settings = Healer.Settings(program: program, arguments: ["run", "--data-dir", folder.path] + desk, logFolder: try folder.folder("logs"))
        settings.policy.repairsAnHour = repairs
        settings.policy.startPatience = .seconds(Int64(startPatience))
        settings.policy.silence = .seconds(Int64(silence))
        settings.showsOutput = !json
        settings.once = once
        return settings
    }

    /// The time of day at the start, and from there on what has passed: a clock that is set back must not renew the bound of an hour.
    private static func steadyClock() -> @Sendable () -> Timestamp {
        let (start, began) = (WallClock().now(), ContinuousClock.now)
        return {
            let passed = (ContinuousClock.now - began).components
            return start + Interval(nanoseconds: passed.seconds * 1_000_000_000 + passed.attoseconds / 1_000_000_000)
        }
    }

    private func show(_ ready: Ready) throws {
        guard json else { return Self.write("the healer answers at \(ready.url); its history: \(ready.history); the desk's errors: \(ready.desk_log)") }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        FileHandle.standardOutput.write(try encoder.encode(ready) + Data("\n".utf8))
    }

    @Sendable private static func say(_ entry: HealingEntry) { write("\(entry.level): \(entry.message)") }
    private static func write(_ text: String) { FileHandle.standardError.write(Data("aura heal: \(text)\n".utf8)) }
}
