import MCP
import MCPHosting

/// The trail as a resource: its newest lines.
struct AuditSource: ResourceSource {
    static let uri = "audit://recent"
    static let lines = 100

    let trail: AuditTrail

    var resources: [ResourceDescription] {
        [
            ResourceDescription(
                uri: AuditSource.uri, name: "audit", title: "Audit trail",
                description: "The newest \(AuditSource.lines) calls of this server's tools, one JSON object a line, chained by hash.", mimeType: "application/x-ndjson")
        ]
    }

    func read(_ uri: String, _ context: CallContext) async throws -> [ResourceContents]? {
        guard uri == AuditSource.uri else { return nil }
        return [.text(uri, "application/x-ndjson", try trail.recent(AuditSource.lines).map { $0 + "\n" }.joined())]
    }
}
