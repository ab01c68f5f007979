import Kubernetes
import Notation
import Transport

/// What the controllers and the scheduler of a real control plane do with Deployments, all at once after every write.
extension FakeState {
    mutating func settle() {
        // Each pass may make the next one find something to do.
        for _ in 0..<8 {
            let before = version
            for (key, entry) in sorted("deployments") { reconcile(deployment: key, entry.object) }
            for (key, entry) in sorted("replicasets") { reconcile(replicaSet: key, entry.object) }
            schedule()
            if version == before { return }
        }
    }

    func sorted(_ resource: String) -> [(Key, Entry)] {
        objects.filter { $0.key.type.resource == resource }.sorted { ($0.key.namespace ?? "", $0.key.name) < ($1.key.namespace ?? "", $1.key.name) }
    }

    private func owned(_ resource: String, by owner: JSON) -> [(Key, Entry)] { sorted(resource).filter { $0.1.object.controller?.uid == owner.objectUID } }

    private static func owner(_ object: JSON) -> JSON {
        .array([
            .object([
                "apiVersion": object["apiVersion"], "kind": object["kind"], "name": .text(object.objectName), "uid": .text(object.objectUID ?? ""), "controller": true,
                "blockOwnerDeletion": true,
            ])
        ])
    }

    private mutating func reconcile(deployment key: Key, _ deployment: JSON) {
        guard let template = deployment.at("spec", "template"), let type = FakeTypes.all.first(where: { $0.resource == "replicasets" }) else { return }
        let sets = owned("replicasets", by: deployment)
        let hash = FakeState.hash(template)
        let newest = (sets.compactMap { $0.1.object.annotation("deployment.kubernetes.io/revision").flatMap { Int($0) } }.max() ?? 0)
        let replicas = deployment.at("spec", "replicas") ?? 1
        guard let current = sets.first(where: { $0.1.object.label("pod-template-hash") == hash }) else {
            var labels = template.at("metadata", "labels") ?? .object([])
            labels = labels.setting("pod-template-hash", .text(hash))
            let marked = template.setting("metadata", (template["metadata"] ?? .object([])).setting("labels", labels))
            let annotations = JSON.object(["deployment.kubernetes.io/revision": .text("\(newest + 1)")])
            let set = JSON.object([
                "apiVersion": "apps/v1", "kind": "ReplicaSet",
                "metadata": .object([
                    "name": .text("\(key.name)-\(hash)"), "namespace": key.namespace.map { .text($0) }, "labels": labels, "annotations": annotations,
                    "ownerReferences": FakeState.owner(deployment),
                ]),
                "spec": .object(["replicas": replicas, "selector": .object(["matchLabels": labels]), "template": marked]),
            ])
            store(type, set, isNew: true, owners: [:])
            return
        }
        // An older version that is wanted again becomes the newest.
        let revision = current.1.object.annotation("deployment.kubernetes.io/revision").flatMap { Int($0) } ?? 0
        if revision < newest { annotate(current.0, current.1.object, newest + 1) }
        let isThere = current.1.object.count("status", "readyReplicas") >= Int(replicas.asInteger ?? 1)
        set(replicas, of: current.0)
        // The old go when the new are there.
        for (other, entry) in sets where other != current.0 && isThere && entry.object.count("spec", "replicas") > 0 { set(0, of: other) }
        status(of: key, deployment, current: current.0)
    }

    private mutating func annotate(_ key: Key, _ object: JSON, _ revision: Int) {
        let metadata = object["metadata"] ?? .object([])
        let annotations = (metadata["annotations"] ?? .object([])).setting("deployment.kubernetes.io/revision", .text("\(revision)"))
        replace(key, object.setting("metadata", metadata.setting("annotations", annotations)))
    }

    private mutating func set(_ replicas: JSON, of key: Key) {
        guard let object = objects[key]?.object, let spec = object["spec"], spec["replicas"] != replicas else { return }
        replace(key, object.setting("spec", spec.setting("replicas", replicas)))
    }

    private mutating func status(of key: Key, _ deployment: JSON, current: Key) {
        let sets = owned("replicasets", by: deployment).map(\.1.object)
        let now = objects[current]?.object ?? .null
        let total = sets.reduce(0) { $0 + $1.count("status", "replicas") }
        let ready = sets.reduce(0) { $0 + $1.count("status", "readyReplicas") }
        let condition = JSON.object(["type": "Available", "status": ready > 0 ? "True" : "False", "reason": "MinimumReplicasAvailable"])
        let status = JSON.object([
            "observedGeneration": .integer(Int64(deployment.count("metadata", "generation"))), "replicas": .integer(Int64(total)),
            "updatedReplicas": .integer(Int64(now.count("status", "replicas"))), "readyReplicas": .integer(Int64(ready)), "availableReplicas": .integer(Int64(ready)),
            "conditions": .array([condition]),
        ])
        guard let object = objects[key]?.object else { return }
        // A test may have said that it is stuck.
        if object.condition("Progressing")?["reason"]?.asText == "ProgressDeadlineExceeded" { return }
        replace(key, object.setting("status", status))
    }

    private mutating func reconcile(replicaSet key: Key, _ set: JSON) {
        guard let type = FakeTypes.all.first(where: { $0.resource == "pods" }), let template = set.at("spec", "template") else { return }
        let pods = owned("pods", by: set)
        let living = pods.filter { !$0.1.object.isEnding }
        let wanted = set.count("spec", "replicas")
        for _ in living.count..<max(wanted, living.count) {
            let name = "\(key.name)-\(FakeState.letters(version))"
            let metadata = (template["metadata"] ?? .object([])).setting("name", .text(name)).setting("namespace", key.namespace.map { .text($0) })
                .setting("ownerReferences", FakeState.owner(set))
            store(type, .object(["apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"], "status": .object(["phase": "Pending"])]), isNew: true, owners: [:])
        }
        for (pod, _) in living.dropFirst(wanted) { _ = try? delete(pod, .object([])) }
        let now = owned("pods", by: set).map(\.1.object)
        let ready = now.count { !$0.isEnding && $0.condition("Ready")?["status"]?.asText == "True" }
        let status = JSON.object([
            "replicas": .integer(Int64(now.count { !$0.isEnding })), "readyReplicas": .integer(Int64(ready)), "availableReplicas": .integer(Int64(ready)),
            "observedGeneration": .integer(Int64(set.count("metadata", "generation"))),
        ])
        if let object = objects[key]?.object { replace(key, object.setting("status", status)) }
    }

    /// Onto the first node that takes pods, in the order of names.
    private mutating func schedule() {
        guard let node = sorted("nodes").first(where: { $0.1.object.at("spec", "unschedulable")?.asBool != true })?.1.object.objectName else { return }
        for (key, entry) in sorted("pods") where entry.object.at("spec", "nodeName") == nil && !entry.object.isEnding {
            replace(key, entry.object.setting("spec", (entry.object["spec"] ?? .object([])).setting("nodeName", .text(node))))
        }
    }

    /// FNV-1a: the same template gives the same name in every process.
    private static func hash(_ template: JSON) -> String {
        let value = template.bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(value % 0xFFFF_FFFF, radix: 16)
    }

    private static func letters(_ number: Int) -> String { String(number + 46_656, radix: 36) }
}
