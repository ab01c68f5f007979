import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation

struct ManifestValidateTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let namespace: String?
        let manifest: String
        static let notes: [String: Note] = ["cluster": Say.cluster, "namespace": Say.namespace, "manifest": "YAML or JSON, 50 objects at most."]
    }
    struct Row: Codable, Sendable {
        let object: String
        let valid: Bool
        let trouble: String?
    }
    struct Output: Shaped {
        let cluster: String
        let valid: Bool
        let objects: [Row]
        static let notes: [String: Note] = ["cluster": "", "valid": "", "objects": ""]
    }

    static let name = "manifest_validate"
    static let title = "Validate"
    static let summary = "Has the cluster judge manifests by a dry run. Nothing is changed."
    static let hints = ToolHints.readsElsewhere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let cluster = try fleet.cluster(arguments.cluster)
        var rows: [Row] = []
        for (manifest, type) in try await PlannedManifests.read(arguments.manifest, arguments.namespace, cluster, fleet) {
            let label = "\(manifest.kind) \(manifest.namespace.map { "\($0)/" } ?? "")\(manifest.name)"
            do throws(KubernetesError) {
                _ = try await cluster.client.apply(manifest, as: type, force: true, dryRun: true)
                rows.append(Row(object: label, valid: true, trouble: nil))
            } catch {
                // What the cluster says of the manifest is the answer; that it cannot be asked is not.
                guard case .invalid(let why, let fields) = error else { throw error }
                rows.append(Row(object: label, valid: false, trouble: ([why] + fields).prefix(12).joined(separator: "; ")))
            }
        }
        return Output(cluster: cluster.name, valid: rows.allSatisfy(\.valid), objects: rows)
    }
}

struct ManifestDiffTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let namespace: String?
        let manifest: String
        let maxBytes: Int
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "namespace": Say.namespace, "manifest": "YAML or JSON.", "max_bytes": ListBudget.maxBytes,
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, namespace, manifest
            case maxBytes = "max_bytes"
        }
    }
    struct Output: Shaped {
        let cluster: String
        let objects: [ManifestRow]
        static let notes: [String: Note] = ["cluster": "", "objects": "Changes as '~ path: old -> new'."]
    }

    static let name = "manifest_diff"
    static let title = "Difference"
    static let summary = "What applying manifests would change, by the cluster's dry run; defaults and Secrets' values are not shown."
    static let hints = ToolHints.readsElsewhere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let cluster = try fleet.cluster(arguments.cluster)
        let planned = try await PlannedManifests.plan(arguments.manifest, arguments.namespace, force: true, cluster, fleet)
        return Output(cluster: cluster.name, objects: ManifestRow.rows(planned.all, maxBytes: arguments.maxBytes))
    }
}
