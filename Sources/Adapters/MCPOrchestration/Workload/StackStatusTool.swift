import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation

struct StackStatusTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let namespace: String?
        static let notes: [String: Note] = ["cluster": Say.cluster, "namespace": Say.namespaces]
    }
    struct Row: Codable, Sendable {
        let name: String
        let namespace: String
        let kind: String
        let state: Rollout.State
        let text: String
        let images: [String]
        let version: String?
    }
    struct Output: Shaped {
        let cluster: String
        let asOf: String
        let services: [Row]
        static let notes: [String: Note] = ["cluster": "", "as_of": Say.asOf, "services": ""]
        enum CodingKeys: String, CodingKey {
            case cluster, services
            case asOf = "as_of"
        }
    }

    static let name = "stack_status"
    static let title = "Our services"
    static let summary = "Aura's own workloads in a cluster (label app.kubernetes.io/part-of=aura)."
    static let hints = ToolHints.readsElsewhere
    static let label = "app.kubernetes.io/part-of=aura"

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let cluster = try fleet.cluster(arguments.cluster)
        var rows: [Row] = []
        for type in [ResourceType.deployments, .statefulSets, .daemonSets] {
            for object in try await fleet.objects(type, arguments.namespace, labels: Self.label, bound: 200, in: cluster).items {
                guard let rollout = Rollout(object.setting("kind", .text(type.kind))) else { continue }
                let images = (object.at("spec", "template", "spec", "containers")?.asArray ?? []).compactMap { $0["image"]?.asText }
                rows.append(
                    Row(
                        name: object.objectName, namespace: object.objectNamespace ?? "", kind: type.kind, state: rollout.state, text: rollout.text, images: images,
                        version: object.at("spec", "template")?.label("app.kubernetes.io/version") ?? object.label("app.kubernetes.io/version")))
            }
        }
        return Output(cluster: cluster.name, asOf: fleet.asOf, services: rows)
    }
}
