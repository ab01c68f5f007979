import MCP
import MCPHosting
import Notation
import Synchronization

/// The trail as resources: its newest lines, and the lines of a day.
struct AuditSource: ResourceSource {
    static let uri = "audit://recent"
    static let lines = 100

    let trail: AuditTrail
    /// The server's name, by which the days are addressed.
    let server: String

    var resources: [ResourceDescription] {
        [
            ResourceDescription(
                uri: AuditSource.uri, name: "audit", title: "Audit trail",
                description: "The newest \(AuditSource.lines) calls of this server's tools, one JSON object a line, chained by hash.", mimeType: "application/x-ndjson")
        ]
    }

    var templates: [ResourceTemplateDescription] {
        [
            ResourceTemplateDescription(
                uriTemplate: AuditSource.address("{date}", server), name: "audit-day", title: "Audit trail of a day",
                description: "The calls of one day (2026-11-26, UTC), oldest first; of a day that is too long the newest.", mimeType: "application/json")
        ]
    }

    static func address(_ date: String, _ server: String) -> String { "\(server)://audit/\(date)" }

    func read(_ uri: String, _ context: CallContext) async throws -> [ResourceContents]? {
        if uri == AuditSource.uri { return [.text(uri, "application/x-ndjson", try trail.recent(AuditSource.lines).map { $0 + "\n" }.joined())] }
        let start = AuditSource.address("", server)
        guard uri.hasPrefix(start) else { return nil }
        let date = String(uri.dropFirst(start.count))
        guard date.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil else { return nil }
        let day = try trail.day(date)
        let json = JSON.object(["date": .text(date), "truncated": .bool(day.truncated), "calls": .array(day.lines)])
        return [.text(uri, "application/json", json.rendered)]
    }

    func complete(_ template: String, variable: String, value: String, others: [String: String]) async -> [String] {
        // A completion is no place for trouble: no answer is a short list.
        ((try? trail.days()) ?? []).filter { $0.hasPrefix(value) }
    }
}

/// Tells whoever is subscribed to the trail that it has grown: at most four times a second.
final class AuditNews: Sendable {
    private static let pause = Duration.milliseconds(250)

    private let trail: AuditTrail
    private let server: String
    private let host: @Sendable () -> ServiceHost?
    private let isWaiting = Mutex(false)

    init(_ trail: AuditTrail, server: String, host: @escaping @Sendable () -> ServiceHost?) {
        self.trail = trail
        self.server = server
        self.host = host
    }

    func appended() {
        guard let subscribed = host()?.subscribedResources, !subscribed.isEmpty else { return }
        let uris = [AuditSource.uri, AuditSource.address(trail.today, server)]
        guard uris.contains(where: subscribed.contains) else { return }
        let isFirst = isWaiting.withLock { isWaiting in
            defer { isWaiting = true }
            return !isWaiting
        }
        guard isFirst else { return }
        // What comes within the pause is told with it.
        Task { [host, weak self] in
            try? await Task.sleep(for: Self.pause)
            self?.isWaiting.withLock { $0 = false }
            guard let host = host() else { return }
            for uri in uris where host.subscribedResources.contains(uri) { host.resourceChanged(uri) }
        }
    }
}
