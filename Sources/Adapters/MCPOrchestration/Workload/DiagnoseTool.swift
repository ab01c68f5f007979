import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation

struct DiagnoseTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let namespace: String?
        let kind: String?
        let name: String?
        let maxBytes: Int
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "namespace": Say.namespace, "kind": "pod or a workload; the namespace when left out.", "name": Say.name,
            "max_bytes": ListBudget.maxBytes,
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, namespace, kind, name
            case maxBytes = "max_bytes"
        }
    }
    struct Output: Shaped {
        let cluster: String
        let asOf: String
        let findings: [Diagnosis.Finding]
        let pods: Int
        let unread: [String]
        let truncated: Bool
        static let notes: [String: Note] = [
            "cluster": "", "as_of": Say.asOf, "findings": "Worst first.", "pods": "Looked at.", "unread": "What could not be looked at, and why.", "truncated": "",
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, findings, pods, unread, truncated
            case asOf = "as_of"
        }
    }

    static let name = "diagnose"
    static let title = "Diagnosis"
    static let summary = "Why is it not running: pods, probes, memory, images, scheduling, quotas, events in one answer."
    static let hints = ToolHints.readsElsewhere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        guard (arguments.kind == nil) == (arguments.name == nil) else { throw ToolFailure("Give kind and name together, or neither for the whole namespace.") }
        let cluster = try fleet.cluster(arguments.cluster)
        let namespace = try fleet.namespace(arguments.namespace, in: cluster)
        var workload: JSON?
        var pods: [JSON]
        if let kind = arguments.kind, let name = arguments.name {
            let type = try await fleet.type(kind, in: cluster)
            let object = try await cluster.client.get(type, name, namespace: namespace)
            if type == .pods || type.kind == "Pod" {
                pods = [object]
            } else {
                workload = object.setting("kind", .text(type.kind))
                guard let selector = object.at("spec", "selector")?.selectorText else { throw ToolFailure("A \(type.kind) selects no pods: there is nothing to diagnose.") }
                pods = try await cluster.client.list(.pods, ObjectQuery(namespace: namespace, labels: selector), bound: 500).items
            }
        } else {
            pods = try await cluster.client.list(.pods, ObjectQuery(namespace: namespace), bound: 1000).items
        }
        var unread: [String] = []
        let events = await recent(namespace, cluster, &unread)
        let quotas = await optional(.quotas, namespace, cluster, &unread)
        let names = Set(pods.map(\.objectName) + pods.compactMap { $0.controller?.name } + [arguments.name].compactMap { $0 })
        let about = arguments.name == nil ? events : events.filter { names.contains($0.at("involvedObject", "name")?.asText ?? "") }
        let diagnosis = Diagnosis(workload: workload, pods: pods, events: about, quotas: quotas)
        let fitted = try fit(diagnosis.findings, arguments.maxBytes)
        return Output(cluster: cluster.name, asOf: fleet.asOf, findings: fitted.rows, pods: pods.count, unread: unread, truncated: fitted.truncated)
    }

    private func fit(_ findings: [Diagnosis.Finding], _ maxBytes: Int) throws -> (rows: [Diagnosis.Finding], truncated: Bool) {
        try Rows.fit(findings, fields: nil, maxBytes: maxBytes)
    }

    /// Of the last hour.
    private func recent(_ namespace: String, _ cluster: Cluster, _ unread: inout [String]) async -> [JSON] {
        await optional(.events, namespace, cluster, &unread).filter { event in
            let last = event["lastTimestamp"]?.asText ?? event["eventTime"]?.asText ?? event.created
            return KubernetesTime.age(last, now: fleet.now()).map { $0 <= 3600 } ?? false
        }
    }

    /// What may not be read is said, and does not end the rest.
    private func optional(_ type: ResourceType, _ namespace: String, _ cluster: Cluster, _ unread: inout [String]) async -> [JSON] {
        do { return try await cluster.client.list(type, ObjectQuery(namespace: namespace), bound: 2000).items } catch {
            unread.append("\(type.resource): \(error)")
            return []
        }
    }
}
