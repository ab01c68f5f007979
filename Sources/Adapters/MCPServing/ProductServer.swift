import MCP
public import MCPHosting

/// One of our servers, before anybody chose what is on: who it is, its families of tools, its resources and prompts.
///
/// `host` makes it serve: every call passes the audit trail on its way in and the redactor on its way out, whatever the tool.
public struct ProductServer: Sendable {
    /// The word after `aura mcp`, and the trail's name.
    public let name: String
    public var title: String
    /// For the model: what this is, and how to use it.
    public var instructions: String
    public var sets: [ToolSet]
    public var resources: [any ResourceSource]
    public var prompts: [any ServedPrompt]
    /// For resources that change by themselves.
    public let relay: ChangeRelay

    public init(
        name: String, title: String, instructions: String, sets: [ToolSet], resources: [any ResourceSource] = [], prompts: [any ServedPrompt] = [],
        relay: ChangeRelay = ChangeRelay()
    ) {
        self.name = name
        self.title = title
        self.instructions = instructions
        self.sets = sets
        self.resources = resources
        self.prompts = prompts
        self.relay = relay
    }

    /// - Parameters:
    ///   - version: Aura's.
    ///   - audit: where every call is written; without one the server can only read.
    public func host(_ modes: ServerModes, version: String, audit: AuditTrail?, redactor: Redactor = Redactor()) throws(ModeError) -> ServiceHost {
        guard audit != nil || !modes.allowsChanges else { throw ModeError("nothing is changed without an audit trail") }
        let chosen = try modes.chosen(sets)
        var service = Service(identity: Implementation(name: "aura-\(name)", title: title, version: version), instructions: instructions)
        let news = audit.map { AuditNews($0, server: name) { [relay] in relay.host } }
        service.tools = chosen.flatMap(\.tools).map { GuardedTool($0, audit: audit, redactor: redactor, news: news) }
        service.resources = resources.map { GuardedSource(source: $0, redactor: redactor) } + (audit.map { [AuditSource(trail: $0, server: name)] } ?? [])
        service.prompts = prompts
        let host = ServiceHost(service)
        relay.attach(host)
        return host
    }
}
