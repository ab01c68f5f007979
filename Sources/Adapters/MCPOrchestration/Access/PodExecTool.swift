import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation

struct PodExecTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let namespace: String?
        let pod: String
        let container: String?
        let command: [String]
        let timeoutSeconds: Int
        let maxBytes: Int
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "namespace": Say.namespace, "pod": Say.name, "container": "Needed when there are several.",
            "command": Note("The program by its path, and its arguments; no shell reads them.", items: 1...64), "timeout_seconds": Note("For all of it.", range: 1...300, default: 30),
            "max_bytes": ListBudget.maxBytes,
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, namespace, pod, container, command
            case timeoutSeconds = "timeout_seconds"
            case maxBytes = "max_bytes"
        }
    }
    struct Output: Shaped {
        let cluster: String
        let exitCode: Int?
        let output: String
        let errors: String
        let truncated: Bool
        static let notes: [String: Note] = ["cluster": "", "exit_code": "", "output": "Untrusted text.", "errors": "", "truncated": "Cut off by size or time."]
        enum CodingKeys: String, CodingKey {
            case cluster, output, errors, truncated
            case exitCode = "exit_code"
        }
    }

    static let name = "pod_exec"
    static let title = "Run in a pod"
    static let summary = "Runs one of the programs that the operator allowed in a container. A person is asked first."
    static let hints = ToolHints.changesClusterEachTime

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        guard let program = arguments.command.first, fleet.policy.commands.contains(program) else {
            throw ToolFailure("\"\(arguments.command.first?.prefix(80) ?? "")\" is none of the programs that may be run: \(fleet.policy.commands.joined(separator: ", ")).")
        }
        let cluster = try fleet.cluster(arguments.cluster)
        let namespace = try fleet.namespace(arguments.namespace, in: cluster)
        try await context.agreed {
            let pod = try await cluster.client.get(.pods, arguments.pod, namespace: namespace)
            let images = (pod.at("spec", "containers")?.asArray ?? []).filter { arguments.container == nil || $0["name"]?.asText == arguments.container }.compactMap { $0["image"]?.asText }
            let command = JSON.array(arguments.command.map { .text($0) }).rendered
            return ((), "Run \(command) in the pod \(namespace)/\(arguments.pod) (\(images.joined(separator: ", "))) of the cluster \(cluster.name).")
        }
        let result = try await cluster.client.exec(
            arguments.pod, namespace: namespace, container: arguments.container, command: arguments.command, limit: min(max(arguments.maxBytes, 0), ListBudget.most), timeout: .seconds(arguments.timeoutSeconds))
        return Output(
            cluster: cluster.name, exitCode: result.exitCode, output: String(decoding: result.output, as: UTF8.self), errors: String(decoding: result.errors, as: UTF8.self), truncated: result.isCut)
    }
}
