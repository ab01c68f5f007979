import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation

/// What became of one workload of ours.
struct StackRow: Codable, Sendable {
    let workload: String
    let state: Rollout.State
    let text: String
}

/// How a deployment or a rollback went.
struct StackOutcome: Shaped {
    let cluster: String
    let version: String
    let changed: Bool
    let healthy: Bool
    let workloads: [StackRow]
    let text: String
    static let notes: [String: Note] = [
        "cluster": "", "version": "", "changed": "", "healthy": "Each workload came to be well in time.", "workloads": "", "text": "",
    ]
}

struct StackDeployTool: Tool {
    let fleet: Fleet
    let stack: Stack

    struct Arguments: Shaped {
        let cluster: String?
        let namespace: String?
        let version: String
        let waitSeconds: Int
        let dryRun: Bool
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "namespace": Say.namespace, "version": "The image's tag.", "wait_seconds": StackGate.wait, "dry_run": Note("Only plan.", default: false),
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, namespace, version
            case waitSeconds = "wait_seconds"
            case dryRun = "dry_run"
        }
    }

    static let name = "stack_deploy"
    static let title = "Deploy Aura"
    static let summary = "Applies Aura's own manifests in a version, each workload once the one before is well. A person is shown the difference and asked first."
    static let hints = ToolHints.changesCluster

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> StackOutcome {
        let cluster = try fleet.cluster(arguments.cluster)
        let text = try stack.text(version: arguments.version)
        // Fields that a rollback or a person set are the stack's again; the question shows each.
        func plan() async throws -> PlannedManifests { try await PlannedManifests.plan(text, arguments.namespace, force: true, cluster, fleet) }
        let first = try await plan()
        let isNew = first.all.contains { $0.isNew || !$0.changes.isEmpty }
        func outcome(_ changed: Bool, _ healthy: Bool, _ rows: [StackRow], _ text: String) -> StackOutcome {
            StackOutcome(cluster: cluster.name, version: arguments.version, changed: changed, healthy: healthy, workloads: rows, text: text)
        }
        if arguments.dryRun { return outcome(false, false, [], isNew ? "Would: \(first.question(fleet.server(of: cluster.name)))" : "Nothing would change.") }
        let agreed = isNew ? try await context.agreed {
            let now = try await plan()
            return (now, "Deploy Aura \(arguments.version). \(now.question(fleet.server(of: cluster.name)))\nFields of other managers are taken over.")
        } : first
        var gate = StackGate(seconds: arguments.waitSeconds, fleet: fleet, context: context)
        for one in agreed.all {
            if one.isNew || !one.changes.isEmpty {
                do throws(KubernetesError) { _ = try await cluster.client.apply(one.manifest, as: one.type, force: true) } catch {
                    throw ToolFailure("\(one.label) was not applied: \(error). What stands before it in the stack was.")
                }
            }
            guard WorkloadReference.kinds.contains(one.type.kind) else { continue }
            let workload = try await WorkloadReference(one.type.qualified, one.manifest.name, one.manifest.namespace, arguments.cluster, fleet)
            guard try await gate.passes(workload) else {
                return outcome(isNew, false, gate.rows, "\(one.label) did not come to be well; what follows it was not touched. diagnose says why, stack_rollback goes back.")
            }
        }
        return outcome(isNew, true, gate.rows, isNew ? "Deployed." : "Nothing had to change.")
    }
}

struct StackRollbackTool: Tool {
    let fleet: Fleet
    let stack: Stack

    struct Arguments: Shaped {
        let cluster: String?
        let namespace: String?
        let version: String?
        let waitSeconds: Int
        let dryRun: Bool
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "namespace": Say.namespace, "version": "The one before when left out.", "wait_seconds": StackGate.wait, "dry_run": Note("Only plan.", default: false),
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, namespace, version
            case waitSeconds = "wait_seconds"
            case dryRun = "dry_run"
        }
    }

    static let name = "stack_rollback"
    static let title = "Take Aura back"
    static let summary = "Takes Aura's own workloads back to the version before. A person is shown the difference and asked first."
    static let hints = ToolHints.changesClusterEachTime

    private struct Step: Sendable {
        let workload: WorkloadReference
        let object: JSON
        let revision: RolloutRevision
        let changes: [FieldChange]
    }

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> StackOutcome {
        let cluster = try fleet.cluster(arguments.cluster)
        let namespace = try fleet.namespace(arguments.namespace, in: cluster)
        let plan = { () async throws -> (plan: [Step], text: String) in
            let steps = try await self.steps(arguments, cluster, namespace)
            let lines = steps.map { step in "\nDeployment \(namespace)/\(step.workload.name):" + step.changes.map { "\n  \($0.text)" }.joined() }
            return (steps, "Take Aura in the cluster \(cluster.name) back to \(steps[0].revision.version ?? "?"):\(lines.joined())")
        }
        if arguments.dryRun {
            let (steps, text) = try await plan()
            return StackOutcome(cluster: cluster.name, version: steps[0].revision.version ?? "?", changed: false, healthy: false, workloads: [], text: "Would: \(text)")
        }
        let steps = try await context.agreed(plan)
        let version = steps[0].revision.version ?? "?"
        var gate = StackGate(seconds: arguments.waitSeconds, fleet: fleet, context: context)
        for step in steps {
            _ = try await cluster.client.undo(step.object, as: step.workload.type, to: step.revision)
            guard try await gate.passes(step.workload) else {
                return StackOutcome(
                    cluster: cluster.name, version: version, changed: true, healthy: false, workloads: gate.rows, text: "\(step.workload.name) did not come to be well; diagnose says why.")
            }
        }
        return StackOutcome(cluster: cluster.name, version: version, changed: true, healthy: true, workloads: gate.rows, text: "Back at \(version).")
    }

    /// One for each workload that runs the stack's image; all go to one version, or none is touched.
    private func steps(_ arguments: Arguments, _ cluster: Cluster, _ namespace: String) async throws -> [Step] {
        let found = try await fleet.objects(.deployments, namespace, labels: StackStatusTool.label, bound: 100, in: cluster).items
        let ours = found.filter { object in
            (object.at("spec", "template", "spec", "containers")?.asArray ?? []).contains { $0["image"]?.asText?.hasPrefix("\(stack.image):") == true }
        }
        guard !ours.isEmpty else { throw ToolFailure("Nothing in the namespace \(namespace) runs the image \(stack.image).") }
        var steps: [Step] = []
        for name in ours.map(\.objectName).sorted() {
            let workload = try await WorkloadReference("deployments", name, namespace, arguments.cluster, fleet)
            let object = try await workload.read()
            let history = try await cluster.client.history(of: object)
            let current = history.first { $0.isCurrent }?.version
            if let current, current == arguments.version { continue }
            guard let wanted = history.first(where: { !$0.isCurrent && $0.version != nil && $0.version != current && (arguments.version == nil || $0.version == arguments.version) }) else {
                let kept = history.compactMap(\.version).joined(separator: ", ")
                throw ToolFailure("\(name) has no \(arguments.version.map { "version \($0)" } ?? "version before this one") to go back to; kept are \(kept.isEmpty ? "none" : kept).")
            }
            let changes = try await cluster.client.planUndo(object, as: workload.type, to: wanted)
            steps.append(Step(workload: workload, object: object, revision: wanted, changes: changes))
        }
        guard !steps.isEmpty else { throw ToolFailure("Version \(arguments.version ?? "") is the current one.") }
        let versions = Set(steps.compactMap(\.revision.version))
        guard versions.count == 1 else { throw ToolFailure("The workloads had different versions before (\(versions.sorted().joined(separator: ", "))): say which.") }
        return steps
    }
}

/// Waits for one workload after the other, within one time for all of them.
struct StackGate {
    static let wait = Note("For all to be well.", range: 1...600, default: 300)

    private let end: ContinuousClock.Instant
    private let fleet: Fleet
    private let context: CallContext
    private let told = Latest("")
    private(set) var rows: [StackRow] = []

    init(seconds: Int, fleet: Fleet, context: CallContext) {
        end = .now + .seconds(seconds)
        self.fleet = fleet
        self.context = context
    }

    /// False when it failed, or the time was over before it was well.
    mutating func passes(_ workload: WorkloadReference) async throws -> Bool {
        guard var rollout = Rollout(try await workload.read()) else { throw ToolFailure("\(workload.name) has no rollout to wait for.") }
        if rollout.state == .progressing {
            rollout = try await workload.settled(rollout, within: max(.zero, ContinuousClock.now.duration(to: end)), told: told, context)
        } else {
            workload.tell(rollout, told, context)
        }
        // A cancelled wait proves nothing: what comes next is left alone.
        try Task.checkCancellation()
        rows.append(StackRow(workload: "\(workload.type.kind) \(workload.namespace)/\(workload.name)", state: rollout.state, text: rollout.text))
        return rollout.state == .complete
    }
}
