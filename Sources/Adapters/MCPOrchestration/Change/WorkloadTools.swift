import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation

/// What a change came to.
struct Changed: Shaped {
    let cluster: String
    let done: Bool
    let text: String
    static let notes: [String: Note] = ["cluster": "", "done": "False for a dry run.", "text": ""]
}

struct ScaleTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let kind: String
        let name: String
        let namespace: String?
        let replicas: Int
        let dryRun: Bool
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "kind": Say.workload, "name": Say.name, "namespace": Say.namespace, "replicas": Note("How many.", range: 0...1000), "dry_run": Note("Only plan.", default: false),
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, kind, name, namespace, replicas
            case dryRun = "dry_run"
        }
    }

    static let name = "scale"
    static let title = "Scale"
    static let summary = "Sets a workload's replicas, within this server's limit. A person is asked first."
    static let hints = ToolHints.changesCluster

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Changed {
        guard arguments.replicas <= fleet.policy.replicaLimit else { throw ToolFailure("\(arguments.replicas) replicas are more than this server's limit of \(fleet.policy.replicaLimit).") }
        let cluster = try fleet.cluster(arguments.cluster)
        let type = try await fleet.type(arguments.kind, in: cluster)
        guard type.subresources["scale"] != nil else { throw ToolFailure("A \(type.kind) has no replicas to set.") }
        let namespace = try fleet.namespace(arguments.namespace, in: cluster)
        let plan = { () async throws -> (plan: JSON, text: String) in
            let scale = try await cluster.client.get(type, arguments.name, namespace: namespace, subresource: "scale")
            return (scale, "Scale \(type.kind) \(namespace)/\(arguments.name) in the cluster \(cluster.name) from \(scale.count("spec", "replicas")) to \(arguments.replicas) replicas.")
        }
        let (first, text) = try await plan()
        if first.count("spec", "replicas") == arguments.replicas { return Changed(cluster: cluster.name, done: false, text: "It has \(arguments.replicas) replicas already.") }
        if arguments.dryRun {
            _ = try await cluster.client.scale(first, as: type, to: arguments.replicas, dryRun: true)
            return Changed(cluster: cluster.name, done: false, text: "Would: \(text)")
        }
        let scale = try await context.agreed(plan)
        _ = try await cluster.client.scale(scale, as: type, to: arguments.replicas)
        return Changed(cluster: cluster.name, done: true, text: text)
    }
}

struct RolloutRestartTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let kind: String
        let name: String
        let namespace: String?
        let dryRun: Bool
        static let notes: [String: Note] = ["cluster": Say.cluster, "kind": Say.workload, "name": Say.name, "namespace": Say.namespace, "dry_run": Note("Only plan.", default: false)]
        enum CodingKeys: String, CodingKey {
            case cluster, kind, name, namespace
            case dryRun = "dry_run"
        }
    }

    static let name = "rollout_restart"
    static let title = "Restart"
    static let summary = "Replaces a workload's pods one after the other. A person is asked first."
    static let hints = ToolHints.changesClusterEachTime

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Changed {
        let workload = try await WorkloadReference(arguments.kind, arguments.name, arguments.namespace, arguments.cluster, fleet)
        let (client, type) = (workload.cluster.client, workload.type)
        let plan = { () async throws -> (plan: JSON, text: String) in
            let object = try await workload.read()
            let count = Rollout(object)?.wanted ?? 0
            return (object, "Restart \(type.kind) \(workload.namespace)/\(workload.name) in the cluster \(workload.cluster.name): all of its \(count) pods are replaced, one after the other.")
        }
        if arguments.dryRun {
            let (object, text) = try await plan()
            _ = try await client.restart(object, as: type, at: fleet.asOf, dryRun: true)
            return Changed(cluster: workload.cluster.name, done: false, text: "Would: \(text)")
        }
        let object = try await context.agreed(plan)
        _ = try await client.restart(object, as: type, at: fleet.asOf)
        return Changed(cluster: workload.cluster.name, done: true, text: "The restart has begun; rollout_status with wait_seconds says when it is over.")
    }
}

struct RolloutUndoTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let kind: String
        let name: String
        let namespace: String?
        let revision: Int?
        let dryRun: Bool
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "kind": Say.workload, "name": Say.name, "namespace": Say.namespace,
            "revision": Note("Of rollout_history; the one before the current when left out.", range: 1...1_000_000), "dry_run": Note("Only plan.", default: false),
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, kind, name, namespace, revision
            case dryRun = "dry_run"
        }
    }

    static let name = "rollout_undo"
    static let title = "Undo"
    static let summary = "Takes a workload back to a version of its history. A person is shown the difference and asked first."
    static let hints = ToolHints.changesClusterEachTime

    private struct Plan: Sendable {
        let object: JSON
        let revision: RolloutRevision
    }

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Changed {
        let workload = try await WorkloadReference(arguments.kind, arguments.name, arguments.namespace, arguments.cluster, fleet)
        let (client, type) = (workload.cluster.client, workload.type)
        let plan = { () async throws -> (plan: Plan, text: String) in
            let object = try await workload.read()
            let history = try await client.history(of: object)
            let wanted = arguments.revision.map { number in history.first { $0.number == number } } ?? history.first { !$0.isCurrent }
            guard let wanted else {
                let kept = history.map { "\($0.number)" }.joined(separator: ", ")
                throw ToolFailure("There is no such revision to go back to; kept are \(kept.isEmpty ? "none" : kept).")
            }
            guard !wanted.isCurrent else { throw ToolFailure("Revision \(wanted.number) is the current one.") }
            let changes = try await client.planUndo(object, as: type, to: wanted).map { "\n  \($0.text)" }.joined()
            return (Plan(object: object, revision: wanted), "Take \(type.kind) \(workload.namespace)/\(workload.name) in the cluster \(workload.cluster.name) back to revision \(wanted.number):\(changes)")
        }
        if arguments.dryRun { return Changed(cluster: workload.cluster.name, done: false, text: "Would: \(try await plan().text)") }
        let agreed = try await context.agreed(plan)
        _ = try await client.undo(agreed.object, as: type, to: agreed.revision)
        return Changed(cluster: workload.cluster.name, done: true, text: "It is on its way to revision \(agreed.revision.number); rollout_status with wait_seconds says when it is there.")
    }
}
