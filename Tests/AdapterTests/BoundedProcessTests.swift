import Foundation
import Testing
import Transport

/// A program of somebody else's is run within bounds, whatever it does with them.
@Suite(.timeLimit(.minutes(1))) struct BoundedProcessTests {
    private func run(_ script: String, seconds: Int = 20, outputLimit: Int = 1 << 20) async throws(BoundedProcess.Trouble) -> BoundedProcess.Ended {
        try await BoundedProcess("/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin", "MOOD": "good"], seconds: seconds, outputLimit: outputLimit).run()
    }

    @Test func `what it writes and how it ends is told`() async throws {
        let ended = try await run("printf \"$MOOD $(wc -c) \"; echo unread >&2; exit 7")
        #expect(String(decoding: ended.output, as: UTF8.self) == "good 0 " && ended.isWhole && ended.hasExited && ended.status == 7)
        let killed = try await run("kill -TERM $$")
        #expect(!killed.hasExited && killed.status == SIGTERM)
    }

    @Test func `a program that is not there is not started`() async {
        await #expect(throws: BoundedProcess.Trouble.notStarted) { try await BoundedProcess("/nowhere", [], environment: [:], seconds: 1, outputLimit: 1).run() }
    }

    @Test func `it is killed when its time is over, and so is what it has started and waits for`() async {
        await #expect(throws: BoundedProcess.Trouble.late) { try await run("sleep 300; echo", seconds: 1) }
        await #expect(throws: BoundedProcess.Trouble.late) { try await run("exec >&-; sleep 300; true", seconds: 1) }
    }

    @Test func `who says too much is stopped, also when another says it in his name`() async throws {
        for script in ["exec yes", "yes; true"] {
            let ended = try await run(script, outputLimit: 100_000)
            #expect(!ended.isWhole && ended.output.count > 100_000)
        }
    }

    @Test func `where the end of children was ignored, as a service manager may hand it on, it is told all the same`() async throws {
        signal(SIGCHLD, SIG_IGN)
        let ended = try await run("exit 4")
        #expect(ended.hasExited && ended.status == 4)
        let told = try await run("sed -n 's/SigIgn:.//p' /proc/$$/status")
        let ignored = try #require(UInt64(String(decoding: told.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines), radix: 16))
        #expect(ignored & 1 << UInt64(SIGCHLD - 1) == 0)
    }

    @Test func `none of our open files is open in it, and it is not deaf to what we ignore`() async throws {
        // As the servers of this process do.
        signal(SIGPIPE, SIG_IGN)
        let held = open("/etc/hostname", O_RDONLY)
        defer { close(held) }
        let ended = try await run("ls /proc/$$/fd | tr '\\n' ' '; sed -n 's/SigIgn:.//p' /proc/$$/status")
        let words = String(decoding: ended.output, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        #expect(words.dropLast() == ["0", "1", "2"])
        let ignored = try #require(words.last.flatMap { UInt64($0, radix: 16) })
        #expect([SIGPIPE, SIGINT, SIGTERM].allSatisfy { ignored & 1 << UInt64($0 - 1) == 0 })
    }
}
