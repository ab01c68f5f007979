public import Model

// Maintenance (Kalshi reference, section 15): a trading pause takes cancels and nothing else, a full pause nothing at all.

extension Venue {
    /// Starts or ends a trading pause. At its start the orders that asked for it are canceled.
    public mutating func setTrading(active: Bool, at time: Timestamp, into events: inout [VenueEvent]) {
        guard active != tradingActive else { return }
        if !active { cancelOnPause(at: time, into: &events) }
        tradingActive = active
    }

    /// Starts or ends a pause of everything. At its start the orders that asked for it are canceled.
    public mutating func setExchange(active: Bool, at time: Timestamp, into events: inout [VenueEvent]) {
        guard active != exchangeActive else { return }
        if !active { cancelOnPause(at: time, into: &events) }
        exchangeActive = active
    }

    private mutating func cancelOnPause(at time: Timestamp, into events: inout [VenueEvent]) {
        for a in accounts.indices {
            for o in restingOrders(a) where accounts[a].orders[o].record.request.cancelOnPause {
                cancelResting(a, o, .tradingPaused, at: time, into: &events)
            }
        }
    }
}
