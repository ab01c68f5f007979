import Accounting
public import Model

// A market's life (Kalshi reference, section 15): initialized, active, inactive and back, closed, determined, disputed, amended, finalized.

extension Venue {
    /// Adds a market, or takes its new definition. A simulated market moves to another price grid as `regrid` says.
    public mutating func list(
        _ market: Market, status: MarketStatus = .initialized, recorded: Bool = false, at time: Timestamp, into events: inout [VenueEvent]
    ) {
        if let m = place(market.ticker) {
            let old = markets[m].record.market
            guard old != market else { return }
            let isRegridded = old.grid != market.grid && !markets[m].record.isRecorded
            let kept = isRegridded ? market.with(grid: old.grid) : market
            if kept != old {
                markets[m].record.market = kept
                markets[m].fees = FeeSchedule(market.fees, rounding: rounding)
                events.append(.market(markets[m].record, .redefined))
            }
            if isRegridded { regrid(market.ticker, to: market.grid, at: time, into: &events) }
            return
        }
        let record = MarketRecord(market: market, isRecorded: recorded, status: status, changed: time)
        add(record)
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

    /// Moves the close. To a moment that is not after `time`, the market closes now; out of a close that is not determined yet, it trades again.
    @discardableResult
    public mutating func reschedule(_ market: Ticker, close: Timestamp, at time: Timestamp, into events: inout [VenueEvent]) -> Bool {
        guard let m = place(market) else { return false }
        switch markets[m].record.status {
        case .initialized, .active, .inactive, .closed: break
        case .determined, .disputed, .amended, .finalized, .unknown: return false
        }
        let isClosed = markets[m].record.status == .closed
        guard close > time || !isClosed else { return false }
        markets[m].record.market = markets[m].record.market.with(closeTime: max(close, time))
        events.append(.market(markets[m].record, .rescheduled))
        if close <= time { return self.close(market, at: time, into: &events) }
        return isClosed ? activate(market, at: time, into: &events) : true
    }

    /// Changes the prices a simulated market accepts. Orders at a price that is not among them any more are canceled; the others keep their places.
    @discardableResult
    public mutating func regrid(_ market: Ticker, to grid: PriceGrid, at time: Timestamp, into events: inout [VenueEvent]) -> Bool {
        guard let m = place(market), !markets[m].record.isRecorded, markets[m].record.market.grid != grid else { return false }
        for side in Side.allCases {
            for handle in markets[m].book.queue(side) {
                let price = markets[m].book.price(Int(markets[m].book.nodes[Int(handle)].slot))
                if !grid.accepts(side == .yes ? price : price.complement) { evict(handle, m, .gridChanged, at: time, into: &events) }
            }
        }
        markets[m].book.regrid(tick: PriceSlots.tick(of: grid))
        markets[m].record.market = markets[m].record.market.with(grid: grid)
        events.append(.market(markets[m].record, .regridded))
        return true
    }

    func canTakeOrders(_ m: Int, at time: Timestamp) -> Bool {
        markets[m].record.status == .active && time < markets[m].record.market.closeTime
    }

    mutating func move(_ m: Int, to status: MarketStatus, _ change: MarketChange, at time: Timestamp, into events: inout [VenueEvent]) {
        markets[m].record.status = status
        markets[m].record.changed = time
        events.append(.market(markets[m].record, change))
    }

    /// Takes every order off a market, the house's too.
    private mutating func clear(_ m: Int, _ ending: OrderRecord.Ending, at time: Timestamp, into events: inout [VenueEvent]) {
        for a in accounts.indices {
            for o in restingOrders(a, in: m) { cancelResting(a, o, ending, at: time, into: &events) }
        }
        for side in Side.allCases {
            for handle in markets[m].book.queue(side) { evict(handle, m, ending, at: time, into: &events) }
        }
    }

    private mutating func evict(_ handle: Int32, _ m: Int, _ ending: OrderRecord.Ending, at time: Timestamp, into events: inout [VenueEvent]) {
        let node = markets[m].book.nodes[Int(handle)]
        if node.account >= 0 { return cancelResting(Int(node.account), Int(node.order), ending, at: time, into: &events) }
        _ = houseCancel(HouseOrder(market: m, handle: handle, serial: node.serial), into: &events)
    }
}

extension Market {
    func with(closeTime: Timestamp? = nil, grid: PriceGrid? = nil) -> Market {
        Market(
            ticker: ticker, event: event, series: series, title: title, strike: strike, openTime: openTime, closeTime: closeTime ?? self.closeTime,
            grid: grid ?? self.grid, fees: fees, mutuallyExclusive: mutuallyExclusive, underlying: underlying)
    }
}
