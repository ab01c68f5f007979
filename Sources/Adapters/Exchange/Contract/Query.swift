import Model

/// The query of one request, decoded: repeated keys and comma-separated lists are both accepted, and every rule that a parameter breaks is
/// answered in the exchange's own words.
struct Query: Sendable {
    private let items: [(name: String, value: String)]
    /// The operation's name in error messages ("GetMarkets").
    private let operation: String

    init(_ items: [(name: String, value: String)], operation: String) {
        self.items = items
        self.operation = operation
    }

    /// The first value that is not empty.
    func text(_ key: String) -> String? { items.first { $0.name == key && !$0.value.isEmpty }?.value }

    func flag(_ key: String) -> Bool { text(key)?.lowercased() == "true" || text(key) == "1" }

    /// All values of a key, both spellings, without repetition and in order.
    func list(_ key: String) -> [String]? {
        let given = items.filter { $0.name == key }
        guard !given.isEmpty else { return nil }
        var seen: Set<String> = []
        return given.flatMap { $0.value.split(separator: ",").map(String.init) }.filter { seen.insert($0).inserted }
    }

    func choice(_ key: String, of allowed: [String]) throws(APIError) -> String? {
        guard let value = text(key) else { return nil }
        guard allowed.contains(value) else { throw APIError.query(operation, Query.fieldName(key), tag: "oneof") }
        return value
    }

    func integer(_ key: String) throws(APIError) -> Int64? {
        guard let value = text(key) else { return nil }
        guard let number = Int64(value) else { throw APIError.query(operation, Query.fieldName(key), tag: "numeric") }
        return number
    }

    func seconds(_ key: String) throws(APIError) -> Timestamp? {
        guard let value = try integer(key) else { return nil }
        // Years far outside of this would overflow a timestamp.
        guard (0...9_000_000_000).contains(value) else { throw APIError.query(operation, Query.fieldName(key), tag: "lte") }
        return .seconds(value)
    }

    /// A page's size: 0 and absent mean the default, as at the exchange.
    func limit(_ key: String = "limit", default standard: Int, maximum: Int) throws(APIError) -> Int {
        guard let value = try integer(key), value != 0 else { return standard }
        guard value <= maximum else { throw APIError.query(operation, Query.fieldName(key), tag: "lte") }
        guard value > 0 else { throw APIError.query(operation, Query.fieldName(key), tag: "gte") }
        return Int(value)
    }

    /// Whether the shard that is asked for, if any, is the one that there is.
    func isOurShard() throws(APIError) -> Bool { [-1, 0].contains(try integer("exchange_index") ?? 0) }

    /// "min_close_ts" is "MinCloseTs" in the exchange's messages.
    private static func fieldName(_ key: String) -> String {
        key.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
