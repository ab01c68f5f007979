import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation

struct ResourceDeleteTool: Tool {
    let fleet: Fleet

    enum Dependents: String, Choice {
        case background, foreground, orphan
    }

    struct Arguments: Shaped {
        let cluster: String?
        let kind: String
        let name: String
        let namespace: String?
        let uid: String?
        let dependents: Dependents?
        let dryRun: Bool
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "kind": Say.kind, "name": Say.name, "namespace": Say.namespace, "uid": "Only if it still has this uid.",
            "dependents": "What becomes of what it owns; background when left out.", "dry_run": Note("Only plan.", default: false),
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, kind, name, namespace, uid, dependents
            case dryRun = "dry_run"
        }
    }

    static let name = "resource_delete"
    static let title = "Delete"
    static let summary = "Deletes exactly the object that a person was shown and agreed to."
    static let hints = ToolHints.changesCluster

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Changed {
        let cluster = try fleet.cluster(arguments.cluster)
        let type = try await fleet.type(arguments.kind, in: cluster)
        let namespace = arguments.namespace ?? cluster.namespace
        try fleet.policy.checkChange(type, namespace: namespace)
        let propagation: KubernetesClient.Propagation = switch arguments.dependents ?? .background {
        case .background: .background
        case .foreground: .foreground
        case .orphan: .orphan
        }
        let plan = { () async throws -> (plan: String, text: String) in
            let object = try await cluster.client.get(type, arguments.name, namespace: namespace)
            guard let uid = object.objectUID else { throw ToolFailure("The object has no uid: it is not deleted.") }
            guard arguments.uid == nil || arguments.uid == uid else { throw ToolFailure("\(type.kind) \(arguments.name) has the uid \(uid) now: it is not the object that was meant.") }
            let owned = propagation == .orphan ? "What it owns stays." : "What it owns goes with it."
            return (uid, "Delete \(type.kind) \(namespace)/\(arguments.name) (uid \(uid), made \(object.created ?? "?")) in the cluster \(cluster.name). \(owned)")
        }
        if arguments.dryRun {
            let (uid, text) = try await plan()
            _ = try await cluster.client.delete(type, arguments.name, namespace: namespace, uid: uid, propagation: propagation, dryRun: true)
            return Changed(cluster: cluster.name, done: false, text: "Would: \(text)")
        }
        let uid = try await context.agreed(plan)
        _ = try await cluster.client.delete(type, arguments.name, namespace: namespace, uid: uid, propagation: propagation)
        return Changed(cluster: cluster.name, done: true, text: "\(type.kind) \(namespace)/\(arguments.name) is deleted, or ending.")
    }
}

struct JobRunTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let cronjob: String
        let namespace: String?
        let name: String
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "cronjob": Say.name, "namespace": Say.namespace, "name": "Of the new Job: one name runs once.",
        ]
    }

    static let name = "job_run"
    static let title = "Run a job"
    static let summary = "Runs a CronJob's job once, now. A person is asked first."
    static let hints = ToolHints(readOnly: false, destructive: false, idempotent: true, openWorld: true)

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Changed {
        let cluster = try fleet.cluster(arguments.cluster)
        let type = try await fleet.type("cronjobs", in: cluster)
        let namespace = try fleet.namespace(arguments.namespace, in: cluster)
        let plan = { () async throws -> (plan: JSON, text: String) in
            let cron = try await cluster.client.get(type, arguments.cronjob, namespace: namespace)
            let faults = PodGuard.faults(in: cron)
            guard faults.isEmpty else { throw ToolFailure("The job is not run from here: \(faults.prefix(5).joined(separator: "; ")).") }
            let images = (cron.at("spec", "jobTemplate", "spec", "template", "spec", "containers")?.asArray ?? []).compactMap { $0["image"]?.asText }
            return (Self.job(cron, arguments.name, type), "Run the job of CronJob \(namespace)/\(arguments.cronjob) in the cluster \(cluster.name) once, as Job \(arguments.name) (\(images.joined(separator: ", "))).")
        }
        let job = try await context.agreed(plan)
        _ = try await cluster.client.create(.jobs, job, namespace: namespace)
        return Changed(cluster: cluster.name, done: true, text: "Job \(namespace)/\(arguments.name) runs.")
    }

    /// As `kubectl create job --from=cronjob` makes it.
    private static func job(_ cron: JSON, _ name: String, _ type: ResourceType) -> JSON {
        let template = cron.at("spec", "jobTemplate")
        let annotations = (template?.at("metadata", "annotations") ?? .object([])).setting("cronjob.kubernetes.io/instantiate", "manual")
        let owner = JSON.object([
            "apiVersion": .text(type.apiVersion), "kind": "CronJob", "name": .text(cron.objectName), "uid": .text(cron.objectUID ?? ""), "controller": true,
        ])
        let metadata = JSON.object([
            "name": .text(name), "annotations": annotations, "labels": template?.at("metadata", "labels"), "ownerReferences": .array([owner]),
        ])
        return .object(["apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template?["spec"]])
    }
}
