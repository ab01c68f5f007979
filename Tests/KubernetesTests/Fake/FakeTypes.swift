import Kubernetes
import Notation

/// What the fake serves.
enum FakeTypes {
    static let all: [ResourceType] = [
        type("", "v1", "namespaces", "Namespace", namespaced: false, short: ["ns"]), type("", "v1", "nodes", "Node", namespaced: false, short: ["no"], parts: ["status": "v1"]),
        type("", "v1", "pods", "Pod", short: ["po"], parts: ["status": "v1", "log": "v1", "eviction": "policy/v1", "exec": "v1", "portforward": "v1"]),
        type("", "v1", "services", "Service", short: ["svc"]), type("", "v1", "configmaps", "ConfigMap", short: ["cm"]), type("", "v1", "secrets", "Secret"),
        type("", "v1", "events", "Event", short: ["ev"]), type("", "v1", "resourcequotas", "ResourceQuota", short: ["quota"], parts: ["status": "v1"]),
        type("", "v1", "serviceaccounts", "ServiceAccount", short: ["sa"]), type("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", short: ["pvc"]),
        type("apps", "v1", "deployments", "Deployment", short: ["deploy"], parts: ["status": "apps/v1", "scale": "autoscaling/v1"]),
        type("apps", "v1", "replicasets", "ReplicaSet", short: ["rs"], parts: ["status": "apps/v1", "scale": "autoscaling/v1"]),
        type("apps", "v1", "statefulsets", "StatefulSet", short: ["sts"], parts: ["status": "apps/v1", "scale": "autoscaling/v1"]),
        type("apps", "v1", "daemonsets", "DaemonSet", short: ["ds"], parts: ["status": "apps/v1"]),
        type("apps", "v1", "controllerrevisions", "ControllerRevision"), type("batch", "v1", "jobs", "Job", parts: ["status": "batch/v1"]),
        type("batch", "v1", "cronjobs", "CronJob", short: ["cj"]), type("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", short: ["pdb"], parts: ["status": "policy/v1"]),
        type("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", namespaced: false),
        type("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", namespaced: false),
        type("rbac.authorization.k8s.io", "v1", "roles", "Role"),
    ]

    private static func type(
        _ group: String, _ version: String, _ resource: String, _ kind: String, namespaced: Bool = true, short: [String] = [], parts: [String: String] = [:]
    ) -> ResourceType {
        ResourceType(
            group: group, version: version, resource: resource, kind: kind, isNamespaced: namespaced,
            verbs: ["create", "delete", "get", "list", "patch", "update", "watch"], shortNames: short, subresources: parts)
    }

    static func list(group: String, version: String) -> JSON? {
        let types = all.filter { $0.group == group && $0.version == version }
        guard !types.isEmpty else { return nil }
        var rows: [JSON] = []
        for type in types {
            rows.append(row(type.resource, type, type.kind, group: nil, version: nil))
            for (part, apiVersion) in type.subresources.sorted(by: { $0.key < $1.key }) {
                let words = apiVersion.split(separator: "/").map(String.init)
                let kind = ["scale": "Scale", "eviction": "Eviction"][part] ?? type.kind
                rows.append(row("\(type.resource)/\(part)", type, kind, group: words.count == 2 ? words[0] : "", version: words[words.count - 1]))
            }
        }
        return .object(["kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .text(types[0].apiVersion), "resources": .array(rows)])
    }

    private static func row(_ name: String, _ type: ResourceType, _ kind: String, group: String?, version: String?) -> JSON {
        .object([
            "name": .text(name), "singularName": "", "namespaced": .bool(type.isNamespaced), "kind": .text(kind), "group": group.map { .text($0) }, "version": version.map { .text($0) },
            "verbs": .array(type.verbs.sorted().map { .text($0) }), "shortNames": type.shortNames.isEmpty || name.contains("/") ? nil : .array(type.shortNames.map { .text($0) }),
        ])
    }

    static var groups: JSON {
        let names = ["apps", "batch", "policy", "rbac.authorization.k8s.io"]
        let rows = names.map { name in
            let version = JSON.object(["groupVersion": .text("\(name)/v1"), "version": "v1"])
            return JSON.object(["name": .text(name), "versions": .array([version]), "preferredVersion": version])
        }
        return .object(["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(rows)])
    }
}
