public import Notation

/// What somebody wants to be in a cluster: one object, checked as far as that goes without the cluster.
public struct Manifest: Hashable, Sendable {
    public let object: JSON
    public let apiVersion: String
    public let kind: String
    public let name: String
    public let namespace: String?

    /// So many objects may one text hold, and so large may one be.
    public static let countLimit = 50
    public static let sizeLimit = 1 << 20

    public init(_ object: JSON) throws(KubernetesError) {
        guard object.asObject != nil else { throw .notConfigured("a manifest is an object with apiVersion, kind and metadata.name, and this is a \(object.kind)") }
        guard let apiVersion = object["apiVersion"]?.asText, let kind = object["kind"]?.asText else { throw .notConfigured("the manifest has no apiVersion or no kind") }
        guard apiVersion.wholeMatch(of: /([a-z0-9][-a-z0-9.]*\/)?v[a-z0-9]+/) != nil, kind.wholeMatch(of: /[A-Za-z0-9]{1,63}/) != nil else {
            throw .notConfigured("\"\(apiVersion.prefix(60))\" \"\(kind.prefix(60))\" is no apiVersion and kind")
        }
        guard !kind.hasSuffix("List") else { throw .notConfigured("a \(kind) holds other objects: give them one by one") }
        guard object.at("metadata", "generateName") == nil, let name = object.objectName.isEmpty ? nil : object.objectName else {
            throw .notConfigured("the manifest of a \(kind) has no metadata.name (generateName would make a new object with every call)")
        }
        guard object.bytes.count <= Self.sizeLimit else { throw .notConfigured("the manifest of \(kind) \(name) is larger than \(Self.sizeLimit) bytes") }
        // What the cluster has written into an object is no part of what somebody wants.
        var wanted = object.setting("status", nil)
        if var metadata = wanted["metadata"] {
            for name in ["managedFields", "creationTimestamp", "generation", "selfLink"] { metadata = metadata.setting(name, nil) }
            wanted = wanted.setting("metadata", metadata)
        }
        self.object = wanted
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        namespace = object.objectNamespace
    }

    /// All objects of a text.
    public static func all(_ documents: [JSON]) throws(KubernetesError) -> [Manifest] {
        guard !documents.isEmpty else { throw .notConfigured("there is no manifest in the text") }
        guard documents.count <= countLimit else { throw .notConfigured("the text holds \(documents.count) manifests; \(countLimit) at once are taken") }
        var manifests: [Manifest] = []
        for document in documents { manifests.append(try Manifest(document)) }
        return manifests
    }

    /// The same in a namespace, where it names none.
    public func inNamespace(_ namespace: String) -> Manifest { self.namespace == nil ? Manifest(self, namespace) : self }

    private init(_ other: Manifest, _ namespace: String) {
        let metadata = (other.object["metadata"] ?? .object([])).setting("namespace", .text(namespace))
        object = other.object.setting("metadata", metadata)
        (apiVersion, kind, name, self.namespace) = (other.apiVersion, other.kind, other.name, namespace)
    }
}

extension KubernetesClient {
    /// Server-side apply: the fields of the manifest become ours, those that we had and that are no longer in it go, and the rest is left alone.
    /// - Parameter force: takes fields away from other managers; without it that is a conflict which names them.
    public func apply(_ manifest: Manifest, as type: ResourceType, force: Bool = false, dryRun: Bool = false) async throws(KubernetesError) -> JSON {
        var query = [("fieldManager", Self.fieldManager), ("force", force ? "true" : "false"), ("fieldValidation", "Strict")]
        if dryRun { query.append(("dryRun", "All")) }
        return try await send(
            "PATCH", try path(type, manifest.name, manifest.namespace, nil), query: query, body: manifest.object, contentType: "application/apply-patch+yaml")
    }

    /// What applying it would change, asked from the cluster: its defaults, its admission and its validation have had their say, and nothing is changed.
    public func plan(_ manifest: Manifest, as type: ResourceType, force: Bool = false) async throws(KubernetesError) -> (changes: [FieldChange], isNew: Bool) {
        var live: JSON?
        do throws(KubernetesError) { live = try await get(type, manifest.name, namespace: manifest.namespace) } catch {
            guard case .notFound = error else { throw error }
        }
        let planned = try await apply(manifest, as: type, force: force, dryRun: true)
        return (ObjectDiff.changes(live: live, planned: planned, manifest: manifest.object), live == nil)
    }
}
