import Foundation
import HostFacts
import Healing
import Testing

/// `aura heal` with a real desk: killed from outside, ended by the healer, ended on purpose.
@Suite(.timeLimit(.minutes(3))) struct HealTests {
    private struct Ready: Decodable {
        let url: String
        let data_dir: String
        let token_path: String
    }

    private static func with(_ scratch: Scratch, _ arguments: [String] = [], _ body: (AuraProcess, HealerLine) async throws -> Void) async throws {
        let ports = ["--dashboard-port", "0", "--bridge-port", "0", "--exchange-port", "0"]
        let process = try AuraProcess(["heal", "--data-dir", "data", "--port", "0", "--json"] + arguments + ["--"] + ports, in: scratch.path)
        let output = try await process.seen.wait("the line that says that the healer can be asked", within: .seconds(30)) { $0.out.contains(10) || $0.code != nil }
        let ready = try JSONDecoder().decode(Ready.self, from: Data(output.text.utf8))
        let line = HealerLine(folder: ready.data_dir) { try String(contentsOfFile: ready.token_path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines) }
        do { try await body(process, line) } catch {
            // Asked, it ends its desk too.
            process.send(SIGTERM)
            _ = try? await process.ended(within: .seconds(20))  // it may hang, and is killed then
            process.send(SIGKILL)
            throw error
        }
    }

    /// Asks until the answer is as it should be.
    private static func wait(_ line: HealerLine, _ what: String, until holds: (HealerStatus) -> Bool) async throws -> HealerStatus {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let status = try await line.report(entries: 0).status
            if holds(status) { return status }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Missed(description: "\(what): not within 60 s; \(try await line.report(entries: 20))")
    }

    @Test func `a desk that is killed comes back, verified, and the healer's end ends it in order`() async throws {
        try await Scratch.with { scratch in
            try await Self.with(scratch) { process, line in
                let first = try await Self.wait(line, "the first desk") { $0.state == "ready" }
                let pid = try #require(first.desk)
                #expect(first.restarts == 0 && first.port != nil && first.probe?.answer == "ready")
                kill(pid, SIGKILL)
                let second = try await Self.wait(line, "the second desk") { $0.state == "ready" && $0.desk != pid }
                #expect(second.restarts == 1 && second.repairs == 1 && second.lastError?.hasPrefix("signal 9") == true)
                let history = try await line.report(entries: 100).history
                #expect(history.map(\.kind).reversed() == [.started, .ready, .ended, .repair, .started, .verified])
                // A second healer, and a desk beside it, are kept out.
                let rival = try await AuraProcess.result(["heal", "--data-dir", "data", "--port", "0"], in: scratch.path)
                #expect(rival.code == 1 && rival.errors.contains("another Aura (process \(process.number)) is using"))
                process.send(SIGTERM)
                let end = try await process.ended(within: .seconds(20))
                #expect(end.code == 0 && end.errors.contains("The desk has ended (exit code 0), and so does its healer."), "\(end.errors)")
                #expect(kill(second.desk ?? 0, 0) == -1 && line.healer == nil)
                #expect(!FileManager.default.fileExists(atPath: scratch.file("data/healer.json")))
            }
        }
    }

    @Test func `a desk that was stopped on purpose stays so, and a person's word starts it`() async throws {
        try await Scratch.with { scratch in
            try await Self.with(scratch) { process, line in
                let running = try await Self.wait(line, "the desk") { $0.state == "ready" }
                kill(try #require(running.desk), SIGTERM)
                let stopped = try await Self.wait(line, "the end") { $0.state == "stopped" }
                #expect(stopped.desk == nil && stopped.repairs == 0)
                let last = try await line.report(entries: 1).history.first
                #expect(last?.kind == .stopped)
                let restarted = try await line.command(.restart, reason: nil)
                #expect(restarted.desk != nil)
                #expect(restarted.desk != running.desk)
                let again = try await Self.wait(line, "the second desk") { $0.state == "ready" }
                #expect(again.restarts == 1 && again.repairs == 0)
                process.send(SIGTERM)
                #expect(try await process.ended(within: .seconds(20)).code == 0)
            }
        }
    }

    @Test func `a desk that cannot start is given up, and --once ends with what it said`() async throws {
        try await Scratch.with { scratch in
            try FileManager.default.createDirectory(atPath: scratch.file("data"), withIntermediateDirectories: true)
            try scratch.write("this is no database", to: "data/journal.sqlite")
            let end = try await AuraProcess.result(["heal", "--data-dir", "data", "--port", "0", "--once", "--repairs", "1", "--json"], in: scratch.path)
            #expect(end.code == 1 && end.errors.contains("is not a database") && end.errors.contains("and 1 repair within an hour did not help"), "\(end.errors)")
            // A wrong configuration is wrong at every start: it is told at once, without a repair.
            try scratch.write("risk:\n  kely_fraction: 1\n", to: "aura.yaml")
            let hopeless = try await AuraProcess.result(["heal", "--data-dir", "fresh", "--port", "0", "--once", "--json"], in: scratch.path)
            #expect(hopeless.code == 1 && hopeless.errors.contains("exit code 78: Error: aura.yaml, line 2") && hopeless.errors.contains("trying again cannot help"), "\(hopeless.errors)")
            #expect(!hopeless.errors.contains("started again") && !hopeless.errors.contains("Repair"), "\(hopeless.errors)")
            let alone = try await AuraProcess.result(["run"], in: scratch.path)
            #expect(alone.code == 78 && alone.errors.split(separator: "\n").count == 1, "\(alone.errors)")
            for (wrong, why) in [
                (["--port", "70000"], "--port must be"), (["--repairs", "-1"], "repairs"), (["--", "--nonsense"], "Unknown option"), (["--", "--data-dir", "x"], "goes before --"),
                (["--silence", "1"], "--silence must be"), (["--start-patience", "1"], "--start-patience must be"),
            ] {
                let refused = try await AuraProcess.result(["heal", "--data-dir", "other"] + wrong, in: scratch.path)
                #expect(refused.code != 0 && refused.errors.contains(why), "\(wrong): \(refused.errors)")
            }
        }
    }
}
