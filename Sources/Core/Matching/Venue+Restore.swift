public import Accounting
import Model

extension Venue {
    /// All that must survive a restart.
    public var state: VenueState {
        VenueState(
            accounts: accounts.map { AccountRecord(id: $0.id, portfolio: $0.portfolio) }, orders: accounts.flatMap(\.orders), fills: accounts.flatMap(\.fills),
            settlements: accounts.flatMap(\.settlements), markets: markets.map(\.record))
    }

    /// A venue that remembers: accounts, markets and history as they were; resting orders enter again, at the back of their price's queue.
    ///
    /// The strangers' orders are gone. Records of accounts or markets that are not in the state are left out.
    public init(seed: UInt64, rounding: FeeRounding = .current(precision: .cent), restoring state: VenueState) {
        self.init(seed: seed, rounding: rounding)
        for record in state.markets {
            marketPlaces[record.market.ticker] = markets.count
            markets.append(MarketState(record, rounding: rounding))
        }
        for record in state.accounts { add(AccountState(id: record.id, portfolio: record.portfolio)) }
        for record in state.fills { if let a = accountPlaces[record.account] { accounts[a].fills.append(record) } }
        for record in state.settlements { if let a = accountPlaces[record.account] { accounts[a].settlements.append(record) } }
        for record in state.orders.sorted(by: { VenueIDs.counter(of: $0.id.text) < VenueIDs.counter(of: $1.id.text) }) { restore(record) }
        restoreHouse()
        // Trades among strangers are in no record: leap over any ids they may have had since.
        let last = (state.orders.map(\.id.text) + state.fills.map(\.fill.trade.text)).map(VenueIDs.counter(of:)).max() ?? 0
        ids = VenueIDs(seed: seed, issued: last + 1_000_000_000)
    }

    private mutating func restore(_ record: OrderRecord) {
        guard let a = accountPlaces[record.account] else { return }
        let o = accounts[a].orders.count
        accounts[a].orders.append(record)
        accounts[a].handles.append(-1)
        for client in record.formerClients + [record.client] { accounts[a].clients[client] = o }
        accounts[a].orderPlaces[record.id] = o
        guard record.status == .resting, let m = marketPlaces[record.market] else { return }
        enter(a, o, m, at: record.updated)
        reserve(a, m)
    }

    /// The house holds the other side of whatever the accounts hold; its cash starts anew.
    private mutating func restoreHouse() {
        for account in accounts {
            for (market, position) in account.portfolio.positions where !position.net.isZero {
                let held = house.position(market)
                house.restate(market, net: held.net - position.net, cost: held.cost + Price.one * position.net.magnitude - position.cost)
            }
        }
    }
}
