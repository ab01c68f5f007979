public import Model

// Each of these is sent once. What throws says whether it may have happened; nothing here is repeated behind the caller's back.
extension KalshiClient {
    /// Sends one order. Our id makes it the same order however often it is sent.
    func createOrder(_ id: ClientOrderID, _ intent: OrderIntent) async throws(KalshiError) -> KalshiCreated {
        let attempt = "placing order \(id)"
        let created = try decode(
            KalshiCreated.self, try await act(attempt, .createOrder, body: OrderBodies.create(id, intent)), attempt, .createOrder)
        if let client = created.client, client != id { throw stray("an answer about order \(client)", attempt, .createOrder) }
        return created
    }

    /// Takes an order off the book; what it returns was taken off.
    public func cancelOrder(_ id: OrderID, market: Ticker) async throws(KalshiError) -> Quantity {
        let attempt = "canceling order \(id)"
        let answer = try await act(attempt, .cancelOrder, [id.text], [("market_ticker", market.text), KalshiClient.primary])
        let canceled = try decode(CanceledAnswer.self, answer, attempt, .cancelOrder)
        guard canceled.order == id else { throw stray("an answer about order \(canceled.order)", attempt, .cancelOrder) }
        return canceled.reducedBy
    }

    /// Takes every order of a subaccount off its book. Orders placed within the next minute may go too (Kalshi reference 9.2).
    public func cancelAll(subaccount: Int = 0) async throws(KalshiError) {
        // The stop button must not stand in line behind the orders it stops.
        _ = try await act("canceling all orders", .cancelAllOrders, [], [("subaccount", String(subaccount))], urgent: true)
    }

    /// Changes a resting order. The new size includes what is filled already. A new price or a larger size loses its place in the queue.
    /// - Returns: what rests now; nil where the exchange does not say.
    public func amendOrder(
        _ id: OrderID, _ market: Ticker, _ side: Side, limit: Price, total: Quantity, client: ClientOrderID? = nil, updatedClient: ClientOrderID? = nil
    ) async throws(KalshiError) -> Quantity? {
        let attempt = "amending order \(id)"
        let body = OrderBodies.amend(market, side, limit: limit, total: total, client: client, updatedClient: updatedClient)
        return try changed(id, try await act(attempt, .amendOrder, [id.text], [KalshiClient.primary], body: body), attempt, .amendOrder)
    }

    /// Makes a resting order smaller, to `remaining`; it keeps its place in the queue.
    public func decreaseOrder(_ id: OrderID, market: Ticker, to remaining: Quantity) async throws(KalshiError) -> Quantity? {
        let attempt = "decreasing order \(id)"
        let body = OrderBodies.object(["market_ticker": market.text, "reduce_to": remaining.description])
        return try changed(id, try await act(attempt, .decreaseOrder, [id.text], [KalshiClient.primary], body: body), attempt, .decreaseOrder)
    }

    private func changed(_ id: OrderID, _ answer: HTTPAnswer, _ attempt: String, _ route: Route) throws(KalshiError) -> Quantity? {
        let changed = try decode(DecreasedAnswer.self, answer, attempt, route)
        guard changed.order == id else { throw stray("an answer about order \(changed.order)", attempt, route) }
        return changed.remaining
    }

    /// Several orders in one request, none of which depends on the others: each has an outcome of its own.
    func createOrders(_ orders: [(id: ClientOrderID, intent: OrderIntent)]) async throws(KalshiError) -> [KalshiBatchOutcome<KalshiCreated>] {
        let attempt = "placing \(orders.count) orders"
        let answer = try await act(attempt, .createOrders, body: OrderBodies.create(orders), cost: Double(orders.count) * cost(.createOrder))
        let rows = try decode(answer, attempt, .createOrders) { value, notes throws(ContractBreak) in try BatchRow<KalshiCreated>.list.page(value, notes) }.rows
        guard rows.count == orders.count else { throw stray("\(rows.count) answers to \(orders.count) orders", attempt, .createOrders) }
        return outcomes(rows, .createOrders) { $0 }
    }

    public func cancelOrders(_ orders: [(id: OrderID, market: Ticker)]) async throws(KalshiError) -> [KalshiBatchOutcome<Quantity>] {
        let attempt = "canceling \(orders.count) orders"
        let answer = try await act(attempt, .cancelOrders, body: OrderBodies.cancel(orders), cost: Double(orders.count) * cost(.cancelOrder))
        let rows = try decode(answer, attempt, .cancelOrders) { value, notes throws(ContractBreak) in try BatchRow<CanceledAnswer>.list.page(value, notes) }.rows
        guard rows.count == orders.count else { throw stray("\(rows.count) answers to \(orders.count) orders", attempt, .cancelOrders) }
        return outcomes(rows, .cancelOrders, \.reducedBy)
    }

    private func outcomes<Done, Value>(_ rows: [BatchRow<Done>], _ route: Route, _ value: (Done) -> Value) -> [KalshiBatchOutcome<Value>] {
        for row in rows {
            if case .failure(let broken)? = row.done { watch.report(ContractDrift(.broken, place: route.description, problem: broken.problem)) }
        }
        return rows.map { $0.outcome(value) }
    }

    /// An answer that is about something else than what was asked: nothing is known of what was.
    private func stray(_ what: String, _ attempt: String, _ route: Route) -> KalshiError {
        watch.report(ContractDrift(.broken, place: route.description, problem: "an answer about something else"))
        return KalshiError(attempted: attempt, outcome: .unknown, code: "stray_answer", message: what, canRetry: false)
    }
}
