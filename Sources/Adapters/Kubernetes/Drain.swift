public import Notation

/// What draining a node comes to: which pods are evicted, which stay, and which forbid it. Decided before anything is done.
public struct DrainPlan: Sendable {
    public struct Pod: Hashable, Sendable {
        public let namespace: String
        public let name: String
        let uid: String
        public var label: String { "\(namespace)/\(name)" }
    }

    public let node: String
    public let evicted: [Pod]
    /// Daemons, which would come back at once, and static pods, which the node itself keeps.
    public let staying: [Pod]
    /// Why it may not begin, one sentence for each pod.
    public let obstacles: [String]

    /// - Parameters:
    ///   - losesLocalData: whether pods with an `emptyDir` may go, and their data with them.
    ///   - losesBarePods: whether pods that no controller would make anew may go.
    public init(node: String, pods: [JSON], losesLocalData: Bool, losesBarePods: Bool) {
        var (evicted, staying, obstacles): ([Pod], [Pod], [String]) = ([], [], [])
        for pod in pods {
            let its = Pod(namespace: pod.objectNamespace ?? "", name: pod.objectName, uid: pod.objectUID ?? "")
            let isOver = ["Succeeded", "Failed"].contains(pod.at("status", "phase")?.asText ?? "")
            let hasLocalData = (pod.at("spec", "volumes")?.asArray ?? []).contains { $0["emptyDir"] != nil }
            if pod.annotation("kubernetes.io/config.mirror") != nil || pod.controller?.kind == "DaemonSet" {
                staying.append(its)
            } else if isOver {
                evicted.append(its)
            } else if pod.controller == nil, !losesBarePods {
                obstacles.append("\(its.label) has no controller that would make it anew")
            } else if hasLocalData, !losesLocalData {
                obstacles.append("\(its.label) has an emptyDir whose data would be lost")
            } else {
                evicted.append(its)
            }
        }
        (self.node, self.evicted, self.staying, self.obstacles) = (node, evicted, staying, obstacles)
    }
}

/// What has become of each pod of a plan.
public struct DrainOutcome: Sendable {
    public internal(set) var gone: [DrainPlan.Pod] = []
    /// With why, when the time was over: a disruption budget, most often.
    public internal(set) var left: [(pod: DrainPlan.Pod, why: String)] = []
    public var isComplete: Bool { left.isEmpty }
}

extension KubernetesClient {
    /// All pods on a node.
    public func pods(on node: String) async throws(KubernetesError) -> [JSON] {
        try KubernetesName.check(node, of: .nodes)
        return try await list(.pods, ObjectQuery(fields: "spec.nodeName=\(node)")).items
    }

    /// Takes the node out of scheduling, or lets it back in.
    public func cordon(_ node: String, _ isCordoned: Bool, dryRun: Bool = false) async throws(KubernetesError) -> JSON {
        try await patch(.nodes, node, .merge(.object(["spec": .object(["unschedulable": .bool(isCordoned)])])), dryRun: dryRun)
    }

    /// Evicts every pod of the plan, and waits until they are gone. A disruption budget that says no is asked again until the time is over; nothing is ever deleted past it.
    ///
    /// A cancelled task stops it between two steps: what is evicted stays evicted, and the node stays cordoned.
    /// - Parameters:
    ///   - pause: between two questions about the same pod.
    ///   - onProgress: how many are gone, and what was heard last.
    public func drain(
        _ plan: DrainPlan, graceSeconds: Int? = nil, timeout: Duration, pause: Duration = .seconds(2), onProgress: @Sendable (Int, String) -> Void = { _, _ in }
    ) async throws(KubernetesError) -> DrainOutcome {
        let apiVersion = try await evictionVersion()
        let end = ContinuousClock.now + timeout
        var outcome = DrainOutcome()
        var waiting = plan.evicted.map { (pod: $0, isAccepted: false, why: "not yet asked") }
        while !waiting.isEmpty {
            var next: [(pod: DrainPlan.Pod, isAccepted: Bool, why: String)] = []
            for entry in waiting {
                guard !Task.isCancelled else { break }
                var entry = entry
                if !entry.isAccepted { (entry.isAccepted, entry.why) = try await evict(entry.pod, apiVersion, graceSeconds) }
                if entry.isAccepted, try await isGone(entry.pod) {
                    outcome.gone.append(entry.pod)
                    onProgress(outcome.gone.count, "\(entry.pod.label) is gone")
                } else {
                    next.append(entry)
                }
            }
            if Task.isCancelled || ContinuousClock.now >= end {
                let known = Set(outcome.gone)
                outcome.left = (next + waiting.filter { entry in !next.contains { $0.pod == entry.pod } }).filter { !known.contains($0.pod) }.map { ($0.pod, $0.why) }
                return outcome
            }
            waiting = next
            // Cancelled while waiting: seen at the next step.
            if !waiting.isEmpty { try? await Task.sleep(for: pause) }
        }
        return outcome
    }

    /// `policy/v1` since 1.22, `policy/v1beta1` before: the cluster says which it takes.
    private func evictionVersion() async throws(KubernetesError) -> String {
        let types = Discovery.types(of: try await send("GET", "/api/v1"), group: "", version: "v1")
        guard let version = types.first(where: { $0.resource == "pods" })?.subresources["eviction"] else { throw .notFound("the cluster has no evictions") }
        return version
    }

    private func evict(_ pod: DrainPlan.Pod, _ apiVersion: String, _ graceSeconds: Int?) async throws(KubernetesError) -> (Bool, String) {
        let options = JSON.object([
            "preconditions": .object(["uid": .text(pod.uid)]), "gracePeriodSeconds": graceSeconds.map { .integer(Int64($0)) },
        ])
        let eviction = JSON.object([
            "apiVersion": .text(apiVersion), "kind": "Eviction", "metadata": .object(["name": .text(pod.name), "namespace": .text(pod.namespace)]), "deleteOptions": options,
        ])
        do throws(KubernetesError) {
            _ = try await post(.pods, pod.name, namespace: pod.namespace, subresource: "eviction", eviction)
            return (true, "evicted, and still ending")
        } catch {
            switch error {
            case .notFound: return (true, "gone")
            // Another pod of that name: the one that was meant is gone.
            case .conflict: return (true, "gone")
            case .tooMany(let why, _): return (false, why)
            default: throw error
            }
        }
    }

    private func isGone(_ pod: DrainPlan.Pod) async throws(KubernetesError) -> Bool {
        do throws(KubernetesError) {
            return try await get(.pods, pod.name, namespace: pod.namespace).objectUID != pod.uid
        } catch {
            guard case .notFound = error else { throw error }
            return true
        }
    }
}
