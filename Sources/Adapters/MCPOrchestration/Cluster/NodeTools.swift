import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation

/// What is told of a node.
struct NodeRow: Codable, Sendable {
    let name: String?
    let ready: Bool?
    let schedulable: Bool?
    /// Conditions that are not as they should be: MemoryPressure, DiskPressure, PIDPressure, NetworkUnavailable.
    let pressure: [String]?
    let cpu: String?
    let memory: String?
    let gpus: String?
    let pods: String?
    let version: String?
    let age: String?

    init(_ node: JSON, _ fleet: Fleet) {
        name = node.objectName
        ready = node.condition("Ready")?["status"]?.asText == "True"
        schedulable = node.at("spec", "unschedulable")?.asBool != true
        let wrong = (node.at("status", "conditions")?.asArray ?? []).filter { $0["type"] != "Ready" && $0["status"] == "True" }
        pressure = wrong.compactMap { $0["type"]?.asText }
        let room = node.at("status", "allocatable")
        cpu = room?["cpu"]?.asText
        memory = room?["memory"]?.asText
        let gpu = (room?.asObject ?? []).first { $0.key.hasSuffix("/gpu") }
        gpus = gpu.map { "\($0.key)=\($0.value.asText ?? "?")" }
        pods = room?["pods"]?.asText
        version = node.at("status", "nodeInfo", "kubeletVersion")?.asText
        age = KubernetesTime.age(node.created, now: fleet.now()).map(KubernetesTime.brief)
    }
}

struct NodesListTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let selector: String?
        let fields: [String]?
        let maxBytes: Int
        static let notes: [String: Note] = ["cluster": Say.cluster, "selector": Say.selector, "fields": ListBudget.fields, "max_bytes": ListBudget.maxBytes]
        enum CodingKeys: String, CodingKey {
            case cluster, selector, fields
            case maxBytes = "max_bytes"
        }
    }
    struct Output: Shaped {
        let cluster: String
        let asOf: String
        let nodes: [NodeRow]
        let truncated: Bool
        static let notes: [String: Note] = ["cluster": "", "as_of": Say.asOf, "nodes": "", "truncated": ""]
        enum CodingKeys: String, CodingKey {
            case cluster, nodes, truncated
            case asOf = "as_of"
        }
    }

    static let name = "nodes_list"
    static let title = "Nodes"
    static let summary = "Nodes: ready, schedulable, pressure, what can be allocated, GPUs."
    static let hints = ToolHints.readsElsewhere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let cluster = try fleet.cluster(arguments.cluster)
        let list = try await fleet.objects(.nodes, nil, labels: arguments.selector, bound: 1000, in: cluster)
        let fitted = try Rows.fit(list.items.map { NodeRow($0, fleet) }, fields: arguments.fields, maxBytes: arguments.maxBytes)
        return Output(cluster: cluster.name, asOf: fleet.asOf, nodes: fitted.rows, truncated: fitted.truncated || list.more)
    }
}

struct NodeGetTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let name: String
        static let notes: [String: Note] = ["cluster": Say.cluster, "name": Say.name]
    }
    struct Output: Shaped {
        let cluster: String
        let asOf: String
        /// As a row of nodes_list.
        let node: JSON
        let conditions: [String]
        let taints: [String]
        /// What its pods have asked for.
        let requested: [String: String]
        /// As metrics-server measures it.
        let used: [String: String]?
        let pods: [String]
        static let notes: [String: Note] = [
            "cluster": "", "as_of": Say.asOf, "node": "As in nodes_list.", "conditions": "", "taints": "", "requested": "By its pods.", "used": "Absent without metrics-server.", "pods": "100 at most.",
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, node, conditions, taints, requested, used, pods
            case asOf = "as_of"
        }
    }

    static let name = "node_get"
    static let title = "Node"
    static let summary = "One node: conditions, taints, requests, use, its pods."
    static let hints = ToolHints.readsElsewhere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let cluster = try fleet.cluster(arguments.cluster)
        let node = try await fleet.object(.nodes, arguments.name, nil, in: cluster)
        let pods = try await cluster.client.pods(on: arguments.name).filter { !["Succeeded", "Failed"].contains($0.at("status", "phase")?.asText ?? "") }
        let conditions = (node.at("status", "conditions")?.asArray ?? []).map { "\($0["type"]?.asText ?? "?")=\($0["status"]?.asText ?? "?") (\($0["reason"]?.asText ?? ""))" }
        let taints = (node.at("spec", "taints")?.asArray ?? []).map { "\($0["key"]?.asText ?? "?")=\($0["value"]?.asText ?? ""):\($0["effect"]?.asText ?? "?")" }
        let shown = pods.filter { fleet.policy.allows(namespace: $0.objectNamespace ?? "") }.prefix(100).map { "\($0.objectNamespace ?? "")/\($0.objectName)" }
        return Output(
            cluster: cluster.name, asOf: fleet.asOf, node: try JSON(encoding: NodeRow(node, fleet)), conditions: conditions, taints: taints, requested: Self.requested(pods), used: await used(arguments.name, cluster),
            pods: Array(shown))
    }

    private static func requested(_ pods: [JSON]) -> [String: String] {
        var sums = ["cpu": 0 as Int64, "memory": 0]
        for pod in pods {
            for container in pod.at("spec", "containers")?.asArray ?? [] {
                for key in ["cpu", "memory"] { sums[key, default: 0] += Quantity(container.at("resources", "requests")?[key])?.milli ?? 0 }
            }
        }
        return ["cpu": "\(sums["cpu", default: 0])m", "memory": "\(sums["memory", default: 0] / 1_048_576_000)Mi"]
    }

    /// Nothing rather than a guess: many clusters have no metrics.
    private func used(_ name: String, _ cluster: Cluster) async -> [String: String]? {
        do {
            let usage = try await cluster.client.send("GET", "/apis/metrics.k8s.io/v1beta1/nodes/\(name)", timeout: .seconds(5))["usage"]
            return usage?.asObject.map { members in Dictionary(members.compactMap { member in member.value.asText.map { (member.key, $0) } }, uniquingKeysWith: { $1 }) }
        } catch { return nil }
    }
}
