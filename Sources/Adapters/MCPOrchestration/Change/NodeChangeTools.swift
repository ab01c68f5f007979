import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation

struct NodeCordonTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let name: String
        let cordoned: Bool
        static let notes: [String: Note] = ["cluster": Say.cluster, "name": Say.name, "cordoned": Note("False lets it take pods again.", default: true)]
    }

    static let name = "node_cordon"
    static let title = "Cordon"
    static let summary = "Takes a node out of scheduling, or back in. A person is asked first."
    static let hints = ToolHints.changesCluster

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Changed {
        let cluster = try fleet.cluster(arguments.cluster)
        let plan = { () async throws -> (plan: Bool, text: String) in
            let node = try await fleet.object(.nodes, arguments.name, nil, in: cluster)
            let isCordoned = node.at("spec", "unschedulable")?.asBool == true
            return (isCordoned, arguments.cordoned ? "Take the node \(arguments.name) of the cluster \(cluster.name) out of scheduling. Its pods stay." : "Let the node \(arguments.name) of the cluster \(cluster.name) take pods again.")
        }
        if try await plan().plan == arguments.cordoned { return Changed(cluster: cluster.name, done: false, text: "It is so already.") }
        _ = try await context.agreed(plan)
        _ = try await cluster.client.cordon(arguments.name, arguments.cordoned)
        return Changed(cluster: cluster.name, done: true, text: arguments.cordoned ? "The node takes no more pods." : "The node takes pods again.")
    }
}

struct NodeDrainTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let name: String
        let loseLocalData: Bool
        let loseBarePods: Bool
        let graceSeconds: Int?
        let timeoutSeconds: Int
        let dryRun: Bool
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "name": Say.name, "lose_local_data": Note("Evict pods with an emptyDir.", default: false),
            "lose_bare_pods": Note("Evict pods that nothing makes anew.", default: false), "grace_seconds": Note("The pods' own when left out.", range: 0...3600),
            "timeout_seconds": Note("For all of it.", range: 1...3600, default: 300), "dry_run": Note("Only plan.", default: false),
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, name
            case loseLocalData = "lose_local_data"
            case loseBarePods = "lose_bare_pods"
            case graceSeconds = "grace_seconds"
            case timeoutSeconds = "timeout_seconds"
            case dryRun = "dry_run"
        }
    }
    struct Output: Shaped {
        let cluster: String
        let done: Bool
        let gone: [String]
        let left: [String]
        let staying: [String]
        static let notes: [String: Note] = [
            "cluster": "", "done": "", "gone": "", "left": "With why: a disruption budget, most often.", "staying": "Daemons and static pods.",
        ]
    }

    static let name = "node_drain"
    static let title = "Drain"
    static let summary = "Cordons a node and evicts its pods within their disruption budgets, with progress. A person is shown them and asked first."
    static let hints = ToolHints.changesCluster

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let cluster = try fleet.cluster(arguments.cluster)
        let plan = { () async throws -> (plan: DrainPlan, text: String) in
            _ = try await fleet.object(.nodes, arguments.name, nil, in: cluster)
            let pods = try await cluster.client.pods(on: arguments.name)
            let plan = DrainPlan(node: arguments.name, pods: pods, losesLocalData: arguments.loseLocalData, losesBarePods: arguments.loseBarePods)
            guard plan.obstacles.isEmpty else { throw ToolFailure("The node is not drained: \(plan.obstacles.prefix(10).joined(separator: "; ")). lose_bare_pods and lose_local_data say that they may go.") }
            let list = plan.evicted.map { "\n  \($0.label)" }.sorted().joined()
            return (plan, "Drain the node \(arguments.name) of the cluster \(cluster.name): it takes no more pods, and \(plan.evicted.count) pods are evicted:\(list)")
        }
        if arguments.dryRun {
            let plan = try await plan().plan
            return Output(cluster: cluster.name, done: false, gone: [], left: plan.evicted.map(\.label), staying: plan.staying.map(\.label))
        }
        let agreed = try await context.agreed(plan)
        _ = try await cluster.client.cordon(arguments.name, true)
        let total = Double(agreed.evicted.count)
        let outcome = try await cluster.client.drain(agreed, graceSeconds: arguments.graceSeconds, timeout: .seconds(arguments.timeoutSeconds)) { done, text in
            context.report(Progress(Double(done), of: total, text))
        }
        return Output(
            cluster: cluster.name, done: outcome.isComplete, gone: outcome.gone.map(\.label), left: outcome.left.map { "\($0.pod.label): \($0.why)" }, staying: agreed.staying.map(\.label))
    }
}
