import Accounting
public import Model

/// An order on its way into a book: an account's, or the house's (`account` -1).
struct Incoming {
    let account: Int32
    let order: Int32
    let side: Side
    let limit: Price
    let selfTrade: SelfTradePrevention
    var remaining: Int64
    /// It met an order of its own account and stopped there.
    var stopped = false
}

extension Venue {
    /// Takes an order in: matches it, and rests or cancels what is left. The record is the order's state after that.
    public mutating func create(
        _ request: OrderRequest, for account: AccountID, at time: Timestamp, into events: inout [VenueEvent]
    ) -> Result<OrderRecord, OrderRefusal> {
        do throws(OrderRefusal) {
            guard let a = accountPlaces[account] else { throw .unknownAccount }
            let m = try openMarket(request.market, at: time)
            let quantity = try examine(request, a, m, at: time)
            let o = try register(request, quantity, a, m, at: time)
            execute(a, o, m, at: time, into: &events)
            return .success(accounts[a].orders[o])
        } catch {
            return .failure(error)
        }
    }

    // MARK: - The gate

    private mutating func openMarket(_ market: Ticker, at time: Timestamp) throws(OrderRefusal) -> Int {
        guard exchangeActive else { throw .exchangePaused }
        guard tradingActive else { throw .tradingPaused }
        guard let m = place(market) else { throw .marketNotFound }
        guard markets[m].record.status == .active, time < markets[m].record.market.closeTime else { throw .marketInactive }
        return m
    }

    /// Every rule about the order itself; returns its size, capped when it may only reduce.
    private func examine(_ request: OrderRequest, _ a: Int, _ m: Int, at time: Timestamp) throws(OrderRefusal) -> Quantity {
        if let client = request.client, accounts[a].clients[client] != nil { throw .orderAlreadyExists }
        guard markets[m].record.market.grid.accepts(request.side == .yes ? request.limit : request.limit.complement) else { throw .invalidPrice }
        // 10 million contracts: far above any order seen, and far below where the integers would overflow.
        guard request.quantity > .zero, request.quantity <= .contracts(10_000_000) else { throw .invalidSize }
        guard markets[m].fees != nil else { throw .invalidOrder("the market's fee rule is not known") }
        let immediate = request.timeInForce != .goodTillCanceled
        if immediate, request.postOnly { throw .invalidOrder("post_only needs good_till_canceled") }
        if immediate, request.expiration != nil { throw .invalidOrder("expiration_time needs good_till_canceled") }
        if let expiration = request.expiration, expiration <= time { throw .invalidOrder("expiration_time is in the past") }
        if request.reduceOnly, request.timeInForce != .immediateOrCancel { throw .invalidOrder("reduce_only needs immediate_or_cancel") }
        if request.postOnly, crosses(request.side, request.limit, m, account: a) { throw .postOnlyCross }
        guard request.reduceOnly else { return request.quantity }
        let held = heldAgainst(request.side, a, m)
        guard held > .zero else { throw .invalidOrder("reduce_only without a position to reduce") }
        return min(request.quantity, held)
    }

    /// What the account holds of the leg that buying `side` would close.
    func heldAgainst(_ side: Side, _ a: Int, _ m: Int) -> Quantity {
        let net = accounts[a].portfolio.position(markets[m].record.market.ticker).net
        let against = side == .yes ? -net : net
        return max(against, .zero)
    }

    private mutating func register(_ request: OrderRequest, _ quantity: Quantity, _ a: Int, _ m: Int, at time: Timestamp) throws(OrderRefusal) -> Int {
        guard let fees = markets[m].fees else { throw .invalidOrder("the market's fee rule is not known") }
        if request.timeInForce == .fillOrKill {
            let reach = reachable(request.side, request.limit, m, account: a)
            // One that would meet an order of its own account is treated as immediate-or-cancel (reference 9.1).
            if reach.quantity < quantity.hundredths, !reach.meetsItself { throw .fillOrKillInsufficientVolume }
        }
        let liquidity: Liquidity = request.postOnly ? .maker : .taker
        let opening = quantity - min(quantity, uncovered(request.side, a, m))
        let needed = request.limit * opening + fees.upperBound(price: request.limit, quantity: opening, liquidity: liquidity)
        guard needed <= max(accounts[a].portfolio.free, .zero) else { throw .insufficientBalance }

        let id = OrderID(ids.next())
        let client = request.client ?? ClientOrderID(id.text)
        guard accounts[a].clients[client] == nil else { throw .orderAlreadyExists }
        let o = accounts[a].orders.count
        accounts[a].orders.append(
            OrderRecord(
                account: accounts[a].id, id: id, request: request, client: client, created: time, updated: time, status: .resting, initial: quantity,
                remaining: quantity, feeAccount: OrderFeeAccount(fees)))
        accounts[a].handles.append(-1)
        accounts[a].clients[client] = o
        accounts[a].orderPlaces[id] = o
        return o
    }

    /// The part of the position against `side` that no resting order covers yet: closing it needs no cash.
    func uncovered(_ side: Side, _ a: Int, _ m: Int, except own: Int? = nil) -> Quantity {
        var held = heldAgainst(side, a, m)
        for o in accounts[a].open[m] ?? [] where accounts[a].orders[o].side == side && o != own { held -= min(held, accounts[a].orders[o].remaining) }
        return held
    }

    // MARK: - The order itself

    mutating func execute(_ a: Int, _ o: Int, _ m: Int, at time: Timestamp, into events: inout [VenueEvent]) {
        let request = accounts[a].orders[o].request
        var incoming = Incoming(
            account: Int32(a), order: Int32(o), side: request.side, limit: request.limit, selfTrade: request.selfTrade,
            remaining: accounts[a].orders[o].remaining.hundredths)
        if markets[m].record.isRecorded {
            takeRecorded(&incoming, m, at: time, into: &events)
        } else {
            match(&incoming, m, at: time, into: &events)
        }
        if incoming.remaining > 0 {
            if incoming.stopped {
                end(a, o, .selfTrade, at: time)
            } else if request.timeInForce != .goodTillCanceled {
                end(a, o, .immediate, at: time)
            } else {
                rest(a, o, m, at: time, into: &events)
            }
        }
        reserve(a, m)
        events.append(.order(accounts[a].orders[o]))
        events.append(.account(accounts[a].id))
    }

    private mutating func rest(_ a: Int, _ o: Int, _ m: Int, at time: Timestamp, into events: inout [VenueEvent]) {
        enter(a, o, m, at: time)
        let order = accounts[a].orders[o]
        events.append(
            .bookDelta(
                order.market, order.side, order.limit, change: order.remaining, owner: BookOwner(account: accounts[a].id, client: order.client)))
    }

    /// Puts an order at the back of its queue.
    mutating func enter(_ a: Int, _ o: Int, _ m: Int, at time: Timestamp) {
        let order = accounts[a].orders[o]
        if markets[m].record.isRecorded {
            markets[m].tape.rest(account: Int32(a), order: Int32(o), order.side, order.limit, at: time)
        } else {
            accounts[a].handles[o] = markets[m].book.add(
                order.side, slot: markets[m].book.slot(order.limit), remaining: order.remaining.hundredths, account: Int32(a), order: Int32(o))
        }
        accounts[a].open[m, default: []].append(o)
        if let expiration = order.request.expiration {
            expirations.append(Expiration(time: expiration, account: a, order: o))
            nextExpiration = min(nextExpiration ?? expiration, expiration)
        }
    }

    /// An order's end without a book: what is left of it is canceled.
    mutating func end(_ a: Int, _ o: Int, _ ending: OrderRecord.Ending, at time: Timestamp) {
        accounts[a].orders[o].remaining = .zero
        accounts[a].orders[o].status = .canceled
        accounts[a].orders[o].ending = ending
        accounts[a].orders[o].updated = time
    }

    /// Sets aside what the account's resting orders in a market may cost: nothing for what only reduces the position, oldest order first.
    mutating func reserve(_ a: Int, _ m: Int) {
        guard let fees = markets[m].fees, let open = accounts[a].open[m] else { return }
        for side in Side.allCases {
            var covering = heldAgainst(side, a, m)
            for o in open where accounts[a].orders[o].side == side {
                let order = accounts[a].orders[o]
                let reducing = min(covering, order.remaining)
                covering -= reducing
                let opening = order.remaining - reducing
                let amount = order.limit * opening + fees.upperBound(price: order.limit, quantity: opening, liquidity: .maker)
                accounts[a].portfolio.reserve(amount, for: order.client)
            }
        }
    }
}
