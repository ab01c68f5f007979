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
    /// What the request says the order is: refused where it is not. Nil says nothing.
    public var expectedMarket: Ticker?
    public var expectedSide: Side?
    public var expectedClient: ClientOrderID?

    public init(
        limit: Price? = nil, quantity: Quantity? = nil, client: ClientOrderID? = nil, expiry: Expiry = .unchanged, expectedMarket: Ticker? = nil,
        expectedSide: Side? = nil, expectedClient: ClientOrderID? = nil
    ) {
        self.limit = limit
        self.quantity = quantity
        self.client = client
        self.expiry = expiry
        self.expectedMarket = expectedMarket
        self.expectedSide = expectedSide
        self.expectedClient = expectedClient
    }
}

extension Venue {
    /// Takes `reduction` off a resting order, which keeps its place in the queue; all of it or more cancels the order.
    public mutating func decrease(
        _ order: OrderID, by reduction: Quantity, for account: AccountID, at time: Timestamp, into events: inout [VenueEvent]
    ) -> Result<OrderRecord, OrderRefusal> {
        guard exchangeActive else { return .failure(.exchangePaused) }
        guard let (a, o) = resting(order, of: account) else { return .failure(missing(order, of: account)) }
        guard reduction > .zero else { return .failure(.invalidSize) }
        if reduction >= accounts[a].orders[o].record.remaining {
            cancelResting(a, o, .byRequest, at: time, into: &events)
        } else {
            shrink(a, o, by: reduction, at: time, into: &events)
            accounts[a].orders[o].record.values.lastUpdate = .decrease
            reserve(a, Int(accounts[a].orders[o].stake), Int(accounts[a].orders[o].market))
            events.append(.order(accounts[a].orders[o].record))
            events.append(.account(account))
        }
        return .success(accounts[a].orders[o].record)
    }

    /// Changes a resting order. A new price or a larger size goes to the back of the queue, and may trade at once; anything else keeps its place.
    public mutating func amend(
        _ order: OrderID, _ amendment: OrderAmendment, for account: AccountID, at time: Timestamp, into events: inout [VenueEvent]
    ) -> Result<OrderRecord, OrderRefusal> {
        guard exchangeActive else { return .failure(.exchangePaused) }
        guard tradingActive else { return .failure(.tradingPaused) }
        guard let (a, o) = resting(order, of: account) else { return .failure(missing(order, of: account)) }
        if let refusal = objection(to: amendment, a, o, at: time) { return .failure(refusal) }
        let old = accounts[a].orders[o].record
        let m = Int(accounts[a].orders[o].market)
        let total = amendment.quantity ?? old.initial
        let moves = (amendment.limit ?? old.limit) != old.limit || total > old.initial
        if moves {
            leave(a, o, m)
            tellLevel(a, o, m, change: -old.remaining, into: &events)
        } else if total < old.initial {
            shrink(a, o, by: old.initial - total, at: time, into: &events)
        }
        rename(a, o, amendment)
        accounts[a].orders[o].record.values.updated = time
        accounts[a].orders[o].record.values.lastUpdate = .amend
        if moves {
            accounts[a].orders[o].limit = amendment.limit ?? old.limit
            accounts[a].orders[o].record.values.request.limit = amendment.limit ?? old.limit
            accounts[a].orders[o].record.values.initial = total
            accounts[a].orders[o].record.values.remaining = total - old.filled
            execute(a, o, m, at: time, into: &events)
        } else {
            reserve(a, Int(accounts[a].orders[o].stake), Int(accounts[a].orders[o].market))
            events.append(.order(accounts[a].orders[o].record))
            events.append(.account(account))
        }
        return .success(accounts[a].orders[o].record)
    }

    // MARK: - Steps

    private func resting(_ order: OrderID, of account: AccountID) -> (a: Int, o: Int)? {
        guard let a = place(account), let o = accounts[a].place(order), accounts[a].orders[o].isResting,
            markets[Int(accounts[a].orders[o].market)].record.status == .active
        else { return nil }
        return (a, o)
    }

    private func missing(_ order: OrderID, of account: AccountID) -> OrderRefusal {
        guard let a = place(account) else { return .unknownAccount }
        guard let o = accounts[a].place(order) else { return .notFound }
        return markets[Int(accounts[a].orders[o].market)].record.status == .active ? .notFound : .marketInactive
    }

    private func objection(to amendment: OrderAmendment, _ a: Int, _ o: Int, at time: Timestamp) -> OrderRefusal? {
        let old = accounts[a].orders[o].record
        let m = Int(accounts[a].orders[o].market)
        if let market = amendment.expectedMarket, market != old.market { return .tickerMismatch }
        if let side = amendment.expectedSide, side != old.side { return .sideMismatch }
        if let client = amendment.expectedClient, client != old.client { return .clientMismatch }
        let limit = amendment.limit ?? old.limit
        let total = amendment.quantity ?? old.initial
        guard let fees = markets[m].fees, time < markets[m].record.market.closeTime else { return .marketInactive }
        guard markets[m].record.market.grid.accepts(old.side == .yes ? limit : limit.complement) else { return .invalidPrice }
        guard total > old.filled, total <= Self.largestOrder else { return .invalidSize }
        if let client = amendment.client, client != old.client, accounts[a].place(client) != nil { return .orderAlreadyExists }
        if case .at(let expiry) = amendment.expiry, expiry <= time { return .invalidOrder("expiration_time is in the past") }
        if limit != old.limit, old.request.postOnly, crosses(old.side, limit, m, account: a) { return .postOnlyCross }
        // An amendment that only makes the order cheaper is never refused for want of cash.
        if total <= old.initial, limit <= old.limit { return nil }
        let k = Int(accounts[a].orders[o].stake)
        let needed = need(a, k, old.side, limit, total - old.filled, fees, old.request.postOnly ? .maker : .taker, except: o)
        let free = accounts[a].subaccounts[old.subaccount].free + reservation(a, k, o)
        return needed <= max(free, .zero) ? nil : .insufficientBalance
    }

    private mutating func shrink(_ a: Int, _ o: Int, by reduction: Quantity, at time: Timestamp, into events: inout [VenueEvent]) {
        let m = Int(accounts[a].orders[o].market)
        if !markets[m].record.isRecorded { markets[m].book.reduce(accounts[a].orders[o].handle, by: reduction.hundredths) }
        accounts[a].orders[o].record.values.initial -= reduction
        accounts[a].orders[o].record.values.remaining -= reduction
        accounts[a].orders[o].record.values.updated = time
        accounts[a].price(o, accounts[a].orders[o].quantity - reduction, markets[m].fees)
        tellLevel(a, o, m, change: -reduction, into: &events)
    }

    private mutating func rename(_ a: Int, _ o: Int, _ amendment: OrderAmendment) {
        if let client = amendment.client, client != accounts[a].orders[o].record.client {
            accounts[a].rename(o, to: client)
        }
        switch amendment.expiry {
        case .unchanged: return
        case .never: accounts[a].orders[o].record.values.request.expiration = nil
        case .at(let time):
            accounts[a].orders[o].record.values.request.expiration = time
            expirations.add(time, account: a, order: o)
        }
    }
}
