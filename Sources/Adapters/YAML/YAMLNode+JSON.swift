public import Notation

extension YAMLNode {
    /// The value as JSON by YAML 1.2's core schema (section 10.3): an unquoted `null`, `true`, `0x1F`, `3` or `1.5` is what it says, and `yes` is a text.
    public var json: JSON {
        switch self {
        case .scalar(let text, let isPlain, _): isPlain ? YAMLNode.plain(text) : .text(text)
        case .sequence(let nodes, _): .array(nodes.map(\.json))
        case .mapping(let members, _): .object(members.map { JSON.Member(key: $0.key.keyText, value: $0.value.json) })
        }
    }

    /// A key is a text, however it would read as a value.
    private var keyText: String {
        if case .scalar(let text, _, _) = self { text } else { json.rendered }
    }

    private static func plain(_ text: String) -> JSON {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        if text.wholeMatch(of: /[-+]?[0-9]+/) != nil, let value = Int64(text) { return .integer(value) }
        if text.hasPrefix("0x"), let value = Int64(text.dropFirst(2), radix: 16) { return .integer(value) }
        if text.hasPrefix("0o"), let value = Int64(text.dropFirst(2), radix: 8) { return .integer(value) }
        // Infinity and not-a-number have no JSON: they stay texts, and whoever wants a number says so.
        if text.wholeMatch(of: /[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?/) != nil, let value = Double(text), value.isFinite { return .number(value) }
        return .text(text)
    }
}

extension YAMLReader {
    /// The documents of a text as JSON; JSON itself is YAML.
    public static func json(_ text: String) throws(YAMLFault) -> [JSON] { try documents(text).map(\.json) }
}
