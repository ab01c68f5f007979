import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation

/// Helm's releases by the labels of the Secrets that keep them. What is in those is not even asked for: only their metadata leaves the cluster.
private func releases(_ namespace: String?, labels: String, _ cluster: Cluster, _ fleet: Fleet) async throws -> [JSON] {
    let place = try namespace == "*" ? nil : fleet.namespace(namespace, in: cluster)
    let found = try await cluster.client.metadata(.secrets, ObjectQuery(namespace: place, labels: labels))
    return found.filter { fleet.policy.allows(namespace: $0.objectNamespace ?? "") }
}

/// One revision of a release.
struct ReleaseRow: Codable, Sendable {
    let namespace: String
    let name: String
    let revision: Int
    let status: String
    let created: String?

    init?(_ object: JSON) {
        guard let name = object.label("name"), let revision = object.label("version").flatMap({ Int($0) }) else { return nil }
        self.name = name
        self.revision = revision
        namespace = object.objectNamespace ?? ""
        status = object.label("status") ?? "unknown"
        created = object.created
    }
}

/// Rows of releases.
struct Releases: Shaped {
    let cluster: String
    let asOf: String
    let releases: [ReleaseRow]
    static let notes: [String: Note] = ["cluster": "", "as_of": Say.asOf, "releases": ""]
    enum CodingKeys: String, CodingKey {
        case cluster, releases
        case asOf = "as_of"
    }
}

struct ReleaseListTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let namespace: String?
        static let notes: [String: Note] = ["cluster": Say.cluster, "namespace": Say.namespaces]
    }

    static let name = "release_list"
    static let title = "Helm releases"
    static let summary = "Helm's releases at their newest revision, without values."
    static let hints = ToolHints.readsElsewhere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Releases {
        let cluster = try fleet.cluster(arguments.cluster)
        let all = try await releases(arguments.namespace, labels: "owner=helm", cluster, fleet).compactMap(ReleaseRow.init)
        let newest = Dictionary(grouping: all) { "\($0.namespace)/\($0.name)" }.values.compactMap { $0.max { $0.revision < $1.revision } }
        return Releases(cluster: cluster.name, asOf: fleet.asOf, releases: newest.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) })
    }
}

struct ReleaseHistoryTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let namespace: String?
        let name: String
        static let notes: [String: Note] = ["cluster": Say.cluster, "namespace": Say.namespace, "name": "The name of the release."]
    }

    static let name = "release_history"
    static let title = "Helm history"
    static let summary = "The revisions of one Helm release, without values."
    static let hints = ToolHints.readsElsewhere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Releases {
        guard KubernetesName.isSubdomain(arguments.name) else { throw ToolFailure("\"\(arguments.name.prefix(60))\" is no name of a release.") }
        let cluster = try fleet.cluster(arguments.cluster)
        let all = try await releases(arguments.namespace, labels: "owner=helm,name=\(arguments.name)", cluster, fleet).compactMap(ReleaseRow.init)
        return Releases(cluster: cluster.name, asOf: fleet.asOf, releases: all.sorted { $0.revision > $1.revision })
    }
}
