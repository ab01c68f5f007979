import Kubernetes
import Notation

/// Patches of the two standard kinds.
enum FakePatch {
    /// RFC 7386.
    static func merge(_ patch: JSON, into target: JSON) throws -> JSON {
        guard let members = patch.asObject else { return patch }
        var result = target.asObject == nil ? .object([]) : target
        for member in members {
            result = result.setting(member.key, member.value == .null ? nil : try merge(member.value, into: result[member.key] ?? .object([])))
        }
        return result
    }

    /// RFC 6902, without arrays' indexes: `test`, `replace`, `add` and `remove` of members.
    static func steps(_ patch: JSON, on target: JSON) throws -> JSON {
        var result = target
        for step in patch.asArray ?? [] {
            let path: [String] = (step["path"]?.asText ?? "").split(separator: "/").map { String($0).replacing("~1", with: "/").replacing("~0", with: "~") }
            switch step["op"]?.asText {
            case "test":
                let found = path.reduce(result as JSON?) { $0?[$1] } ?? .null
                guard found.means(step["value"] ?? .null) else { throw FakeFailure.invalid("patch", "testing path \(path.joined(separator: "/")) value failed") }
            case "replace", "add": result = set(result, path[...], step["value"])
            case "remove": result = set(result, path[...], nil)
            default: throw FakeFailure.bad("unknown step")
            }
        }
        return result
    }

    private static func set(_ target: JSON, _ path: ArraySlice<String>, _ value: JSON?) -> JSON {
        guard let first = path.first else { return value ?? .null }
        if path.count == 1 { return target.setting(first, value) }
        return target.setting(first, set(target[first] ?? .object([]), path.dropFirst(), value))
    }
}

/// Server-side apply: lists whose elements have names are merged by them, others are taken whole.
extension FakeState {
    mutating func apply(_ key: Key, _ wanted: JSON, manager: String, force: Bool, isDry: Bool) throws -> (object: JSON, isNew: Bool) {
        guard wanted.objectName == key.name else { throw FakeFailure.bad("the name of the object (\(wanted.objectName)) does not match the name on the URL (\(key.name))") }
        guard let old = objects[key] else {
            guard wanted.objectUID == nil else { throw FakeFailure.conflict("uid mismatch: the provided object specified uid, and no existing object was found") }
            return (try create(key.type, wanted, namespace: key.namespace, manager: manager, isDry: isDry), true)
        }
        let leaves = FakeLeaves.of(wanted)
        var owners = old.owners
        for (other, owned) in old.owners.sorted(by: { $0.key < $1.key }) where other != manager {
            let disputed = owned.filter { path in leaves[path].map { !($0.means(FakeLeaves.of(old.object)[path] ?? .null)) } ?? false }
            guard !disputed.isEmpty else { continue }
            guard force else {
                let causes = disputed.sorted().map { (field: $0, message: "conflict with \"\(other)\"") }
                throw FakeFailure(code: 409, reason: "Conflict", message: "Apply failed with \(causes.count) conflict: conflict with \"\(other)\": \(causes[0].field)", causes: causes)
            }
            owners[other]?.subtract(disputed)
        }
        let others = Set(owners.filter { $0.key != manager }.flatMap(\.value))
        let dropped = (old.owners[manager] ?? []).subtracting(leaves.keys).subtracting(others)
        owners[manager] = Set(leaves.keys)
        var new = FakeLeaves.merge(wanted, into: FakeLeaves.without(dropped, old.object))
        new = FakeDefaults.filled(new)
        try FakeDefaults.validate(new)
        if isDry { return (new, false) }
        let stored = replace(key, new, owners: owners)
        settle()
        return (stored, false)
    }

    mutating func create(_ type: ResourceType, _ body: JSON, namespace: String?, manager: String, isDry: Bool) throws -> JSON {
        var metadata = body["metadata"] ?? .object([])
        if metadata["name"]?.asText == nil, let prefix = metadata["generateName"]?.asText { metadata = metadata.setting("name", .text("\(prefix)\(version + 1)")) }
        if let namespace {
            guard objects.keys.contains(where: { $0.type.resource == "namespaces" && $0.name == namespace }) else { throw FakeFailure.notFound("namespaces \"\(namespace)\"") }
            metadata = metadata.setting("namespace", .text(namespace))
        }
        let object = FakeDefaults.filled(body.setting("metadata", metadata).setting("kind", .text(type.kind)).setting("apiVersion", .text(type.apiVersion)))
        guard !object.objectName.isEmpty else { throw FakeFailure.invalid("metadata.name", "Required value: name or generateName is required") }
        let key = Key(type: type, namespace: namespace, name: object.objectName)
        guard objects[key] == nil else { throw FakeFailure(code: 409, reason: "AlreadyExists", message: "\(type.qualified) \"\(key.name)\" already exists") }
        try FakeDefaults.validate(object)
        if isDry { return object }
        let stored = store(type, object, isNew: true, owners: [manager: Set(FakeLeaves.of(body).keys)])
        settle()
        return stored
    }
}

/// The leaves of an object by their path, and what can be done with them.
enum FakeLeaves {
    private static func name(_ list: [JSON]) -> String? { ["name", "containerPort", "port"].first { key in !list.isEmpty && list.allSatisfy { $0[key] != nil } } }

    static func of(_ object: JSON) -> [String: JSON] {
        var leaves: [String: JSON] = [:]
        for member in object.asObject ?? [] where !["apiVersion", "kind", "status"].contains(member.key) { walk(".\(member.key)", member.value, &leaves) }
        return leaves.filter { path, _ in ![".metadata.name", ".metadata.namespace", ".metadata.resourceVersion", ".metadata.uid"].contains(path) }
    }

    private static func walk(_ path: String, _ value: JSON, _ leaves: inout [String: JSON]) {
        switch value {
        case .object(let members) where !members.isEmpty: for member in members { walk("\(path).\(member.key)", member.value, &leaves) }
        case .array(let items):
            guard let key = name(items) else { return leaves[path] = value }
            for item in items { walk("\(path)[\(key)=\(item[key]?.rendered ?? "")]", item, &leaves) }
        default: leaves[path] = value
        }
    }

    static func merge(_ new: JSON, into old: JSON) -> JSON {
        switch (new, old) {
        case (.object(let members), .object):
            return members.reduce(old) { $0.setting($1.key, $0[$1.key].map { [value = $1.value] in merge(value, into: $0) } ?? $1.value) }
        case (.array(let items), .array(let present)):
            guard let key = name(items), name(present) == key else { return new }
            var result = present
            for item in items {
                if let place = result.firstIndex(where: { $0[key] == item[key] }) { result[place] = merge(item, into: result[place]) } else { result.append(item) }
            }
            return .array(result)
        default: return new
        }
    }

    static func without(_ paths: Set<String>, _ object: JSON) -> JSON { paths.isEmpty ? object : strip("", object, paths) ?? .object([]) }

    private static func strip(_ path: String, _ value: JSON, _ paths: Set<String>) -> JSON? {
        if paths.contains(path) { return nil }
        switch value {
        case .object(let members):
            let kept = members.compactMap { member in strip("\(path).\(member.key)", member.value, paths).map { JSON.Member(key: member.key, value: $0) } }
            return kept.isEmpty && !members.isEmpty ? nil : .object(kept)
        case .array(let items):
            guard let key = name(items) else { return value }
            // An element of which only defaults are left had no other owner.
            let kept = items.compactMap { item -> JSON? in paths.contains("\(path)[\(key)=\(item[key]?.rendered ?? "")].\(key)") ? nil : strip("\(path)[\(key)=\(item[key]?.rendered ?? "")]", item, paths) }
            return kept.isEmpty ? nil : .array(kept)
        default: return value
        }
    }
}
