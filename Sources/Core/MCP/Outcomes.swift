public import Notation

/// What a call of a tool came to. A failure is a result too: the model reads why, and can do better.
public struct ToolResult: Hashable, Sendable {
    public var content: [Content]
    /// Fits the tool's output schema, where it has one and did not fail.
    public var structured: JSON?
    public var isError: Bool

    public init(_ content: [Content], structured: JSON? = nil, isError: Bool = false) {
        self.content = content
        self.structured = structured
        self.isError = isError
    }

    /// A structured result, with the same JSON as text for clients that know no structure.
    public static func structured(_ value: JSON) -> ToolResult { ToolResult([.text(value.rendered)], structured: value) }
    public static func failure(_ why: String) -> ToolResult { ToolResult([.text(why)], isError: true) }

    public var json: JSON {
        .object(["content": .array(content.map(\.json)), "structuredContent": structured, "isError": isError ? true : nil])
    }

    /// As a client gets it.
    public init(_ json: JSON) throws {
        guard let content = json["content"]?.asArray else { throw ProtocolError.internal("a tool's result without content") }
        self.init(try content.map { try Content($0) }, structured: json["structuredContent"], isError: json["isError"]?.asBool ?? false)
    }
}

/// Something that a person or their model is asked while a call is under way.
public enum Question: Hashable, Sendable {
    /// A flat form; `schema` has `type: object` and plain properties.
    case form(message: String, schema: JSON)
    /// A page that the person opens by themselves: for what must not pass through the client.
    case page(message: String, url: String, id: String)
    /// The client's model speaks: `params` as in `sampling/createMessage`.
    case sampling(params: JSON)
    case roots

    public var method: String {
        switch self {
        case .form, .page: "elicitation/create"
        case .sampling: "sampling/createMessage"
        case .roots: "roots/list"
        }
    }

    public var params: JSON {
        switch self {
        case .form(let message, let schema): .object(["mode": "form", "message": .text(message), "requestedSchema": schema])
        case .page(let message, let url, let id):
            .object(["mode": "url", "message": .text(message), "url": .text(url), "elicitationId": .text(id)])
        case .sampling(let params): params
        case .roots: .object([])
        }
    }

    /// What the client must have declared.
    public var capability: JSON {
        switch self {
        case .form: .object(["elicitation": .object([])])
        case .page: .object(["elicitation": .object(["url": .object([])])])
        case .sampling: .object(["sampling": .object([])])
        case .roots: .object(["roots": .object([])])
        }
    }

    /// Whether an answer has the form that this question asks for.
    public func isAnswered(by answer: JSON) -> Bool {
        switch self {
        case .form(_, let schema):
            switch answer["action"]?.asText {
            // A form in which nothing has to be filled in may come back without content.
            case "accept": Schema(schema).faults(in: answer["content"] ?? .object([])).isEmpty
            case "decline", "cancel": true
            default: false
            }
        case .page: ["accept", "decline", "cancel"].contains(answer["action"]?.asText)
        case .sampling: answer["content"]?.asObject != nil || answer["content"]?.asArray != nil
        case .roots: answer["roots"]?.asArray != nil
        }
    }
}

public enum LogLevel: String, CaseIterable, Comparable, Sendable, Codable {
    case debug, info, notice, warning, error, critical, alert, emergency

    public static func < (a: LogLevel, b: LogLevel) -> Bool { (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0) }
}

/// How far a call is. Only a `done` above the last one told is passed on.
public struct Progress: Hashable, Sendable {
    public var done: Double
    public var total: Double?
    public var message: String?

    public init(_ done: Double, of total: Double? = nil, _ message: String? = nil) {
        self.done = done
        self.total = total
        self.message = message
    }
}
