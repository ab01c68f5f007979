extension JSON {
    /// Whether both say the same: the order of members does not matter, and 1 is 1.0.
    public func means(_ other: JSON) -> Bool {
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let a), .bool(let b)): return a == b
        case (.text(let a), .text(let b)): return a.unicodeScalars.elementsEqual(b.unicodeScalars)
        case (.integer(let a), .integer(let b)): return a == b
        case (.number(let a), .number(let b)): return a == b
        case (.integer(let a), .number(let b)), (.number(let b), .integer(let a)): return Int64(exactly: b) == a
        case (.array(let a), .array(let b)): return a.count == b.count && zip(a, b).allSatisfy { $0.means($1) }
        case (.object(let a), .object(let b)): return JSON.mean(a, b)
        default: return false
        }
    }

    /// Bytes that are the same for two values exactly when these mean the same.
    var meaning: [UInt8] { canonical.bytes }

    private var canonical: JSON {
        switch self {
        case .number(let value): Int64(exactly: value).map { .integer($0) } ?? self
        case .array(let values): .array(values.map(\.canonical))
        case .object(let members): .object(JSON.index(members).map { Member(key: $0.key, value: $0.value.canonical) }.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
        case .null, .bool, .integer, .text: self
        }
    }

    private static func mean(_ a: [Member], _ b: [Member]) -> Bool {
        let left = Dictionary(a.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        let right = Dictionary(b.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        return left.count == right.count && left.allSatisfy { key, value in right[key].map { value.means($0) } ?? false }
    }
}
