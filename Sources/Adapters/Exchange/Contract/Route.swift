/// One line of the contract: a method and a path, the operation behind it, who may ask, and what it costs.
struct Route: Sendable {
    enum Access: Hashable, Sendable {
        case everyone
        case key(Scope)
        /// Not for a key that is locked to one subaccount.
        case unlockedKey(Scope)
    }

    /// What a request costs unless the table says otherwise (Kalshi reference, section 14).
    static let defaultCost = 10

    let method: String
    /// Behind `/trade-api/v2`, with `:name` for what varies, as `/account/endpoint_costs` writes it.
    let path: String
    /// The operation's name in the messages about its parameters.
    let name: String
    let access: Access
    /// In tokens; of a batch, the cost of one item.
    let cost: Int
    let isBatch: Bool
    private let pattern: [Substring]
    private let make: @Sendable ([String]) -> Operation

    init(
        _ method: String, _ path: String, _ name: String, _ access: Access = .everyone, cost: Int = Route.defaultCost, isBatch: Bool = false,
        _ make: @escaping @Sendable ([String]) -> Operation
    ) {
        self.method = method
        self.path = path
        self.name = name
        self.access = access
        self.cost = cost
        self.isBatch = isBatch
        self.make = make
        pattern = path.split(separator: "/")
    }

    /// Whether the request takes from the write budget.
    var isWrite: Bool { method != "GET" }

    private func match(_ segments: ArraySlice<String>) -> Operation? {
        guard segments.count == pattern.count else { return nil }
        var values: [String] = []
        for (want, have) in zip(pattern, segments) {
            if want.first == ":" { values.append(have) } else if want != have { return nil }
        }
        return make(values)
    }

    /// Nil for anything that this exchange does not have: 404.
    static func find(_ method: String, _ segments: [String]) -> (route: Route, operation: Operation)? {
        guard segments.count > 2, segments[0] == "trade-api", segments[1] == "v2" else { return nil }
        for route in byMethodAndFirst[method]?[segments[2]] ?? [] {
            if let operation = route.match(segments[2...]) { return (route, operation) }
        }
        return nil
    }

    /// In the order of the table: what is spelled out stands before what varies.
    private static let byMethodAndFirst: [String: [String: [Route]]] = Dictionary(grouping: all, by: \.method).mapValues { routes in
        Dictionary(grouping: routes) { String($0.pattern[0]) }
    }
}
