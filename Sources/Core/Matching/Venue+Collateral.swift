import Accounting
public import Model

// Collateral return (Kalshi reference, section 13): where netting is enabled, what no outcome of an event can take is cash again.

extension Venue {
    /// By the markets that are listed.
    public func collateralReturn(_ event: EventTicker) -> CollateralReturn {
        CollateralReturn(of: (eventMarkets[event] ?? []).map { markets[$0].record.market })
    }

    /// Turns netting on or off. Off is refused while the returned collateral is not there to be taken back.
    public mutating func setNetting(
        _ isOn: Bool, for account: AccountID, subaccount s: Int = 0, into events: inout [VenueEvent]
    ) -> OrderRefusal? {
        guard let a = place(account) else { return .unknownAccount }
        guard accounts[a].subaccounts.indices.contains(s) else { return .unknownSubaccount }
        guard accounts[a].subaccounts[s].netting != isOn else { return nil }
        if !isOn {
            let portfolio = accounts[a].subaccounts[s]
            let unreserved = portfolio.free + portfolio.nets.reduce(.zero) { $0 + $1.reserved - $1.returned }
            guard unreserved >= .zero else { return .balanceTooLow }
        }
        accounts[a].subaccounts[s].netting = isOn
        for event in touchedEvents(a, s) { settleCollateral(a, s, event) }
        if !isOn { accounts[a].subaccounts[s].nets = [] }
        events.append(.account(account))
        return nil
    }

    private func touchedEvents(_ a: Int, _ s: Int) -> [EventTicker] {
        var events: [EventTicker] = []
        for stake in accounts[a].stakes where stake.subaccount == s {
            let event = markets[stake.market].record.market.event
            if !events.contains(event) { events.append(event) }
        }
        return events
    }

    /// After a position of a stake changed.
    mutating func settleCollateral(_ a: Int, _ k: Int) {
        let stake = accounts[a].stakes[k]
        guard accounts[a].subaccounts[stake.subaccount].netting else { return }
        settleCollateral(a, stake.subaccount, markets[stake.market].record.market.event)
    }

    /// Brings the returned collateral of an event in step with the positions.
    mutating func settleCollateral(_ a: Int, _ s: Int, _ event: EventTicker) {
        let worth = accounts[a].subaccounts[s].netting ? worstCase(a, s, event).payout : .zero
        let n = netPlace(a, s, event) ?? addNet(a, s, event)
        let before = accounts[a].subaccounts[s].nets[n]
        accounts[a].subaccounts[s].nets[n].returned = worth
        accounts[a].subaccounts[s].cash += worth - before.returned
        accounts[a].subaccounts[s].reserved += accounts[a].subaccounts[s].nets[n].reserved - before.reserved
    }

    private func worstCase(_ a: Int, _ s: Int, _ event: EventTicker) -> WorstCase {
        let holdings = (eventMarkets[event] ?? []).map { m in
            let record = markets[m].record
            let net = accounts[a].subaccounts[s].stake(m).map { accounts[a].stakes[$0].position.net } ?? .zero
            return WorstCase.Holding(strike: record.market.strike, net: net, paid: record.status == .finalized ? record.result : nil)
        }
        return WorstCase(kind: collateralReturn(event), holdings: holdings)
    }

    private mutating func addNet(_ a: Int, _ s: Int, _ event: EventTicker) -> Int {
        let closing = accounts[a].stakes.reduce(Money.zero) { sum, stake in
            stake.subaccount == s && markets[stake.market].record.market.event == event ? sum + stake.closing : sum
        }
        accounts[a].subaccounts[s].nets.append(Net(event: event, closing: closing))
        return accounts[a].subaccounts[s].nets.count - 1
    }

    func netPlace(_ a: Int, _ s: Int, _ event: EventTicker) -> Int? { accounts[a].subaccounts[s].nets.firstIndex { $0.event == event } }

    func netPlace(_ a: Int, _ stake: Stake) -> Int? {
        guard accounts[a].subaccounts[stake.subaccount].netting else { return nil }
        return netPlace(a, stake.subaccount, markets[stake.market].record.market.event)
    }

    func net(_ a: Int, _ stake: Stake) -> Net? {
        guard let n = netPlace(a, stake) else { return nil }
        return accounts[a].subaccounts[stake.subaccount].nets[n]
    }
}
