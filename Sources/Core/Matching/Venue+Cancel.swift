public import Model

extension Venue {
    /// Takes an order off the book; the record tells how much was left by `initial - filled`.
    public mutating func cancel(
        _ order: OrderID, for account: AccountID, at time: Timestamp, into events: inout [VenueEvent]
    ) -> Result<OrderRecord, OrderRefusal> {
        guard exchangeActive else { return .failure(.exchangePaused) }
        guard let a = place(account) else { return .failure(.unknownAccount) }
        guard let o = accounts[a].place(order) else { return .failure(.notFound) }
        let status = markets[Int(accounts[a].orders[o].market)].record.status
        guard status == .active || status == .inactive else { return .failure(.marketInactive) }
        guard accounts[a].orders[o].isResting else { return .failure(.notFound) }
        cancelResting(a, o, .byRequest, at: time, into: &events)
        return .success(accounts[a].record(o))
    }

    /// Takes everything of an account, or of one of its subaccounts, off the books; returns how many orders that were.
    @discardableResult
    public mutating func cancelAll(_ account: AccountID, subaccount: Int? = nil, at time: Timestamp, into events: inout [VenueEvent]) -> Int {
        guard exchangeActive, let a = place(account) else { return 0 }
        let all = restingOrders(a, where: { subaccount == nil || $0.subaccount == subaccount })
        for o in all { cancelResting(a, o, .byRequest, at: time, into: &events) }
        return all.count
    }

    /// Lets orders lapse and markets pay whose time has come. Call it before anything else that happens at `time`.
    public mutating func advance(to time: Timestamp, into events: inout [VenueEvent]) {
        while let due = expirations.take(dueAt: time) {
            let (a, o) = (Int(due.account), Int(due.order))
            guard accounts[a].orders[o].isResting, let lapses = accounts[a].orders[o].record.request.expiration, lapses <= time else { continue }
            cancelResting(a, o, .expired, at: time, into: &events)
        }
        guard !payments.isEmpty else { return }
        for (market, due) in payments.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) where due <= time { settle(market, at: time, into: &events) }
    }

    mutating func cancelResting(_ a: Int, _ o: Int, _ ending: OrderRecord.Ending, at time: Timestamp, into events: inout [VenueEvent]) {
        let (m, remaining) = (Int(accounts[a].orders[o].market), accounts[a].orders[o].quantity)
        leave(a, o, m)
        // Before anybody holds the record: what is shared is copied when it changes.
        accounts[a].orders[o].record.end(ending, at: time)
        tellLevel(a, o, m, change: -remaining, into: &events)
        reserve(a, Int(accounts[a].orders[o].stake), m)
        events.append(.order(accounts[a].record(o)))
        events.append(.account(accounts[a].id))
    }
}
