public import Notation

/// What must never be shown of an object, taken out of it: in lists, in differences, in errors. There is no way around it and no switch.
///
/// - the values of a Secret, however they are spelled (`data`, `stringData`);
/// - `last-applied-configuration`, which repeats an object, a Secret's values included;
/// - values of variables and of configuration whose name says that they are secret.
public enum Masking {
    public static let mark = "(masked)"
    static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

    /// The object without what must not be shown, and without the book-keeping that nobody reads (`managedFields`).
    public static func masked(_ object: JSON) -> JSON {
        guard case .object = object else { return object }
        var result = clean(object)
        if result["kind"]?.asText == "Secret" { result = secret(result) }
        if result["kind"]?.asText == "ConfigMap", let data = result["data"] { result = result.setting("data", named(data)) }
        if let items = result["items"]?.asArray { result = result.setting("items", .array(items.map(masked))) }
        return values(result)
    }

    /// A Secret's values are replaced one by one, so that its keys stay to be seen. Equal values of two versions stay equal: a difference shows that there is one, and not which.
    private static func secret(_ object: JSON) -> JSON {
        var result = object
        for member in ["data", "stringData"] {
            guard let values = result[member]?.asObject else { continue }
            result = result.setting(member, .object(values.map { JSON.Member(key: $0.key, value: .text(mark)) }))
        }
        // Annotations of a Secret may repeat it in any form.
        if let metadata = result["metadata"], let annotations = metadata["annotations"]?.asObject {
            let kept = annotations.map { JSON.Member(key: $0.key, value: .text(mark)) }
            result = result.setting("metadata", metadata.setting("annotations", .object(kept)))
        }
        return result
    }

    private static func clean(_ object: JSON) -> JSON {
        guard var metadata = object["metadata"], metadata.asObject != nil else { return object }
        metadata = metadata.setting("managedFields", nil)
        if let annotations = metadata["annotations"], annotations[lastApplied] != nil {
            let rest = annotations.setting(lastApplied, nil)
            metadata = metadata.setting("annotations", rest.asObject?.isEmpty == true ? nil : rest)
        }
        return object.setting("metadata", metadata)
    }

    /// Everywhere in the object: `{name, value}` pairs, as containers have their variables.
    private static func values(_ json: JSON) -> JSON {
        switch json {
        case .array(let items): return .array(items.map(values))
        case .object(let members):
            let isSecret = json["name"]?.asText.map(soundsSecret) ?? false
            return .object(members.map { member in
                if isSecret, member.key == "value", member.value.asText?.isEmpty == false { return JSON.Member(key: member.key, value: .text(mark)) }
                return JSON.Member(key: member.key, value: values(member.value))
            })
        default: return json
        }
    }

    private static func named(_ data: JSON) -> JSON {
        .object((data.asObject ?? []).map { JSON.Member(key: $0.key, value: soundsSecret($0.key) ? .text(mark) : $0.value) })
    }

    /// Names under which people keep what nobody else should see.
    static func soundsSecret(_ name: String) -> Bool {
        let word = name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != "." }
        return ["password", "passwd", "secret", "token", "apikey", "privatekey", "accesskey", "credential", "connectionstring", "kubeconfig"].contains { word.contains($0) }
    }
}
