public import Model

extension KalshiClient {
    public enum OrderStatusFilter: String, Sendable {
        case resting, canceled, executed
    }

    public func balance() async throws(KalshiError) -> KalshiBalance { try await get(KalshiBalance.self, "reading the balance", "/portfolio/balance") }

    /// Positions in markets that are not settled; none of them zero.
    public func positions() async throws(KalshiError) -> [VenuePosition] {
        try await pages(PositionsPage.self, "listing positions", "/portfolio/positions", [("limit", "1000")]).map(\.position).filter { !$0.net.isZero }
    }

    public func orders(market: Ticker? = nil, status: OrderStatusFilter? = nil) async throws(KalshiError) -> [VenueOrder] {
        try await pages(
            OrdersPage.self, "listing orders", "/portfolio/orders", [("limit", "1000"), ("ticker", market?.text), ("status", status?.rawValue)]
        ).map(\.order)
    }

    /// One order. Up to half a second after a change the answer may be the old one: for the state, ask `orders`.
    public func order(_ id: OrderID) async throws(KalshiError) -> VenueOrder {
        try await get(OrderAnswer.self, "reading order \(id)", "/portfolio/orders/\(KalshiClient.percentEncoded(id.text))", cost: 2).order.order
    }

    /// Fills from the second of `since` on, oldest first.
    public func fills(since: Timestamp? = nil, market: Ticker? = nil) async throws(KalshiError) -> [Fill] {
        try await pages(
            FillsPage.self, "listing fills", "/portfolio/fills", [("limit", "1000"), ("ticker", market?.text), ("min_ts", since.map { String($0.wholeSeconds) })]
        ).map(\.fill).sorted { ($0.time, $0.trade) < ($1.time, $1.trade) }
    }

    /// Markets that were paid from the second of `since` on, oldest first.
    public func settlements(since: Timestamp? = nil) async throws(KalshiError) -> [VenueSettlement] {
        try await pages(
            SettlementsPage.self, "listing settlements", "/portfolio/settlements", [("limit", "1000"), ("min_ts", since.map { String($0.wholeSeconds) })]
        ).map(\.settlement).sorted { ($0.time, $0.market) < ($1.time, $1.market) }
    }
}
