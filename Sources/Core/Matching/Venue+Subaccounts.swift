import Accounting
public import Model

extension Venue {
    /// Numbers 0 (primary) to 63 (Kalshi reference, section 9.4).
    public static let subaccountLimit = 64

    /// Opens the next subaccount, empty; returns its number.
    public mutating func openSubaccount(_ account: AccountID, into events: inout [VenueEvent]) -> Result<Int, OrderRefusal> {
        guard let a = place(account) else { return .failure(.unknownAccount) }
        let number = accounts[a].subaccounts.count
        guard number < Self.subaccountLimit else { return .failure(.invalidParameters("there are 64 subaccounts already")) }
        accounts[a].subaccounts.append(SubaccountState(cash: .zero))
        events.append(.account(account))
        return .success(number)
    }

    /// Moves free cash between two subaccounts. `id` is permanent: the same one again is refused, so that a repeated request moves nothing twice.
    public mutating func transfer(
        _ amount: Money, from: Int, to: Int, id: String, for account: AccountID, at time: Timestamp, into events: inout [VenueEvent]
    ) -> Result<TransferRecord, OrderRefusal> {
        guard exchangeActive else { return .failure(.exchangePaused) }
        guard let a = place(account) else { return .failure(.unknownAccount) }
        guard accounts[a].subaccounts.indices.contains(from), accounts[a].subaccounts.indices.contains(to) else { return .failure(.unknownSubaccount) }
        guard !id.isEmpty, !accounts[a].transferIDs.contains(id) else { return .failure(id.isEmpty ? .invalidParameters("client_transfer_id") : .transferAlreadyExists) }
        guard amount > .zero, from != to else { return .failure(.invalidParameters(from == to ? "to_subaccount" : "amount_cents")) }
        guard amount <= accounts[a].subaccounts[from].free else { return .failure(.balanceTooLow) }
        accounts[a].subaccounts[from].cash -= amount
        accounts[a].subaccounts[to].cash += amount
        let record = TransferRecord(account: account, id: id, from: from, to: to, amount: amount, time: time)
        accounts[a].transfers.append(record)
        accounts[a].transferIDs.insert(id)
        events.append(.transfer(record))
        events.append(.account(account))
        return .success(record)
    }

    /// Oldest first.
    public func transfers(_ account: AccountID) -> [TransferRecord] { place(account).map { accounts[$0].transfers } ?? [] }

    func record(_ a: Int) -> AccountRecord { record(a) { portfolio(a, $0) } }

    /// The account's money without its positions: however many markets it traded, this is as long as its subaccounts are many. Nil for an unknown account.
    public func funds(_ account: AccountID) -> AccountRecord? {
        place(account).map { a in record(a) { Portfolio(cash: accounts[a].subaccounts[$0].cash, reserved: accounts[a].subaccounts[$0].reserved, positions: []) } }
    }

    private func record(_ a: Int, _ portfolio: (_ subaccount: Int) -> Portfolio) -> AccountRecord {
        AccountRecord(
            id: accounts[a].id,
            subaccounts: accounts[a].subaccounts.enumerated().map { s, state in
                SubaccountRecord(
                    number: s, portfolio: portfolio(s), netting: state.netting,
                    collateral: state.nets.filter { $0.returned != .zero }.map { CollateralRecord(event: $0.event, returned: $0.returned) }
                        .sorted { $0.event < $1.event })
            })
    }

    /// 0 for an unknown account.
    public func subaccountCount(_ account: AccountID) -> Int { place(account).map { accounts[$0].subaccounts.count } ?? 0 }

    /// Nil where the subaccount never had to do with the market.
    public func stake(_ key: StakeKey) -> StakeRecord? {
        guard let a = place(key.account), let m = known(key.market), accounts[a].subaccounts.indices.contains(key.subaccount),
            let k = accounts[a].subaccounts[key.subaccount].stake(m)
        else { return nil }
        return record(a, stake: k)
    }

    /// In ascending order of ticker.
    public func stakes(_ account: AccountID, subaccount s: Int) -> [StakeRecord] {
        guard let a = place(account) else { return [] }
        return accounts[a].stakes.indices.filter { accounts[a].stakes[$0].subaccount == s }.map { record(a, stake: $0) }.sorted { $0.key < $1.key }
    }

    private func record(_ a: Int, stake k: Int) -> StakeRecord {
        let stake = accounts[a].stakes[k]
        return StakeRecord(
            key: StakeKey(account: accounts[a].id, subaccount: stake.subaccount, market: markets[stake.market].record.market.ticker), position: stake.position,
            traded: stake.traded, volume: stake.volume, updated: stake.updated)
    }

    /// Every market ever traded is in it.
    func portfolio(_ a: Int, _ s: Int) -> Portfolio {
        let state = accounts[a].subaccounts[s]
        let held = accounts[a].stakes.filter { $0.subaccount == s && $0.position != Position() }
        return Portfolio(cash: state.cash, reserved: state.reserved, positions: held.map { (markets[$0.market].record.market.ticker, $0.position) })
    }
}
