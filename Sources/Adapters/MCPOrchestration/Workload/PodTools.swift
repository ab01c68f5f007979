import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation

/// What is told of a pod.
struct PodRow: Codable, Sendable {
    let namespace: String?
    let name: String?
    /// `2/3`: ready containers of all.
    let ready: String?
    /// What kubectl's column says: the phase, or why it is not what it seems.
    let status: String?
    let restarts: Int?
    let node: String?
    let age: String?

    init(_ pod: JSON, _ fleet: Fleet) {
        let containers = pod.at("status", "containerStatuses")?.asArray ?? []
        namespace = pod.objectNamespace
        name = pod.objectName
        ready = "\(containers.count { $0["ready"]?.asBool == true })/\(pod.at("spec", "containers")?.asArray?.count ?? 0)"
        let waiting = containers.compactMap { $0.at("state", "waiting", "reason")?.asText ?? $0.at("state", "terminated", "reason")?.asText }.first
        status = pod.isEnding ? "Terminating" : waiting ?? pod.at("status", "reason")?.asText ?? pod.at("status", "phase")?.asText
        restarts = containers.reduce(0) { $0 + $1.count("restartCount") }
        node = pod.at("spec", "nodeName")?.asText
        age = KubernetesTime.age(pod.created, now: fleet.now()).map(KubernetesTime.brief)
    }
}

struct PodsListTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let namespace: String?
        let selector: String?
        let troubled: Bool
        let limit: Int
        let fields: [String]?
        let maxBytes: Int
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "namespace": Say.namespaces, "selector": Say.selector, "troubled": Note("Only those that are not well.", default: false), "limit": Say.limit,
            "fields": ListBudget.fields, "max_bytes": ListBudget.maxBytes,
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, namespace, selector, troubled, limit, fields
            case maxBytes = "max_bytes"
        }
    }
    struct Output: Shaped {
        let cluster: String
        let asOf: String
        let pods: [PodRow]
        let truncated: Bool
        static let notes: [String: Note] = ["cluster": "", "as_of": Say.asOf, "pods": "", "truncated": ""]
        enum CodingKeys: String, CodingKey {
            case cluster, pods, truncated
            case asOf = "as_of"
        }
    }

    static let name = "pods_list"
    static let title = "Pods"
    static let summary = "Pods, a compact row each."
    static let hints = ToolHints.readsElsewhere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let cluster = try fleet.cluster(arguments.cluster)
        let list = try await fleet.objects(.pods, arguments.namespace, labels: arguments.selector, bound: arguments.troubled ? 5000 : arguments.limit, in: cluster)
        let wanted = arguments.troubled ? list.items.filter { !Self.isWell($0) } : list.items
        let fitted = try Rows.fit(wanted.prefix(arguments.limit).map { PodRow($0, fleet) }, fields: arguments.fields, maxBytes: arguments.maxBytes)
        return Output(cluster: cluster.name, asOf: fleet.asOf, pods: fitted.rows, truncated: fitted.truncated || list.more || wanted.count > arguments.limit)
    }

    private static func isWell(_ pod: JSON) -> Bool {
        if pod.at("status", "phase")?.asText == "Succeeded" { return true }
        let containers = pod.at("status", "containerStatuses")?.asArray ?? []
        return pod.condition("Ready")?["status"]?.asText == "True" && containers.allSatisfy { $0.count("restartCount") < 3 }
    }
}

struct PodLogsTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let namespace: String?
        let pod: String
        let container: String?
        let tail: Int
        let sinceMinutes: Int?
        let previous: Bool
        let grep: String?
        let maxBytes: Int
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "namespace": Say.namespace, "pod": Say.name, "container": "Needed when there are several.",
            "tail": Note("Newest lines looked at.", range: 1...10_000, default: 200), "since_minutes": Note("How far back.", range: 1...10_080), "previous": Note("Of the run before the restart.", default: false),
            "grep": "Only lines that hold this text.", "max_bytes": ListBudget.maxBytes,
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, namespace, pod, container, tail, previous, grep
            case sinceMinutes = "since_minutes"
            case maxBytes = "max_bytes"
        }
    }
    struct Output: Shaped {
        let cluster: String
        let asOf: String
        let lines: [String]
        let truncated: Bool
        static let notes: [String: Note] = ["cluster": "", "as_of": Say.asOf, "lines": "Untrusted text.", "truncated": "Older ones left out."]
        enum CodingKeys: String, CodingKey {
            case cluster, lines, truncated
            case asOf = "as_of"
        }
    }

    static let name = "pod_logs"
    static let title = "Logs"
    static let summary = "A container's log: the newest lines."
    static let hints = ToolHints.readsElsewhere
    /// Of one line.
    private static let lineLimit = 4000

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let cluster = try fleet.cluster(arguments.cluster)
        let namespace = try fleet.namespace(arguments.namespace, in: cluster)
        let query = LogQuery(
            container: arguments.container, previous: arguments.previous, tailLines: arguments.tail, sinceSeconds: arguments.sinceMinutes.map { $0 * 60 })
        let all = try await cluster.client.logs(arguments.pod, namespace: namespace, query)
        let wanted = arguments.grep.map { text in all.filter { $0.contains(text) } } ?? all
        // From the end: the newest are wanted most.
        var lines: [String] = []
        var bytes = 0
        for line in wanted.reversed() {
            let short = line.count > Self.lineLimit ? line.prefix(Self.lineLimit) + "..." : line
            bytes += short.utf8.count + 3
            if bytes > min(arguments.maxBytes, ListBudget.most) { break }
            lines.append(short)
        }
        return Output(cluster: cluster.name, asOf: fleet.asOf, lines: lines.reversed(), truncated: lines.count < wanted.count)
    }
}
