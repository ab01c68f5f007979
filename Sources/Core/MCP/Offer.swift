import Notation

/// What a server has to offer: who it is, and its lists, as they stand now. A capability is declared exactly when its list is not nil.
public struct Offer: Sendable {
    public var identity: Implementation
    /// For the model: how to use this server.
    public var instructions: String?
    public var tools: ToolShelf?
    public var resources: [ResourceDescription]? { didSet { resourceList = Offer.listed(resources) } }
    public var templates: [ResourceTemplateDescription] { didSet { templateList = Offer.listed(templates) } }
    public var prompts: [PromptDescription]? { didSet { promptList = Offer.listed(prompts) } }
    public var completes = true
    public var logs = true
    /// Names on one page of a list.
    public var pageSize = 100

    private(set) var resourceList: [JSON]
    private(set) var templateList: [JSON]
    private(set) var promptList: [JSON]

    public init(
        identity: Implementation, instructions: String? = nil, tools: ToolShelf? = nil, resources: [ResourceDescription]? = nil,
        templates: [ResourceTemplateDescription] = [], prompts: [PromptDescription]? = nil
    ) {
        self.identity = identity
        self.instructions = instructions
        self.tools = tools
        self.resources = resources
        self.templates = templates
        self.prompts = prompts
        resourceList = Offer.listed(resources)
        templateList = Offer.listed(templates)
        promptList = Offer.listed(prompts)
    }

    private static func listed(_ list: [some Encodable]?) -> [JSON] { list?.map { plain($0) } ?? [] }

    func tool(_ name: String) -> ToolDescription? { tools?.tool(name) }
    func prompt(_ name: String) -> PromptDescription? { prompts?.first { $0.name == name } }

    func capabilities(_ revision: Revision) -> JSON {
        .object([
            "tools": tools.map { _ in .object(["listChanged": true]) },
            "resources": resources.map { _ in .object(["listChanged": true, "subscribe": true]) },
            "prompts": prompts.map { _ in .object(["listChanged": true]) },
            "completions": completes ? .object([]) : nil, "logging": logs ? .object([]) : nil,
        ])
    }
}

/// One page of a list: where it starts is the cursor, which nobody else has to understand.
struct Page {
    let items: [JSON]
    let next: String?

    /// Nil for a cursor that was not given out for this list.
    init?(of all: [JSON], list: String, cursor: JSON?, size: Int) {
        var start = 0
        if let cursor {
            guard let text = cursor.asText, let found = Page.start(text, list), found > 0, found < all.count else { return nil }
            start = found
        }
        let end = min(all.count, start + max(1, size))
        items = Array(all[start..<end])
        next = end < all.count ? "\(list)~\(end)" : nil
    }

    private static func start(_ cursor: String, _ list: String) -> Int? {
        guard cursor.hasPrefix(list + "~") else { return nil }
        let digits = cursor.dropFirst(list.count + 1)
        guard let start = Int(digits), "\(start)" == digits else { return nil }
        return start
    }
}
