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

    /// The object with `key` set, in its place or at the end; nil takes it out. Not for other kinds of value.
    public func setting(_ key: String, _ value: JSON?) -> JSON {
        guard case .object(var members) = self else { preconditionFailure("only an object has members") }
        let place = members.firstIndex { $0.key == key }
        members.removeAll { $0.key == key }
        if let value { members.insert(Member(key: key, value: value), at: place ?? members.count) }
        return .object(members)
    }
}
