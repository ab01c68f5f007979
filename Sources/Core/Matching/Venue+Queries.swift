public import Model

extension Venue {
    /// The public book: bids of each leg, ascending, strangers' and accounts' together. Nil for a market that is not listed.
    public func book(_ market: Ticker) -> (yes: [Level], no: [Level])? {
        guard let m = known(market) else { return nil }
        guard markets[m].record.isRecorded else { return (markets[m].book.levels(.yes), markets[m].book.levels(.no)) }
        return (recordedLevels(m, .yes), recordedLevels(m, .no))
    }

    private func recordedLevels(_ m: Int, _ side: Side) -> [Level] {
        var sizes: [Price: Int64] = [:]
        for level in markets[m].tape.levels(side) { sizes[level.price, default: 0] += level.quantity.hundredths }
        for own in markets[m].tape.own where own.side == side {
            sizes[own.price, default: 0] += accounts[Int(own.account)].orders[Int(own.order)].record.remaining.hundredths
        }
        return sizes.keys.sorted().map { Level(price: $0, quantity: Quantity(hundredths: sizes[$0] ?? 0)) }
    }

    public func market(_ ticker: Ticker) -> MarketRecord? { known(ticker).map { markets[$0].record } }
    /// In the order of listing.
    public var allMarkets: [MarketRecord] { markets.map(\.record) }
    public var allAccounts: [AccountID] { accounts.map(\.id) }

    public func account(_ id: AccountID) -> AccountRecord? {
        place(id).map(record)
    }

    /// Oldest first; every order the account ever sent.
    public func orders(_ account: AccountID, market: Ticker? = nil, event: EventTicker? = nil, status: VenueOrder.Status? = nil) -> [OrderRecord] {
        guard let a = place(account) else { return [] }
        // What rests is kept apart: the history may be long, and this is asked often.
        let places = status == .resting ? restingOrders(a).sorted() : Array(accounts[a].orders.indices)
        return places.map { accounts[a].orders[$0].record }.filter { order in
            (market == nil || order.market == market) && (status == nil || order.status == status) && (event == nil || self.event(of: order.market) == event)
        }
    }

    private func event(of market: Ticker) -> EventTicker? { known(market).map { markets[$0].record.market.event } }

    public func order(_ id: OrderID, of account: AccountID) -> OrderRecord? {
        guard let a = place(account), let o = accounts[a].place(id) else { return nil }
        return accounts[a].orders[o].record
    }

    public func order(_ client: ClientOrderID, of account: AccountID) -> OrderRecord? {
        guard let a = place(account), let o = accounts[a].place(client) else { return nil }
        return accounts[a].orders[o].record
    }

    /// Oldest first, from `since` on (inclusive).
    public func fills(_ account: AccountID, market: Ticker? = nil, order: OrderID? = nil, since: Timestamp = .zero) -> [FillRecord] {
        guard let a = place(account) else { return [] }
        return accounts[a].fills[firstFill(a, since)...].filter { record in
            (market == nil || record.fill.market == market) && (order == nil || record.fill.order == order)
        }
    }

    /// The place of the first fill not before `since`: fills are kept in the order of their time.
    private func firstFill(_ a: Int, _ since: Timestamp) -> Int {
        var low = 0
        var high = accounts[a].fills.count
        while low < high {
            let middle = (low + high) / 2
            if accounts[a].fills[middle].fill.time < since { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Payouts in force: one that was taken back is not among them.
    public func settlements(_ account: AccountID) -> [SettlementRecord] {
        place(account).map { accounts[$0].settlements.filter { $0.reversed == nil } } ?? []
    }

    /// Contracts ahead of a resting order at its price; nil when it does not rest.
    public func queuePosition(_ id: OrderID, of account: AccountID) -> Quantity? {
        guard let a = place(account), let o = accounts[a].place(id), accounts[a].orders[o].isResting else { return nil }
        let m = Int(accounts[a].orders[o].market)
        if !markets[m].record.isRecorded { return Quantity(hundredths: markets[m].book.ahead(of: accounts[a].orders[o].handle)) }
        return markets[m].tape.ahead(account: Int32(a), order: Int32(o)).map { Quantity(hundredths: $0) }
    }
}
