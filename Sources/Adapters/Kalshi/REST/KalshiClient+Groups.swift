public import Model

/// Order groups: a limit on how much may fill within fifteen seconds, kept by the exchange itself (Kalshi reference 9.3).
extension KalshiClient {
    public func orderGroups() async throws(KalshiError) -> [KalshiOrderGroup] {
        try await pages(ListShape("order_groups", KalshiOrderGroup.self), "listing order groups", .orderGroups, [], [KalshiClient.primary])
    }

    /// The group's limit and its resting orders.
    public func orderGroup(_ id: String) async throws(KalshiError) -> (group: KalshiOrderGroup, orders: [OrderID]) {
        let detail = try await get(OrderGroupDetail.self, "reading order group \(id)", .orderGroup, [id], [KalshiClient.primary])
        return (KalshiOrderGroup(id: id, limit: detail.limit, isAutoCancelEnabled: detail.isAutoCancelEnabled), detail.orders)
    }

    /// - Parameter limit: contracts within fifteen seconds, 1 to 1,000,000.
    /// - Returns: the group's id.
    public func createOrderGroup(limit: Quantity) async throws(KalshiError) -> String {
        let attempt = "creating an order group"
        let answer = try await act(attempt, .createOrderGroup, body: OrderBodies.group(limit: limit))
        return try decode(OrderGroupCreated.self, answer, attempt, .createOrderGroup).id
    }

    public func limitOrderGroup(_ id: String, to limit: Quantity) async throws(KalshiError) {
        let body = OrderBodies.object(["contracts_limit_fp": limit.description])
        _ = try await act("limiting order group \(id)", .limitOrderGroup, [id], [KalshiClient.primary], body: body)
    }

    /// Takes its orders off the book and lets no new one in until the reset.
    public func triggerOrderGroup(_ id: String) async throws(KalshiError) {
        _ = try await act("triggering order group \(id)", .triggerOrderGroup, [id], [KalshiClient.primary], body: Array("{}".utf8))
    }

    public func resetOrderGroup(_ id: String) async throws(KalshiError) {
        _ = try await act("resetting order group \(id)", .resetOrderGroup, [id], [KalshiClient.primary], body: Array("{}".utf8))
    }

    /// Takes its orders off the book with it.
    public func deleteOrderGroup(_ id: String) async throws(KalshiError) {
        _ = try await act("deleting order group \(id)", .deleteOrderGroup, [id], [KalshiClient.primary])
    }
}
