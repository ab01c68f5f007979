import Foundation
import HostFacts
import Model
import Notation
import Synchronization
import Testing
import Transport
@testable import Healing

/// The healer with real processes that are no desk, its door and its files.
@Suite(.timeLimit(.minutes(1))) struct HealerTests {
    static let token = "0123456789abcdef0123456789abcdef"
    private let folder = FileManager.default.temporaryDirectory.path + "/aura-heal-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private func healer(_ script: String, once: Bool = false, _ change: (inout HealingPolicy) -> Void = { _ in }) throws -> Healer {
        var settings = Healer.Settings(program: "/bin/sh", arguments: ["-c", script], logFolder: folder)
        settings.policy.firstWait = .milliseconds(10)
        settings.probeInterval = .milliseconds(10)
        settings.once = once
        settings.showsOutput = false
        change(&settings.policy)
        return try Healer(settings, now: { Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9)) }, tell: { _ in })
    }

    /// Waits until the healer says so; the test's time limit is the bound.
    private func wait(_ healer: Healer, until holds: (HealerStatus) -> Bool) async throws -> HealerStatus {
        while true {
            let status = await healer.status
            if holds(status) { return status }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test func `a child that always dies is given up after the bound, with its last words`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a folder that stays is untidy
        let healer = try healer("echo so it goes >&2; exit 3", once: true) { $0.repairsAnHour = 3 }
        #expect(await healer.run() == .escalated("The desk has ended by itself (exit code 3: so it goes), and 3 repairs within an hour did not help."))
        let (status, history) = (await healer.status, await healer.report(entries: 100).history)
        #expect(status.restarts == 3 && status.repairs == 3 && status.lastError == "exit code 3: so it goes" && status.state == "escalated")
        #expect(history.map(\.kind).reversed() == [.started, .ended, .repair, .started, .ended, .repair, .started, .ended, .repair, .started, .ended, .escalated])
        // The next healer of this desk has nothing left to spend.
        let second = try self.healer("exit 3", once: true) { $0.repairsAnHour = 3 }
        #expect(await second.run() != .closed)
        #expect(await second.status.restarts == 0)
    }

    @Test func `a child that does not hear the request to end is killed, and the healer ends with it`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a folder that stays is untidy
        let healer = try healer("trap '' TERM; while :; do sleep 0.01; done") { $0.grace = .milliseconds(100) }
        let running = Task { await healer.run() }
        let pid = try await wait(healer) { $0.desk != nil }.desk ?? 0
        await healer.close()
        #expect(await running.value == .closed)
        #expect(await healer.report(entries: 50).history.map(\.kind).prefix(2) == [.closed, .killed])
        #expect(kill(pid, 0) == -1)
    }

    @Test func `the history is bounded, and a line that was cut off does no harm`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a folder that stays is untidy
        let path = folder + "/healing.jsonl"
        try #"{"at":"2026-11-26T10:00:00.000Z","level":"info","kind":"paused","message":"an update"}"#.appending("\n{\"at\":\"20").write(toFile: path, atomically: true, encoding: .utf8)
        let history = try HealingHistory(path)
        #expect(history.pause == "an update" && history.newest(9).count == 1)
        for number in 0..<2500 {
            try history.append(HealingEntry(at: "2026-11-26T10:00:00.000Z", level: "info", kind: .repair, message: "\(number) " + String(repeating: "x", count: 2000), pid: 1))
        }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count < 1000 && lines.count >= 500 && lines.allSatisfy { $0.count < 700 } && history.newest(1).first?.message.hasPrefix("2499 ") == true)
        let again = try HealingHistory(path)
        #expect(again.newest(500) == history.newest(500))
        for time in ["2026-11-26T09:59:59Z", "2026-11-26T11:00:00Z"] { #expect(again.repairs(before: try #require(CivilTime.parse(time))).isEmpty, "in the future, or long ago") }
        #expect(again.repairs(before: try #require(CivilTime.parse("2026-11-26T10:59:59Z"))).count == 500 && again.pause == nil)
    }

    @Test func `the desk's log stays within its bound while it is written`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a folder that stays is untidy
        let log = DeskLog(path: folder + "/desk.log")
        let (file, start) = try log.open()
        defer { close(file) }
        let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20) + Array("\nthe last word\n\n".utf8)
        for _ in 1...5 { #expect(write(file, bytes, bytes.count) == bytes.count) }
        #expect(log.lastLine(since: start) == "the last word")
        log.trim()
        #expect(log.lastLine(since: start) == nil)
        #expect(write(file, "new\n", 4) == 4)
        #expect(log.lastLine(since: 5_000_000) == "new")
        let size = try FileManager.default.attributesOfItem(atPath: log.path)[.size] as? Int
        #expect(size == 4 && FileManager.default.fileExists(atPath: log.path + ".1"))
    }

    // MARK: - The door

    @Test func `only who has the token may ask and command, and no page may`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a folder that stays is untidy
        let healer = try healer("exec sleep 60")
        let running = Task { await healer.run() }
        _ = try await wait(healer) { $0.desk != nil }
        func ask(_ method: String, _ path: String, query: String = "", host: String = "127.0.0.1:8002", origin: String? = nil, token: String? = nil, body: String = "") async -> Int {
            var headers: HeaderFields = ["host": host]
            if let origin { headers.add("origin", origin) }
            if let token { headers.add("authorization", "Bearer \(token)") }
            return await HealerServer.answer(HTTPRequest(method: method, path: path, query: query, headers: headers, body: Array(body.utf8)), healer, Self.token).status
        }
        for path in ["/status", "/pause", "/resume", "/restart"] {
            let method = path == "/status" ? "GET" : "POST"
            #expect(await ask(method, path) == 401)
            #expect(await ask(method, path, token: Self.token + "0") == 401)
            #expect(await ask(method, path, host: "evil.example", token: Self.token) == 403)
            #expect(await ask(method, path, origin: "http://localhost:8002", token: Self.token) == 403)
            #expect(await ask(method == "GET" ? "POST" : "GET", path, token: Self.token) == 405)
        }
        #expect(await healer.report(entries: 50).history.map(\.kind) == [.started], "none of it did anything")
        #expect(await ask("GET", "/healthz") == 200)
        #expect(await ask("GET", "/readyz") == 503)
        #expect(await ask("GET", "/status", query: "entries=501", token: Self.token) == 400)
        #expect(await ask("POST", "/pause", token: Self.token, body: "{\"reason\": 5}") == 400)
        #expect(await ask("POST", "/pause", token: Self.token, body: "{\"reason\": \"an update\"}") == 200)
        #expect(await healer.status.pausedFor == "an update")
        #expect(await ask("POST", "/resume", token: Self.token) == 200)
        #expect(await healer.status.paused == false)
        await healer.close()
        _ = await running.value
        #expect(await ask("POST", "/restart", token: Self.token) == 409)
    }

    @Test func `another process finds the healer by its folder, and never takes a stranger for it`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a folder that stays is untidy
        let healer = try healer("exec sleep 60")
        let running = Task { await healer.run() }
        let server = HealerServer(healer, port: 0, token: Self.token)
        let port = try await server.start()
        let line = HealerLine(folder: folder, token: { Self.token })
        await #expect(throws: HealerLine.Trouble.self) { try await line.report(entries: 5) }
        try HealerAddress.publish(port: port, in: folder)
        let status = try await line.command(.pause, reason: "a test")
        #expect(status.paused && status.pausedFor == "a test" && line.healer == getpid())
        #expect(try await line.report(entries: 1).history.map(\.kind) == [.paused])
        let child = try #require(status.desk)
        #expect(ListenerFacts.ports(HostRoot(), of: getpid()).contains(port) && ListenerFacts.ports(HostRoot(), of: child).isEmpty, "the child has not got the door")
        let wrong = HealerLine(folder: folder, token: { "not the token at all" })
        await #expect(throws: HealerLine.Trouble.self) { try await wrong.report(entries: 5) }
        // The same number, but another start: an ended healer's file, and its number given to somebody else.
        let process = try #require(ProcessReading(HostRoot(), pid: getpid()))
        let stale = HealerAddress(pid: getpid(), started: process.startTicks + 1, port: port)
        try Data(JSON(encoding: stale).bytes).write(to: URL(fileURLWithPath: folder + "/healer.json"))
        #expect(line.healer == nil)
        await healer.close()
        _ = await running.value
        await server.stop()
    }
}
