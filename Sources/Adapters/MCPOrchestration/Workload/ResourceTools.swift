import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation

struct ResourcesListTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let kind: String
        let namespace: String?
        let selector: String?
        let columns: [String]?
        let limit: Int
        let maxBytes: Int
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "kind": Say.kind, "namespace": Say.namespaces, "selector": Say.selector,
            "columns": Note("Paths to show of each: status.phase, spec.replicas.", items: 1...12), "limit": Say.limit, "max_bytes": ListBudget.maxBytes,
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, kind, namespace, selector, columns, limit
            case maxBytes = "max_bytes"
        }
    }
    struct Output: Shaped {
        let cluster: String
        let asOf: String
        let kind: String
        let rows: [JSON]
        let truncated: Bool
        static let notes: [String: Note] = ["cluster": "", "as_of": Say.asOf, "kind": "", "rows": "namespace, name, age, columns", "truncated": ""]
        enum CodingKeys: String, CodingKey {
            case cluster, kind, rows, truncated
            case asOf = "as_of"
        }
    }

    static let name = "resources_list"
    static let title = "Resources"
    static let summary = "Objects of any kind, a row each."
    static let hints = ToolHints.readsElsewhere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let cluster = try fleet.cluster(arguments.cluster)
        let type = try await fleet.type(arguments.kind, in: cluster)
        let list = try await fleet.objects(type, arguments.namespace, labels: arguments.selector, bound: arguments.limit, in: cluster)
        let rows = list.items.map { object -> JSON in
            var row = JSON.object([
                "namespace": object.objectNamespace.map { .text($0) }, "name": .text(object.objectName),
                "age": KubernetesTime.age(object.created, now: fleet.now()).map { .text(KubernetesTime.brief($0)) },
            ])
            for column in arguments.columns ?? [] { row = row.setting(column, Self.value(object, column) ?? .null) }
            return row
        }
        let fitted = Rows.fit(rows, fields: nil, maxBytes: arguments.maxBytes)
        return Output(cluster: cluster.name, asOf: fleet.asOf, kind: "\(type.apiVersion) \(type.kind)", rows: fitted.rows, truncated: fitted.truncated || list.more)
    }

    /// `spec.containers[0].image`; names with dots in them are not reached by a path.
    static func value(_ object: JSON, _ path: String) -> JSON? {
        var value: JSON? = object
        for step in path.split(whereSeparator: { $0 == "." || $0 == "[" }) {
            if step.last == "]" {
                guard let index = Int(step.dropLast()), let list = value?.asArray, list.indices.contains(index) else { return nil }
                value = list[index]
            } else {
                value = value?[String(step)]
            }
        }
        return value
    }
}

struct ResourceGetTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let kind: String
        let name: String
        let namespace: String?
        let path: String?
        let maxBytes: Int
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "kind": Say.kind, "name": Say.name, "namespace": Say.namespace, "path": "Only this part: spec.template.",
            "max_bytes": ListBudget.maxBytes,
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, kind, name, namespace, path
            case maxBytes = "max_bytes"
        }
    }
    struct Output: Shaped {
        let cluster: String
        let asOf: String
        let object: JSON?
        let truncated: Bool
        let members: [String]?
        static let notes: [String: Note] = ["cluster": "", "as_of": Say.asOf, "object": "", "truncated": "Too large: name a path.", "members": "Of the part that was too large."]
        enum CodingKeys: String, CodingKey {
            case cluster, object, truncated, members
            case asOf = "as_of"
        }
    }

    static let name = "resource_get"
    static let title = "Resource"
    static let summary = "One object, or a part of it. Secrets' values are always masked."
    static let hints = ToolHints.readsElsewhere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let cluster = try fleet.cluster(arguments.cluster)
        let type = try await fleet.type(arguments.kind, in: cluster)
        let object = Masking.masked(try await fleet.object(type, arguments.name, arguments.namespace, in: cluster))
        guard let part = arguments.path.map({ ResourcesListTool.value(object, $0) }) ?? object else {
            throw ToolFailure("\(type.kind) \(arguments.name) has nothing at \"\(arguments.path ?? "")\".")
        }
        guard part.bytes.count > min(arguments.maxBytes, ListBudget.most) else { return Output(cluster: cluster.name, asOf: fleet.asOf, object: part, truncated: false, members: nil) }
        let members = part.asObject?.map(\.key) ?? (part.asArray?.indices.map { "[\($0)]" } ?? [])
        return Output(cluster: cluster.name, asOf: fleet.asOf, object: nil, truncated: true, members: Array(members.prefix(200)))
    }
}

struct ApiResourcesTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let match: String?
        static let notes: [String: Note] = ["cluster": Say.cluster, "match": "Part of a name."]
    }
    struct Row: Codable, Sendable {
        let name: String
        let kind: String
        let namespaced: Bool
        /// Whether this server may show them.
        let visible: Bool
    }
    struct Output: Shaped {
        let cluster: String
        let kinds: [Row]
        let silent: [String]
        static let notes: [String: Note] = ["cluster": "", "kinds": "", "silent": "Groups that did not answer."]
    }

    static let name = "api_resources"
    static let title = "Kinds"
    static let summary = "The kinds that the cluster serves."
    static let hints = ToolHints.readsElsewhere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let cluster = try fleet.cluster(arguments.cluster)
        let wanted = arguments.match?.lowercased()
        let types = try await cluster.discovery.all().filter { type in wanted.map { type.qualified.contains($0) || type.kind.lowercased().contains($0) } ?? true }
        let rows = types.map { Row(name: $0.qualified, kind: "\($0.apiVersion) \($0.kind)", namespaced: $0.isNamespaced, visible: fleet.policy.allows($0)) }
        return Output(cluster: cluster.name, kinds: Array(rows.prefix(300)), silent: await cluster.discovery.silent)
    }
}

struct ExplainTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let kind: String
        let path: String?
        static let notes: [String: Note] = ["cluster": Say.cluster, "kind": Say.kind, "path": "spec.template.spec"]
    }
    struct Output: Shaped {
        let type: String
        let text: String
        let fields: [Explanation.Field]
        static let notes: [String: Note] = ["type": "", "text": "", "fields": ""]
    }

    static let name = "explain"
    static let title = "Schema"
    static let summary = "What a field is for, and what it holds, by the cluster's own schema."
    static let hints = ToolHints.readsElsewhere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let cluster = try fleet.cluster(arguments.cluster)
        let type = try await cluster.discovery.find(arguments.kind)
        let told = try await cluster.client.explain(type, path: arguments.path ?? "")
        return Output(type: told.type, text: String(told.text.prefix(1500)), fields: Array(told.fields.prefix(120)))
    }
}
