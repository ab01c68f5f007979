public import MCP
public import Notation
import Synchronization

/// What a client can be asked by a server, and how it answers.
public protocol ClientAnswers: Sendable {
    /// As in `ClientCapabilities`: only what is named here is asked.
    var capabilities: JSON { get }
    /// The answer to `elicitation/create`, `sampling/createMessage` or `roots/list`.
    func answer(_ method: String, _ params: JSON) async throws -> JSON
}

/// A client that cannot be asked anything.
public struct NoAnswers: ClientAnswers {
    public let capabilities: JSON = .object([])
    public init() {}
    public func answer(_ method: String, _ params: JSON) async throws -> JSON { throw ProtocolError.unknownMethod(method) }
}

public enum ClientError: Error, Hashable, Sendable, CustomStringConvertible {
    case refused(ProtocolError)
    /// The link is gone; whether what was asked has happened is unknown.
    case lost(String)
    /// The server asked again and again.
    case endlessQuestions
    /// The structured content does not fit the schema that the tool announced.
    case unfit(tool: String, [Schema.Fault])

    public var description: String {
        switch self {
        case .refused(let error): "the server refused: \(error.message) (\(error.code))"
        case .lost(let why): "the connection is lost: \(why)"
        case .endlessQuestions: "the server kept asking"
        case .unfit(let tool, let faults): "the answer of \(tool) is not what it announced: \(SchemaError(faults: faults))"
        }
    }
}

/// A client of one server, in whichever era it speaks.
///
/// Cancelling the task that waits for an answer cancels the request at the server.
public final class Client: Sendable {
    /// Rounds of questions that one call may take.
    static let roundLimit = 8
    /// Pages that one list may have.
    static let pageLimit = 1000
    /// How much longer than the first question `initialize` may take: a server that has to start first may not hear the first one at all.
    static let openingPatience = 6

    private struct State {
        var dialogue: ClientDialogue
        var openers: CheckedContinuation<Result<ServerFacts, ClientError>, Never>?
        var waiting: [Int: Waiting] = [:]
        var tools: [String: ToolDescription] = [:]
        var loss: String?
    }

    private struct Waiting {
        var continuation: CheckedContinuation<Result<JSON, ClientError>, Never>?
        let onProgress: @Sendable (Progress) -> Void
    }

    private let link: any ClientLink
    private let answers: any ClientAnswers
    private let state: Mutex<State>
    private let onNotice: @Sendable (_ method: String, _ params: JSON) -> Void

    /// - Parameter onNotice: hears what the server says unasked: changes and its log. It must not block.
    public init(
        _ link: any ClientLink, info: Implementation, answers: any ClientAnswers = NoAnswers(), era: ClientDialogue.Era = .either,
        onNotice: @escaping @Sendable (_ method: String, _ params: JSON) -> Void = { _, _ in }
    ) {
        self.link = link
        self.answers = answers
        self.onNotice = onNotice
        state = Mutex(State(dialogue: ClientDialogue(info: info, capabilities: answers.capabilities, era: era)))
    }

    public var server: ServerFacts? { state.withLock { $0.dialogue.server } }

    /// Opens the conversation. Called once, before anything else.
    /// - Parameter patience: how long the first question may stay unanswered before the older way is tried; that one may take six times as long.
    @discardableResult public func connect(patience: Duration = .seconds(5)) async throws -> ServerFacts {
        try await link.start { [weak self] in self?.receive($0) }
        let timer = Task { [weak self] in
            // A cancelled sleep means that the answer came.
            guard (try? await Task.sleep(for: patience)) != nil else { return }
            self?.act { $0.probeTimedOut() }
            guard (try? await Task.sleep(for: patience * Client.openingPatience)) != nil else { return }
            self?.act { $0.initializeTimedOut() }
        }
        defer { timer.cancel() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<ServerFacts, ClientError>, Never>) in
                // A server that ends at once may be lost before anybody waits for it.
                let loss = state.withLock { state in
                    if state.loss == nil { state.openers = continuation }
                    return state.loss
                }
                if let loss { return continuation.resume(returning: .failure(.lost(loss))) }
                act { $0.open() }
                // The cancellation may have come before there was anybody to tell.
                if Task.isCancelled { open(.failure(.lost("cancelled"))) }
            }
        } onCancel: {
            open(.failure(.lost("cancelled")))
        }
        try Task.checkCancellation()
        return try result.get()
    }

    public func close() async {
        await link.close()
        lose("closed")
    }

    // MARK: - Requests

    /// One request, and its answer: with the questions that the server has on the way answered.
    public func request(_ method: String, _ params: JSON = .object([]), onProgress: (@Sendable (Progress) -> Void)? = nil) async throws -> JSON {
        var given = params
        for _ in 0..<Client.roundLimit {
            let result = try await exchange(method, given, onProgress)
            guard result["resultType"]?.asText == "input_required" else { return result }
            given = params.setting("requestState", result["requestState"])
            guard let asked = result["inputRequests"]?.asObject else { continue }
            var responses: [JSON.Member] = []
            for question in asked {
                let answer = try await answers.answer(question.value["method"]?.asText ?? "", question.value["params"] ?? .object([]))
                responses.append(JSON.Member(key: question.key, value: answer))
            }
            given = given.setting("inputResponses", .object(responses))
        }
        throw ClientError.endlessQuestions
    }

    private func exchange(_ method: String, _ params: JSON, _ onProgress: (@Sendable (Progress) -> Void)?) async throws -> JSON {
        let asked = Mutex<Int?>(nil)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<JSON, ClientError>, Never>) in
                let outcome = state.withLock { state -> Result<(Int, [ClientDialogue.Action]), ClientError> in
                    if let loss = state.loss { return .failure(.lost(loss)) }
                    guard state.dialogue.server != nil else { return .failure(.lost("not connected")) }
                    let (number, actions) = state.dialogue.request(method, params, wantsProgress: onProgress != nil)
                    state.waiting[number] = Waiting(continuation: continuation, onProgress: onProgress ?? { _ in })
                    return .success((number, actions))
                }
                switch outcome {
                case .failure(let error): continuation.resume(returning: .failure(error))
                case .success(let (number, actions)):
                    carryOut(actions)
                    // Only now: a cancellation that overtook its request would find nothing at the server.
                    asked.withLock { $0 = number }
                    // It may have come before there was anything to cancel.
                    if Task.isCancelled { cancel(number) }
                }
            }
        } onCancel: {
            if let number = asked.withLock({ $0 }) { cancel(number) }
        }
        try Task.checkCancellation()
        return try result.get()
    }

    private func cancel(_ number: Int) {
        let waiting = state.withLock { $0.waiting.removeValue(forKey: number) }
        act { $0.cancel(number) }
        waiting?.continuation?.resume(returning: .failure(.lost("cancelled")))
    }

    // MARK: - From the link

    private func receive(_ event: LinkEvent) {
        switch event {
        case .message(let message): act { $0.receive(message) }
        case .lost(let why): lose(why)
        }
    }

    private func act(_ step: (inout ClientDialogue) -> [ClientDialogue.Action]) { carryOut(state.withLock { step(&$0.dialogue) }) }

    private func carryOut(_ actions: [ClientDialogue.Action]) {
        for action in actions {
            switch action {
            case .send(let message): link.send(message, context(of: message))
            case .opened(let facts): open(.success(facts))
            case .refused(let error): open(.failure(.refused(error)))
            case .completed(let number, let result):
                let waiting = state.withLock { $0.waiting.removeValue(forKey: number) }
                waiting?.continuation?.resume(returning: result.mapError(ClientError.refused))
            case .progress(let number, let progress): state.withLock { $0.waiting[number]?.onProgress }?(progress)
            case .told(let method, let params): onNotice(method, params)
            case .asked(let id, let method, let params): answer(id, method, params)
            }
        }
    }

    private func context(of message: Envelope) -> LinkContext {
        state.withLock { state in
            var tool: ToolDescription?
            if case .request(_, "tools/call", let params) = message { tool = params["name"]?.asText.flatMap { state.tools[$0] } }
            return LinkContext(revision: state.dialogue.server?.revision, tool: tool)
        }
    }

    private func answer(_ id: RequestID, _ method: String, _ params: JSON) {
        Task {
            let result: Result<JSON, ProtocolError>
            do { result = .success(try await answers.answer(method, params)) } catch { result = .failure(error as? ProtocolError ?? .internal("\(error)")) }
            act { $0.answer(id, result) }
        }
    }

    private func open(_ result: Result<ServerFacts, ClientError>) {
        let opener = state.withLock { state in
            defer { state.openers = nil }
            return state.openers
        }
        opener?.resume(returning: result)
    }

    private func lose(_ why: String) {
        let waiting = state.withLock { state in
            state.loss = state.loss ?? why
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        open(.failure(.lost(why)))
        for one in waiting { one.continuation?.resume(returning: .failure(.lost(why))) }
    }

    func remember(_ tools: [ToolDescription]) { state.withLock { for tool in tools { $0.tools[tool.name] = tool } } }
    func tool(_ name: String) -> ToolDescription? { state.withLock { $0.tools[name] } }
}
