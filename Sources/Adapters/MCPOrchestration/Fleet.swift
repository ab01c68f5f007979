public import Foundation
public import Kubernetes
import MCPHosting
public import Notation
import Synchronization

/// One cluster as the tools use it.
struct Cluster: Sendable {
    /// The context's name: what the argument `cluster` says.
    let name: String
    let client: KubernetesClient
    let discovery: Discovery
    /// Where things are looked for when no namespace is named.
    let namespace: String
}

/// All clusters that there are, and what may be done in them. A client is made when its cluster is first asked for.
public final class Fleet: Sendable {
    static let inCluster = "in-cluster"

    public let policy: OrchestrationPolicy
    /// Our own manifests; nil where there are none, and then no tool deploys them.
    public let stack: Stack?
    private let config: Kubeconfig?
    private let own: (client: KubernetesClient, namespace: String)?
    private let made = Mutex<[String: Cluster]>([:])
    /// YAML as values, one for each document.
    let parse: @Sendable (String) throws -> [JSON]
    let now: @Sendable () -> Date

    /// - Parameters:
    ///   - config: the kubeconfig, if there is one.
    ///   - own: the cluster that this process runs in, if it does.
    ///   - stack: our own manifests, if they may be deployed from here.
    ///   - parse: YAML or JSON as values, one for each document.
    public init(
        policy: OrchestrationPolicy, config: Kubeconfig?, own: (client: KubernetesClient, namespace: String)? = nil, stack: Stack? = nil, parse: @escaping @Sendable (String) throws -> [JSON],
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.policy = policy
        self.config = config
        self.own = own
        self.stack = stack
        self.parse = parse
        self.now = now
    }

    var names: [String] { (own == nil ? [] : [Self.inCluster]) + (config?.contexts.map(\.name) ?? []) }
    var standard: String? { own == nil ? config?.current ?? (names.count == 1 ? names[0] : nil) : Self.inCluster }
    func server(of name: String) -> String? { name == Self.inCluster ? own?.client.server : config?.context(name).flatMap { config?.server(of: $0) } }
    var asOf: String { KubernetesTime.text(now()) }

    /// The cluster of that name, or the current one.
    func cluster(_ name: String?) throws -> Cluster {
        guard let wanted = name ?? standard else {
            throw ToolFailure(
                names.isEmpty
                    ? "No cluster is configured: there is no kubeconfig (--kubeconfig, KUBECONFIG or ~/.kube/config), and this is not inside of a cluster."
                    : "Say which cluster: \(names.prefix(20).joined(separator: ", ")).")
        }
        if let known = made.withLock({ $0[wanted] }) { return known }
        let new = try make(wanted)
        // Two that came at once make two, and one is kept.
        return made.withLock { made in
            if let known = made[wanted] { return known }
            made[wanted] = new
            return new
        }
    }

    private func make(_ name: String) throws -> Cluster {
        if let own, name == Self.inCluster { return Cluster(name: name, client: own.client, discovery: Discovery(own.client), namespace: own.namespace) }
        guard let config, let context = config.context(name) else {
            throw ToolFailure("There is no cluster \"\(name.prefix(60))\"; there \(names.count == 1 ? "is" : "are") \(names.isEmpty ? "none" : names.prefix(20).joined(separator: ", ")).")
        }
        let client = try config.client(context)
        return Cluster(name: name, client: client, discovery: Discovery(client), namespace: context.namespace)
    }

    // MARK: - What is asked for

    /// The namespace that is meant, if it may be seen.
    func namespace(_ given: String?, in cluster: Cluster) throws -> String {
        let name = given ?? cluster.namespace
        try policy.check(namespace: name)
        return name
    }

    /// The kind that is meant, if it may be seen.
    func type(_ name: String, in cluster: Cluster) async throws -> ResourceType {
        let type = try await cluster.discovery.find(name)
        try policy.check(type)
        return type
    }

    /// Objects of one namespace, or with `*` of all that may be seen; the bound is told by `more`.
    func objects(_ type: ResourceType, _ given: String?, labels: String? = nil, fields: String? = nil, bound: Int, in cluster: Cluster) async throws -> (items: [JSON], more: Bool) {
        guard type.isNamespaced else {
            let list = try await cluster.client.list(type, ObjectQuery(labels: labels, fields: fields), bound: bound)
            return (list.items.map(Masking.masked), list.next != nil)
        }
        if given == "*", let allowed = policy.namespaces {
            var all: [JSON] = []
            var more = false
            for namespace in allowed.sorted() where all.count < bound {
                let list = try await cluster.client.list(type, ObjectQuery(namespace: namespace, labels: labels, fields: fields), bound: bound - all.count)
                all += list.items
                more = more || list.next != nil
            }
            return (all.map(Masking.masked), more)
        }
        let namespace = given == "*" ? nil : try namespace(given, in: cluster)
        let list = try await cluster.client.list(type, ObjectQuery(namespace: namespace, labels: labels, fields: fields), bound: bound)
        let seen = list.items.filter { policy.allows(namespace: $0.objectNamespace ?? "") }
        return (seen.map(Masking.masked), list.next != nil)
    }

    /// One object, as it may be shown.
    func object(_ type: ResourceType, _ name: String, _ namespace: String?, in cluster: Cluster) async throws -> JSON {
        let place = type.isNamespaced ? try self.namespace(namespace, in: cluster) : nil
        return try await cluster.client.get(type, name, namespace: place)
    }
}
