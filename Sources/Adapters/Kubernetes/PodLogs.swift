/// What of a container's log is wanted.
public struct LogQuery: Hashable, Sendable {
    public var container: String?
    /// Of the run before the last restart.
    public var previous = false
    public var tailLines: Int?
    public var sinceSeconds: Int?
    public var timestamps = false
    /// The cluster stops there.
    public var limitBytes = 1 << 20

    public init(container: String? = nil, previous: Bool = false, tailLines: Int? = nil, sinceSeconds: Int? = nil, timestamps: Bool = false) {
        self.container = container
        self.previous = previous
        self.tailLines = tailLines
        self.sinceSeconds = sinceSeconds
        self.timestamps = timestamps
    }

    fileprivate func items() throws(KubernetesError) -> [(String, String)] {
        if let container, !KubernetesName.isLabel(container) { throw .notConfigured("\"\(container.prefix(80))\" is no name of a container") }
        var items = [("limitBytes", "\(limitBytes)")]
        if let container { items.append(("container", container)) }
        if previous { items.append(("previous", "true")) }
        if let tailLines { items.append(("tailLines", "\(tailLines)")) }
        if let sinceSeconds { items.append(("sinceSeconds", "\(sinceSeconds)")) }
        if timestamps { items.append(("timestamps", "true")) }
        return items
    }
}

extension KubernetesClient {
    /// A container's log, line by line. Bytes that are no UTF-8 become the replacement character.
    public func logs(_ pod: String, namespace: String, _ query: LogQuery = LogQuery()) async throws(KubernetesError) -> [String] {
        let text = try await sendRaw("GET", try path(.pods, pod, namespace, "log"), query: try query.items(), accept: "text/plain, application/json")
        return String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast(text.last == 0x0A || text.isEmpty ? 1 : 0)
    }
}
