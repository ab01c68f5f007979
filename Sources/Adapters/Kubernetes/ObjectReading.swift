public import Notation

// What every object of the API has in common, read out of its JSON. What is absent is nil.
extension JSON {
    /// The value at a path of members: `object.at("spec", "template")`.
    public func at(_ keys: String...) -> JSON? {
        var value = self
        for key in keys {
            guard let next = value[key] else { return nil }
            value = next
        }
        return value
    }

    public var objectName: String { at("metadata", "name")?.asText ?? "" }
    public var objectNamespace: String? { at("metadata", "namespace")?.asText }
    public var objectVersion: String? { at("metadata", "resourceVersion")?.asText }
    public var objectUID: String? { at("metadata", "uid")?.asText }
    public var created: String? { at("metadata", "creationTimestamp")?.asText }
    public var isEnding: Bool { at("metadata", "deletionTimestamp")?.asText != nil }

    public func annotation(_ name: String) -> String? { at("metadata", "annotations")?[name]?.asText }
    public func label(_ name: String) -> String? { at("metadata", "labels")?[name]?.asText }

    /// The one owner that manages it: a pod's ReplicaSet, a ReplicaSet's Deployment.
    public var controller: (kind: String, name: String, uid: String)? {
        guard let owner = at("metadata", "ownerReferences")?.asArray?.first(where: { $0["controller"]?.asBool == true }) else { return nil }
        return (owner["kind"]?.asText ?? "", owner["name"]?.asText ?? "", owner["uid"]?.asText ?? "")
    }

    /// The condition of a type in the object's status.
    public func condition(_ type: String) -> JSON? { at("status", "conditions")?.asArray?.first { $0["type"]?.asText == type } }

    /// The whole number at a path; 0 where there is none, as the API leaves it out.
    public func count(_ keys: String...) -> Int { Int(keys.reduce(self) { $0[$1] ?? .null }.asInteger ?? 0) }

    /// `matchLabels` and `matchExpressions` as the text that a request takes; nil when there is nothing to select by.
    public var selectorText: String? {
        let labels = (self["matchLabels"]?.asObject ?? []).compactMap { member in member.value.asText.map { "\(member.key)=\($0)" } }
        let expressions = (self["matchExpressions"]?.asArray ?? []).compactMap { row -> String? in
            guard let key = row["key"]?.asText else { return nil }
            let values = row["values"]?.asArray?.compactMap(\.asText).joined(separator: ",") ?? ""
            switch row["operator"]?.asText {
            case "In": return "\(key) in (\(values))"
            case "NotIn": return "\(key) notin (\(values))"
            case "Exists": return key
            case "DoesNotExist": return "!\(key)"
            default: return nil
            }
        }
        let all = labels + expressions
        return all.isEmpty ? nil : all.joined(separator: ",")
    }
}
