public import Model

extension KalshiClient {
    public enum OrderStatusFilter: String, Sendable {
        case resting, canceled, executed
    }

    /// The desk is the primary subaccount. The exchange's own default is that one for some questions and all of them for others, so it is always said:
    /// a fill of another subaccount would be a fill of nobody's order, beside a balance that does not know it.
    static let primary: (String, String?) = ("subaccount", "0")

    public func balance() async throws(KalshiError) -> KalshiBalance {
        try await get(KalshiBalance.self, "reading the balance", .balance, [], [KalshiClient.primary])
    }

    /// Positions in markets that are not settled; none of them zero.
    public func positions() async throws(KalshiError) -> [VenuePosition] {
        try await pages(.positions, "listing positions", .positions, [], [("limit", "1000"), KalshiClient.primary]).map(\.position).filter { !$0.net.isZero }
    }

    public func orders(market: Ticker? = nil, status: OrderStatusFilter? = nil) async throws(KalshiError) -> [VenueOrder] {
        try await pages(
            .orders, "listing orders", .orders, [],
            [("limit", "1000"), ("ticker", market?.text), ("status", status?.rawValue), KalshiClient.primary]).map(\.order)
    }

    /// One order. Up to half a second after a change the answer may be the old one: for the state, ask `orders`.
    public func order(_ id: OrderID) async throws(KalshiError) -> VenueOrder {
        try await get(WrappedShape("order", OrderRow.self), "reading order \(id)", .order, [id.text]).order
    }

    /// Fills from the second of `since` on, oldest first.
    public func fills(since: Timestamp? = nil, market: Ticker? = nil) async throws(KalshiError) -> [Fill] {
        try await pages(
            .fills, "listing fills", .fills, [], [("limit", "1000"), ("ticker", market?.text), ("min_ts", since.map { String($0.wholeSeconds) }), KalshiClient.primary]
        ).map(\.fill).sorted { ($0.time, $0.trade) < ($1.time, $1.trade) }
    }

    /// Markets that were paid from the second of `since` on, oldest first.
    public func settlements(since: Timestamp? = nil) async throws(KalshiError) -> [KalshiSettlement] {
        try await pages(
            .settlements, "listing settlements", .settlements, [], [("limit", "1000"), ("min_ts", since.map { String($0.wholeSeconds) }), KalshiClient.primary]
        ).sorted { ($0.settlement.time, $0.settlement.market) < ($1.settlement.time, $1.settlement.market) }
    }

    /// How many contracts stand before each resting order of these markets.
    public func queuePositions(_ markets: [Ticker]) async throws(KalshiError) -> [KalshiQueuePosition] {
        var found: [KalshiQueuePosition] = []
        for some in KalshiClient.hundreds(markets) {
            found += try await pages(
                ListShape("queue_positions", KalshiQueuePosition.self), "reading queue positions", .queuePositions, [], [("market_tickers", some), KalshiClient.primary])
        }
        return found
    }

    public func queuePosition(_ id: OrderID) async throws(KalshiError) -> Quantity {
        try await get(QueuePositionAlone.self, "reading the queue position of order \(id)", .queuePosition, [id.text]).ahead
    }
}
