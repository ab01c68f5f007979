/// What each operation takes out of the rate limit's bucket: the default, and what differs from it (`GET /account/endpoint_costs`).
struct EndpointCosts: Sendable, Equatable {
    private var standard = 10.0
    private var special: [String: Double]

    /// What the reference says, until the exchange has been asked (section 14).
    static let published = EndpointCosts(
        standard: 10, special: [Route.cancelOrder.key: 2, Route.order.key: 2])

    private init(standard: Double, special: [String: Double]) {
        self.standard = standard
        self.special = special
    }

    subscript(_ route: Route) -> Double { special[route.key] ?? standard }
}

extension EndpointCosts: Answered {
    static let contract = Contract("EndpointCosts", "default_cost endpoint_costs")

    private struct Row: Answered {
        static let contract = Contract("EndpointCost", "method path cost")
        let key: String
        let cost: Double

        init(_ fields: Fields) throws(ContractBreak) {
            var path = try fields.text("path")
            if path.hasPrefix("/trade-api/v2") { path.removeFirst("/trade-api/v2".count) }
            key = Route(try fields.text("method"), path).key
            cost = try fields.number("cost")
            guard cost >= 0 else { throw fields.contradiction("has a negative cost") }
        }
    }

    init(_ fields: Fields) throws(ContractBreak) {
        standard = try fields.number("default_cost")
        guard standard > 0 else { throw fields.contradiction("has no default cost") }
        special = Dictionary(try fields.many("endpoint_costs", Row.self).map { ($0.key, $0.cost) }, uniquingKeysWith: { a, _ in a })
    }
}

extension Route {
    /// The same for every way to write a name's place: "{order_id}", ":order_id".
    fileprivate var key: String {
        let parts = template.split(separator: "/").map { $0.hasPrefix("{") || $0.hasPrefix(":") ? "*" : String($0) }
        return method + " /" + parts.joined(separator: "/")
    }
}
