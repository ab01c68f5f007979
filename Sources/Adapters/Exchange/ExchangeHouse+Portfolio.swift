import Accounting
import Matching
import Model
import Notation
import Transport

// What belongs to one account: money, orders, fills, positions, settlements.

extension ExchangeHouse {
    func answerPrivate(_ operation: Operation, _ request: HTTPRequest, _ query: Query, _ account: AccountID) throws(APIError) -> Answer {
        switch operation {
        case .limits: return .ok(StaticAnswers.limits)
        case .balance: return try balance(account)
        case .positions: return try positions(account, query)
        case .fills: return try fills(account, query)
        case .orders: return try orders(account, query)
        case .order(let id): return try order(account, id)
        case .settlements: return try settlements(account, query)
        case .createOrder: return try create(account, request)
        case .cancelOrder(let id): return try cancel(account, id, query)
        case .cancelAll: return try cancelAll(account)
        case .exchangeStatus, .exchangeSchedule, .userDataTimestamp, .seriesList, .series, .events, .event, .markets, .market, .orderbook, .orderbooks,
            .trades, .endpointCosts:
            throw .notFound
        }
    }

    // MARK: Money

    /// The balance is what new orders may use, cut to four decimals. `reserved_dollars` is ours beside the contract: the two together are the cash, exactly.
    private func balance(_ account: AccountID) throws(APIError) -> Answer {
        guard let portfolio = venue.account(account)?.portfolio else { throw .keyUnknown }
        let free = portfolio.free.floored(to: Money(millionths: 100))
        return .ok([
            "balance": .integer(free.wholeCents),
            "balance_dollars": .text(free.fourDecimals),
            "portfolio_value": .integer(portfolioValue(portfolio).wholeCents),
            "updated_ts": .integer(time.wholeSeconds),
            "balance_breakdown": [.object(["exchange_index": 0, "balance": .text(free.fourDecimals)])],
            "reserved_dollars": .text((portfolio.cash - free).sixDecimals),
        ])
    }

    private func positions(_ account: AccountID, _ query: Query) throws(APIError) -> Answer {
        let limit = try query.limit(default: 100, maximum: 1000)
        let settled = try query.choice("settlement_status", of: ["unsettled", "settled", "all"]) ?? "unsettled"
        let (ticker, event) = (query.text("ticker"), query.list("event_ticker").map(Set.init))
        let nonZero = query.list("count_filter") ?? []
        let wanted = positions(account).filter { facts in
            let isPaid = venue.market(facts.market)?.status == .finalized
            return (ticker == nil || facts.market.text == ticker) && (event?.contains(facts.event.text) ?? true)
                && (settled == "all" || (settled == "settled") == isPaid)
                && (!nonZero.contains("position") || !facts.position.net.isZero) && (!nonZero.contains("total_traded") || facts.traded > .zero)
        }
        let page = Page(of: wanted, key: \.market.text, after: query.text("cursor"), limit: limit)
        let events = Dictionary(grouping: page.rows, by: \.event)
        return .ok([
            "cursor": .text(page.cursor),
            "market_positions": .array(page.rows.map(\.json)),
            "event_positions": .array(events.keys.sorted().map { PositionFacts.eventJSON($0, events[$0] ?? []) }),
        ])
    }

    private func fills(_ account: AccountID, _ query: Query) throws(APIError) -> Answer {
        let (ticker, order) = (query.text("ticker"), query.text("order_id"))
        let page = try history(venue.fills(account), query, time: \.fill.time) { fill in
            (ticker == nil || fill.fill.market.text == ticker) && (order == nil || fill.fill.order.text == order)
        }
        return .ok(["fills": .array(page.rows.map(\.element.json)), "cursor": .text(page.cursor)])
    }

    private func settlements(_ account: AccountID, _ query: Query) throws(APIError) -> Answer {
        let (ticker, event) = (query.text("ticker"), query.text("event_ticker"))
        let page = try history(venue.settlements(account), query, time: \.time) { paid in
            (ticker == nil || paid.settlement.market.text == ticker) && (event == nil || paid.event.text == event)
        }
        return .ok(["settlements": .array(page.rows.map(\.element.json)), "cursor": .text(page.cursor)])
    }

    /// A page of an account's history, newest first. A row's place in the history never changes, so a cursor stays good.
    private func history<Row>(
        _ rows: [Row], _ query: Query, time: (Row) -> Timestamp, where wanted: (Row) -> Bool
    ) throws(APIError) -> Page<(offset: Int, element: Row)> {
        let limit = try query.limit(default: 100, maximum: 1000)
        let times = (try query.seconds("min_ts"), try query.seconds("max_ts"))
        let kept = rows.enumerated().reversed().filter { row in
            wanted(row.element) && (times.0.map { time(row.element) >= $0 } ?? true) && (times.1.map { time(row.element) <= $0 } ?? true)
        }
        return Page(of: kept, key: { PageCursor.newestFirst(UInt64($0.offset)) }, after: query.text("cursor"), limit: limit)
    }

    // MARK: Orders

    private func orders(_ account: AccountID, _ query: Query) throws(APIError) -> Answer {
        let status = try query.choice("status", of: ["resting", "canceled", "executed"])
        let (ticker, event) = (query.text("ticker"), query.list("event_ticker").map(Set.init))
        let page = try history(venue.orders(account), query, time: \.created) { order in
            (status == nil || order.status.rawValue == status) && (ticker == nil || order.market.text == ticker)
                && (event.map { $0.contains(venue.market(order.market)?.market.event.text ?? "") } ?? true)
        }
        return .ok(["orders": .array(page.rows.map(\.element.json)), "cursor": .text(page.cursor)])
    }

    private func order(_ account: AccountID, _ id: String) throws(APIError) -> Answer {
        guard let order = venue.order(OrderID(id), of: account) else { throw .notFound }
        return .ok(["order": order.json])
    }

    private func create(_ account: AccountID, _ request: HTTPRequest) throws(APIError) -> Answer {
        guard trouble == nil else { throw .unavailable }
        let request = try CreateOrderBody.parse(request.body)
        var events: [VenueEvent] = []
        switch venue.create(request, for: account, at: time, into: &events) {
        case .failure(let refusal): throw .refused(refusal)
        case .success(let order):
            guard commit(events) else { throw .unavailable }
            return Answer(status: 201, body: order.created(at: time))
        }
    }

    private func cancel(_ account: AccountID, _ id: String, _ query: Query) throws(APIError) -> Answer {
        guard trouble == nil else { throw .unavailable }
        let before = venue.order(OrderID(id), of: account)
        if let market = query.text("market_ticker"), let before, before.market.text != market { throw .notFound }
        var events: [VenueEvent] = []
        switch venue.cancel(OrderID(id), for: account, at: time, into: &events) {
        case .failure(let refusal): throw .refused(refusal)
        case .success(let order):
            guard commit(events) else { throw .unavailable }
            return .ok([
                "order_id": .text(order.id.text), "client_order_id": .text(order.client.text),
                "reduced_by": .text((before?.remaining ?? .zero).description), "ts_ms": .integer(time.wholeMilliseconds),
            ])
        }
    }

    private func cancelAll(_ account: AccountID) throws(APIError) -> Answer {
        guard trouble == nil else { throw .unavailable }
        guard venue.exchangeActive else { throw .refused(.exchangePaused) }
        var events: [VenueEvent] = []
        venue.cancelAll(account, at: time, into: &events)
        guard commit(events) else { throw .unavailable }
        return Answer(status: 204, body: nil)
    }
}
