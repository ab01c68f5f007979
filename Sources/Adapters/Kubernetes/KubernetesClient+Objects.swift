public import Notation

/// Which objects of a kind are meant.
public struct ObjectQuery: Hashable, Sendable {
    /// nil for all namespaces.
    public var namespace: String?
    public var labels: String?
    public var fields: String?

    public init(namespace: String? = nil, labels: String? = nil, fields: String? = nil) {
        self.namespace = namespace
        self.labels = labels
        self.fields = fields
    }

    func items() throws(KubernetesError) -> [(String, String)] {
        if let namespace { try KubernetesName.check(namespace: namespace) }
        var items: [(String, String)] = []
        for (key, selector) in [("labelSelector", labels), ("fieldSelector", fields)] {
            guard let selector, !selector.isEmpty else { continue }
            guard KubernetesName.isSelector(selector) else { throw .notConfigured("\"\(selector.prefix(80))\" is no selector: key=value, key!=value, key in (a,b), joined by commas") }
            items.append((key, selector))
        }
        return items
    }
}

/// Objects of one kind, and the moment in the cluster's history that they were read at.
public struct ObjectList: Sendable {
    public var items: [JSON]
    public var version: String
    /// The rest is asked for with this.
    public var next: String?
    /// How many more there are, where the cluster says.
    public var remaining: Int?
}

extension KubernetesClient {
    /// One page of objects.
    public func page(_ type: ResourceType, _ query: ObjectQuery = ObjectQuery(), limit: Int = 250, after cursor: String? = nil) async throws(KubernetesError) -> ObjectList {
        var items = try query.items()
        items.append(("limit", "\(limit)"))
        if let cursor { items.append(("continue", cursor)) }
        let answer = try await send("GET", type.path(namespace: query.namespace), query: items)
        guard let list = answer["items"]?.asArray ?? (answer["items"] == .null ? [] : nil) else { throw .unreadable("a list of \(type.resource) without items") }
        let next = answer.at("metadata", "continue")?.asText
        return ObjectList(
            items: list.map { type.named($0) }, version: answer.objectVersion ?? "", next: next?.isEmpty == false ? next : nil,
            remaining: answer.at("metadata", "remainingItemCount")?.asInteger.map(Int.init))
    }

    /// All objects up to a bound; `next` is set when there are more. A page that has expired in the meantime begins the list anew, once.
    public func list(_ type: ResourceType, _ query: ObjectQuery = ObjectQuery(), bound: Int = 5000) async throws(KubernetesError) -> ObjectList {
        do throws(KubernetesError) { return try await pages(type, query, bound) } catch {
            guard case .expired = error else { throw error }
            return try await pages(type, query, bound)
        }
    }

    private func pages(_ type: ResourceType, _ query: ObjectQuery, _ bound: Int) async throws(KubernetesError) -> ObjectList {
        var all = try await page(type, query, limit: min(500, bound))
        while let next = all.next, all.items.count < bound {
            let more = try await page(type, query, limit: min(500, bound - all.items.count), after: next)
            all.items += more.items
            all.next = more.next
            all.remaining = more.remaining
        }
        return all
    }

    public func get(_ type: ResourceType, _ name: String, namespace: String? = nil, subresource: String? = nil) async throws(KubernetesError) -> JSON {
        try await send("GET", try path(type, name, namespace, subresource))
    }

    public func create(_ type: ResourceType, _ object: JSON, namespace: String? = nil, dryRun: Bool = false) async throws(KubernetesError) -> JSON {
        if let namespace { try KubernetesName.check(namespace: namespace) }
        return try await send("POST", type.path(namespace: namespace), query: writing(dryRun), body: object)
    }

    /// A subresource is posted to: an eviction, a binding.
    public func post(_ type: ResourceType, _ name: String, namespace: String?, subresource: String, _ object: JSON, dryRun: Bool = false) async throws(KubernetesError) -> JSON {
        try await send("POST", try path(type, name, namespace, subresource), query: writing(dryRun), body: object)
    }

    public enum Patch: Sendable {
        /// RFC 7386.
        case merge(JSON)
        /// RFC 6902.
        case steps(JSON)
    }

    public func patch(
        _ type: ResourceType, _ name: String, namespace: String? = nil, subresource: String? = nil, _ patch: Patch, dryRun: Bool = false
    ) async throws(KubernetesError) -> JSON {
        let (body, kind) = switch patch {
        case .merge(let body): (body, "application/merge-patch+json")
        case .steps(let body): (body, "application/json-patch+json")
        }
        return try await send("PATCH", try path(type, name, namespace, subresource), query: writing(dryRun), body: body, contentType: kind)
    }

    public enum Propagation: String, CaseIterable, Sendable {
        case foreground = "Foreground"
        case background = "Background"
        case orphan = "Orphan"
    }

    /// Deletes exactly the object with that `uid`: one of the same name that was made since is left alone (a conflict).
    public func delete(
        _ type: ResourceType, _ name: String, namespace: String? = nil, uid: String?, propagation: Propagation = .background, graceSeconds: Int? = nil,
        dryRun: Bool = false
    ) async throws(KubernetesError) -> JSON {
        let options = JSON.object([
            "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": .text(propagation.rawValue),
            "preconditions": uid.map { .object(["uid": .text($0)]) }, "gracePeriodSeconds": graceSeconds.map { .integer(Int64($0)) },
            "dryRun": dryRun ? .array(["All"]) : nil,
        ])
        return try await send("DELETE", try path(type, name, namespace, nil), body: options)
    }

    func path(_ type: ResourceType, _ name: String, _ namespace: String?, _ subresource: String?) throws(KubernetesError) -> String {
        try KubernetesName.check(name, of: type)
        if type.isNamespaced {
            guard let namespace else { throw .notConfigured("\(type.resource) lie in namespaces, and none is named") }
            try KubernetesName.check(namespace: namespace)
        }
        return type.path(namespace: namespace, name: name, subresource: subresource)
    }

    /// Under which name our writes stand in an object's managed fields.
    public static let fieldManager = "aura-orchestration"

    private func writing(_ dryRun: Bool) -> [(String, String)] { [("fieldManager", Self.fieldManager)] + (dryRun ? [("dryRun", "All")] : []) }
}

extension KubernetesClient {
    /// The metadata alone of objects of a kind (`PartialObjectMetadataList`): what they hold does not leave the cluster. 5000 at most.
    public func metadata(_ type: ResourceType, _ query: ObjectQuery = ObjectQuery()) async throws(KubernetesError) -> [JSON] {
        let accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
        let answer = try await sendRaw("GET", type.path(namespace: query.namespace), query: try query.items() + [("limit", "5000")], accept: accept)
        let list: JSON
        do { list = try JSON(parsing: answer, depthLimit: 64) } catch { throw .unreadable("a list of metadata is not JSON at byte \(error.offset)") }
        // An older server that does not know the form sends the objects whole: what they hold is dropped here.
        guard let items = list["items"]?.asArray ?? (list["items"] == .null ? [] : nil) else { throw .unreadable("a list of \(type.resource) without items") }
        return items.map { JSON.object(["metadata": $0["metadata"]]) }
    }
}
