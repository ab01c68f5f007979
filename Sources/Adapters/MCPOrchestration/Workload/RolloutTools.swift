import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation

/// A workload that has rollouts.
struct WorkloadReference {
    let cluster: Cluster
    let type: ResourceType
    let namespace: String
    let name: String

    static let kinds: Set<String> = ["Deployment", "StatefulSet", "DaemonSet"]

    init(_ kind: String, _ name: String, _ namespace: String?, _ cluster: String?, _ fleet: Fleet) async throws {
        self.cluster = try fleet.cluster(cluster)
        type = try await fleet.type(kind, in: self.cluster)
        guard Self.kinds.contains(type.kind), type.group == "apps" else { throw ToolFailure("A \(type.kind) has no rollouts: deployments, statefulsets and daemonsets have.") }
        self.namespace = try fleet.namespace(namespace, in: self.cluster)
        self.name = name
    }

    func read() async throws -> JSON {
        let object = try await cluster.client.get(type, name, namespace: namespace)
        // An item of a list has no kind of its own, and one that was got has: the readings below tell kinds by it.
        return object["kind"] == nil ? object.setting("kind", .text(type.kind)) : object
    }
}

extension WorkloadReference {
    /// Watches until its rollout is over or the time is; each change is told as progress.
    /// - Parameter told: counts what this call has told, for progress must grow.
    func settled(_ first: Rollout, within limit: Duration, told: Latest<String>, _ context: CallContext) async throws -> Rollout {
        let latest = Latest(first)
        tell(first, told, context)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await cluster.client.watch(type, ObjectQuery(namespace: namespace, fields: "metadata.name=\(name)")) { event in
                    let object: JSON? = switch event {
                    case .listed(let all, _): all.first
                    case .added(let one), .modified(let one): one
                    case .deleted: nil
                    }
                    guard let object, let rollout = Rollout(object.setting("kind", .text(type.kind))) else { return false }
                    latest.set(rollout)
                    tell(rollout, told, context)
                    return rollout.state == .progressing
                }
            }
            // Cancelled when the rollout is over first.
            group.addTask { try? await Task.sleep(for: limit) }
            defer { group.cancelAll() }
            try await group.next()
        }
        return latest.value
    }

    func tell(_ rollout: Rollout, _ told: Latest<String>, _ context: CallContext) {
        told.set("\(name): \(rollout.text)")
        context.report(Progress(Double(told.steps), of: nil, told.value))
    }
}

struct RolloutStatusTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let kind: String
        let name: String
        let namespace: String?
        let waitSeconds: Int
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "kind": Say.workload, "name": Say.name, "namespace": Say.namespace, "wait_seconds": Note("Waits until it is over.", range: 0...600, default: 0),
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, kind, name, namespace
            case waitSeconds = "wait_seconds"
        }
    }
    struct Output: Shaped {
        let cluster: String
        let asOf: String
        let state: Rollout.State
        let text: String
        let wanted: Int
        let updated: Int
        let available: Int
        static let notes: [String: Note] = ["cluster": "", "as_of": Say.asOf, "state": "", "text": "", "wanted": "", "updated": "", "available": ""]
        enum CodingKeys: String, CodingKey {
            case cluster, state, text, wanted, updated, available
            case asOf = "as_of"
        }
    }

    static let name = "rollout_status"
    static let title = "Rollout"
    static let summary = "How far a rollout is; with wait_seconds tells progress until it is over."
    static let hints = ToolHints.readsElsewhere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let workload = try await WorkloadReference(arguments.kind, arguments.name, arguments.namespace, arguments.cluster, fleet)
        var rollout = try Self.judged(try await workload.read())
        if arguments.waitSeconds > 0, rollout.state == .progressing { rollout = try await workload.settled(rollout, within: .seconds(arguments.waitSeconds), told: Latest(""), context) }
        return Output(
            cluster: workload.cluster.name, asOf: fleet.asOf, state: rollout.state, text: rollout.text, wanted: rollout.wanted, updated: rollout.updated, available: rollout.available)
    }

    private static func judged(_ object: JSON) throws -> Rollout {
        guard let rollout = Rollout(object) else { throw ToolFailure("This kind has no rollouts.") }
        return rollout
    }
}

struct RolloutHistoryTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let kind: String
        let name: String
        let namespace: String?
        static let notes: [String: Note] = ["cluster": Say.cluster, "kind": Say.workload, "name": Say.name, "namespace": Say.namespace]
    }
    struct Row: Codable, Sendable {
        let revision: Int
        let current: Bool
        let images: [String]
        let created: String?
        let cause: String?
    }
    struct Output: Shaped {
        let cluster: String
        let asOf: String
        let revisions: [Row]
        static let notes: [String: Note] = ["cluster": "", "as_of": Say.asOf, "revisions": "Newest first."]
        enum CodingKeys: String, CodingKey {
            case cluster, revisions
            case asOf = "as_of"
        }
    }

    static let name = "rollout_history"
    static let title = "Revisions"
    static let summary = "The versions that a workload can go back to."
    static let hints = ToolHints.readsElsewhere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let workload = try await WorkloadReference(arguments.kind, arguments.name, arguments.namespace, arguments.cluster, fleet)
        let history = try await workload.cluster.client.history(of: try await workload.read())
        let rows = history.prefix(50).map { Row(revision: $0.number, current: $0.isCurrent, images: $0.images, created: $0.created, cause: $0.cause) }
        return Output(cluster: workload.cluster.name, asOf: fleet.asOf, revisions: Array(rows))
    }
}
