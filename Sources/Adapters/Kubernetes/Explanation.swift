import Foundation
import Notation

/// What a field of a kind means, from the cluster's own schema.
public struct Explanation: Sendable {
    public struct Field: Codable, Hashable, Sendable {
        public let name: String
        public let type: String
        public let required: Bool
        public let text: String
    }

    public let type: String
    public let text: String
    public let fields: [Field]
}

extension KubernetesClient {
    /// - Parameter path: `spec.template.spec`; empty for the kind itself.
    public func explain(_ type: ResourceType, path: String) async throws(KubernetesError) -> Explanation {
        guard path.isEmpty || path.wholeMatch(of: /[A-Za-z0-9$_-]+(\.[A-Za-z0-9$_-]+){0,19}/) != nil else { throw .notConfigured("\"\(path.prefix(80))\" is no path of a field: spec.template.spec, say") }
        // Some megabytes, and asked for rarely: not kept.
        let document = try await send("GET", "/openapi/v2", timeout: .seconds(60))
        guard let definitions = document["definitions"] else { throw .unreadable("the cluster's schema has no definitions") }
        let root = (definitions.asObject ?? []).first { member in
            (member.value["x-kubernetes-group-version-kind"]?.asArray ?? []).contains { row in
                row["group"]?.asText == type.group && row["version"]?.asText == type.version && row["kind"]?.asText == type.kind
            }
        }
        guard var schema = root?.value else { throw .notFound("the cluster's schema does not hold \(type.apiVersion) \(type.kind)") }
        var text = schema["description"]?.asText
        var walked = type.kind
        for step in path.split(separator: ".").map(String.init) {
            schema = Self.resolved(schema["type"] == "array" ? schema["items"] ?? .null : schema, definitions)
            guard let next = schema["properties"]?[step] else {
                let names = (schema["properties"]?.asObject ?? []).prefix(40).map(\.key).joined(separator: ", ")
                throw .notFound("\(walked) has no field \"\(step)\"\(names.isEmpty ? "" : "; it has \(names)")")
            }
            walked += ".\(step)"
            text = next["description"]?.asText ?? text
            schema = next
        }
        let kind = Self.name(schema)
        let inner = Self.resolved(schema["type"] == "array" ? schema["items"] ?? .null : schema, definitions)
        let required = Set(inner["required"]?.asArray?.compactMap(\.asText) ?? [])
        let fields = (inner["properties"]?.asObject ?? []).map { member in
            Explanation.Field(name: member.key, type: Self.name(member.value), required: required.contains(member.key), text: Self.sentence(member.value["description"]?.asText))
        }
        return Explanation(type: kind, text: text ?? inner["description"]?.asText ?? "", fields: fields)
    }

    private static func resolved(_ schema: JSON, _ definitions: JSON) -> JSON {
        guard let reference = schema["$ref"]?.asText, let name = reference.split(separator: "/").last else { return schema }
        return definitions[String(name)] ?? schema
    }

    private static func name(_ schema: JSON) -> String {
        if let reference = schema["$ref"]?.asText { return reference.split(separator: ".").last.map(String.init) ?? reference }
        if schema["type"] == "array" { return "[]\(name(schema["items"] ?? .null))" }
        return schema["type"]?.asText ?? "object"
    }

    /// The first sentence: what follows is for the manual.
    private static func sentence(_ text: String?) -> String {
        guard let text else { return "" }
        let first = text.range(of: ". ").map { String(text[..<$0.lowerBound]) + "." } ?? text
        return first.count > 160 ? first.prefix(160) + "..." : first
    }
}
