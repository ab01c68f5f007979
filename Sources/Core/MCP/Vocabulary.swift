public import Notation

// The nouns of the protocol, as they stand in its schemas. What has no use here but must survive a round trip is kept as JSON.

/// Who is speaking: a program's name and version.
public struct Implementation: Codable, Hashable, Sendable {
    public var name: String
    public var title: String?
    public var version: String
    public var description: String?
    public var websiteUrl: String?
    public var icons: JSON?

    public init(name: String, title: String? = nil, version: String, description: String? = nil) {
        self.name = name
        self.title = title
        self.version = version
        self.description = description
    }
}

/// What a tool does to the world, as far as a client may rely on it. All four are always stated.
public struct ToolHints: Codable, Hashable, Sendable {
    public var title: String?
    /// Changes nothing.
    public var readOnlyHint: Bool
    /// May take away or overwrite, not only add. Only of meaning when it is not read-only.
    public var destructiveHint: Bool
    /// Calling again with the same arguments changes nothing more.
    public var idempotentHint: Bool
    /// Reaches beyond this server, into a world that it does not control.
    public var openWorldHint: Bool

    public init(title: String? = nil, readOnly: Bool, destructive: Bool, idempotent: Bool, openWorld: Bool) {
        self.title = title
        self.readOnlyHint = readOnly
        self.destructiveHint = destructive
        self.idempotentHint = idempotent
        self.openWorldHint = openWorld
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        title = try container.decodeIfPresent(String.self, forKey: .title)
        // The protocol's defaults for what another server leaves out.
        readOnlyHint = try container.decodeIfPresent(Bool.self, forKey: .readOnlyHint) ?? false
        destructiveHint = try container.decodeIfPresent(Bool.self, forKey: .destructiveHint) ?? true
        idempotentHint = try container.decodeIfPresent(Bool.self, forKey: .idempotentHint) ?? false
        openWorldHint = try container.decodeIfPresent(Bool.self, forKey: .openWorldHint) ?? true
    }

    /// Reads this machine or process, and changes nothing.
    public static let readsHere = ToolHints(readOnly: true, destructive: false, idempotent: true, openWorld: false)
    /// Reads from elsewhere, and changes nothing.
    public static let readsElsewhere = ToolHints(readOnly: true, destructive: false, idempotent: true, openWorld: true)
}

/// A tool as `tools/list` shows it.
public struct ToolDescription: Codable, Hashable, Sendable {
    public var name: String
    public var title: String?
    public var description: String?
    public var icons: JSON?
    public var inputSchema: JSON
    public var outputSchema: JSON?
    public var annotations: ToolHints?
    public var _meta: JSON?

    public init(name: String, title: String? = nil, description: String, inputSchema: JSON, outputSchema: JSON? = nil, annotations: ToolHints) {
        self.name = name
        self.title = title
        self.description = description
        self.inputSchema = inputSchema
        self.outputSchema = outputSchema
        self.annotations = annotations
    }
}

public struct ResourceDescription: Codable, Hashable, Sendable {
    public var uri: String
    public var name: String
    public var title: String?
    public var description: String?
    public var mimeType: String?
    public var size: Int64?
    public var annotations: JSON?
    public var icons: JSON?
    public var _meta: JSON?

    public init(uri: String, name: String, title: String? = nil, description: String, mimeType: String) {
        self.uri = uri
        self.name = name
        self.title = title
        self.description = description
        self.mimeType = mimeType
    }
}

public struct ResourceTemplateDescription: Codable, Hashable, Sendable {
    public var uriTemplate: String
    public var name: String
    public var title: String?
    public var description: String?
    public var mimeType: String?
    public var annotations: JSON?
    public var icons: JSON?
    public var _meta: JSON?

    public init(uriTemplate: String, name: String, title: String? = nil, description: String, mimeType: String) {
        self.uriTemplate = uriTemplate
        self.name = name
        self.title = title
        self.description = description
        self.mimeType = mimeType
    }
}

public struct PromptDescription: Codable, Hashable, Sendable {
    public struct Argument: Codable, Hashable, Sendable {
        public var name: String
        public var title: String?
        public var description: String?
        public var required: Bool?

        public init(_ name: String, _ description: String, required: Bool = true) {
            self.name = name
            self.description = description
            self.required = required
        }
    }

    public var name: String
    public var title: String?
    public var description: String?
    public var arguments: [Argument]?
    public var icons: JSON?
    public var _meta: JSON?

    public init(name: String, title: String? = nil, description: String, arguments: [Argument] = []) {
        self.name = name
        self.title = title
        self.description = description
        self.arguments = arguments.isEmpty ? nil : arguments
    }
}
