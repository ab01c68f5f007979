public import Notation

/// The tools of a server, by name. What a list shows of them, their schemas above all, may be made as late as somebody asks for it:
/// whoever opens a conversation or makes a call does not wait for the schemas of tools that nobody looks at.
public struct ToolShelf: Sendable {
    /// In the order of the list.
    public let names: [String]
    private let known: Set<String>
    private let find: @Sendable (String) -> ToolDescription?
    private let list: @Sendable () -> [JSON]

    /// - Parameters:
    ///   - find: the description of one of `names`.
    ///   - list: the descriptions of all, in order, as JSON. Asked for with every list, so it had better be kept.
    public init(names: [String], find: @escaping @Sendable (String) -> ToolDescription?, list: @escaping @Sendable () -> [JSON]) {
        self.names = names
        self.known = Set(names)
        self.find = find
        self.list = list
    }

    public init(_ tools: [ToolDescription]) {
        let list = tools.map(\.json)
        self.init(names: tools.map(\.name), find: { name in tools.first { $0.name == name } }, list: { list })
    }

    func holds(_ name: String) -> Bool { known.contains(name) }
    public func tool(_ name: String) -> ToolDescription? { holds(name) ? find(name) : nil }

    /// Up to 2025-11-25 an output schema is an object at its root; another one is not shown.
    func list(for revision: Revision) -> [JSON] {
        guard !revision.isModern else { return list() }
        return list().map { tool in
            guard let schema = tool["outputSchema"], revision < .june2025 || schema["type"]?.asText != "object" else { return tool }
            return tool.setting("outputSchema", nil)
        }
    }
}

extension ToolDescription {
    public var json: JSON { plain(self) }
}
