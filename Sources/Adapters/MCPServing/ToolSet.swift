import MCP
public import MCPHosting

/// A family of tools that is switched on and off together. What is off is not listed.
public struct ToolSet: Sendable {
    /// As on the command line: `--toolset analysis`.
    public let name: String
    /// Listed without being asked for.
    public let isDefault: Bool
    /// Holds at least one tool that changes something: listed only where changes are allowed.
    public let changes: Bool
    public let tools: [any ServedTool]

    public init(_ name: String, isDefault: Bool = false, changes: Bool = false, _ tools: [any ServedTool]) {
        precondition(changes || tools.allSatisfy { $0.takesNothingAway }, "the set \(name) says that it changes nothing, and holds a destructive tool")
        self.name = name
        self.isDefault = isDefault
        self.changes = changes
        self.tools = tools
    }
}

/// What the operator allows a server to do.
public struct ServerModes: Sendable {
    /// Off: sets that change something are not listed, asked for or not.
    public let allowsChanges: Bool
    /// Sets beside the default ones; `all` is every one.
    public let extraSets: Set<String>

    public static let readOnly = ServerModes(allowsChanges: false)

    public init(allowsChanges: Bool, extraSets: Set<String> = []) {
        self.allowsChanges = allowsChanges
        self.extraSets = extraSets
    }

    /// The sets that are on, in the order in which they were declared. Throws for a name that is none of theirs, and for one that needs more than is allowed.
    public func chosen(_ sets: [ToolSet]) throws(ModeError) -> [ToolSet] {
        let names = sets.map(\.name)
        for name in extraSets.sorted() where name != "all" {
            guard let set = sets.first(where: { $0.name == name }) else { throw ModeError("there is no toolset '\(name)'; there are \(names.joined(separator: ", "))") }
            guard allowsChanges || !set.changes else { throw ModeError("the toolset '\(name)' changes things, and that needs --allow-writes") }
        }
        return sets.filter { ($0.isDefault || extraSets.contains("all") || extraSets.contains($0.name)) && (allowsChanges || !$0.changes) }
    }
}

/// The operator asked for something that a server does not have or may not do.
public struct ModeError: Error, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}

extension ServedTool {
    /// As its hints say; a tool without hints is taken for the worst.
    var takesNothingAway: Bool { hints.map { $0.readOnlyHint || !$0.destructiveHint } ?? false }
}
