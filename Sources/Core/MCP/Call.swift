public import Notation

/// Something that the server's owner has to do for a client: the dialogue has judged the envelope, the names and the lists.
public struct Call: Sendable {
    public enum Target: Hashable, Sendable {
        /// `arguments` is an object; whether it fits the tool's schema is for the tool to judge.
        case tool(name: String, arguments: JSON)
        case resource(uri: String)
        /// Every required argument is there.
        case prompt(name: String, arguments: [String: String])
        case completion(Completion)
    }

    public struct Completion: Hashable, Sendable {
        public enum Reference: Hashable, Sendable {
            case prompt(String)
            case template(String)
        }

        public let reference: Reference
        public let argument: String
        public let value: String
        /// What has been filled in already.
        public let others: [String: String]
    }

    /// Unique in its dialogue; answers are given under it.
    public let number: Int
    public let target: Target
    public let revision: Revision
    public let client: ClientFacts
    public let wantsProgress: Bool
    /// From 2026-07-28: the answers to what a former call with these arguments was told to ask, by key. Judged by nobody yet.
    public let inputResponses: JSON?
    /// From 2026-07-28: whatever came back as the state of that former call. Anybody may have written it.
    public let requestState: String?
}

/// What a client says of itself.
public struct ClientFacts: Hashable, Sendable {
    public let info: Implementation?
    public let capabilities: JSON

    public init(info: Implementation?, capabilities: JSON) {
        self.info = info
        self.capabilities = capabilities
    }

    public func can(_ question: Question) -> Bool {
        switch question {
        // Up to 2025-06-18 there were forms alone, and the capability was empty.
        case .form: capabilities["elicitation"].map { $0["form"] != nil || $0["url"] == nil } ?? false
        case .page: capabilities["elicitation"]?["url"] != nil
        case .sampling: capabilities["sampling"] != nil
        case .roots: capabilities["roots"] != nil
        }
    }
}

/// What became of a call.
public enum Outcome: Sendable {
    case tool(ToolResult)
    case resource([ResourceContents])
    case prompt(description: String?, [PromptMessage])
    /// At most 100 values leave; `total` says how many there are, where that is known.
    case completion([String], total: Int?)
    /// From 2026-07-28: the call is to be made again, with answers to these questions.
    case inputRequired([InputRequest], state: String?)
    case failed(ProtocolError)
}

/// A question with the key under which its answer comes back.
public struct InputRequest: Hashable, Sendable {
    public let key: String
    public let question: Question

    public init(_ key: String, _ question: Question) {
        self.key = key
        self.question = question
    }
}

extension Outcome {
    /// The members of the result, without what the revision adds to every one.
    func members(_ offer: Offer, _ revision: Revision) -> JSON {
        switch self {
        case .tool(let result):
            let json = result.json
            return revision < .june2025 ? json.setting("structuredContent", nil) : json
        case .resource(let contents): return .object(["contents": .array(contents.map(\.json))])
        case .prompt(let description, let messages):
            let rows = messages.map { JSON.object(["role": .text($0.role.rawValue), "content": $0.content.json]) }
            return .object(["description": description.map { .text($0) }, "messages": .array(rows)])
        case .completion(let values, let total):
            let shown = values.prefix(100)
            return .object([
                "completion": .object([
                    "values": .array(shown.map { .text($0) }), "total": total.map { .integer(Int64($0)) },
                    "hasMore": .bool(values.count > 100 || total ?? 0 > shown.count),
                ])
            ])
        case .inputRequired(let requests, let state):
            let asked = requests.map { JSON.Member(key: $0.key, value: .object(["method": .text($0.question.method), "params": $0.question.params])) }
            return .object(["inputRequests": asked.isEmpty ? nil : .object(asked), "requestState": state.map { .text($0) }])
        case .failed: preconditionFailure("an error has no result")
        }
    }

    var resultType: String { if case .inputRequired = self { "input_required" } else { "complete" } }
    var isRead: Bool { if case .resource = self { true } else { false } }
}
