import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation

/// Words that many tools have in common, kept short: a list of tools is read with every conversation.
enum Say {
    static let cluster: Note = "Context."
    static let namespace: Note = "Namespace."
    static let namespaces: Note = "'*' for all."
    static let selector: Note = "Of labels."
    static let kind: Note = "deploy, pods, apps/v1/Deployment"
    static let name: Note = "Its name."
    static let workload: Note = "deployment, statefulset or daemonset"
    static let limit = Note("Rows.", range: 1...1000, default: 100)
    static let asOf = Note.plain
}

extension ToolHints {
    /// Overwrites or takes away, reaches a cluster, and asks a person before.
    static let changesCluster = ToolHints(readOnly: false, destructive: true, idempotent: true, openWorld: true)
    static let changesClusterEachTime = ToolHints(readOnly: false, destructive: true, idempotent: false, openWorld: true)
}

extension CallContext {
    /// What a person is shown may be so long; more than that nobody reads, and so nobody could agree to.
    static let questionLimit = 12_000

    /// Plans, shows the plan to a person, plans again, and returns the plan if it is still the one that was agreed to.
    func agreed<Plan: Sendable>(_ plan: () async throws -> (plan: Plan, text: String)) async throws -> Plan {
        let first = try await plan()
        guard first.text.utf8.count <= Self.questionLimit else {
            throw ToolFailure("The change is too large to be shown to a person (\(first.text.utf8.count) bytes): make it in smaller steps. Nothing was changed.")
        }
        switch try await confirm(first.text) {
        case .accepted: break
        case .declined: throw ToolFailure("The person declined. Nothing was changed.")
        case .cancelled: throw ToolFailure("The question was closed without an answer. Nothing was changed.")
        }
        // A person may think for minutes, and the cluster does not wait.
        let second = try await plan()
        guard second.text == first.text else { throw ToolFailure("The cluster changed while the person was asked, and the change would no longer be the one that was shown. Nothing was changed; call again.") }
        return second.plan
    }
}

/// Rows within a number of bytes, with only the members that were asked for. `ListBudget` does it for rows whose every member has a note; ours have none,
/// for their schemas stand in every conversation.
enum Rows {
    static func fit(_ rows: [JSON], fields: [String]?, maxBytes: Int) -> (rows: [JSON], truncated: Bool) {
        var kept: [JSON] = []
        var bytes = 2
        for row in rows {
            let shown = fields.map { fields in JSON.object((row.asObject ?? []).filter { fields.contains($0.key) }) } ?? row
            bytes += shown.bytes.count + 1
            guard bytes <= min(maxBytes, ListBudget.most) else { return (kept, true) }
            kept.append(shown)
        }
        return (kept, false)
    }

    /// The same for rows of a type all of whose members are optional.
    static func fit<Row: Codable>(_ rows: [Row], fields: [String]?, maxBytes: Int) throws -> (rows: [Row], truncated: Bool) {
        let fitted = fit(try rows.map { try JSON(encoding: $0) }, fields: fields, maxBytes: maxBytes)
        return (try fitted.rows.map { try $0.decode() }, fitted.truncated)
    }
}
