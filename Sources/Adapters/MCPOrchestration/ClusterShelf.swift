import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation
import Synchronization
import Transport

/// Objects and events as resources, `k8s://CLUSTER/NAMESPACE/KIND/NAME` and `k8s://CLUSTER/events`. What has been read is watched for a while, so that whoever
/// subscribed hears of changes. Of the whole cluster's objects the namespace is `-`.
final class ClusterShelf: ResourceSource {
    private let fleet: Fleet
    private let watches: ResourceWatches

    init(_ fleet: Fleet, _ relay: ChangeRelay) {
        self.fleet = fleet
        watches = ResourceWatches(relay)
    }

    static let object = "k8s://{cluster}/{namespace}/{kind}/{name}"
    static let events = "k8s://{cluster}/events"

    let resources: [ResourceDescription] = []
    let templates = [
        ResourceTemplateDescription(uriTemplate: object, name: "object", title: "Object", description: "One object of a cluster, its Secrets' values masked; namespace '-' for the cluster's own.", mimeType: "application/json"),
        ResourceTemplateDescription(uriTemplate: events, name: "events", title: "Events", description: "The last hour's events of all namespaces that may be seen, warnings first.", mimeType: "application/json"),
    ]

    func read(_ uri: String, _ context: CallContext) async throws -> [ResourceContents]? {
        guard uri.hasPrefix("k8s://") else { return nil }
        let parts = uri.dropFirst("k8s://".count).split(separator: "/", omittingEmptySubsequences: false).map { PercentCoding.decode($0, plusIsSpace: false) }
        guard let name = parts.first, fleet.names.contains(name) else { return nil }
        do {
            if parts.count == 2, parts[1] == "events" { return try await events(uri, try fleet.cluster(name)) }
            guard parts.count == 4 else { return nil }
            return try await object(uri, try fleet.cluster(name), namespace: parts[1] == "-" ? nil : parts[1], kind: parts[2], name: parts[3])
        } catch let error as KubernetesError {
            if case .notFound = error { return nil }
            throw ProtocolError.internal("\(error)")
        } catch let error as ToolFailure { throw ProtocolError.invalidParams(error.description) }
    }

    private func object(_ uri: String, _ cluster: Cluster, namespace: String?, kind: String, name: String) async throws -> [ResourceContents] {
        let type = try await fleet.type(kind, in: cluster)
        let place = type.isNamespaced ? try fleet.namespace(namespace, in: cluster) : nil
        let object = Masking.masked(try await cluster.client.get(type, name, namespace: place))
        watches.keep(uri) { [client = cluster.client] changed in
            try await client.watch(type, ObjectQuery(namespace: place, fields: "metadata.name=\(name)")) { event in
                // The list is what has just been read.
                if case .listed = event { return true }
                changed()
                return true
            }
        }
        return [.text(uri, "application/json", object.rendered)]
    }

    private func events(_ uri: String, _ cluster: Cluster) async throws -> [ResourceContents] {
        let list = try await fleet.objects(.events, "*", bound: 5000, in: cluster)
        let rows = EventsListTool.grouped(list.items, fleet, seconds: 3600)
        let fitted = try Rows.fit(rows, fields: nil, maxBytes: 64 << 10)
        watches.keep(uri) { [client = cluster.client] changed in
            try await client.watch(.events) { event in
                if case .listed = event { return true }
                changed()
                return true
            }
        }
        let json = JSON.object(["cluster": .text(cluster.name), "as_of": .text(fleet.asOf), "events": try JSON(encoding: fitted.rows), "truncated": .bool(fitted.truncated || list.more)])
        return [.text(uri, "application/json", json.rendered)]
    }

    // MARK: - Completion

    func complete(_ template: String, variable: String, value: String, others: [String: String]) async -> [String] {
        let all: [String]
        do { all = try await values(variable, others) } catch { return [] }
        return all.filter { $0.lowercased().hasPrefix(value.lowercased()) }
    }

    private func values(_ variable: String, _ others: [String: String]) async throws -> [String] {
        if variable == "cluster" { return fleet.names }
        let cluster = try fleet.cluster(others["cluster"])
        switch variable {
        case "namespace": return try await cluster.client.list(.namespaces, bound: 1000).items.map(\.objectName).filter(fleet.policy.allows(namespace:))
        case "kind": return try await cluster.discovery.all().filter(fleet.policy.allows).map(\.qualified)
        case "name":
            guard let kind = others["kind"] else { return [] }
            let type = try await fleet.type(kind, in: cluster)
            return try await fleet.objects(type, others["namespace"] == "-" ? nil : others["namespace"], bound: 500, in: cluster).items.map(\.objectName)
        default: return []
        }
    }
}
