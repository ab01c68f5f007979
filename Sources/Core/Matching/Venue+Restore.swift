public import Accounting
import Model

extension Venue {
    /// All that must survive a restart.
    public var state: VenueState {
        VenueState(
            accounts: accounts.indices.map(record), orders: accounts.flatMap { $0.orders.map(\.record) }, groups: accounts.flatMap { $0.groups.map(\.record) },
            transfers: accounts.flatMap(\.transfers), fills: accounts.flatMap(\.fills), settlements: accounts.flatMap(\.settlements),
            markets: markets.map(\.record))
    }

    /// A venue that remembers: accounts, markets and history as they were; resting orders enter again, at the back of their price's queue.
    ///
    /// The strangers' orders are gone. Records of accounts or markets that are not in the state are left out.
    public init(seed: UInt64, rounding: FeeRounding = .current(precision: .cent), restoring state: VenueState) {
        self.init(seed: seed, rounding: rounding)
        for record in state.markets {
            add(record)
            if let time = record.settles, record.status != .finalized { payments[record.market.ticker] = time }
        }
        for record in state.accounts { restore(record) }
        for record in state.groups { restore(record) }
        for record in state.transfers { restore(record) }
        for record in state.orders.sorted(by: { VenueIDs.counter(of: $0.id.text) < VenueIDs.counter(of: $1.id.text) }) { restore(record) }
        for record in state.fills { restore(record) }
        for record in state.settlements { restore(record) }
        restoreHouse()
        // Trades among strangers are in no record: leap over any ids they may have had since.
        let named = state.orders.map(\.id.text) + state.fills.map(\.fill.trade.text) + state.groups.map(\.id.text)
        let last = named.map(VenueIDs.counter(of:)).max() ?? 0
        ids = VenueIDs(seed: seed, issued: last + 1_000_000_000)
    }

    /// What is set aside comes back with the orders; returned collateral is in the cash.
    private mutating func restore(_ record: AccountRecord) {
        var account = AccountState(id: record.id, cash: .zero, seed: seed)
        account.subaccounts = record.subaccounts.map { SubaccountState(cash: $0.portfolio.cash) }
        add(account)
        let a = accounts.count - 1
        for (s, subaccount) in record.subaccounts.enumerated() {
            for (market, position) in subaccount.portfolio.positions {
                guard let m = known(market) else { continue }
                accounts[a].stakes[stake(a, s, m)].position = position
            }
            accounts[a].subaccounts[s].netting = subaccount.netting
            accounts[a].subaccounts[s].nets = subaccount.collateral.map { Net(event: $0.event, returned: $0.returned) }
        }
    }

    private mutating func restore(_ record: OrderGroupRecord) {
        guard let a = place(record.account) else { return }
        if !record.isDeleted { accounts[a].groupPlaces[record.id] = accounts[a].groups.count }
        accounts[a].groups.append(GroupState(record: record))
    }

    private mutating func restore(_ record: TransferRecord) {
        guard let a = place(record.account) else { return }
        accounts[a].transfers.append(record)
        accounts[a].transferIDs.insert(record.id)
    }

    private mutating func restore(_ record: OrderRecord) {
        guard let a = place(record.account), let m = known(record.market),
            accounts[a].subaccounts.indices.contains(record.subaccount)
        else { return }
        let o = accounts[a].orders.count
        let k = stake(a, record.subaccount, m)
        let g = record.group.flatMap { accounts[a].groupPlaces[$0] } ?? -1
        accounts[a].add(OrderState(record: record, market: Int32(m), stake: Int32(k), group: Int32(g)))
        guard record.status == .resting else { return }
        enter(a, o, m, record.remaining, at: record.updated)
        if let expiration = record.request.expiration { expirations.add(expiration, account: a, order: o) }
        reserve(a, k, m)
    }

    /// A group's window is what its orders filled since it was last reset.
    private mutating func restore(_ record: FillRecord) {
        guard let a = place(record.account) else { return }
        accounts[a].fills.append(record)
        if let m = known(record.fill.market), accounts[a].subaccounts.indices.contains(record.subaccount) {
            accounts[a].stakes[stake(a, record.subaccount, m)].count(record.fill.price, record.fill.quantity, at: record.fill.time)
        }
        guard let o = accounts[a].place(record.fill.order), accounts[a].orders[o].group >= 0 else { return }
        let g = Int(accounts[a].orders[o].group)
        guard VenueIDs.counter(of: record.fill.trade.text) > accounts[a].groups[g].record.countsAfter else { return }
        _ = accounts[a].groups[g].window.total(at: record.fill.time)
        accounts[a].groups[g].window.add(record.fill.quantity.hundredths, at: record.fill.time)
    }

    private mutating func restore(_ record: SettlementRecord) {
        guard let a = place(record.account) else { return }
        accounts[a].settlementPlaces[record.key] = accounts[a].settlements.count
        accounts[a].settlements.append(record)
        guard let m = known(record.settlement.market), accounts[a].subaccounts.indices.contains(record.subaccount) else { return }
        let k = stake(a, record.subaccount, m)
        accounts[a].stakes[k].updated = max(accounts[a].stakes[k].updated, record.reversed ?? record.time)
    }

    /// The house holds the other side of whatever the accounts hold; its cash starts anew. One pass over all stakes: a market has few of them.
    private mutating func restoreHouse() {
        var held = Array(repeating: HeldAgainstHouse(), count: markets.count)
        for account in accounts {
            for stake in account.stakes { held[stake.market].add(stake.position) }
        }
        for m in markets.indices { mirrorHouse(m, held[m]) }
    }

    /// The same for one market.
    mutating func mirrorHouse(_ m: Int) {
        var held = HeldAgainstHouse()
        for (a, k) in stakes(in: m) { held.add(accounts[a].stakes[k].position) }
        mirrorHouse(m, held)
    }

    private mutating func mirrorHouse(_ m: Int, _ held: HeldAgainstHouse) { markets[m].house.restate(net: held.no - held.yes, cost: held.houseCost) }
}

/// What the accounts hold of one market together.
private struct HeldAgainstHouse {
    var yes = Quantity.zero
    var no = Quantity.zero
    var paid = Money.zero

    mutating func add(_ position: Position) {
        yes += max(position.net, .zero)
        no += max(-position.net, .zero)
        paid += position.cost
    }

    /// Each pair cost a dollar: what the accounts did not pay of it, the house did.
    var houseCost: Money { yes == no ? .zero : max(Price.one * max(yes, no) - paid, .zero) }
}
