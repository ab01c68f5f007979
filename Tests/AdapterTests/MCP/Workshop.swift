import MCP
import MCPHosting
import Notation
import Synchronization

/// A small server for tests, and what happened in it.
final class Workshop: Sendable {
    let host: ServiceHost
    let log = EventSignal()

    init(pageSize: Int = 100) {
        host = ServiceHost(Service(identity: Implementation(name: "workshop", version: "1")))
        let log = log
        host.update(.tools) { service in
            service.tools = [Declared(EchoTool()), Declared(WaitTool(log: log)), Declared(NameTool(log: log)), Declared(SellTool(log: log)), Declared(LetGoTool())]
            service.resources = [Shelf()]
            service.prompts = [Greeting()]
            service.pageSize = pageSize
        }
    }
}

/// Things that happened, by name, and a way to wait for one.
final class EventSignal: Sendable {
    private struct State {
        var happened: [String] = []
        var waiters: [(name: String, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var all: [String] { state.withLock { $0.happened } }

    func happen(_ name: String) {
        let ready = state.withLock { state in
            state.happened.append(name)
            defer { state.waiters.removeAll { $0.name == name } }
            return state.waiters.filter { $0.name == name }
        }
        for waiter in ready { waiter.continuation.resume() }
    }

    func wait(for name: String) async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.happened.contains(name) { return true }
                state.waiters.append((name, continuation))
                return false
            }
            if isReady { continuation.resume() }
        }
    }
}

struct EchoTool: Tool {
    struct Arguments: Shaped {
        let text: String
        let times: Int
        static let notes: [String: Note] = ["text": "What to say.", "times": Note("How often.", range: 1...10, default: 1)]
    }
    struct Output: Shaped {
        let said: [String]
        let by: String
        static let notes: [String: Note] = ["said": "What was said.", "by": "Who asked."]
    }
    static let name = "echo"
    static let title = "Echo"
    static let summary = "Says it again."
    static let hints = ToolHints.readsHere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        if arguments.text == "fail" { throw ToolFailure("it was told to fail") }
        context.log(.info, "echoing")
        return Output(said: Array(repeating: arguments.text, count: arguments.times), by: context.principal)
    }
}

/// Waits for its cancellation, and says when it came.
struct WaitTool: Tool {
    let log: EventSignal
    static let name = "wait"
    static let title = "Wait"
    static let summary = "Waits until it is cancelled."
    static let hints = ToolHints.readsHere

    func call(_ arguments: Nothing, _ context: CallContext) async throws -> Nothing {
        context.report(Progress(1, of: 2))
        log.happen("waiting")
        do {
            try await Task.sleep(for: .seconds(60))
        } catch {
            log.happen("cancelled")
            throw error
        }
        return Nothing()
    }
}

struct NameTool: Tool {
    let log: EventSignal
    struct Output: Shaped {
        let name: String
        static let notes: [String: Note] = ["name": "What the person is called."]
    }
    static let name = "ask_name"
    static let title = "Ask"
    static let summary = "Asks for a name."
    static let hints = ToolHints.readsHere
    static let form = JSON.object(["type": "object", "properties": .object(["name": .object(["type": "string"])]), "required": .array(["name"])])

    func call(_ arguments: Nothing, _ context: CallContext) async throws -> Output {
        let answer: JSON
        do { answer = try await context.ask("name", .form(message: "Who are you?", schema: Self.form)) } catch {
            log.happen("nobody answered")
            throw error
        }
        return Output(name: answer["content"]?["name"]?.asText ?? "nobody")
    }
}

/// Something that cannot be undone.
struct SellTool: Tool {
    let log: EventSignal
    struct Arguments: Shaped {
        let what: String
        static let notes: [String: Note] = ["what": "What is sold."]
    }
    static let name = "sell"
    static let title = "Sell"
    static let summary = "Sells, if a person says so."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: false, openWorld: false)

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Nothing {
        switch try await context.confirm("Sell \(arguments.what)?") {
        case .accepted: log.happen("sold \(arguments.what)")
        case .declined, .cancelled: throw ToolFailure("nothing was sold")
        }
        return Nothing()
    }
}

struct LetGoTool: Tool {
    static let name = "let_go"
    static let title = "Let go"
    static let summary = "Lets go of the connection in the middle."
    static let hints = ToolHints.readsHere

    func call(_ arguments: Nothing, _ context: CallContext) async throws -> Nothing {
        context.letGo(retryMilliseconds: 10)
        return Nothing()
    }
}

struct Shelf: ResourceSource {
    let resources = [ResourceDescription(uri: "shelf://one", name: "one", description: "The first.", mimeType: "text/plain")]
    let templates = [ResourceTemplateDescription(uriTemplate: "shelf://{name}", name: "any", description: "Each.", mimeType: "text/plain")]

    func read(_ uri: String, _ context: CallContext) async throws -> [ResourceContents]? { uri == "shelf://one" ? [.text(uri, "text/plain", "The first book.")] : nil }
    func complete(_ template: String, variable: String, value: String, others: [String: String]) async -> [String] { ["one", "only"].filter { $0.hasPrefix(value) } }
}

struct Greeting: ServedPrompt {
    let description = PromptDescription(name: "greet", description: "Greets.", arguments: [.init("who", "Whom.")])
    func messages(_ arguments: [String: String], _ context: CallContext) async throws -> [PromptMessage] { [PromptMessage(.user, .text("Greet \(arguments["who"] ?? "")."))] }
    func complete(_ argument: String, value: String, others: [String: String]) async -> [String] { ["Ada", "Alan"].filter { $0.hasPrefix(value) } }
}

/// A person with a fixed opinion.
struct Person: ClientAnswers {
    let capabilities: JSON = .object(["elicitation": .object(["form": .object([])])])
    var action = "accept"
    var content: JSON = .object(["name": "Ada"])

    func answer(_ method: String, _ params: JSON) async throws -> JSON {
        .object(["action": .text(action), "content": action == "accept" ? content : nil])
    }
}

/// A person who has been asked and says nothing until it is over.
struct SilentPerson: ClientAnswers {
    let capabilities: JSON = .object(["elicitation": .object(["form": .object([])])])
    let signal = EventSignal()

    func answer(_ method: String, _ params: JSON) async throws -> JSON {
        signal.happen("asked")
        await signal.wait(for: "over")
        return .object(["action": "cancel"])
    }
}
