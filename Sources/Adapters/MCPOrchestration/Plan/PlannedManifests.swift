import Kubernetes
import MCPHosting
import MCPServing
import Notation

/// Manifests as somebody gave them, each with its kind in the cluster, and what applying it would change.
struct PlannedManifests: Sendable {
    struct One: Sendable {
        let manifest: Manifest
        let type: ResourceType
        let changes: [FieldChange]
        let isNew: Bool
        var label: String { "\(manifest.kind) \(manifest.namespace.map { "\($0)/" } ?? "")\(manifest.name)" }
        var verb: String { isNew ? "create" : changes.isEmpty ? "unchanged" : "change" }
    }

    let cluster: Cluster
    let all: [One]

    /// Reads, checks against the policy, and has the cluster dry-run each. Nothing is changed.
    static func plan(_ text: String, _ namespace: String?, force: Bool, _ cluster: Cluster, _ fleet: Fleet) async throws -> PlannedManifests {
        var planned: [One] = []
        for (manifest, type) in try await read(text, namespace, cluster, fleet) {
            let plan = try await cluster.client.plan(manifest, as: type, force: force)
            planned.append(One(manifest: manifest, type: type, changes: plan.changes, isNew: plan.isNew))
        }
        return PlannedManifests(cluster: cluster, all: planned)
    }

    static func read(_ text: String, _ namespace: String?, _ cluster: Cluster, _ fleet: Fleet) async throws -> [(Manifest, ResourceType)] {
        let documents: [JSON]
        do { documents = try fleet.parse(text) } catch { throw ToolFailure("The manifest is neither YAML nor JSON: \(error).") }
        var found: [(Manifest, ResourceType)] = []
        for manifest in try Manifest.all(documents) {
            let type = try await cluster.discovery.find("\(manifest.apiVersion)/\(manifest.kind)")
            let placed = type.isNamespaced ? manifest.inNamespace(namespace ?? cluster.namespace) : manifest
            try fleet.policy.checkChange(type, namespace: placed.namespace)
            let faults = PodGuard.faults(in: manifest.object)
            guard faults.isEmpty else { throw ToolFailure("\(manifest.kind) \(manifest.name) is not made from here: \(faults.prefix(5).joined(separator: "; ")).") }
            if let replicas = manifest.object.at("spec", "replicas")?.asInteger, replicas > fleet.policy.replicaLimit {
                throw ToolFailure("\(manifest.kind) \(manifest.name) asks for \(replicas) replicas, and this server's limit is \(fleet.policy.replicaLimit).")
            }
            found.append((placed, type))
        }
        return found
    }

    /// What a person reads before it is done.
    func question(_ server: String?) -> String {
        let heads = all.map { one in
            let lines = one.changes.map { "  \($0.text)" }
            return "\(one.verb) \(one.label)\(lines.isEmpty ? "" : "\n" + lines.joined(separator: "\n"))"
        }
        return "Apply to the cluster \(cluster.name)\(server.map { " (\($0))" } ?? ""):\n" + heads.joined(separator: "\n")
    }
}

/// One manifest in a result.
struct ManifestRow: Codable, Sendable {
    let object: String
    /// create, change or unchanged; after an apply what was done.
    let verb: String
    let changes: [String]
    let truncated: Bool

    /// As many changes as the bytes allow.
    static func rows(_ all: [PlannedManifests.One], maxBytes: Int) -> [ManifestRow] {
        var left = min(maxBytes, ListBudget.most)
        return all.map { one in
            var shown: [String] = []
            for change in one.changes.map(\.text) {
                left -= change.utf8.count + 3
                if left < 0 { break }
                shown.append(change)
            }
            return ManifestRow(object: one.label, verb: one.verb, changes: shown, truncated: shown.count < one.changes.count)
        }
    }
}
