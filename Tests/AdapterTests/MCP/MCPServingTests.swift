import Foundation
import MCP
import MCPHosting
import Notation
import Synchronization
import Testing
@testable import MCPServing

/// What all of our servers share, whatever their tools do.
@Suite(.timeLimit(.minutes(1))) struct MCPServingTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private var path: String { folder.path + "/audit.jsonl" }

    private func trail() throws -> AuditTrail { try AuditTrail(path, now: { "2026-11-26T02:00:00.000Z" }) }
    private func entry(_ tool: String) -> AuditEntry { AuditEntry(tool: tool, arguments: .object(["id": 1]), principal: "tester") }

    // MARK: - Sets and modes

    private static let sets = [
        ToolSet("look", isDefault: true, [Declared(EchoTool())]), ToolSet("more", [Declared(WaitTool(log: EventSignal()))]),
        ToolSet("sell", isDefault: true, changes: true, [Declared(SellTool(log: EventSignal()))]),
    ]

    @Test(arguments: [
        (false, [], ["look"]), (false, ["more"], ["look", "more"]), (true, [], ["look", "sell"]), (false, ["all"], ["look", "more"]),
        (true, ["all"], ["look", "more", "sell"]),
    ] as [(Bool, Set<String>, [String])])
    func `what is off is not listed`(allows: Bool, extra: Set<String>, listed: [String]) throws {
        #expect(try ServerModes(allowsChanges: allows, extraSets: extra).chosen(Self.sets).map(\.name) == listed)
    }

    @Test func `a set that is unknown or needs more than is allowed is refused in a sentence`() throws {
        #expect(throws: ModeError.self) { try ServerModes(allowsChanges: true, extraSets: ["nonsense"]).chosen(Self.sets) }
        #expect { try ServerModes(allowsChanges: false, extraSets: ["sell"]).chosen(Self.sets) } throws: { "\($0)".contains("--allow-writes") }
    }

    @Test func `a server without a trail cannot be allowed to change anything`() {
        let server = ProductServer(name: "x", title: "X", instructions: "", sets: Self.sets)
        #expect(throws: ModeError.self) { try server.host(ServerModes(allowsChanges: true), version: "1", audit: nil) }
    }

    // MARK: - The trail

    @Test func `every call leaves a line, and a change leaves one before it is made`() async throws {
        let log = EventSignal()
        let sets = [ToolSet("all", isDefault: true, changes: true, [Declared(EchoTool()), Declared(SellTool(log: log))])]
        let host = try ProductServer(name: "x", title: "X", instructions: "", sets: sets).host(ServerModes(allowsChanges: true), version: "1", audit: try trail())
        let client = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1"))
        _ = try await client.connect()
        _ = try await client.call("echo", .object(["text": "hello"]))
        _ = try await client.call("echo", .object(["text": "fail"]))
        _ = try? await client.call("sell", .object(["what": "all"]))
        await client.close()
        let lines = try trail().recent(10).map { try JSON(parsing: Array($0.utf8)[...]) }
        let told = lines.map { "\($0["tool"]?.asText ?? "") \($0["outcome"]?.asText ?? "")" }
        #expect(told.prefix(3) == ["echo done", "echo failed", "sell began"])
        #expect(!(try String(contentsOfFile: path, encoding: .utf8)).contains("hello"), "arguments are not written down")
        #expect(try AuditTrail.verify(path).lines == lines.count)
    }

    @Test func `a change that cannot be written down is not made`() async throws {
        let log = EventSignal()
        // A file that refuses writing stands for a full disk.
        let trail = try AuditTrail("/dev/full", now: { "" })
        let tool = GuardedTool(Declared(SellTool(log: log)), audit: trail, redactor: Redactor())
        let host = ServiceHost(Service(identity: Implementation(name: "x", version: "1"), tools: [tool]))
        let client = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1"))
        _ = try await client.connect()
        let result = try await client.call("sell", .object(["what": "all"]))
        #expect(result.isError && "\(result.content)".contains("was not carried out"))
        #expect(log.all.isEmpty)
        await client.close()
    }

    @Test func `several writers make one chain`() throws {
        let (a, b) = (try trail(), try trail())
        for _ in 0..<20 {
            try a.append(entry("a"), .done)
            try b.append(entry("b"), .done)
        }
        #expect(try AuditTrail.verify(path).lines == 40)
    }

    @Test func `a line that a death cut off is dropped, and the chain goes on`() throws {
        try trail().append(entry("a"), .done)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"n\":2,\"at\":\"20".utf8))
        try handle.close()
        try trail().append(entry("b"), .done)
        #expect(try AuditTrail.verify(path).lines == 2)
    }

    @Test func `a day's calls are read from the trail's end, however long the trail is, and of a day that is too long the newest`() throws {
        let day = Mutex("2026-11-24")
        let trail = try AuditTrail(path, now: { day.withLock { $0 } + "T12:00:00Z" })
        func write(_ count: Int, on date: String) throws {
            day.withLock { $0 = date }
            for number in 0..<count { try trail.append(entry("\(date) \(number)"), .done) }
        }
        try write(2500, on: "2026-11-24")
        try write(3, on: "2026-11-25")
        try write(1500, on: "2026-11-26")
        #expect(try trail.day("2026-11-25").lines.map { $0["tool"] } == ["2026-11-25 0", "2026-11-25 1", "2026-11-25 2"])
        let long = try trail.day("2026-11-24")
        #expect(long.truncated && long.lines.last?["tool"] == "2026-11-24 2499" && long.lines.count > 1000)
        #expect(try trail.day("2026-11-26").lines.first?["tool"] == "2026-11-26 0" && !trail.day("2026-11-26").truncated)
        #expect(try trail.day("2026-11-23").lines.isEmpty && trail.day("2026-11-27").lines.isEmpty)
        #expect(try trail.days() == ["2026-11-26", "2026-11-25", "2026-11-24"])
        #expect(trail.today == "2026-11-26")
    }

    @Test func `the trail's day is a resource, and whoever is subscribed to it hears of each call`() async throws {
        let trail = try AuditTrail(path, now: { "2026-11-26T12:00:00Z" })
        let product = ProductServer(name: "shop", title: "Shop", instructions: "", sets: [ToolSet("s", isDefault: true, [Declared(EchoTool())])])
        let host = try product.host(.readOnly, version: "1", audit: trail)
        let uri = "shop://audit/2026-11-26"
        let heard = EventSignal()
        let client = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1")) { method, params in
            if method == "notifications/resources/updated" { heard.happen(params["uri"]?.asText ?? "") }
        }
        _ = try await client.connect()
        let listening = Task { try await client.watch([uri]) }
        while !host.subscribedResources.contains(uri) { try await Task.sleep(for: .milliseconds(5)) }
        for _ in 0..<5 { _ = try await client.call("echo", .object(["text": "hello"])) }
        await heard.wait(for: uri)
        let told = try #require(try await client.read(uri).first?.text)
        let json = try JSON(parsing: Array(told.utf8)[...])
        #expect(json["calls"]?.asArray?.count == 5 && json["truncated"] == false && json["date"] == "2026-11-26")
        for wrong in ["shop://audit/", "shop://audit/yesterday", "shop://audit/2026-11-26/x", "other://audit/2026-11-26"] {
            await #expect(throws: ClientError.self, "\(wrong)") { try await client.read(wrong) }
        }
        listening.cancel()
        await client.close()
    }

    @Test(arguments: ["change", "drop", "swap"]) func `a trail that was tampered with does not verify`(how: String) throws {
        let trail = try trail()
        for tool in ["a", "b", "c"] { try trail.append(entry(tool), .done) }
        var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        switch how {
        case "change": lines[1] = lines[1].replacingOccurrences(of: "\"b\"", with: "\"x\"")
        case "drop": lines.remove(at: 1)
        default: lines.swapAt(0, 1)
        }
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: AuditError.self) { try AuditTrail.verify(path) }
    }

    // MARK: - Secrets

    @Test(arguments: [
        ("DB_PASSWORD=hunter2 next", "DB_PASSWORD=[redacted] next"),
        ("--token abc --port 1", "--token [redacted] --port 1"),
        ("--token=abc", "--token=[redacted]"),
        ("{\"api_key\": \"abc\", \"n\": 1}", "{\"api_key\": \"[redacted]\", \"n\": 1}"),
        ("{\\\"password\\\":\\\"abc\\\"}", "{\\\"password\\\":\\\"[redacted]\\\"}"),
        ("Authorization: Bearer abcdefghij", "Authorization: Bearer [redacted]"),
        ("curl -H 'bearer abcdefghij'", "curl -H 'bearer [redacted]'"),
        ("redis://user:pw@host:6379/0", "redis://user:[redacted]@host:6379/0"),
        ("http://host:8080/a@b", "http://host:8080/a@b"),
        ("KALSHI-ACCESS-SIGNATURE: abc", "KALSHI-ACCESS-SIGNATURE: [redacted]"),
        ("a\n-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nb", "a\n[redacted]\nb"),
        ("-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----", "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----"),
        ("the token of the realm; max_tokens: 5", "the token of the realm; max_tokens: 5"),
        ("it is canary-0123456789 here", "it is [redacted] here"),
        ("nothing to see", "nothing to see"),
    ])
    func `what looks like a secret does not come out`(text: String, told: String) {
        #expect(Redactor(secrets: ["canary-0123456789"]).clean(text) == told)
    }

    @Test func `a structured result and its text are cleaned alike`() throws {
        let result = Redactor().clean(.structured(.object(["line": "PASSWORD=x y", "token": "abc", "n": 1])))
        let cleaned = JSON.object(["line": "PASSWORD=[redacted] y", "token": "[redacted]", "n": 1])
        #expect(result == .structured(cleaned))
    }

    // MARK: - Budgets

    private struct Row: Shaped {
        var name: String?
        var size: Int?
        static let notes: [String: Note] = ["name": "Its name.", "size": "Its size."]
    }

    @Test func `rows that the bytes do not allow are left out, and that is told`() throws {
        let rows = (0..<100).map { Row(name: "row \($0 as Int)", size: $0) }
        let all = try ListBudget.fit(rows, fields: nil, maxBytes: 16_384)
        #expect(all.rows.count == 100 && !all.truncated)
        let few = try ListBudget.fit(rows, fields: nil, maxBytes: 256)
        #expect(few.truncated && (1..<15).contains(few.rows.count))
    }

    @Test func `only the fields that were asked for come, and an unknown one is named`() throws {
        let rows = try ListBudget.fit([Row(name: "a", size: 1)], fields: ["size"], maxBytes: 256).rows
        #expect(rows[0].name == nil && rows[0].size == 1)
        #expect { try ListBudget.fit([Row(name: "a", size: 1)], fields: ["weight"], maxBytes: 256) } throws: { "\($0)".contains("'weight'") }
    }
}
