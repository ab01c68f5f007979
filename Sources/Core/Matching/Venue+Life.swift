import Accounting
public import Model

extension Venue {
    /// Adds a market, or takes its new definition. The price grid of a simulated market cannot change: such a definition is not taken.
    public mutating func list(
        _ market: Market, status: MarketStatus = .initialized, recorded: Bool = false, at time: Timestamp, into events: inout [VenueEvent]
    ) {
        if let m = place(market.ticker) {
            let old = markets[m].record.market
            guard old != market, old.grid == market.grid || markets[m].record.isRecorded else { return }
            markets[m].record.market = market
            markets[m].fees = FeeSchedule(market.fees, rounding: rounding)
            events.append(.market(markets[m].record, .redefined))
            return
        }
        let record = MarketRecord(market: market, isRecorded: recorded, status: status, changed: time)
        marketPlaces[market.ticker] = markets.count
        markets.append(MarketState(record, rounding: rounding))
        events.append(.market(record, .listed))
    }

    /// Opens a market for trading. Coming back from a pause, all resting orders are gone (reference, section 15).
    @discardableResult
    public mutating func activate(_ market: Ticker, at time: Timestamp, into events: inout [VenueEvent]) -> Bool {
        guard let m = place(market) else { return false }
        switch markets[m].record.status {
        case .initialized: break
        case .closed where markets[m].record.result == nil: break
        case .inactive: clear(m, .marketPaused, at: time, into: &events)
        case .active, .closed, .determined, .disputed, .amended, .finalized, .unknown: return false
        }
        move(m, to: .active, .activated, at: time, into: &events)
        return true
    }

    @discardableResult
    public mutating func pause(_ market: Ticker, at time: Timestamp, into events: inout [VenueEvent]) -> Bool {
        guard let m = place(market), markets[m].record.status == .active else { return false }
        move(m, to: .inactive, .paused, at: time, into: &events)
        return true
    }

    /// Ends trading: every resting order is canceled.
    @discardableResult
    public mutating func close(_ market: Ticker, at time: Timestamp, into events: inout [VenueEvent]) -> Bool {
        guard let m = place(market) else { return false }
        switch markets[m].record.status {
        case .initialized, .active, .inactive, .unknown: break
        case .closed, .determined, .disputed, .amended, .finalized: return false
        }
        clear(m, .marketClosed, at: time, into: &events)
        move(m, to: .closed, .closed, at: time, into: &events)
        return true
    }

    /// States the result, closing the market first if need be. It may be stated again, with another result, until the market is paid.
    @discardableResult
    public mutating func determine(_ market: Ticker, _ result: MarketResult, at time: Timestamp, into events: inout [VenueEvent]) -> Bool {
        close(market, at: time, into: &events)
        guard let m = place(market), markets[m].record.status != .finalized, markets[m].record.result != result else { return false }
        let again = markets[m].record.result != nil
        markets[m].record.result = result
        move(m, to: again ? .amended : .determined, .determined, at: time, into: &events)
        return true
    }

    /// Pays everyone, once. False when there is no result, or it was paid before.
    @discardableResult
    public mutating func settle(_ market: Ticker, at time: Timestamp, into events: inout [VenueEvent]) -> Bool {
        guard let m = place(market), markets[m].record.status != .finalized, let result = markets[m].record.result else { return false }
        for a in accounts.indices {
            guard let paid = accounts[a].portfolio.settle(market, result) else { continue }
            let record = SettlementRecord(account: accounts[a].id, event: markets[m].record.market.event, settlement: paid, time: time)
            accounts[a].settlements.append(record)
            events.append(.settled(record))
            events.append(.account(accounts[a].id))
        }
        _ = house.settle(market, result)
        move(m, to: .finalized, .settled, at: time, into: &events)
        return true
    }

    private mutating func move(_ m: Int, to status: MarketStatus, _ change: MarketChange, at time: Timestamp, into events: inout [VenueEvent]) {
        markets[m].record.status = status
        markets[m].record.changed = time
        events.append(.market(markets[m].record, change))
    }

    /// Takes every order off a market, the house's too.
    private mutating func clear(_ m: Int, _ ending: OrderRecord.Ending, at time: Timestamp, into events: inout [VenueEvent]) {
        for a in accounts.indices {
            for o in accounts[a].open[m] ?? [] { cancelResting(a, o, m, ending, at: time, into: &events) }
        }
        for side in Side.allCases {
            for handle in markets[m].book.queue(side) {
                let node = markets[m].book.nodes[Int(handle)]
                _ = houseCancel(HouseOrder(market: m, handle: handle, serial: node.serial), into: &events)
            }
        }
    }
}
