import Accounting
public import Model

extension Venue {
    /// States the result, closing the market first if need be. It may be stated again, with another result, until the market is paid; after a dispute also
    /// with the same one.
    ///
    /// - Parameter timer: after this time the market pays by itself, unless it is disputed; nil leaves that to `settle`.
    @discardableResult
    public mutating func determine(
        _ market: Ticker, _ result: MarketResult, timer: Interval? = nil, at time: Timestamp, into events: inout [VenueEvent]
    ) -> Bool {
        close(market, at: time, into: &events)
        guard let m = place(market), markets[m].record.status != .finalized else { return false }
        guard markets[m].record.result != result || markets[m].record.status == .disputed else { return false }
        let again = markets[m].record.result != nil
        markets[m].record.result = result
        setPayment(m, timer.map { time + $0 })
        move(m, to: again ? .amended : .determined, .determined, at: time, into: &events)
        return true
    }

    /// Questions a result: nothing is paid before it is stated again.
    @discardableResult
    public mutating func dispute(_ market: Ticker, at time: Timestamp, into events: inout [VenueEvent]) -> Bool {
        guard let m = place(market), markets[m].record.status == .determined || markets[m].record.status == .amended else { return false }
        setPayment(m, nil)
        move(m, to: .disputed, .disputed, at: time, into: &events)
        return true
    }

    /// Pays everyone, once. False when there is no result, it is disputed, or it was paid before.
    @discardableResult
    public mutating func settle(_ market: Ticker, at time: Timestamp, into events: inout [VenueEvent]) -> Bool {
        guard let m = place(market), let result = markets[m].record.result else { return false }
        guard markets[m].record.status != .finalized, markets[m].record.status != .disputed else { return false }
        setPayment(m, nil)
        // First of all: what is paid says which outcomes of its event are left.
        markets[m].record.status = .finalized
        for (a, k) in stakes(in: m) {
            guard let paid = accounts[a].stakes[k].position.settle(market, result) else { continue }
            accounts[a].stakes[k].updated = time
            let s = accounts[a].stakes[k].subaccount
            accounts[a].subaccounts[s].cash += paid.payout
            keep(
                SettlementRecord(
                    account: accounts[a].id, subaccount: s, event: markets[m].record.market.event, settlement: paid, time: time, reversed: nil), a,
                into: &events)
        }
        if let paid = markets[m].house.settle(market, result) {
            houseCash += paid.payout
            markets[m].housePaid = paid
        }
        settleCollateral(aroundMarket: m, into: &events)
        move(m, to: .finalized, .settled, at: time, into: &events)
        return true
    }

    /// Takes every payout of a market back: a drill, for what should never happen. Positions and money are what they were before the payout, but for what was
    /// done with the money since: cash can become negative. The market is disputed then.
    @discardableResult
    public mutating func reverse(_ market: Ticker, at time: Timestamp, into events: inout [VenueEvent]) -> Bool {
        guard let m = place(market), markets[m].record.status == .finalized else { return false }
        markets[m].record.status = .disputed
        for (a, k) in stakes(in: m) {
            let s = accounts[a].stakes[k].subaccount
            guard let place = accounts[a].settlements.lastIndex(where: { $0.settlement.market == market && $0.subaccount == s && $0.reversed == nil })
            else { continue }
            accounts[a].settlements[place].reversed = time
            let record = accounts[a].settlements[place]
            accounts[a].stakes[k].position.unsettle(record.settlement)
            accounts[a].stakes[k].updated = time
            accounts[a].subaccounts[s].cash -= record.settlement.payout
            events.append(.settled(record))
            events.append(.account(accounts[a].id))
        }
        reverseHouse(m)
        settleCollateral(aroundMarket: m, into: &events)
        move(m, to: .disputed, .reversed, at: time, into: &events)
        return true
    }

    // MARK: - Steps

    /// Every stake in a market, account by account.
    func stakes(in m: Int) -> [(a: Int, k: Int)] {
        accounts.indices.flatMap { a in accounts[a].subaccounts.compactMap { $0.stake(m) }.map { (a, $0) } }
    }

    private mutating func setPayment(_ m: Int, _ due: Timestamp?) {
        markets[m].record.settles = due
        payments[markets[m].record.market.ticker] = due
    }

    /// A second payout takes the place of the one that was reversed.
    private mutating func keep(_ record: SettlementRecord, _ a: Int, into events: inout [VenueEvent]) {
        if let place = accounts[a].settlementPlaces[record.key] {
            accounts[a].settlements[place] = record
        } else {
            accounts[a].settlementPlaces[record.key] = accounts[a].settlements.count
            accounts[a].settlements.append(record)
        }
        events.append(.settled(record))
        events.append(.account(record.account))
    }

    /// After a restart the house knows its payout no more: it holds again what the accounts hold against it.
    private mutating func reverseHouse(_ m: Int) {
        if let paid = markets[m].housePaid {
            markets[m].house.unsettle(paid)
            houseCash -= paid.payout
        } else {
            mirrorHouse(m)
            var copy = markets[m].house
            if let result = markets[m].record.result, let paid = copy.settle(markets[m].record.market.ticker, result) { houseCash -= paid.payout }
        }
        markets[m].housePaid = nil
    }

    /// A payout, or its end, changes what the rest of the event can still bring.
    private mutating func settleCollateral(aroundMarket m: Int, into events: inout [VenueEvent]) {
        let event = markets[m].record.market.event
        for a in accounts.indices {
            for s in accounts[a].subaccounts.indices where accounts[a].subaccounts[s].netting && netPlace(a, s, event) != nil {
                let before = accounts[a].subaccounts[s].cash
                settleCollateral(a, s, event)
                if accounts[a].subaccounts[s].cash != before { events.append(.account(accounts[a].id)) }
            }
        }
    }
}
