import ArgumentParser
import Foundation
import Kubernetes
import MCPOrchestration
import MCPServing
import Notation
import YAML

/// `aura mcp orchestration`: Kubernetes clusters for an assistant.
struct MCPOrchestrationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orchestration", abstract: "Kubernetes clusters: what runs, why not, and, where that is allowed, changes that a person agrees to.")

    @OptionGroup var common: MCPOptions
    @Option(help: "The kubeconfig (default: KUBECONFIG, else ~/.kube/config; inside of a cluster its own account).") var kubeconfig: String?
    @Option(name: .customLong("namespace"), parsing: .singleValue, help: "Only this namespace; may be given several times. Without it, all but the cluster's own.") var namespaces: [String] = []
    @Option(name: .customLong("allow-kind"), parsing: .singleValue, help: "A kind that is hidden by default, such as 'secrets' (whose values stay masked). May be given several times.")
    var allowedKinds: [String] = []
    @Option(help: "Replicas that a workload may be scaled to.") var maxReplicas = 20
    @Option(name: .customLong("allow-exec"), parsing: .singleValue, help: "A program that pod_exec may run, by its path in the container. May be given several times; without it there is no pod_exec.")
    var commands: [String] = []
    @Option(help: "The folder of Aura's own manifests, for stack_deploy and stack_rollback (--toolset stack): Deploy/kubernetes.") var stack: String?
    @Option(help: "With --stack: the image that they run, without a tag.") var image: String?

    func run() async throws {
        for name in namespaces where !KubernetesName.isLabel(name) { throw Refused("'\(name)' is no name of a namespace") }
        for kind in allowedKinds where !OrchestrationPolicy.sensitiveKinds.contains(kind) {
            throw Refused("--allow-kind is one of \(OrchestrationPolicy.sensitiveKinds.sorted().joined(separator: ", ")), not '\(kind)'")
        }
        guard (0...1000).contains(maxReplicas) else { throw Refused("--max-replicas must be from 0 to 1000, not \(maxReplicas)") }
        for command in commands where !command.hasPrefix("/") { throw Refused("--allow-exec needs a path that begins with a slash, not '\(command)'") }
        guard (stack == nil) == (image == nil) else { throw Refused("--stack and --image go together") }
        let policy = OrchestrationPolicy(
            namespaces: namespaces.isEmpty ? nil : Set(namespaces), allowedKinds: Set(allowedKinds), replicaLimit: maxReplicas, commands: commands)
        try await common.serve(OrchestrationServer.make(try Fleet.ofUser(kubeconfig, policy, stack: try manifests())))
    }

    private func manifests() throws -> Stack? {
        guard let stack, let image else { return nil }
        do { return try Stack(folder: URL(fileURLWithPath: (stack as NSString).expandingTildeInPath), image: image) } catch { throw Refused("\(error)") }
    }
}

extension Fleet {
    /// The clusters of this user, or the one that this process runs in.
    /// - Parameter kubeconfig: nil: KUBECONFIG, else ~/.kube/config, else none.
    static func ofUser(
        _ kubeconfig: String?, _ policy: OrchestrationPolicy, stack: Stack? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> Fleet {
        let parse: @Sendable (String) throws -> [JSON] = { try YAMLReader.json($0) }
        do throws(KubernetesError) {
            let own = kubeconfig == nil ? try KubeconfigFile.inCluster(environment: environment) : nil
            let path = kubeconfig.map { ($0 as NSString).expandingTildeInPath }
            return Fleet(policy: policy, config: try KubeconfigFile.read(path, environment: environment, parse: parse), own: own, stack: stack, parse: parse)
        } catch { throw Refused("\(error)") }
    }
}
