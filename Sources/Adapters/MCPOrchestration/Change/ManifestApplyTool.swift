import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation

struct ManifestApplyTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let namespace: String?
        let manifest: String
        let force: Bool
        let dryRun: Bool
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "namespace": Say.namespace, "manifest": "YAML or JSON.",
            "force": Note("Take fields over from other managers.", default: false), "dry_run": Note("Only plan.", default: false),
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, namespace, manifest, force
            case dryRun = "dry_run"
        }
    }
    struct Output: Shaped {
        let cluster: String
        let applied: Bool
        let objects: [ManifestRow]
        static let notes: [String: Note] = ["cluster": "", "applied": "False for a dry run, or when nothing had to change.", "objects": ""]
    }

    static let name = "manifest_apply"
    static let title = "Apply"
    static let summary = "Server-side apply. A person is shown the difference and asked first."
    static let hints = ToolHints.changesCluster

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let cluster = try fleet.cluster(arguments.cluster)
        func plan() async throws -> PlannedManifests { try await PlannedManifests.plan(arguments.manifest, arguments.namespace, force: arguments.force, cluster, fleet) }
        let first = try await plan()
        guard !arguments.dryRun, first.all.contains(where: { $0.isNew || !$0.changes.isEmpty }) else {
            return Output(cluster: cluster.name, applied: false, objects: ManifestRow.rows(first.all, maxBytes: ListBudget.standard))
        }
        let agreed = try await context.agreed {
            let now = try await plan()
            return (now, now.question(fleet.server(of: cluster.name)) + (arguments.force ? "\nFields of other managers are taken over." : ""))
        }
        try await carryOut(agreed, force: arguments.force)
        return Output(cluster: cluster.name, applied: true, objects: ManifestRow.rows(agreed.all, maxBytes: ListBudget.standard))
    }

    /// One after the other, as they stand in the text. The first that fails ends it, and the failure says which were applied.
    private func carryOut(_ planned: PlannedManifests, force: Bool) async throws {
        var done: [String] = []
        for one in planned.all where one.isNew || !one.changes.isEmpty {
            do throws(KubernetesError) {
                _ = try await planned.cluster.client.apply(one.manifest, as: one.type, force: force)
                done.append(one.label)
            } catch {
                throw ToolFailure("\(one.label) was not applied: \(error). Applied before it: \(done.isEmpty ? "nothing" : done.joined(separator: ", ")).")
            }
        }
    }
}
