extension JSON {
    public var asText: String? { if case .text(let value) = self { value } else { nil } }
    public var asBool: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var asArray: [JSON]? { if case .array(let values) = self { values } else { nil } }
    public var asObject: [Member]? { if case .object(let members) = self { members } else { nil } }

    /// A whole number, however it is spelled: 3 and 3.0.
    public var asInteger: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value)
        default: nil
        }
    }

    public var asNumber: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// What `self[key]` gives, for many keys: from a few on through an index, so that large objects do not cost their square.
    func lookup(_ keys: Int) -> (String) -> JSON? {
        guard case .object(let members) = self, keys > 16, members.count > 16 else { return { self[$0] } }
        let index = JSON.index(members)
        return { index[$0] }
    }

    /// The last of a name wins, as in `subscript`.
    static func index(_ members: [Member]) -> [String: JSON] { Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }) }

    /// The object with `key` set, in its place or at the end; nil takes it out. Not for other kinds of value.
    public func setting(_ key: String, _ value: JSON?) -> JSON {
        guard case .object(var members) = self else { preconditionFailure("only an object has members") }
        let place = members.firstIndex { $0.key == key }
        members.removeAll { $0.key == key }
        if let value { members.insert(Member(key: key, value: value), at: place ?? members.count) }
        return .object(members)
    }
}
