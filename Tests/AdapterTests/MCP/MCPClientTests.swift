import MCP
import MCPHosting
import Notation
import Synchronization
import Testing

/// Client and server together, in both eras, over every link.
@Suite(.timeLimit(.minutes(1))) struct MCPClientTests {
    enum Way: String, CaseIterable, Sendable {
        case inProcess, stdio, http
    }

    static let ways = Way.allCases.flatMap { way in [(way, ClientDialogue.Era.modern), (way, .sessions)] }

    /// Runs `body` with a client of a workshop.
    private func with(
        _ way: Way, _ era: ClientDialogue.Era, _ answers: any ClientAnswers = NoAnswers(), pageSize: Int = 100, onNotice: @escaping @Sendable (String, JSON) -> Void = { _, _ in },
        _ body: (Client, Workshop) async throws -> Void
    ) async throws {
        let workshop = Workshop(pageSize: pageSize)
        let server = StreamableServer(port: 0, endpoints: [StreamableEndpoint(workshop.host)])
        let link: any ClientLink
        switch way {
        case .inProcess: link = InProcessLink(workshop.host)
        case .stdio: link = try PipeLink(workshop.host)
        case .http: link = HTTPLink("http://127.0.0.1:\(try await server.start())/mcp")
        }
        let client = Client(link, info: Implementation(name: "tester", version: "1"), answers: answers, era: era, onNotice: onNotice)
        let facts = try await client.connect()
        #expect(facts.identity?.name == "workshop" && facts.revision == (era == .sessions ? .november2025 : .july2026))
        do {
            try await body(client, workshop)
        } catch {
            Issue.record(error)
        }
        await client.close()
        if way == .http { await server.stop() }
    }

    @Test(arguments: ways) func `tools are listed, called and checked`(way: Way, era: ClientDialogue.Era) async throws {
        try await with(way, era, pageSize: 2) { client, _ in
            let tools = try await client.tools()
            #expect(tools.map(\.name) == ["echo", "wait", "ask_name", "sell", "let_go"], "over three pages")
            #expect(tools.allSatisfy { $0.outputSchema != nil && $0.annotations != nil })
            let result = try await client.call("echo", .object(["text": "hello", "times": 2]))
            #expect(result.structured?["said"] == .array(["hello", "hello"]) && !result.isError)
            #expect(result.content == [.text(result.structured?.rendered ?? "")])
        }
    }

    @Test(arguments: ways) func `what a tool cannot do is a result that says why; what is no call is an error`(way: Way, era: ClientDialogue.Era) async throws {
        try await with(way, era) { client, _ in
            for (arguments, why) in [
                (JSON.object([]), #""text" is missing"#), (.object(["text": 5]), "text: must be a string"), (.object(["text": "x", "times": 11]), "times: must be at most 10"),
                (.object(["text": "x", "more": 1]), #"unknown property "more""#), (.object(["text": "fail"]), "it was told to fail"),
            ] {
                let result = try await client.call("echo", arguments)
                guard result.isError, case .text(let text, _)? = result.content.first else { return #expect(Bool(false), "\(result)") }
                #expect(text.contains(why), "\(text)")
            }
            await #expect(throws: ClientError.self) { try await client.call("no_such_tool") }
            await #expect(throws: ClientError.self) { try await client.read("shelf://none") }
        }
    }

    @Test(arguments: ways) func `cancelling reaches what is being waited for`(way: Way, era: ClientDialogue.Era) async throws {
        try await with(way, era) { client, workshop in
            let progress = EventSignal()
            let call = Task { try await client.call("wait", onProgress: { _ in progress.happen("progress") }) }
            await workshop.log.wait(for: "waiting")
            await progress.wait(for: "progress")
            call.cancel()
            await workshop.log.wait(for: "cancelled")
            await #expect(throws: (any Error).self) { try await call.value }
            let again = try await client.call("echo", .object(["text": "alive"]))
            #expect(!again.isError)
        }
    }

    @Test(arguments: ways) func `a call that is cancelled before it is made does not wait for its answer`(way: Way, era: ClientDialogue.Era) async throws {
        try await with(way, era) { client, _ in
            let gate = EventSignal()
            let call = Task {
                await gate.wait(for: "cancelled")
                return try await client.call("wait")
            }
            call.cancel()
            gate.happen("cancelled")
            await #expect(throws: (any Error).self) { try await call.value }
        }
    }

    @Test(arguments: ways) func `a person is asked, in the way of the era`(way: Way, era: ClientDialogue.Era) async throws {
        try await with(way, era, Person()) { client, _ in
            let result = try await client.call("ask_name")
            #expect(result.structured?["name"] == "Ada")
        }
        try await with(way, era) { client, _ in
            await #expect(throws: ClientError.self, "nobody can be asked") { try await client.call("ask_name") }
        }
    }

    @Test(arguments: Way.allCases) func `a call that waits for a person can be cancelled, and the session goes on`(way: Way) async throws {
        let person = SilentPerson()
        try await with(way, .sessions, person) { client, workshop in
            let call = Task { try await client.call("ask_name") }
            await person.signal.wait(for: "asked")
            call.cancel()
            await workshop.log.wait(for: "nobody answered")
            await #expect(throws: (any Error).self) { try await call.value }
            let again = try await client.call("echo", .object(["text": "alive"]))
            #expect(!again.isError)
        }
        person.signal.happen("over")
    }

    @Test(arguments: Way.allCases) func `a conversation may end while somebody is asked`(way: Way) async throws {
        let person = SilentPerson()
        try await with(way, .sessions, person) { client, workshop in
            let call = Task { try await client.call("ask_name") }
            await person.signal.wait(for: "asked")
            await client.close()
            await workshop.log.wait(for: "nobody answered")
            await #expect(throws: (any Error).self) { try await call.value }
        }
        person.signal.happen("over")
    }

    @Test(arguments: [ClientDialogue.Era.either, .sessions, .modern]) func `a server that says nothing is given up`(era: ClientDialogue.Era) async throws {
        let client = Client(MuteLink(), info: Implementation(name: "tester", version: "1"), era: era)
        await #expect(throws: ClientError.self) { try await client.connect(patience: .milliseconds(10)) }
    }

    @Test func `waiting for a server that says nothing can be cancelled`() async throws {
        let link = MuteLink()
        let client = Client(link, info: Implementation(name: "tester", version: "1"), era: .sessions)
        let opening = Task { try await client.connect(patience: .seconds(3600)) }
        await link.signal.wait(for: "initialize")
        opening.cancel()
        await #expect(throws: (any Error).self) { try await opening.value }
    }

    @Test(arguments: ways) func `what cannot be undone is done once, if a person says so, and else not`(way: Way, era: ClientDialogue.Era) async throws {
        try await with(way, era, Person(content: .object([]))) { client, workshop in
            let result = try await client.call("sell", .object(["what": "house"]))
            #expect(!result.isError)
            #expect(workshop.log.all == ["sold house"])
        }
        for action in ["decline", "cancel"] {
            try await with(way, era, Person(action: action)) { client, workshop in
                let result = try await client.call("sell", .object(["what": "house"]))
                #expect(result.isError)
                #expect(workshop.log.all.isEmpty)
            }
        }
        try await with(way, era) { client, workshop in
            await #expect(throws: ClientError.self) { try await client.call("sell", .object(["what": "house"])) }
            #expect(workshop.log.all.isEmpty)
        }
    }

    @Test(arguments: ways) func `resources, prompts and completion`(way: Way, era: ClientDialogue.Era) async throws {
        try await with(way, era) { client, _ in
            let (resources, templates) = (try await client.resources(), try await client.templates())
            #expect(resources.map(\.uri) == ["shelf://one"] && templates.map(\.uriTemplate) == ["shelf://{name}"])
            let contents = try await client.read("shelf://one")
            #expect(contents.first?.text == "The first book.")
            let (prompts, prompt) = (try await client.prompts(), try await client.prompt("greet", ["who": "Ada"]))
            #expect(prompts.map(\.name) == ["greet"] && prompt.first?.content == .text("Greet Ada."))
            let names = try await client.complete(.prompt("greet"), argument: "who", value: "Al")
            let books = try await client.complete(.template("shelf://{name}"), argument: "name", value: "o")
            #expect(names == ["Alan"] && books == ["one", "only"])
        }
    }

    @Test(arguments: ways) func `who watches a resource hears that it changed`(way: Way, era: ClientDialogue.Era) async throws {
        let heard = EventSignal()
        try await with(way, era, onNotice: { method, params in heard.happen(method + (params["uri"]?.asText.map { " " + $0 } ?? "")) }) { client, workshop in
            let watching = Task { try await client.watch(["shelf://one"]) }
            if era == .sessions { try await watching.value } else { await heard.wait(for: "notifications/subscriptions/acknowledged") }
            // Over HTTP the standing stream of a session may still be on its way: what it misses is told again.
            let telling = Task {
                while !Task.isCancelled {
                    workshop.host.resourceChanged("shelf://one")
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            await heard.wait(for: "notifications/resources/updated shelf://one")
            telling.cancel()
            watching.cancel()
        }
    }

    @Test func `a call whose connection was let go is answered when the client comes back`() async throws {
        try await with(.http, .sessions) { client, _ in
            let result = try await client.call("let_go")
            #expect(!result.isError)
        }
    }

    @Test(arguments: Way.allCases) func `many calls at once are all answered`(way: Way) async throws {
        try await with(way, .modern) { client, _ in
            try await withThrowingTaskGroup(of: String.self) { group in
                for i in 0..<200 { group.addTask { try await client.call("echo", .object(["text": .text("\(i)")])).structured?["said"]?.asArray?.first?.asText ?? "" } }
                var answers: Set<String> = []
                for try await answer in group { answers.insert(answer) }
                #expect(answers.count == 200)
            }
        }
    }
}

/// Takes everything and answers nothing.
struct MuteLink: ClientLink {
    let signal = EventSignal()

    func start(_ deliver: @escaping @Sendable (LinkEvent) -> Void) async throws {}
    func send(_ message: Envelope, _ context: LinkContext) { if case .request(_, let method, _) = message { signal.happen(method) } }
    func close() async {}
}
