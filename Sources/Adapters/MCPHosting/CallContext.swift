public import MCP
public import Notation

/// What a tool, a resource or a prompt may know and say while it is being called.
///
/// Cancellation is the task's: what waits inside a call should be cancellable, or ask `Task.isCancelled`.
public struct CallContext: Sendable {
    public let call: Call
    private let conversation: Conversation
    private let seals: SealBook

    init(call: Call, conversation: Conversation, seals: SealBook) {
        self.call = call
        self.conversation = conversation
        self.seals = seals
    }

    public var client: ClientFacts { call.client }
    public var revision: Revision { call.revision }
    /// Who is asking: the owner of the pipe, or whom the token named.
    public var principal: String { conversation.principal }

    /// Told to the client if it asked to hear, and only forward.
    public func report(_ progress: Progress) { conversation.progress(call.number, progress) }

    public func log(_ level: LogLevel, _ text: String, logger: String? = nil) { conversation.log(call.number, level, .text(text), logger) }

    /// For a long call: lets go of the client's connection, which comes back for the result after that time. Only sessions over HTTP can.
    public func letGo(retryMilliseconds: Int) { conversation.pause(call.number, retryMilliseconds: retryMilliseconds) }

    // MARK: - Asking

    /// Puts questions to the client, and returns the answers by key: each has the form that its question asks for.
    ///
    /// Up to 2025-11-25 the call waits for them here. From 2026-07-28 on it ends, and is made again with the answers: this returns the second time,
    /// so nothing may have happened before it. `remembering` comes back then as `remembered()`.
    public func ask(_ requests: [InputRequest], remembering state: JSON? = nil) async throws -> [String: JSON] {
        if let unable = requests.first(where: { !client.can($0.question) }) { throw ProtocolError.missingCapability(unable.question.capability) }
        guard !revision.isModern else { return try answersOrAsk(requests, remembering: state) }
        var answers: [String: JSON] = [:]
        for request in requests {
            let answer = try await conversation.ask(call.number, request.question)
            guard request.question.isAnswered(by: answer) else { throw ToolFailure("The answer to the question does not have the form that was asked for.") }
            answers[request.key] = answer
        }
        return answers
    }

    public func ask(_ key: String, _ question: Question) async throws -> JSON { try await ask([InputRequest(key, question)])[key] ?? .null }

    private func answersOrAsk(_ requests: [InputRequest], remembering state: JSON?) throws -> [String: JSON] {
        var answers: [String: JSON] = [:]
        for request in requests {
            guard let answer = call.inputResponses?[request.key], request.question.isAnswered(by: answer) else {
                throw InputNeeded(requests, state: state.map(seal))
            }
            answers[request.key] = answer
        }
        return answers
    }

    /// What the call before this one asked to remember; nil when there was none. Throws for a state that was not made here for these arguments.
    public func remembered() throws -> JSON? {
        guard call.revision.isModern, let state = call.requestState else { return nil }
        return try seals.open(state, for: binding).state
    }

    /// The state as only this server can have written it, and only for this call.
    public func seal(_ state: JSON) -> String { seals.seal(state, for: binding) }

    // MARK: - Confirming

    /// What a person said to a question about something that cannot be undone.
    public enum Decision: Sendable, Equatable {
        case accepted(JSON)
        case declined
        case cancelled
    }

    /// Asks a person before something is done, and fails closed: without somebody who can be asked, it throws.
    ///
    /// From 2026-07-28 on an answer counts only with the seal of the question it belongs to: same person, same tool, same arguments, in time, and once.
    public func confirm(_ message: String, schema: JSON = .object(["type": "object", "properties": .object([])])) async throws -> Decision {
        let request = InputRequest("confirmation", .form(message: message, schema: schema))
        guard client.can(request.question) else { throw ProtocolError.missingCapability(request.question.capability) }
        guard revision.isModern else { return try await answeredInTime(request) }
        guard let state = call.requestState else { throw InputNeeded([request], state: seal(.text(message))) }
        let opened = try seals.open(state, for: binding)
        // The person must have seen what would be done now, not what would have been done then.
        guard opened.state == .text(message), let answer = call.inputResponses?[request.key], request.question.isAnswered(by: answer) else {
            throw InputNeeded([request], state: seal(.text(message)))
        }
        try seals.spend(opened)
        return decision(answer)
    }

    /// An answer to an old question counts for as long as a seal would, and no longer: what it was about has changed by then.
    private func answeredInTime(_ request: InputRequest) async throws -> Decision {
        try await withThrowingTaskGroup(of: Decision.self) { group in
            group.addTask { decision(try await ask(request.key, request.question)) }
            group.addTask {
                try await Task.sleep(for: .seconds(SealBook.lifetimeSeconds))
                return .cancelled
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { return .cancelled }
            return first
        }
    }

    private func decision(_ answer: JSON) -> Decision {
        switch answer["action"]?.asText {
        case "accept": .accepted(answer["content"] ?? .object([]))
        case "decline": .declined
        default: .cancelled
        }
    }

    private var binding: SealBook.Binding { SealBook.Binding(principal: principal, target: call.target) }
}

/// Thrown out of a call to end it with questions, from 2026-07-28 on.
public struct InputNeeded: Error, Sendable {
    public let requests: [InputRequest]
    public let state: String?

    public init(_ requests: [InputRequest], state: String? = nil) {
        self.requests = requests
        self.state = state
    }
}
