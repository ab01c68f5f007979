public import MCP

/// Where resources come from. A service asks its sources in turn.
public protocol ResourceSource: Sendable {
    /// What is listed by address.
    var resources: [ResourceDescription] { get }
    /// What is listed by pattern (RFC 6570, plain variables).
    var templates: [ResourceTemplateDescription] { get }
    /// Nil when the address is not of this source, or there is nothing at it.
    func read(_ uri: String, _ context: CallContext) async throws -> [ResourceContents]?
    /// Values for a variable of a template that begin like `value`, the best first.
    func complete(_ template: String, variable: String, value: String, others: [String: String]) async -> [String]
}

extension ResourceSource {
    public var templates: [ResourceTemplateDescription] { [] }
    public func complete(_ template: String, variable: String, value: String, others: [String: String]) async -> [String] { [] }
}

/// A prompt that a person picks: what to say to the model.
public protocol ServedPrompt: Sendable {
    var description: PromptDescription { get }
    /// Every required argument is there.
    func messages(_ arguments: [String: String], _ context: CallContext) async throws -> [PromptMessage]
    /// Values for an argument that begin like `value`, the best first.
    func complete(_ argument: String, value: String, others: [String: String]) async -> [String]
}

extension ServedPrompt {
    public func complete(_ argument: String, value: String, others: [String: String]) async -> [String] { [] }
}
