import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation

struct EventsListTool: Tool {
    let fleet: Fleet

    struct Arguments: Shaped {
        let cluster: String?
        let namespace: String?
        let object: String?
        let minutes: Int
        let warningsOnly: Bool
        let fields: [String]?
        let maxBytes: Int
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "namespace": Say.namespaces, "object": "Only about this name.", "minutes": Note("How far back.", range: 1...10_080, default: 60),
            "warnings_only": Note("No others.", default: false), "fields": ListBudget.fields, "max_bytes": ListBudget.maxBytes,
        ]
        enum CodingKeys: String, CodingKey {
            case cluster, namespace, object, minutes, fields
            case warningsOnly = "warnings_only"
            case maxBytes = "max_bytes"
        }
    }
    struct Row: Codable, Sendable {
        let type: String?
        let reason: String?
        let object: String?
        let message: String?
        let count: Int?
        let last: String?
    }
    struct Output: Shaped {
        let cluster: String
        let asOf: String
        let events: [Row]
        let truncated: Bool
        static let notes: [String: Note] = ["cluster": "", "as_of": Say.asOf, "events": "", "truncated": ""]
        enum CodingKeys: String, CodingKey {
            case cluster, events, truncated
            case asOf = "as_of"
        }
    }

    static let name = "events_list"
    static let title = "Events"
    static let summary = "Events, grouped: warnings first, the newest first."
    static let hints = ToolHints.readsElsewhere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        if let object = arguments.object { try KubernetesName.check(object, of: .pods) }
        let cluster = try fleet.cluster(arguments.cluster)
        let list = try await fleet.objects(.events, arguments.namespace, fields: arguments.object.map { "involvedObject.name=\($0)" }, bound: 5000, in: cluster)
        let rows = EventsListTool.grouped(list.items, fleet, seconds: arguments.minutes * 60).filter { !arguments.warningsOnly || $0.type == "Warning" }
        let fitted = try Rows.fit(rows, fields: arguments.fields, maxBytes: arguments.maxBytes)
        return Output(cluster: cluster.name, asOf: fleet.asOf, events: fitted.rows, truncated: fitted.truncated || list.more)
    }

    /// The same reason about the same object is one row, with how often it was said.
    static func grouped(_ events: [JSON], _ fleet: Fleet, seconds: Int) -> [Row] {
        struct Same: Hashable {
            let type, reason, object, message: String
        }
        var order: [Same] = []
        var groups: [Same: (count: Int, last: String)] = [:]
        for event in events {
            let last = event["lastTimestamp"]?.asText ?? event.at("series", "lastObservedTime")?.asText ?? event["eventTime"]?.asText ?? event.created ?? ""
            guard let age = KubernetesTime.age(last, now: fleet.now()), age <= seconds else { continue }
            let about = event["involvedObject"] ?? .null
            let key = Same(
                type: event["type"]?.asText ?? "Normal", reason: event["reason"]?.asText ?? "", object: "\(about["kind"]?.asText ?? "")/\(about["name"]?.asText ?? "")",
                message: String((event["message"]?.asText ?? "").prefix(400)))
            if groups[key] == nil { order.append(key) }
            let before = groups[key] ?? (0, "")
            groups[key] = (before.count + max(1, event.count("count"), event.count("series", "count")), max(before.last, last))
        }
        let rows = order.map { key in Row(type: key.type, reason: key.reason, object: key.object, message: key.message, count: groups[key]?.count, last: groups[key]?.last) }
        return rows.sorted { a, b in (a.type == "Warning" ? 0 : 1) != (b.type == "Warning" ? 0 : 1) ? a.type == "Warning" : (a.last ?? "") > (b.last ?? "") }
    }
}
