import Foundation
import Kubernetes
import Notation
import Transport

/// All that the fake remembers: objects, who owns which field of them, and what has happened.
struct FakeState {
    struct Key: Hashable {
        let type: ResourceType
        let namespace: String?
        let name: String
    }

    struct Entry {
        var object: JSON
        /// Field manager to the leaves it owns.
        var owners: [String: Set<String>] = [:]
    }

    struct Watcher {
        let type: ResourceType
        let query: FakeQuery
        let queue: PieceQueue
    }

    var objects: [Key: Entry] = [:]
    private(set) var version = 100
    /// What a watch can still be told.
    private var past: [(version: Int, type: ResourceType, event: JSON)] = []
    private var watchers: [Int: Watcher] = [:]
    private var nextWatcher = 0
    private var oldest = 0
    /// Who a token is; nil when no tokens are asked for.
    var users: [String: String] = [:]
    /// Whether a user may do a verb on a resource in a namespace.
    var mayDo: @Sendable (_ user: String, _ verb: String, _ resource: String, _ namespace: String?) -> Bool = { _, _, _, _ in true }
    var logs: [String: String] = [:]
    /// Every request that came in: method and path with its query.
    var requests: [String] = []
    /// Answers to be given in place of the next ones.
    var failures: [FakeFailure] = []

    // MARK: - Writing

    /// Puts an object there as if it had always been.
    mutating func seed(_ resource: String, _ object: JSON) {
        guard let type = FakeTypes.all.first(where: { $0.resource == resource }) else { preconditionFailure("the fake serves no \(resource)") }
        let full = object.setting("kind", .text(type.kind)).setting("apiVersion", .text(type.apiVersion))
        store(type, full, isNew: true, owners: [:])
        settle()
    }

    /// Writes a version, and tells it to whoever watches.
    @discardableResult
    mutating func store(_ type: ResourceType, _ object: JSON, isNew: Bool, owners: [String: Set<String>]) -> JSON {
        version += 1
        var metadata = object["metadata"] ?? .object([])
        metadata = metadata.setting("resourceVersion", .text("\(version)"))
        if isNew {
            metadata = metadata.setting("uid", .text(UUID().uuidString.lowercased())).setting("creationTimestamp", .text(KubernetesTime.text(Date()))).setting("generation", 1)
        }
        if let managers = owners.isEmpty ? nil : owners.keys.sorted() {
            metadata = metadata.setting("managedFields", .array(managers.map { .object(["manager": .text($0), "operation": "Apply", "fieldsV1": .object([])]) }))
        }
        let stored = object.setting("metadata", metadata)
        objects[Key(type: type, namespace: stored.objectNamespace, name: stored.objectName)] = Entry(object: stored, owners: owners)
        tell(type, isNew ? "ADDED" : "MODIFIED", stored)
        return stored
    }

    /// A change of the specification is a new generation; one that changes nothing is no change.
    @discardableResult
    mutating func replace(_ key: Key, _ object: JSON, owners: [String: Set<String>]? = nil) -> JSON {
        guard let old = objects[key] else { preconditionFailure("nothing to replace") }
        if object.means(old.object), owners == nil || owners == old.owners { return old.object }
        var new = object
        if let spec = object["spec"], let before = old.object["spec"], !spec.means(before), let metadata = new["metadata"] {
            new = new.setting("metadata", metadata.setting("generation", .integer(Int64(old.object.count("metadata", "generation") + 1))))
        }
        return store(key.type, new, isNew: false, owners: owners ?? old.owners)
    }

    mutating func remove(_ key: Key) {
        guard let entry = objects.removeValue(forKey: key) else { return }
        version += 1
        let metadata = (entry.object["metadata"] ?? .object([])).setting("resourceVersion", .text("\(version)"))
        tell(key.type, "DELETED", entry.object.setting("metadata", metadata))
    }

    // MARK: - Watching

    private mutating func tell(_ type: ResourceType, _ what: String, _ object: JSON) {
        let event = JSON.object(["type": .text(what), "object": object])
        past.append((version, type, event))
        for watcher in watchers.values where watcher.type == type && watcher.query.takes(object) { watcher.queue.add(event.bytes + [0x0A]) }
    }

    mutating func watch(_ type: ResourceType, _ query: FakeQuery, from start: Int) -> PieceQueue {
        let queue = PieceQueue()
        if start < oldest {
            let gone = FakeFailure(code: 410, reason: "Expired", message: "too old resource version: \(start) (\(oldest))")
            queue.add(JSON.object(["type": "ERROR", "object": gone.json]).bytes + [0x0A])
            queue.finish()
            return queue
        }
        for entry in past where entry.version > start && entry.type == type && query.takes(entry.event["object"] ?? .null) { queue.add(entry.event.bytes + [0x0A]) }
        nextWatcher += 1
        watchers[nextWatcher] = Watcher(type: type, query: query, queue: queue)
        return queue
    }

    var watching: Int { watchers.count }

    /// Forgets what has happened: whoever asks from before gets 410.
    mutating func compact() {
        oldest = version
        past = []
    }

    /// Tells every watcher how far the history is.
    mutating func bookmark() {
        for watcher in watchers.values {
            let object = JSON.object(["kind": .text(watcher.type.kind), "metadata": .object(["resourceVersion": .text("\(version)")])])
            watcher.queue.add(JSON.object(["type": "BOOKMARK", "object": object]).bytes + [0x0A])
        }
    }

    mutating func endWatches() {
        for watcher in watchers.values { watcher.queue.finish() }
        watchers = [:]
    }
}

/// Selectors, as far as the tests use them.
struct FakeQuery {
    let namespace: String?
    let labels: [(key: String, value: String?, isNot: Bool)]
    let fields: [(path: [String], value: String)]

    init(_ request: HTTPRequest, namespace: String?) {
        self.namespace = namespace
        labels = (request.query("labelSelector") ?? "").split(separator: ",").map { term in
            let isNot = term.contains("!=")
            let parts = term.replacingOccurrences(of: "!=", with: "=").replacingOccurrences(of: "==", with: "=").split(separator: "=", maxSplits: 1).map(String.init)
            return (parts.first ?? "", parts.count > 1 ? parts[1] : nil, isNot)
        }
        fields = (request.query("fieldSelector") ?? "").split(separator: ",").compactMap { term in
            let parts = term.split(separator: "=", maxSplits: 1).map(String.init)
            return parts.count == 2 ? (parts[0].split(separator: ".").map(String.init), parts[1]) : nil
        }
    }

    func takes(_ object: JSON) -> Bool {
        if let namespace, object.objectNamespace != namespace { return false }
        for term in labels {
            let value = object.label(term.key)
            if term.isNot ? value == term.value : value == nil || (term.value != nil && value != term.value) { return false }
        }
        return fields.allSatisfy { field in field.path.reduce(object as JSON?) { $0?[$1] }?.asText == field.value }
    }
}
