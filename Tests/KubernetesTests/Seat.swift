import Foundation
import Kubernetes
import MCP
import MCPHosting
import MCPOrchestration
import MCPServing
import Notation
import Synchronization
import Testing
import YAML

/// A person who is asked, and what they were shown.
final class Operator: ClientAnswers {
    let capabilities: JSON = .object(["elicitation": .object(["form": .object([])])])
    private let state = Mutex((action: "accept", shown: [String]()))
    /// What happens while they think.
    let thinking = Mutex<(@Sendable () async -> Void)?>(nil)

    var shown: [String] { state.withLock { $0.shown } }
    func will(_ action: String) { state.withLock { $0.action = action } }

    func answer(_ method: String, _ params: JSON) async throws -> JSON {
        await thinking.withLock { $0 }?()
        return state.withLock { state in
            state.shown.append(params["message"]?.asText ?? "")
            return .object(["action": .text(state.action), "content": state.action == "accept" ? .object([]) : nil])
        }
    }
}

/// An assistant at our server, on one bench.
struct Seat: Sendable {
    static let eras = [ClientDialogue.Era.modern, .sessions]

    let bench: Bench
    let host: ServiceHost
    let client: Client
    let person: Operator
    let sent: TapLink
    let heard: Heard

    /// - Parameter canBeAsked: whether the client says that it has somebody to ask.
    static func run(
        _ ground: Ground = .fake, _ era: ClientDialogue.Era = .modern, modes: ServerModes = ServerModes(allowsChanges: true, extraSets: ["all"]), canBeAsked: Bool = true,
        policy: @escaping @Sendable (Bench) -> OrchestrationPolicy = { _ in OrchestrationPolicy() }, kubelet: Bool = true, stack: Stack? = nil, _ body: @Sendable (Seat) async throws -> Void
    ) async throws {
        try await Bench.run(ground, kubelet: kubelet) { bench in
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("seat-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            // What is left in a temporary folder hurts nobody.
            defer { try? FileManager.default.removeItem(at: folder) }
            let audit = try AuditTrail(folder.appendingPathComponent("audit.jsonl").path, now: { "2026-11-26T02:00:00Z" })
            let fleet = Fleet(policy: policy(bench), config: nil, own: (bench.client, bench.namespace), stack: stack, parse: { try YAMLReader.json($0) })
            let host = try OrchestrationServer.make(fleet).host(modes, version: "1", audit: audit)
            let (person, heard) = (Operator(), Heard())
            let link = TapLink(InProcessLink(host))
            let answers: any ClientAnswers = canBeAsked ? person : NoAnswers()
            let client = Client(link, info: Implementation(name: "tester", version: "1"), answers: answers, era: era) { method, params in heard.add(method, params) }
            _ = try await client.connect()
            _ = try await client.tools()
            do { try await body(Seat(bench: bench, host: host, client: client, person: person, sent: link, heard: heard)) } catch { Issue.record(error) }
            await client.close()
        }
    }

    /// The structured answer of a tool that did what it was asked.
    @discardableResult
    func call(_ tool: String, _ arguments: KeyValuePairs<String, JSON?> = [:], onProgress: (@Sendable (MCP.Progress) -> Void)? = nil) async throws -> JSON {
        let result = try await client.call(tool, .object(arguments), onProgress: onProgress)
        if result.isError { throw ToolFailure("\(tool): \(Seat.text(result))") }
        return result.structured ?? .null
    }

    /// Why a tool did not.
    func failure(_ tool: String, _ arguments: KeyValuePairs<String, JSON?> = [:]) async -> String {
        do {
            let result = try await client.call(tool, .object(arguments))
            return result.isError ? Seat.text(result) : "(it did: \(result.structured?.rendered ?? ""))"
        } catch { return "\(error)" }
    }

    static func text(_ result: ToolResult) -> String {
        result.content.map { content in if case .text(let text, _) = content { text } else { "" } }.joined()
    }

    /// Requests at the fake that change something, dry runs left out.
    var writes: [String] {
        (bench.fake?.state.withLock { $0.requests } ?? []).filter { !$0.hasPrefix("GET") && !$0.contains("dryRun=All") && !$0.contains("selfsubject") }
    }
}

/// Notices of a server, and a way to wait for one.
final class Heard: Sendable {
    private let state = Mutex<(all: [String], waiters: [(String, CheckedContinuation<Void, Never>)])>(([], []))

    func add(_ method: String, _ params: JSON) {
        let text = "\(method) \(params["uri"]?.asText ?? "")"
        let ready = state.withLock { state in
            state.all.append(text)
            defer { state.waiters.removeAll { $0.0 == text } }
            return state.waiters.filter { $0.0 == text }
        }
        for waiter in ready { waiter.1.resume() }
    }

    /// The suite's time limit is the bound.
    func wait(for text: String) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.all.contains(text) { return true }
                state.waiters.append((text, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}

/// A link that remembers what was sent over it.
final class TapLink: ClientLink {
    private let inner: InProcessLink
    private let sent = Mutex<[JSON]>([])

    init(_ inner: InProcessLink) { self.inner = inner }

    /// The parameters of the requests of a method.
    func params(_ method: String) -> [JSON] { sent.withLock { $0 }.filter { $0["method"]?.asText == method }.compactMap { $0["params"] } }

    func start(_ deliver: @escaping @Sendable (LinkEvent) -> Void) async throws { try await inner.start(deliver) }
    func send(_ message: Envelope, _ context: LinkContext) {
        sent.withLock { $0.append(message.json) }
        inner.send(message, context)
    }
    func close() async { await inner.close() }
}
