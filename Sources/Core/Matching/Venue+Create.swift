import Accounting
public import Model

/// An order on its way into a book: an account's, or the house's (`account` -1).
struct Incoming {
    let account: Int32
    let order: Int32
    /// Place of its group in the account; -1 without one.
    let group: Int32
    let side: Side
    let limit: Price
    let selfTrade: SelfTradePrevention
    var remaining: Int64
    /// What it may still cost, where that is limited.
    var budget: Money?
    /// Whether what is left of it stays in the book.
    var rests = false
    /// Why it must not go on, nor rest.
    var stopped: OrderRecord.Ending?

    init(account: Int32 = -1, order: Int32 = 0, group: Int32 = -1, side: Side, limit: Price, selfTrade: SelfTradePrevention = .takerAtCross, remaining: Int64) {
        self.account = account
        self.order = order
        self.group = group
        self.side = side
        self.limit = limit
        self.selfTrade = selfTrade
        self.remaining = remaining
    }
}

extension Venue {
    /// 10 million contracts: far above any order seen, and far below where the integers would overflow.
    static let largestOrder = Quantity.contracts(10_000_000)
    /// Resting orders of one account (reference, section 9.2).
    static let openOrderLimit = 200_000

    /// Takes an order in: matches it, and rests or cancels what is left. The record is the order's state after that.
    public mutating func create(
        _ request: OrderRequest, for account: AccountID, at time: Timestamp, into events: inout [VenueEvent]
    ) -> Result<OrderRecord, OrderRefusal> {
        do throws(OrderRefusal) {
            guard let a = place(account) else { throw .unknownAccount }
            let m = try openMarket(request.market, at: time)
            let quantity = try examine(request, a, m, at: time)
            let o = try register(request, quantity, a, m, at: time)
            execute(a, o, m, at: time, into: &events)
            return .success(accounts[a].record(o))
        } catch {
            return .failure(error)
        }
    }

    // MARK: - The gate

    private mutating func openMarket(_ market: Ticker, at time: Timestamp) throws(OrderRefusal) -> Int {
        guard exchangeActive else { throw .exchangePaused }
        guard tradingActive else { throw .tradingPaused }
        guard let m = place(market) else { throw .marketNotFound }
        guard canTakeOrders(m, at: time) else { throw .marketInactive }
        return m
    }

    /// Every rule about the order itself; returns its size, capped when it may only reduce.
    private func examine(_ request: OrderRequest, _ a: Int, _ m: Int, at time: Timestamp) throws(OrderRefusal) -> Quantity {
        guard accounts[a].subaccounts.indices.contains(request.subaccount) else { throw .unknownSubaccount }
        if let client = request.client, accounts[a].place(client) != nil { throw .orderAlreadyExists }
        guard markets[m].record.market.grid.accepts(request.side == .yes ? request.limit : request.limit.complement) else { throw .invalidPrice }
        guard request.quantity > .zero, request.quantity <= Self.largestOrder else { throw .invalidSize }
        guard markets[m].fees != nil else { throw .invalidOrder("the market's fee rule is not known") }
        try examineForm(request, at: time)
        if let group = request.group { try examineGroup(group, a, subaccount: request.subaccount) }
        if request.postOnly, crosses(request.side, request.limit, m, account: a) { throw .postOnlyCross }
        guard request.reduceOnly else { return request.quantity }
        let held = heldAgainst(request.side, a, request.subaccount, m)
        guard held > .zero else { throw .invalidOrder("reduce_only without a position to reduce") }
        return min(request.quantity, held)
    }

    private func examineForm(_ request: OrderRequest, at time: Timestamp) throws(OrderRefusal) {
        let immediate = request.timeInForce != .goodTillCanceled
        if immediate, request.postOnly { throw .invalidOrder("post_only needs good_till_canceled") }
        if immediate, request.expiration != nil { throw .invalidOrder("expiration_time needs good_till_canceled") }
        if let expiration = request.expiration, expiration <= time { throw .invalidOrder("expiration_time is in the past") }
        if request.reduceOnly, request.timeInForce != .immediateOrCancel { throw .invalidOrder("reduce_only needs immediate_or_cancel") }
        if let most = request.maxCost, request.timeInForce != .immediateOrCancel || most <= .zero {
            throw .invalidOrder("buy_max_cost is positive and needs immediate_or_cancel")
        }
    }

    private func examineGroup(_ group: OrderGroupID, _ a: Int, subaccount: Int) throws(OrderRefusal) {
        guard let g = accounts[a].groupPlaces[group], accounts[a].groups[g].record.subaccount == subaccount else { throw .groupNotFound }
        if accounts[a].groups[g].record.isTriggered { throw .groupTriggered }
    }

    /// What a subaccount holds of the leg that buying `side` would close.
    func heldAgainst(_ side: Side, _ a: Int, _ s: Int, _ m: Int) -> Quantity {
        guard let k = accounts[a].subaccounts[s].stake(m) else { return .zero }
        return accounts[a].stakes[k].held(against: side)
    }

    private mutating func register(_ request: OrderRequest, _ quantity: Quantity, _ a: Int, _ m: Int, at time: Timestamp) throws(OrderRefusal) -> Int {
        guard let fees = markets[m].fees else { throw .invalidOrder("the market's fee rule is not known") }
        var g = -1
        if let group = request.group, let place = accounts[a].groupPlaces[group] { g = place }
        if request.timeInForce == .fillOrKill { try examineVolume(request, quantity, a, g, m, at: time) }
        if request.timeInForce == .goodTillCanceled, accounts[a].resting >= Self.openOrderLimit { throw .invalidOrder("too many open orders") }
        let k = stake(a, request.subaccount, m)
        let needed = need(a, k, request.side, request.limit, quantity, fees, request.postOnly ? .maker : .taker)
        guard needed <= max(accounts[a].subaccounts[request.subaccount].free, .zero) else { throw .insufficientBalance }

        let id = OrderID(ids.next())
        let client = request.client ?? ClientOrderID(id.text)
        // Only a client that guessed an id of the venue's can stand in the way of it.
        guard request.client != nil || accounts[a].place(client) == nil else { throw .orderAlreadyExists }
        let o = accounts[a].orders.count
        let record = OrderRecord(
            OrderRecord.Values(
                account: accounts[a].id, id: id, request: request, client: client, created: time, updated: time, status: .resting, initial: quantity,
                remaining: quantity, feeAccount: OrderFeeAccount(fees)))
        accounts[a].add(
            OrderState(record: record, market: Int32(m), stake: Int32(k), group: Int32(g)), counter: ids.issued, client: accounts[a].clients.key(client.text))
        return o
    }

    /// A fill-or-kill order fills whole or is refused: by what is offered, and by what its own group may still trade.
    private mutating func examineVolume(
        _ request: OrderRequest, _ quantity: Quantity, _ a: Int, _ g: Int, _ m: Int, at time: Timestamp
    ) throws(OrderRefusal) {
        let reach = reachable(request.side, request.limit, m, account: a, at: time)
        // One that would meet an order of its own account is treated as immediate-or-cancel (reference 9.1).
        guard !reach.meetsItself else { return }
        guard reach.quantity >= quantity.hundredths else { throw .fillOrKillInsufficientVolume }
        if g >= 0, accounts[a].groups[g].room(at: time) < quantity.hundredths { throw .fillOrKillInsufficientVolume }
    }

    /// The place of a subaccount's stake in a market: made when it is first asked for.
    mutating func stake(_ a: Int, _ s: Int, _ m: Int) -> Int {
        if let known = accounts[a].subaccounts[s].stake(m) { return known }
        let k = accounts[a].stakes.count
        accounts[a].stakes.append(Stake(subaccount: s, market: m))
        accounts[a].subaccounts[s].set(stake: k, in: m)
        return k
    }

    // MARK: - The order itself

    mutating func execute(_ a: Int, _ o: Int, _ m: Int, at time: Timestamp, into events: inout [VenueEvent]) {
        var incoming = accounts[a].incoming(o, account: a)
        if markets[m].record.isRecorded {
            takeRecorded(&incoming, m, at: time, into: &events)
        } else {
            match(&incoming, m, at: time, into: &events)
        }
        if incoming.remaining > 0 {
            if let why = incoming.stopped {
                accounts[a].orders[o].record.end(why, at: time)
            } else if !incoming.rests {
                accounts[a].orders[o].record.end(.immediate, at: time)
            } else {
                rest(a, o, m, Quantity(hundredths: incoming.remaining), at: time, into: &events)
            }
        }
        reserve(a, Int(accounts[a].orders[o].stake), m)
        events.append(.order(accounts[a].record(o)))
        events.append(.account(accounts[a].id))
    }

    private mutating func rest(_ a: Int, _ o: Int, _ m: Int, _ remaining: Quantity, at time: Timestamp, into events: inout [VenueEvent]) {
        enter(a, o, m, remaining, at: time)
        if let expiration = accounts[a].orders[o].record.values.request.expiration { expirations.add(expiration, account: a, order: o) }
        tellLevel(a, o, m, change: remaining, into: &events)
    }

    /// The level of an account's order changed.
    func tellLevel(_ a: Int, _ o: Int, _ m: Int, change: Quantity, into events: inout [VenueEvent]) {
        let (side, limit, _) = accounts[a].rests(o)
        events.append(.bookDelta(markets[m].ticker, side, limit, change: change, owner: BookOwner(accounts[a].record(o))))
    }
}

extension AccountState {
    /// An order on its way into the book.
    @inline(__always) fileprivate func incoming(_ o: Int, account a: Int) -> Incoming { orders[o].record.values.incoming(account: a, order: o, group: orders[o].group) }
}

extension OrderRecord.Values {
    @inline(__always) fileprivate func incoming(account: Int, order: Int, group: Int32) -> Incoming {
        var incoming = Incoming(
            account: Int32(account), order: Int32(order), group: group, side: request.side, limit: request.limit, selfTrade: request.selfTrade,
            remaining: remaining.hundredths)
        incoming.budget = request.maxCost
        incoming.rests = request.timeInForce == .goodTillCanceled
        return incoming
    }
}

extension OrderRecord {
    mutating func end(_ ending: Ending, at time: Timestamp) { values.end(ending, at: time) }
}

extension OrderRecord.Values {
    /// An order's end without a book: what is left of it is canceled.
    mutating func end(_ ending: OrderRecord.Ending, at time: Timestamp) {
        remaining = .zero
        status = .canceled
        self.ending = ending
        lastUpdate = ending.update
        updated = time
    }
}
