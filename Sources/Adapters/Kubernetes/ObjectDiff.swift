public import Notation

/// One place at which two versions of an object differ.
public struct FieldChange: Codable, Hashable, Sendable {
    /// `spec.template.spec.containers[name=engine].image`
    public let path: String
    /// Nil where there was, or will be, nothing.
    public let before: JSON?
    public let after: JSON?

    public var text: String {
        switch (before, after) {
        case (nil, let after?): "+ \(path): \(Self.short(after))"
        case (let before?, nil): "- \(path): \(Self.short(before))"
        case (let before?, let after?): "~ \(path): \(Self.short(before)) -> \(Self.short(after))"
        case (nil, nil): path
        }
    }

    private static func short(_ value: JSON) -> String {
        let text = value.rendered
        return text.count > 200 ? text.prefix(200) + "..." : text
    }
}

/// What would change: an object as it lives against the same object as a dry run gave it back.
public enum ObjectDiff {
    /// Set by the cluster with every write, and asked for by nobody.
    private static let noise = ["resourceVersion", "uid", "creationTimestamp", "generation", "selfLink", "managedFields"]

    /// - Parameters:
    ///   - live: nil when there is none yet. Then only what the manifest says is told, and what the cluster fills in by default is not.
    ///   - planned: as the dry run gave it back.
    ///   - manifest: as it was sent.
    public static func changes(live: JSON?, planned: JSON, manifest: JSON) -> [FieldChange] {
        // A Secret's values are compared before they are masked: that one has changed must be seen, and no more than that.
        let after = plain(planned)
        var changes: [FieldChange] = []
        guard let live else {
            walk("", nil, plain(manifest), &changes)
            return changes.map { masked($0, kind: manifest["kind"]?.asText) }
        }
        walk("", plain(live), after, &changes)
        return changes.map { masked($0, kind: planned["kind"]?.asText) }
    }

    private static func plain(_ object: JSON) -> JSON {
        guard case .object = object else { return object }
        var result = object.setting("status", nil)
        if var metadata = result["metadata"], metadata.asObject != nil {
            for name in noise { metadata = metadata.setting(name, nil) }
            if let annotations = metadata["annotations"], annotations[Masking.lastApplied] != nil {
                metadata = metadata.setting("annotations", annotations.setting(Masking.lastApplied, nil))
            }
            result = result.setting("metadata", metadata)
        }
        return result
    }

    private static func walk(_ path: String, _ before: JSON?, _ after: JSON?, _ changes: inout [FieldChange]) {
        if let before, let after, before.means(after) { return }
        switch (before, after) {
        case (.object(let old)?, .object(let new)?):
            // The last of a name wins, as everywhere: duplicates would be told twice.
            var seen: Set<String> = []
            for key in old.map(\.key) + new.map(\.key) where seen.insert(key).inserted { walk(join(path, key), before?[key], after?[key], &changes) }
        case (.array(let old)?, .array(let new)?):
            if let key = identity(old.isEmpty ? new : old), old.isEmpty || new.isEmpty || key == identity(new) { return walk(path, old, new, by: key, &changes) }
            for index in 0..<max(old.count, new.count) {
                walk("\(path)[\(index)]", index < old.count ? old[index] : nil, index < new.count ? new[index] : nil, &changes)
            }
        case (nil, .object(let new)?) where !new.isEmpty:
            for member in new { walk(join(path, member.key), nil, member.value, &changes) }
        case (.object(let old)?, nil) where !old.isEmpty:
            for member in old { walk(join(path, member.key), member.value, nil, &changes) }
        case (nil, .array(let new)?) where !new.isEmpty: walk(path, .array([]), .array(new), &changes)
        case (.array(let old)?, nil) where !old.isEmpty: walk(path, .array(old), .array([]), &changes)
        default: changes.append(FieldChange(path: path, before: before, after: after))
        }
    }

    private static func walk(_ path: String, _ old: [JSON], _ new: [JSON], by key: String, _ changes: inout [FieldChange]) {
        var seen: Set<String> = []
        for name in (old + new).compactMap({ $0[key]?.rendered }) where seen.insert(name).inserted {
            let label = name.hasPrefix("\"") ? String(name.dropFirst().dropLast()) : name
            walk("\(path)[\(key)=\(label)]", old.first { $0[key]?.rendered == name }, new.first { $0[key]?.rendered == name }, &changes)
        }
    }

    /// What tells a list's elements apart, as in the API's own merge keys: containers by name, ports by number.
    private static func identity(_ list: [JSON]) -> String? {
        guard !list.isEmpty else { return nil }
        return ["name", "containerPort", "port", "mountPath", "type", "key", "ip"].first { key in
            let names = list.compactMap { $0[key]?.rendered }
            return names.count == list.count && Set(names).count == names.count
        }
    }

    private static func join(_ path: String, _ key: String) -> String {
        let step = key.contains(".") || key.contains("/") ? "[\"\(key)\"]" : path.isEmpty ? key : ".\(key)"
        return path + step
    }

    // MARK: - Masking

    /// The change without what must not be shown.
    private static func masked(_ change: FieldChange, kind: String?) -> FieldChange {
        let isSecret = kind == "Secret" && ["data", "stringData", "metadata.annotations"].contains { change.path == $0 || change.path.hasPrefix($0 + ".") || change.path.hasPrefix($0 + "[") }
        let pair = change.path.split(separator: "[name=").last?.split(separator: "]")
        let isVariable = pair?.count == 2 && pair?[1] == ".value" && Masking.soundsSecret(String(pair?[0] ?? ""))
        let isSetting = kind == "ConfigMap" && change.path.hasPrefix("data") && Masking.soundsSecret(change.path)
        func mask(_ value: JSON?) -> JSON? {
            guard let value else { return nil }
            if isSecret || isVariable || isSetting { return .text(Masking.mark) }
            return Masking.masked(.object(["of": value]))["of"]
        }
        return FieldChange(path: change.path, before: mask(change.before), after: mask(change.after))
    }
}
