import Matching
import Model
import Notation

// Orders: asked for, looked at, changed, taken back.

extension ExchangeHouse {
    // MARK: Looking

    func orders(_ caller: Caller, _ query: Query, isHistorical: Bool) throws(APIError) -> Answer {
        let subaccount = try subaccount(query, caller)
        let status = try query.choice("status", of: ["resting", "canceled", "executed"])
        let (ticker, event) = (query.text("ticker"), query.list("event_ticker").map(Set.init))
        let isOurs = try query.isOurShard()
        let cutoff = cutoff
        let page = try history(venue.orders(caller.account), query, time: \.created) { order in
            isOurs && (subaccount == nil || order.subaccount == subaccount) && (status == nil || order.status.rawValue == status) && (ticker == nil || order.market.text == ticker)
                && (event.map { $0.contains(venue.market(order.market)?.market.event.text ?? "") } ?? true)
                && (order.status != .resting && order.updated < cutoff) == isHistorical
        }
        return .ok(["orders": .array(page.rows.map(\.element.json)), "cursor": .text(page.cursor)])
    }

    func order(_ caller: Caller, _ id: String) throws(APIError) -> Answer { .ok(["order": try find(id, caller).json]) }

    /// An order of the account, and of the subaccount that is named or that the key is locked to.
    private func find(_ id: String, _ caller: Caller, subaccount: Int? = nil) throws(APIError) -> OrderRecord {
        guard let order = venue.order(OrderID(id), of: caller.account), order.subaccount == subaccount ?? caller.subaccount ?? order.subaccount else {
            throw .notFound
        }
        return order
    }

    func queuePosition(_ caller: Caller, _ id: String) throws(APIError) -> Answer {
        _ = try find(id, caller)
        guard let ahead = venue.queuePosition(OrderID(id), of: caller.account) else { throw .notFound }
        return .ok(["queue_position_fp": .text(ahead.description)])
    }

    func queuePositions(_ caller: Caller, _ query: Query) throws(APIError) -> Answer {
        let subaccount = try subaccount(query, caller) ?? 0
        let (markets, events) = (query.list("market_tickers").map(Set.init), query.list("event_ticker").map(Set.init))
        let positions = venue.orders(caller.account, status: .resting).compactMap { order -> JSON? in
            guard order.subaccount == subaccount, markets?.contains(order.market.text) ?? true, events?.contains(venue.market(order.market)?.market.event.text ?? "") ?? true,
                let ahead = venue.queuePosition(order.id, of: caller.account)
            else { return nil }
            return .object([
                "order_id": .text(order.id.text), "market_ticker": .text(order.market.text), "queue_position_fp": .text(ahead.description),
            ])
        }
        return .ok(["queue_positions": .array(positions)])
    }

    // MARK: Creating

    func create(_ caller: Caller, _ body: [UInt8]) throws(APIError) -> Answer {
        Answer(status: 201, body: try create(caller, try Body(body, as: CreateOrderBody.typeName)).created(at: time))
    }

    private func create(_ caller: Caller, _ body: Body) throws(APIError) -> OrderRecord {
        var request = try CreateOrderBody.parse(body)
        request.subaccount = try subaccount(try body.integer("subaccount"), caller) ?? 0
        return try act { venue.create(request, for: caller.account, at: time, into: &$0) }
    }

    /// Each order for itself: what one is refused does not touch the others.
    func createBatch(_ caller: Caller, _ bytes: [UInt8]) throws(APIError) -> Answer {
        let body = try Body(bytes, as: "BatchCreateOrdersV2Request")
        let items = try body.objects("orders", as: CreateOrderBody.typeName)
        guard !items.isEmpty else { throw .invalidParameters("orders is required") }
        let answers = items.map { item -> JSON in
            do throws(APIError) { return try create(caller, item).created(at: time) } catch {
                // An id that cannot be read is not repeated.
                let client = (try? item.text("client_order_id")) ?? nil
                return .object(["client_order_id": client.map(JSON.text), "error": error.item])
            }
        }
        return .created(["orders": .array(answers)])
    }

    // MARK: Changing

    func amend(_ caller: Caller, _ id: String, _ bytes: [UInt8], _ query: Query) throws(APIError) -> Answer {
        let body = try Body(bytes, as: "AmendOrderV2Request")
        try body.checkShard()
        let before = try find(id, caller, subaccount: try subaccount(query, caller))
        let side: Side = try body.choice("side", of: ["bid", "ask"]) == "bid" ? .yes : .no
        let (market, client) = (Ticker(try body.required("ticker")), try CreateOrderBody.clientID("client_order_id", body))
        guard let yesPrice = Price(try body.required("price")), yesPrice.isTradable else { throw .invalidPrice }
        guard let total = Quantity(try body.required("count")), total > .zero else { throw .invalidSize }
        let amendment = OrderAmendment(
            limit: side == .yes ? yesPrice : yesPrice.complement, quantity: total,
            client: try CreateOrderBody.clientID("updated_client_order_id", body), expiry: try expiry(body), expectedMarket: market, expectedSide: side,
            expectedClient: client)
        let after = try act { venue.amend(OrderID(id), amendment, for: caller.account, at: time, into: &$0) }
        return Answer(status: 200, body: after.amended(from: before, at: time))
    }

    /// 0 takes the expiry off; absent leaves it.
    private func expiry(_ body: Body) throws(APIError) -> OrderAmendment.Expiry {
        guard let seconds = try body.integer("expiration_time") else { return .unchanged }
        guard (0...9_000_000_000).contains(seconds) else { throw .invalidParameters("expiration_time") }
        return seconds == 0 ? .never : .at(.seconds(seconds))
    }

    func decrease(_ caller: Caller, _ id: String, _ bytes: [UInt8], _ query: Query) throws(APIError) -> Answer {
        let subaccount = try subaccount(query, caller)
        let body = try Body(bytes, as: "DecreaseOrderV2Request")
        try body.checkShard()
        let (by, to) = (try body.text("reduce_by"), try body.text("reduce_to"))
        guard (by == nil) != (to == nil) else { throw .invalidParameters("exactly one of reduce_by and reduce_to must be provided") }
        let before = try find(id, caller, subaccount: subaccount)
        guard let given = Quantity(by ?? to ?? ""), given >= .zero else { throw .invalidSize }
        let reduction = by == nil ? before.remaining - given : given
        guard before.status != .resting || reduction > .zero else { throw .invalidSize }
        let after = try act { venue.decrease(OrderID(id), by: reduction, for: caller.account, at: time, into: &$0) }
        return .ok([
            "order_id": .text(after.id.text), "client_order_id": .text(after.client.text), "remaining_count": .text(after.remaining.description),
            "ts_ms": .integer(time.wholeMilliseconds),
        ])
    }

    // MARK: Taking back

    func cancel(_ caller: Caller, _ id: String, _ query: Query) throws(APIError) -> Answer {
        let subaccount = try subaccount(query, caller)
        return Answer(status: 200, body: try cancel(caller, id, market: query.text("market_ticker"), subaccount: subaccount))
    }

    private func cancel(_ caller: Caller, _ id: String, market: String?, subaccount: Int?) throws(APIError) -> JSON {
        let before = try find(id, caller, subaccount: subaccount)
        if let market, before.market.text != market { throw .notFound }
        let order = try act { venue.cancel(OrderID(id), for: caller.account, at: time, into: &$0) }
        return .object([
            "order_id": .text(order.id.text), "client_order_id": .text(order.client.text),
            "reduced_by": .text(before.remaining.description), "ts_ms": .integer(time.wholeMilliseconds),
        ])
    }

    func cancelBatch(_ caller: Caller, _ bytes: [UInt8]) throws(APIError) -> Answer {
        let body = try Body(bytes, as: "BatchCancelOrdersV2Request")
        let items = try body.objects("orders", as: "BatchCancelOrdersV2RequestOrder")
        guard !items.isEmpty else { throw .invalidParameters("orders is required") }
        // All of them before the first cancel: a batch that is refused has done nothing.
        let ids = try items.map { item throws(APIError) in try item.required("order_id") }
        var answers: [JSON] = []
        for (item, id) in zip(items, ids) {
            do throws(APIError) {
                let subaccount = try subaccount(try item.integer("subaccount"), caller)
                answers.append(try cancel(caller, id, market: try item.text("market_ticker"), subaccount: subaccount))
            } catch {
                answers.append(.object(["order_id": .text(id), "reduced_by": "0.00", "error": error.item]))
            }
        }
        return .ok(["orders": .array(answers)])
    }

    func cancelAll(_ caller: Caller, _ query: Query) throws(APIError) -> Answer {
        let subaccount = try subaccount(query, caller)
        guard venue.exchangeActive else { throw .refused(.exchangePaused) }
        var events: [VenueEvent] = []
        venue.cancelAll(caller.account, subaccount: subaccount, at: time, into: &events)
        note(events)
        return .nothing
    }

    /// Does something to the venue: what happened is noted, what is refused is said.
    func act<Done>(_ deed: (inout [VenueEvent]) -> Result<Done, OrderRefusal>) throws(APIError) -> Done {
        var events: [VenueEvent] = []
        switch deed(&events) {
        case .failure(let refusal): throw .refused(refusal)
        case .success(let done):
            note(events)
            return done
        }
    }
}

extension OrderRecord {
    /// The answer to its amendment: sizes only where it traded or what rests has changed, averages only where it traded.
    func amended(from before: OrderRecord, at time: Timestamp) -> JSON {
        let traded = filled - before.filled
        let isSized = !traded.isZero || remaining != before.remaining
        let price = (takerCost + makerCost - before.takerCost - before.makerCost).perContract(traded)
        let fee = (fees - before.fees).perContract(traded)
        return .object([
            "order_id": .text(id.text),
            "client_order_id": .text(client.text),
            "remaining_count": isSized ? .text(remaining.description) : nil,
            "fill_count": isSized ? .text(traded.description) : nil,
            "average_fill_price": price.map { .text((side == .yes ? $0 : .dollars(1) - $0).fourDecimals) },
            "average_fee_paid": fee.map { .text($0.fourDecimals) },
            "ts_ms": .integer(time.wholeMilliseconds),
        ])
    }
}

extension Money {
    /// Cut to a millionth; nil without contracts.
    fileprivate func perContract(_ quantity: Quantity) -> Money? {
        quantity.isZero ? nil : Money(millionths: millionths * 100 / quantity.hundredths)
    }
}
