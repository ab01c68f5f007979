public import Kubernetes
import MCPHosting
import Notation

/// What this server may see and touch, whatever the cluster itself would allow. Set by the operator at the start, and by nobody after that.
public struct OrchestrationPolicy: Sendable {
    /// Nil: every namespace but the denied ones.
    public let namespaces: Set<String>?
    public let deniedNamespaces: Set<String>
    /// As `secrets` or `*.rbac.authorization.k8s.io`.
    public let deniedKinds: Set<String>
    /// Replicas that a scale may ask for.
    public let replicaLimit: Int
    /// The programs that pod_exec may run, by their path in the container; none of them: the tool is not there.
    public let commands: [String]

    /// The cluster's own parts.
    public static let systemNamespaces: Set<String> = ["kube-system", "kube-public", "kube-node-lease"]
    /// What gives rights or holds secrets.
    public static let sensitiveKinds: Set<String> = ["secrets", "*.rbac.authorization.k8s.io", "*.certificates.k8s.io", "*.authentication.k8s.io", "*.admissionregistration.k8s.io"]

    /// - Parameters:
    ///   - allowedSystem: denied namespaces that are allowed all the same.
    ///   - allowedKinds: denied kinds that are allowed all the same; a Secret's values stay masked.
    public init(namespaces: Set<String>? = nil, allowedSystem: Set<String> = [], allowedKinds: Set<String> = [], replicaLimit: Int = 20, commands: [String] = []) {
        self.namespaces = namespaces
        deniedNamespaces = Self.systemNamespaces.subtracting(allowedSystem).subtracting(namespaces ?? [])
        deniedKinds = Self.sensitiveKinds.subtracting(allowedKinds)
        self.replicaLimit = replicaLimit
        self.commands = commands
    }

    public func allows(namespace: String) -> Bool { namespaces.map { $0.contains(namespace) } ?? !deniedNamespaces.contains(namespace) }

    public func allows(_ type: ResourceType) -> Bool { !deniedKinds.contains(type.qualified) && !deniedKinds.contains("*.\(type.group)") }

    func check(namespace: String) throws {
        try KubernetesName.check(namespace: namespace)
        guard allows(namespace: namespace) else {
            throw ToolFailure("The namespace \(namespace) is outside of what this server may see (its operator's --namespace; the cluster's own are left out by default).")
        }
    }

    func check(_ type: ResourceType) throws {
        guard allows(type) else { throw ToolFailure("\(type.qualified) are outside of what this server may see: they hold secrets or give rights (its operator's --allow-kind).") }
    }

    /// A change is of something in a namespace: nodes have tools of their own, and nothing else of the cluster's is changed from here.
    func checkChange(_ type: ResourceType, namespace: String?) throws {
        try check(type)
        guard type.isNamespaced, let namespace else { throw ToolFailure("\(type.qualified) belong to the whole cluster, and are not changed from here.") }
        try check(namespace: namespace)
        guard type.resource != "events" else { throw ToolFailure("Events are the cluster's own record, and are not changed from here.") }
    }
}
