import Foundation
import Healing
import HostFacts
import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Synchronization
import Testing
@testable import MCPSystem

/// The tools for self-healing, with a healer whose desk is a sleeping process.
@Suite(.timeLimit(.minutes(1))) struct HealingToolsTests {
    private static let token = "0123456789abcdef0123456789abcdef"
    private static let eras = [ClientDialogue.Era.modern, .sessions]
    private let tree: MachineTree

    init() throws {
        tree = try MachineTree(MachineTree.ordinary)
        try FileManager.default.createDirectory(atPath: tree.folder.path + "/data/logs", withIntermediateDirectories: true)
    }

    private var folder: String { tree.folder.path + "/data" }

    /// A person, what they were shown, and what happens while they think.
    private final class Person: ClientAnswers {
        let capabilities: JSON = .object(["elicitation": .object(["form": .object([])])])
        let state = Mutex((action: "accept", shown: [String]()))
        let thinking = Mutex<(@Sendable () async -> Void)?>(nil)

        func will(_ action: String) { state.withLock { $0.action = action } }
        func answer(_ method: String, _ params: JSON) async throws -> JSON {
            await thinking.withLock { $0 }?()
            return state.withLock { state in
                state.shown.append(params["message"]?.asText ?? "")
                return .object(["action": .text(state.action), "content": state.action == "accept" ? .object([]) : nil])
            }
        }
    }

    /// Keeps what the client sends.
    private final class Tap: ClientLink {
        private let inner: InProcessLink
        let sent = Mutex<[JSON]>([])
        init(_ host: ServiceHost) { inner = InProcessLink(host) }
        func start(_ deliver: @escaping @Sendable (LinkEvent) -> Void) async throws { try await inner.start(deliver) }
        func send(_ message: Envelope, _ context: LinkContext) {
            sent.withLock { $0.append(message.json) }
            inner.send(message, context)
        }
        func close() async { await inner.close() }
    }

    private struct Seat {
        let client: Client
        let person: Person
        let healer: Healer
        let tap: Tap

        func kinds() async -> [HealingEntry.Kind] { await healer.report(entries: 100).history.map(\.kind).reversed() }
        func call(_ tool: String, _ arguments: JSON = .object([])) async throws -> (done: JSON?, why: String) {
            let result = try await client.call(tool, arguments)
            guard result.isError, case .text(let text, _)? = result.content.first else { return (result.structured, "") }
            return (nil, text)
        }
    }

    private func with(_ script: String = "exec sleep 60", _ era: ClientDialogue.Era = .modern, canBeAsked: Bool = true, _ body: (Seat) async throws -> Void) async throws {
        let now: @Sendable () -> Timestamp = { Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9)) }
        var settings = Healer.Settings(program: "/bin/sh", arguments: ["-c", script], logFolder: folder + "/logs")
        settings.probeInterval = .milliseconds(20)
        settings.policy.repairsAnHour = 0
        try? FileManager.default.removeItem(atPath: folder + "/logs/healing.jsonl")  // of a healer before this one, where there was one
        settings.showsOutput = false
        let healer = try Healer(settings, now: now, tell: { _ in })
        let running = Task { await healer.run() }
        let door = HealerServer(healer, port: 0, token: Self.token)
        try HealerAddress.publish(port: try await door.start(), in: folder)
        while await healer.report(entries: 1).history.isEmpty { await Task.yield() }
        try await sit(HealerLine(folder: folder, token: { Self.token }), healer, era, canBeAsked, body)
        await healer.close()
        _ = await running.value
        await door.stop()
    }

    private func sit(_ line: HealerLine, _ healer: Healer, _ era: ClientDialogue.Era, _ canBeAsked: Bool, _ body: (Seat) async throws -> Void) async throws {
        var settings = SystemSettings()
        settings.root = tree.root
        settings.dataFolder = folder
        settings.healer = line
        let trail = try AuditTrail(tree.folder.path + "/audit.jsonl", now: { "2023-11-15T00:00:00Z" })
        // Every look is a second later, so that none is taken for the one before.
        let seconds = Mutex<Int64>(1_700_012_345)
        let server = SystemServer(settings, now: { seconds.withLock { seconds in seconds += 1; return .seconds(seconds) } })
        let host = try server.product.host(ServerModes(allowsChanges: true, extraSets: ["all"]), version: "1", audit: trail)
        let (person, tap) = (Person(), Tap(host))
        let client = Client(tap, info: Implementation(name: "tester", version: "1"), answers: canBeAsked ? person : NoAnswers() as any ClientAnswers, era: era)
        _ = try await client.connect()
        do { try await body(Seat(client: client, person: person, healer: healer, tap: tap)) } catch { Issue.record(error) }
        await client.close()
    }

    // MARK: - Reading

    @Test func `what the healer knows is told, and the service's row has it`() async throws {
        try await with { seat in
            let pid = try #require(await seat.healer.status.desk)
            let told = try #require(try await seat.call("healing_status", .object(["fields": ["kind", "pid"]])).done)
            #expect(told["status"]?["state"] == "starting" && told["status"]?["repairs_allowed"] == 0 && told["status"]?["paused"] == false)
            #expect(told["history"] == .array([.object(["kind": "started", "pid": .integer(Int64(pid))])]) && told["truncated"] == false)
            try tree.process(Int(pid), name: "aura", arguments: ["/opt/aura/bin/aura", "run"])
            try tree.link("/proc/\(pid)/exe", to: "/opt/aura/bin/aura")
            let row = try await seat.call("services_list").done?["services"]?.asArray?.first
            #expect(row?["pid"]?.asInteger == Int64(pid) && row?["healing"] == "starting" && row?["restarts"] == 0 && row?["last_error"] == nil, "\(row ?? .null)")
            kill(pid, SIGKILL)
            while await seat.healer.status.state != "escalated" { await Task.yield() }
            try FileManager.default.removeItem(atPath: tree.folder.path + "/proc/\(pid)")
            let gone = try await seat.call("services_list").done?["services"]?.asArray?.first
            #expect(gone?["pid"] == nil && gone?["name"] == "aura run" && gone?["healing"] == "escalated" && gone?["last_error"] == "signal 9", "\(gone ?? .null)")
        }
    }

    @Test func `without a healer there is one clear sentence, and the list of services says nothing of it`() async throws {
        let healer = try Healer(Healer.Settings(program: "/bin/true", arguments: [], logFolder: folder + "/logs"), now: { .zero }, tell: { _ in })
        try await sit(HealerLine(folder: folder, token: { Self.token }), healer, .modern, true) { seat in
            for tool in ["healing_status", "healing_pause", "service_restart"] {
                let why = try await seat.call(tool).why
                #expect(why == "no healer runs for \(folder): `aura heal` starts the desk with one")
            }
            #expect(seat.person.state.withLock { $0.shown }.isEmpty)
            let services = try await seat.call("services_list").done?["services"]
            #expect(services == [])
        }
    }

    // MARK: - Changing

    @Test(arguments: eras) func `repairs are paused and go on by a person's word, once, and what is so already needs none`(_ era: ClientDialogue.Era) async throws {
        try await with("exec sleep 60", era) { seat in
            let pid = try #require(await seat.healer.status.desk)
            #expect(try await seat.call("healing_pause", .object(["reason": "an update"])).done?["status"]?["paused_for"] == "an update")
            #expect(seat.person.state.withLock { $0.shown } == ["Pause the healer's repairs of the desk (process \(pid))? If it dies or hangs, it stays so until somebody lets them go on.\nThe reason given: an update"])
            #expect(try await seat.call("healing_pause").done?["status"]?["paused"] == true)
            #expect(try await seat.call("healing_pause", .object(["action": "resume"])).done?["status"]?["paused"] == false)
            #expect(await seat.kinds() == [.started, .paused, .resumed] && seat.person.state.withLock { $0.shown.count } == 2)
        }
    }

    @Test(arguments: eras) func `the desk is restarted once, by a person's word`(_ era: ClientDialogue.Era) async throws {
        try await with("exec sleep 60", era) { seat in
            let pid = try #require(await seat.healer.status.desk)
            let done = try #require(try await seat.call("service_restart", .object(["wait": 0, "reason": "a new build"])).done)
            #expect(done["verified"] == false, "a sleeping process is never ready")
            while await seat.healer.status.desk ?? pid == pid { await Task.yield() }
            #expect(await seat.kinds() == [.started, .restart, .ended, .started] && kill(pid, 0) == -1)
            #expect(seat.person.state.withLock { $0.shown.first }?.hasPrefix("Restart the desk, process \(pid)?") == true)
        }
    }

    @Test(arguments: eras) func `without somebody to ask, or without their agreement, nothing is done`(_ era: ClientDialogue.Era) async throws {
        for canBeAsked in [true, false] {
            try await with("exec sleep 60", era, canBeAsked: canBeAsked) { seat in
                for (action, tool) in [("decline", "service_restart"), ("cancel", "service_restart"), ("decline", "healing_pause"), ("cancel", "healing_pause")] {
                    seat.person.will(action)
                    let result = try? await seat.call(tool)
                    #expect(result?.done == nil && (result?.why.contains("the person did not agree") ?? !canBeAsked), "\(tool) \(action)")
                }
                #expect(await seat.kinds() == [.started])
            }
        }
    }

    @Test(arguments: ["service_restart", "healing_pause"]) func `an agreement is for one call: it cannot be used again, for other arguments, or forged`(_ tool: String) async throws {
        try await with { seat in
            _ = try await seat.call(tool, tool == "service_restart" ? .object(["wait": 0]) : .object([]))
            let agreed = try #require(seat.tap.sent.withLock { $0 }.compactMap { $0["params"] }.last { $0["requestState"] != nil })
            if tool == "healing_pause" { await seat.healer.resume() } else { while await seat.kinds().last != .started { await Task.yield() } }
            let before = await seat.kinds()
            seat.person.will("decline")
            let attempts = [
                agreed, agreed.setting("arguments", .object(["reason": "another one"])), agreed.setting("requestState", .text("x" + (agreed["requestState"]?.asText ?? ""))),
                agreed.setting("name", tool == "healing_pause" ? "service_restart" : "healing_pause"),
            ]
            for params in attempts {
                // Refused, or asked anew (and declined): never done.
                let result = try? await seat.client.request("tools/call", params.setting("_meta", nil))
                #expect(result == nil || result?["isError"] == true, "\(result?.rendered ?? "")")
            }
            #expect(await seat.kinds() == before)
        }
    }

    @Test func `a desk that became another one while the person thought is not restarted by the old answer`() async throws {
        try await with("exec sleep 60", .sessions) { seat in
            let pid = try #require(await seat.healer.status.desk)
            let healer = seat.healer
            seat.person.thinking.withLock {
                $0 = {
                    _ = await healer.restart("by somebody else")
                    while await healer.status.desk ?? pid == pid { await Task.yield() }
                }
            }
            #expect(try await seat.call("service_restart", .object(["wait": 0])).why == "the desk is another process by now; nothing was restarted")
            #expect(await seat.kinds() == [.started, .restart, .ended, .started])
        }
    }
}
