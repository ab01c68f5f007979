public import Notation

/// One piece of what a tool, a prompt or a model says.
public enum Content: Hashable, Sendable {
    case text(String, Extras = Extras())
    /// `data` in padded base64.
    case image(data: String, mimeType: String, Extras = Extras())
    case audio(data: String, mimeType: String, Extras = Extras())
    /// The resource itself.
    case resource(ResourceContents, Extras = Extras())
    /// Where the resource is to be read.
    case link(ResourceDescription)
    /// A form that has no use here, kept as it came: a model's call of a tool in a sampled message, say.
    case other(JSON)

    public struct Extras: Hashable, Sendable {
        public var annotations: JSON?
        public var meta: JSON?

        public init(annotations: JSON? = nil, meta: JSON? = nil) {
            self.annotations = annotations
            self.meta = meta
        }
    }
}

/// What a resource holds, as text or as bytes in base64.
public struct ResourceContents: Codable, Hashable, Sendable {
    public var uri: String
    public var mimeType: String?
    public var text: String?
    public var blob: String?
    public var _meta: JSON?

    public static func text(_ uri: String, _ mimeType: String, _ text: String) -> ResourceContents {
        ResourceContents(uri: uri, mimeType: mimeType, text: text)
    }

    /// `data` in padded base64.
    public static func blob(_ uri: String, _ mimeType: String, _ data: String) -> ResourceContents {
        ResourceContents(uri: uri, mimeType: mimeType, blob: data)
    }
}

/// Something said in a prompt, by the person or by the model.
public struct PromptMessage: Codable, Hashable, Sendable {
    public enum Role: String, Codable, Sendable {
        case user, assistant
    }

    public var role: Role
    public var content: Content

    public init(_ role: Role = .user, _ content: Content) {
        self.role = role
        self.content = content
    }
}

extension Content {
    public init(_ json: JSON) throws {
        let extras = Extras(annotations: json["annotations"], meta: json["_meta"])
        switch (json["type"]?.asText, json["text"], json["data"]?.asText, json["mimeType"]?.asText, json["resource"]) {
        case ("text", .text(let text), _, _, _): self = .text(text, extras)
        case ("image", _, let data?, let mimeType?, _): self = .image(data: data, mimeType: mimeType, extras)
        case ("audio", _, let data?, let mimeType?, _): self = .audio(data: data, mimeType: mimeType, extras)
        case ("resource", _, _, _, let resource?): self = .resource(try resource.decode(), extras)
        case ("resource_link", _, _, _, _): self = .link(try json.decode())
        case ("tool_use", _, _, _, _), ("tool_result", _, _, _, _): self = .other(json)
        default: throw ProtocolError.invalidParams("not a piece of content: \(json["type"]?.rendered.prefix(40) ?? "without a type")")
        }
    }

    public var json: JSON {
        switch self {
        case .text(let text, let extras): extras.added(to: ["type": "text", "text": .text(text)])
        case .image(let data, let mimeType, let extras): extras.added(to: ["type": "image", "data": .text(data), "mimeType": .text(mimeType)])
        case .audio(let data, let mimeType, let extras): extras.added(to: ["type": "audio", "data": .text(data), "mimeType": .text(mimeType)])
        case .resource(let resource, let extras): extras.added(to: ["type": "resource", "resource": resource.json])
        case .link(let resource): plain(resource).setting("type", "resource_link")
        case .other(let json): json
        }
    }
}

extension Content.Extras {
    fileprivate func added(to members: KeyValuePairs<String, JSON?>) -> JSON {
        let json = JSON.object(members)
        guard annotations != nil || meta != nil else { return json }
        return json.setting("annotations", annotations).setting("_meta", meta)
    }
}

extension ResourceContents {
    public var json: JSON {
        .object(["uri": .text(uri), "mimeType": mimeType.map { .text($0) }, "text": text.map { .text($0) }, "blob": blob.map { .text($0) }, "_meta": _meta])
    }
}

extension Content: Codable {
    public init(from decoder: any Decoder) throws { try self.init(JSON(from: decoder)) }
    public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}

/// The JSON of one of the vocabulary's plain types: they hold nothing that JSON cannot say.
func plain(_ value: some Encodable) -> JSON {
    do { return try JSON(encoding: value) } catch { preconditionFailure("\(value) has no JSON: \(error)") }
}
