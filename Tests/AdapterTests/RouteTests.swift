import Testing

@testable import Exchange

@Suite struct RouteTests {
    private func find(_ method: String, _ path: String) -> (route: Route, operation: Exchange.Operation)? {
        Route.find(method, ["trade-api", "v2"] + path.split(separator: "/").map(String.init))
    }

    @Test func `a method and a path are one operation, and what is spelled out is found before what varies`() {
        let keys = Route.all.map { "\($0.method) \($0.path)" }
        #expect(Set(keys).count == keys.count)
        for route in Route.all {
            let found = find(route.method, route.path.replacing(":", with: ""))
            #expect(found?.route.path == route.path, "\(route.method) \(route.path) is hidden by \(found?.route.path ?? "nothing")")
        }
    }

    @Test(arguments: [
        ("GET", "/markets/KXA-26-T1", Exchange.Operation.market("KXA-26-T1")), ("GET", "/markets/trades", .trades),
        ("GET", "/series/KXA/markets/KXA-26-T1/candlesticks", .candles(series: "KXA", market: "KXA-26-T1")),
        ("DELETE", "/portfolio/events/orders/batched", .cancelOrders), ("DELETE", "/portfolio/events/orders/x", .cancelOrder("x")),
        ("PUT", "/communications/rfqs/r/quotes/q/accept", .acceptQuote("q", rfq: "r")), ("POST", "/portfolio/orders", .retired),
    ])
    func `a path becomes its operation`(_ method: String, _ path: String, _ operation: Exchange.Operation) {
        #expect(find(method, path)?.operation == operation)
    }

    @Test(arguments: [
        ("GET", "/exchange/announcements"), ("GET", "/fcm/orders"), ("GET", "/live_data/batch"), ("PATCH", "/markets"), ("GET", "/portfolio"), ("GET", "/"),
        ("POST", "/portfolio/intra_exchange_instance_transfer"), ("GET", "/communications/block-trade-proposals"),
    ])
    func `what the exchange does not have is not found`(_ method: String, _ path: String) {
        #expect(find(method, path) == nil)
    }

    @Test func `what a request costs is what the contract says`() {
        let costs = Dictionary(uniqueKeysWithValues: Route.all.map { ("\($0.method) \($0.path)", $0.cost) })
        #expect(costs["POST /portfolio/events/orders"] == 10 && costs["DELETE /portfolio/events/orders/:order_id"] == 2)
        #expect(costs["DELETE /portfolio/events/orders/batched"] == 2 && costs["GET /portfolio/orders/:order_id"] == 2)
        #expect(costs["POST /communications/quotes"] == 2 && costs["POST /account/api_usage_level/upgrade"] == 30)
    }

    @Test func `everything about an account needs a key, and every write a scope to write`() {
        for route in Route.all {
            let isOpen = route.access == .everyone
            #expect(!isOpen || (route.method == "GET" && !route.path.hasPrefix("/portfolio") && !route.path.hasPrefix("/communications") && !route.path.hasPrefix("/api_keys")))
            switch route.access {
            case .everyone: break
            case .key(let scope), .unlockedKey(let scope): #expect(scope.rawValue.hasPrefix(route.isWrite ? "write" : "read"), "\(route.method) \(route.path)")
            }
        }
    }
}
