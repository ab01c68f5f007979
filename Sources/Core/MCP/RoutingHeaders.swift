public import Notation

/// The HTTP headers that repeat what a request of 2026-07-28 says, so that what stands between may route without reading bodies.
///
/// They must say the same as the body: a router and a server that read two different things are a hole.
public enum RoutingHeaders {
    public static let version = "MCP-Protocol-Version"
    public static let method = "Mcp-Method"
    public static let name = "Mcp-Name"
    public static let parameterPrefix = "Mcp-Param-"

    /// Which member of `params` the header `Mcp-Name` repeats.
    static let named = ["tools/call": "name", "prompts/get": "name", "resources/read": "uri"]

    /// All of them for one request.
    public static func headers(method: String, params: JSON, revision: Revision, tool: ToolDescription?) -> [(name: String, value: String)] {
        var headers = [(version, revision.rawValue), (Self.method, method)]
        if let key = named[method], let value = params[key]?.asText { headers.append((name, encoded(value))) }
        for parameter in parameters(method, params, tool) { if let value = parameter.value { headers.append((parameter.header, encoded(value))) } }
        return headers.map { (name: $0.0, value: $0.1) }
    }

    /// What is wrong between headers and body; nil when nothing is.
    static func mismatch(method: String, params: JSON, tool: ToolDescription?, header: (String) -> String?) -> ProtocolError? {
        if let requested = params["_meta"]?[MetaKey.protocolVersion]?.asText {
            guard header(version) == requested else { return .headerMismatch("\(version) and _meta name different revisions") }
        }
        guard header(Self.method) == method else { return .headerMismatch("\(Self.method) must be the request's method") }
        if let key = named[method], let value = params[key]?.asText, header(name).flatMap(decoded) != value {
            return .headerMismatch("\(name) must be the request's \(key)")
        }
        for parameter in parameters(method, params, tool) where header(parameter.header).map(decoded) != parameter.value.map(Optional.some) {
            return .headerMismatch("\(parameter.header) must be the argument that it repeats")
        }
        return nil
    }

    /// The arguments that are repeated: with their value as text, nil where there is none.
    private static func parameters(_ method: String, _ params: JSON, _ tool: ToolDescription?) -> [(header: String, value: String?)] {
        guard method == "tools/call", let tool else { return [] }
        return parameters(of: tool.inputSchema, params["arguments"], depth: 0)
    }

    private static func parameters(of schema: JSON, _ arguments: JSON?, depth: Int) -> [(header: String, value: String?)] {
        guard depth < 16 else { return [] }
        return (schema["properties"]?.asObject ?? []).flatMap { property -> [(header: String, value: String?)] in
            let argument = arguments?[property.key]
            let inner = parameters(of: property.value, argument, depth: depth + 1)
            guard let name = property.value["x-mcp-header"]?.asText else { return inner }
            let value = argument.flatMap(plainText)
            // What is neither text, number nor boolean has no header to compare with: it is the schema's business.
            if argument != nil, argument != .null, value == nil { return inner }
            return [(header: parameterPrefix + name, value: value)] + inner
        }
    }

    private static func plainText(_ value: JSON) -> String? {
        switch value {
        case .text(let text): text
        case .bool, .integer, .number: value.rendered
        case .null, .array, .object: nil
        }
    }

    /// Plain where that is safe; otherwise, and where it would be read as encoded, in base64.
    static func encoded(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { (0x20...0x7E).contains($0) } && value.first != " " && value.last != " " && !value.hasPrefix("=?base64?")
        return isPlain ? value : "=?base64?\(Base64.standard.encode(value.utf8))?="
    }

    static func decoded(_ value: String) -> String? {
        guard value.hasPrefix("=?base64?"), value.hasSuffix("?="), value.utf8.count >= 11 else { return value }
        return Base64.standard.decode(value.dropFirst(9).dropLast(2)).flatMap { String(validating: $0, as: UTF8.self) }
    }
}
