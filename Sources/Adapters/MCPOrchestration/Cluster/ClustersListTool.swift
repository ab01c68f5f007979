import Kubernetes
import MCP
import MCPHosting
import Notation

struct ClustersListTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let namespace: String?
        static let notes: [String: Note] = ["cluster": "Only this one, with what I may do there.", "namespace": Say.namespace]
    }
    struct Row: Codable, Sendable {
        let name: String
        let current: Bool
        let server: String?
        let reachable: Bool
        /// The API server's own word.
        let version: String?
        /// Why it does not answer, or does not answer us.
        let trouble: String?
        let may: [String]?
    }
    struct Output: Shaped {
        let asOf: String
        let clusters: [Row]
        static let notes: [String: Note] = ["as_of": Say.asOf, "clusters": ""]
        enum CodingKeys: String, CodingKey {
            case asOf = "as_of"
            case clusters
        }
    }

    static let name = "clusters_list"
    static let title = "Clusters"
    static let summary = "Contexts, whether they answer, versions; for one cluster also what I may do in a namespace. Never credentials."
    static let hints = ToolHints.readsElsewhere
    /// Asked at once, so that a dead cluster does not hold up the others; more are only named.
    static let bound = 20

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        if let one = arguments.cluster {
            let cluster = try fleet.cluster(one)
            var row = await ask(one)
            if row.reachable { row = try await withPermissions(row, cluster, try fleet.namespace(arguments.namespace, in: cluster)) }
            return Output(asOf: fleet.asOf, clusters: [row])
        }
        let rows = await withTaskGroup(of: Row.self) { group in
            for name in fleet.names.prefix(Self.bound) { group.addTask { await ask(name) } }
            return await group.reduce(into: [Row]()) { $0.append($1) }
        }
        return Output(asOf: fleet.asOf, clusters: rows.sorted { ($0.current ? 0 : 1, $0.name) < ($1.current ? 0 : 1, $1.name) })
    }

    private func ask(_ name: String) async -> Row {
        let isCurrent = name == fleet.standard
        do {
            let version = try await fleet.cluster(name).client.send("GET", "/version", timeout: .seconds(5))
            return Row(name: name, current: isCurrent, server: fleet.server(of: name), reachable: true, version: version["gitVersion"]?.asText, trouble: nil, may: nil)
        } catch {
            return Row(name: name, current: isCurrent, server: fleet.server(of: name), reachable: false, version: nil, trouble: "\(error)", may: nil)
        }
    }

    /// By the cluster's own review: an authorizer that cannot list its rules says that they are incomplete.
    private func withPermissions(_ row: Row, _ cluster: Cluster, _ namespace: String) async throws -> Row {
        let review = JSON.object(["apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": .object(["namespace": .text(namespace)])])
        let answer = try await cluster.client.send("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", body: review)
        let rules = (answer.at("status", "resourceRules")?.asArray ?? []).prefix(40).map { rule in
            func words(_ key: String) -> String { (rule[key]?.asArray ?? []).prefix(12).compactMap(\.asText).joined(separator: ",") }
            let groups = (rule["apiGroups"]?.asArray ?? []).compactMap(\.asText).filter { !$0.isEmpty }.joined(separator: ",")
            return "\(words("verbs")) \(words("resources"))\(groups.isEmpty ? "" : " (\(groups))")"
        }
        let incomplete = answer.at("status", "incomplete")?.asBool == true ? ["(the cluster says that this list is incomplete)"] : []
        return Row(name: row.name, current: row.current, server: row.server, reachable: true, version: row.version, trouble: nil, may: rules + incomplete)
    }
}
