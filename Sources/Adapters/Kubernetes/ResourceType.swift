import Notation
import Transport

/// A kind of resource as a cluster serves it: where it lies in the API, and what can be done with it.
public struct ResourceType: Hashable, Sendable {
    /// Empty for the core group.
    public let group: String
    public let version: String
    /// The plural in the path: `deployments`.
    public let resource: String
    public let kind: String
    public let isNamespaced: Bool
    public let verbs: Set<String>
    public let shortNames: [String]
    /// Subresources with the group and version of the object that they take: `eviction` is of `policy`.
    public let subresources: [String: String]

    public init(
        group: String, version: String, resource: String, kind: String, isNamespaced: Bool, verbs: Set<String> = [], shortNames: [String] = [],
        subresources: [String: String] = [:]
    ) {
        self.group = group
        self.version = version
        self.resource = resource
        self.kind = kind
        self.isNamespaced = isNamespaced
        self.verbs = verbs
        self.shortNames = shortNames
        self.subresources = subresources
    }

    public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    /// `pods`, `deployments.apps`: what policies and messages call it.
    public var qualified: String { group.isEmpty ? resource : "\(resource).\(group)" }

    /// The path of the collection, an object in it, or a part of that. Names are encoded; check them before (`KubernetesName`).
    public func path(namespace: String? = nil, name: String? = nil, subresource: String? = nil) -> String {
        var path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        if isNamespaced, let namespace { path += "/namespaces/\(PercentCoding.encode(namespace))" }
        path += "/\(resource)"
        if let name { path += "/\(PercentCoding.encode(name))" }
        if let subresource { path += "/\(subresource)" }
        return path
    }

    /// An item of a list comes without its kind; whoever masks Secrets must know one when it sees it.
    func named(_ item: JSON) -> JSON {
        guard item.asObject != nil, item["kind"] == nil else { return item }
        return item.setting("apiVersion", .text(apiVersion)).setting("kind", .text(kind))
    }

    private static func core(_ resource: String, _ kind: String, namespaced: Bool = true) -> ResourceType {
        ResourceType(group: "", version: "v1", resource: resource, kind: kind, isNamespaced: namespaced)
    }
    private static func apps(_ resource: String, _ kind: String) -> ResourceType {
        ResourceType(group: "apps", version: "v1", resource: resource, kind: kind, isNamespaced: true)
    }

    // Those that are stable since 1.9 and need not be discovered.
    public static let pods = core("pods", "Pod")
    public static let events = core("events", "Event")
    public static let nodes = core("nodes", "Node", namespaced: false)
    public static let namespaces = core("namespaces", "Namespace", namespaced: false)
    public static let secrets = core("secrets", "Secret")
    public static let configMaps = core("configmaps", "ConfigMap")
    public static let quotas = core("resourcequotas", "ResourceQuota")
    public static let deployments = apps("deployments", "Deployment")
    public static let statefulSets = apps("statefulsets", "StatefulSet")
    public static let daemonSets = apps("daemonsets", "DaemonSet")
    public static let replicaSets = apps("replicasets", "ReplicaSet")
    public static let controllerRevisions = apps("controllerrevisions", "ControllerRevision")
    public static let jobs = ResourceType(group: "batch", version: "v1", resource: "jobs", kind: "Job", isNamespaced: true)
}
