import Notation

/// Which kinds a cluster serves, asked for once and remembered for five minutes.
public actor Discovery {
    static let lifetime = Duration.seconds(300)
    /// Groups asked for at once.
    private static let groupLimit = 200

    private let client: KubernetesClient
    private var types: [ResourceType] = []
    /// The same kinds at further versions: found only by their whole name, as manifests have it.
    private var older: [ResourceType] = []
    private var asked: ContinuousClock.Instant?
    /// Groups that did not answer, with why: an aggregated API server that is down does not take the rest with it.
    public private(set) var silent: [String] = []

    public init(_ client: KubernetesClient) { self.client = client }

    /// All kinds, each at the version that its group prefers if it is there, in the order the cluster names them.
    public func all() async throws(KubernetesError) -> [ResourceType] {
        if let asked, ContinuousClock.now - asked < Self.lifetime { return types }
        var found = Self.types(of: try await client.send("GET", "/api/v1"), group: "", version: "v1")
        silent = []
        older = []
        let groups = try await client.send("GET", "/apis")["groups"]?.asArray ?? []
        for group in groups.prefix(Self.groupLimit) {
            guard let name = group["name"]?.asText else { continue }
            // A kind may be in another version of its group alone: CronJobs were in v1beta1 when Jobs were in v1.
            let preferred = group["preferredVersion"]?["version"]?.asText
            let others = (group["versions"]?.asArray ?? []).compactMap { $0["version"]?.asText }.filter { $0 != preferred }
            var known: Set<String> = []
            for version in [preferred].compactMap({ $0 }) + others {
                do throws(KubernetesError) {
                    let served = Self.types(of: try await client.send("GET", "/apis/\(name)/\(version)"), group: name, version: version)
                    for type in served { if known.insert(type.resource).inserted { found.append(type) } else { older.append(type) } }
                } catch {
                    if error.isRefusal { throw error }
                    silent.append("\(name)/\(version)")
                }
            }
        }
        types = found
        asked = .now
        return found
    }

    /// The kind that a text names: `Deployment`, `deployments`, `deploy`, `deployments.apps` or `apps/v1/Deployment`. The core group and `apps` come first.
    public func find(_ text: String) async throws(KubernetesError) -> ResourceType {
        let all = try await all()
        if let found = Self.find(text, in: all) ?? Self.find(text, in: older.filter { text.lowercased().hasPrefix("\($0.apiVersion)/") }) { return found }
        // A kind may have been added since.
        asked = nil
        if let found = Self.find(text, in: try await self.all()) { return found }
        throw .notFound("the cluster serves no kind \"\(text.prefix(80))\"; api_resources lists those that it does")
    }

    static func find(_ text: String, in types: [ResourceType]) -> ResourceType? {
        let word = text.lowercased()
        let parts = word.split(separator: "/")
        if parts.count == 3 { return types.first { $0.group == parts[0] && $0.version == parts[1] && $0.isCalled(String(parts[2])) } }
        if parts.count == 2 { return types.first { $0.group.isEmpty && $0.version == parts[0] && $0.isCalled(String(parts[1])) } }
        if let exact = types.first(where: { $0.qualified == word }) { return exact }
        if let dot = word.firstIndex(of: ".") {
            let (name, group) = (String(word[..<dot]), word[word.index(after: dot)...])
            return types.first { $0.group == group && $0.isCalled(name) }
        }
        return types.filter { $0.isCalled(word) }.min { $0.rank < $1.rank }
    }

    /// What an `APIResourceList` holds.
    static func types(of list: JSON, group: String, version: String) -> [ResourceType] {
        let rows = list["resources"]?.asArray ?? []
        var parts: [String: [String: String]] = [:]
        for row in rows {
            guard let name = row["name"]?.asText, let slash = name.firstIndex(of: "/") else { continue }
            let its = (row["group"]?.asText ?? group, row["version"]?.asText ?? version)
            parts[String(name[..<slash]), default: [:]][String(name[name.index(after: slash)...])] = its.0.isEmpty ? its.1 : "\(its.0)/\(its.1)"
        }
        return rows.compactMap { row in
            guard let name = row["name"]?.asText, !name.contains("/"), let kind = row["kind"]?.asText else { return nil }
            return ResourceType(
                group: group, version: version, resource: name, kind: kind, isNamespaced: row["namespaced"]?.asBool ?? false,
                verbs: Set(row["verbs"]?.asArray?.compactMap(\.asText) ?? []), shortNames: row["shortNames"]?.asArray?.compactMap(\.asText) ?? [],
                subresources: parts[name] ?? [:])
        }
    }
}

extension ResourceType {
    fileprivate func isCalled(_ word: String) -> Bool { resource == word || kind.lowercased() == word || shortNames.contains(word) }
    /// `events` is served by two groups and `ingresses` was by two: the core first, then the project's own, then everybody else's.
    fileprivate var rank: Int { group.isEmpty ? 0 : group == "apps" || group == "batch" ? 1 : group.hasSuffix(".k8s.io") ? 2 : 3 }
}
