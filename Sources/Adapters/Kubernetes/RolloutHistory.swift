public import Notation

/// One version that a workload has had, and can go back to.
public struct RolloutRevision: Sendable {
    public let number: Int
    /// Of the ReplicaSet or ControllerRevision that keeps it.
    public let name: String
    public let created: String?
    /// `kubernetes.io/change-cause`, where somebody wrote one.
    public let cause: String?
    public let images: [String]
    public let isCurrent: Bool
    /// What its pods call it (`app.kubernetes.io/version`), if they do.
    public var version: String? { template.label("app.kubernetes.io/version") }
    /// The pods' template of this version.
    let template: JSON
}

extension KubernetesClient {
    /// The versions that the cluster keeps, the newest first.
    public func history(of workload: JSON) async throws(KubernetesError) -> [RolloutRevision] {
        guard let uid = workload.objectUID, let namespace = workload.objectNamespace, let selector = workload.at("spec", "selector")?.selectorText else {
            throw .unreadable("a workload without uid, namespace or selector")
        }
        let isDeployment = workload["kind"]?.asText == "Deployment"
        let kept = try await list(isDeployment ? .replicaSets : .controllerRevisions, ObjectQuery(namespace: namespace, labels: selector), bound: 500)
        let own = kept.items.filter { $0.controller?.uid == uid }
        return (isDeployment ? Self.versions(replicaSets: own) : Self.versions(controllerRevisions: own)).sorted { $0.number > $1.number }
    }

    private static func versions(replicaSets: [JSON]) -> [RolloutRevision] {
        let numbers = replicaSets.map { $0.annotation("deployment.kubernetes.io/revision").flatMap { Int($0) } ?? 0 }
        return zip(replicaSets, numbers).map { set, number in
            // The hash is the ReplicaSet's own mark, and no part of what the Deployment had.
            var template = set.at("spec", "template") ?? .object([])
            if let metadata = template["metadata"], let labels = metadata["labels"], labels.asObject != nil {
                template = template.setting("metadata", metadata.setting("labels", labels.setting("pod-template-hash", nil)))
            }
            return version(set, number, template, isCurrent: number == numbers.max())
        }
    }

    private static func versions(controllerRevisions: [JSON]) -> [RolloutRevision] {
        let numbers = controllerRevisions.map { $0.count("revision") }
        return zip(controllerRevisions, numbers).map { revision, number in
            // Kept as a patch that says of the template that it replaces the one before.
            let template = revision.at("data", "spec", "template") ?? .object([])
            return version(revision, number, template.asObject == nil ? .object([]) : template.setting("$patch", nil), isCurrent: number == numbers.max())
        }
    }

    private static func version(_ keeper: JSON, _ number: Int, _ template: JSON, isCurrent: Bool) -> RolloutRevision {
        RolloutRevision(
            number: number, name: keeper.objectName, created: keeper.created, cause: keeper.annotation("kubernetes.io/change-cause"),
            images: (template.at("spec", "containers")?.asArray ?? []).compactMap { $0["image"]?.asText }, isCurrent: isCurrent, template: template)
    }

    /// Sets a workload's template back to that of a version. A workload that has changed since it was read is left alone (a conflict).
    public func undo(_ workload: JSON, as type: ResourceType, to revision: RolloutRevision, dryRun: Bool = false) async throws(KubernetesError) -> JSON {
        guard let version = workload.objectVersion, revision.template.at("spec") != nil else { throw .unreadable("revision \(revision.number) has no template") }
        // The test is what makes it fail when somebody was quicker.
        let steps: JSON = .array([
            .object(["op": "test", "path": "/metadata/resourceVersion", "value": .text(version)]),
            .object(["op": "replace", "path": "/spec/template", "value": revision.template]),
        ])
        return try await patch(type, workload.objectName, namespace: workload.objectNamespace, .steps(steps), dryRun: dryRun)
    }

    /// What going back to a version would change, by the cluster's own dry run.
    public func planUndo(_ workload: JSON, as type: ResourceType, to revision: RolloutRevision) async throws(KubernetesError) -> [FieldChange] {
        let planned = try await undo(workload, as: type, to: revision, dryRun: true)
        return ObjectDiff.changes(live: workload, planned: planned, manifest: planned)
    }

    /// Has all pods of a workload replaced, one after the other by its strategy; marked as kubectl marks it.
    /// - Parameter moment: RFC 3339.
    public func restart(_ workload: JSON, as type: ResourceType, at moment: String, dryRun: Bool = false) async throws(KubernetesError) -> JSON {
        let mark = JSON.object(["kubectl.kubernetes.io/restartedAt": .text(moment)])
        let template = JSON.object(["metadata": .object(["annotations": mark])])
        return try await patch(type, workload.objectName, namespace: workload.objectNamespace, .merge(.object(["spec": .object(["template": template])])), dryRun: dryRun)
    }

    /// Sets the number of replicas, if it is still what it was when the scale was read.
    /// - Parameter scale: as `get(..., subresource: "scale")` gave it.
    public func scale(_ scale: JSON, as type: ResourceType, to replicas: Int, dryRun: Bool = false) async throws(KubernetesError) -> JSON {
        let metadata = JSON.object(["resourceVersion": scale.objectVersion.map { .text($0) }])
        let body = JSON.object(["metadata": metadata, "spec": .object(["replicas": .integer(Int64(replicas))])])
        return try await patch(type, scale.objectName, namespace: scale.objectNamespace, subresource: "scale", .merge(body), dryRun: dryRun)
    }
}
