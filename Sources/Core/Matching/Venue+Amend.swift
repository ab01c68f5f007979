import Accounting
public import Model

/// What to change about a resting order. What is nil stays.
public struct OrderAmendment: Hashable, Sendable {
    public enum Expiry: Hashable, Sendable {
        case unchanged, never
        case at(Timestamp)
    }

    /// In the order's own leg's dollars.
    public var limit: Price?
    /// The new total, what is already filled included.
    public var quantity: Quantity?
    /// A new client id; the old one stays taken.
    public var client: ClientOrderID?
    public var expiry: Expiry

    public init(limit: Price? = nil, quantity: Quantity? = nil, client: ClientOrderID? = nil, expiry: Expiry = .unchanged) {
        self.limit = limit
        self.quantity = quantity
        self.client = client
        self.expiry = expiry
    }
}

extension Venue {
    /// Takes `reduction` off a resting order, which keeps its place in the queue; all of it or more cancels the order.
    public mutating func decrease(
        _ order: OrderID, by reduction: Quantity, for account: AccountID, at time: Timestamp, into events: inout [VenueEvent]
    ) -> Result<OrderRecord, OrderRefusal> {
        guard exchangeActive else { return .failure(.exchangePaused) }
        guard let (a, o, m) = resting(order, of: account) else { return .failure(missing(order, of: account)) }
        guard reduction > .zero else { return .failure(.invalidSize) }
        if reduction >= accounts[a].orders[o].remaining {
            cancelResting(a, o, m, .byRequest, at: time, into: &events)
        } else {
            shrink(a, o, m, by: reduction, at: time, into: &events)
            events.append(.order(accounts[a].orders[o]))
            events.append(.account(account))
        }
        return .success(accounts[a].orders[o])
    }

    /// Changes a resting order. A new price or a larger size goes to the back of the queue, and may trade at once; anything else keeps its place.
    public mutating func amend(
        _ order: OrderID, _ amendment: OrderAmendment, for account: AccountID, at time: Timestamp, into events: inout [VenueEvent]
    ) -> Result<OrderRecord, OrderRefusal> {
        guard exchangeActive else { return .failure(.exchangePaused) }
        guard tradingActive else { return .failure(.tradingPaused) }
        guard let (a, o, m) = resting(order, of: account) else { return .failure(missing(order, of: account)) }
        if let refusal = objection(to: amendment, a, o, m, at: time) { return .failure(refusal) }
        let old = accounts[a].orders[o]
        let total = amendment.quantity ?? old.initial
        let moves = (amendment.limit ?? old.limit) != old.limit || total > old.initial
        if moves { leave(a, o, m, into: &events) } else if total < old.initial { shrink(a, o, m, by: old.initial - total, at: time, into: &events) }
        rename(a, o, amendment)
        accounts[a].orders[o].updated = time
        if moves {
            accounts[a].orders[o].request.limit = amendment.limit ?? old.limit
            accounts[a].orders[o].initial = total
            accounts[a].orders[o].remaining = total - old.filled
            execute(a, o, m, at: time, into: &events)
        } else {
            reserve(a, m)
            events.append(.order(accounts[a].orders[o]))
            events.append(.account(account))
        }
        return .success(accounts[a].orders[o])
    }

    // MARK: - Steps

    private func resting(_ order: OrderID, of account: AccountID) -> (a: Int, o: Int, m: Int)? {
        guard let a = accountPlaces[account], let o = accounts[a].orderPlaces[order], let m = marketPlaces[accounts[a].orders[o].market],
            markets[m].record.status == .active, isResting(a, o, m)
        else { return nil }
        return (a, o, m)
    }

    private func missing(_ order: OrderID, of account: AccountID) -> OrderRefusal {
        guard let a = accountPlaces[account] else { return .unknownAccount }
        guard let o = accounts[a].orderPlaces[order], let m = marketPlaces[accounts[a].orders[o].market] else { return .notFound }
        return markets[m].record.status == .active ? .notFound : .marketInactive
    }

    private func objection(to amendment: OrderAmendment, _ a: Int, _ o: Int, _ m: Int, at time: Timestamp) -> OrderRefusal? {
        let old = accounts[a].orders[o]
        let limit = amendment.limit ?? old.limit
        let total = amendment.quantity ?? old.initial
        guard let fees = markets[m].fees, time < markets[m].record.market.closeTime else { return .marketInactive }
        guard markets[m].record.market.grid.accepts(old.side == .yes ? limit : limit.complement) else { return .invalidPrice }
        guard total > old.filled, total <= .contracts(10_000_000) else { return .invalidSize }
        if let client = amendment.client, client != old.client, accounts[a].clients[client] != nil { return .orderAlreadyExists }
        if case .at(let expiry) = amendment.expiry, expiry <= time { return .invalidOrder("expiration_time is in the past") }
        if limit != old.limit, old.request.postOnly, crosses(old.side, limit, m, account: a) { return .postOnlyCross }
        let left = total - old.filled
        let opening = left - min(left, uncovered(old.side, a, m, except: o))
        let needed = limit * opening + fees.upperBound(price: limit, quantity: opening, liquidity: old.request.postOnly ? .maker : .taker)
        // An amendment that only makes the order cheaper is never refused for want of cash.
        let cheaper = total <= old.initial && limit <= old.limit
        let free = accounts[a].portfolio.free + accounts[a].portfolio.reservation(old.client)
        return cheaper || needed <= max(free, .zero) ? nil : .insufficientBalance
    }

    private mutating func leave(_ a: Int, _ o: Int, _ m: Int, into events: inout [VenueEvent]) {
        let order = accounts[a].orders[o]
        if markets[m].record.isRecorded {
            markets[m].tape.leave(account: Int32(a), order: Int32(o))
        } else {
            markets[m].book.reduce(accounts[a].handles[o], by: order.remaining.hundredths)
        }
        events.append(
            .bookDelta(order.market, order.side, order.limit, change: -order.remaining, owner: BookOwner(account: order.account, client: order.client)))
        forgetOpen(a, o, m)
    }

    private mutating func shrink(_ a: Int, _ o: Int, _ m: Int, by reduction: Quantity, at time: Timestamp, into events: inout [VenueEvent]) {
        if !markets[m].record.isRecorded { markets[m].book.reduce(accounts[a].handles[o], by: reduction.hundredths) }
        accounts[a].orders[o].initial -= reduction
        accounts[a].orders[o].remaining -= reduction
        accounts[a].orders[o].updated = time
        let order = accounts[a].orders[o]
        events.append(.bookDelta(order.market, order.side, order.limit, change: -reduction, owner: BookOwner(account: order.account, client: order.client)))
        reserve(a, m)
    }

    private mutating func rename(_ a: Int, _ o: Int, _ amendment: OrderAmendment) {
        if let client = amendment.client, client != accounts[a].orders[o].client {
            accounts[a].portfolio.release(accounts[a].orders[o].client)
            accounts[a].orders[o].formerClients.append(accounts[a].orders[o].client)
            accounts[a].orders[o].client = client
            accounts[a].clients[client] = o
        }
        switch amendment.expiry {
        case .unchanged: return
        case .never: accounts[a].orders[o].request.expiration = nil
        case .at(let time):
            accounts[a].orders[o].request.expiration = time
            expirations.append(Expiration(time: time, account: a, order: o))
            nextExpiration = min(nextExpiration ?? time, time)
        }
    }
}
