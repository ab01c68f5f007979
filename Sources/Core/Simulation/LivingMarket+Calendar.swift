import Matching
import Model

/// What the clock does to markets: open, close, determine, settle, forget.
extension LivingMarket {
    /// Once a second. Order matters: what ended goes before what begins.
    mutating func keepCalendar(venue: inout Venue, into events: inout [VenueEvent]) {
        closeAndSettle(venue: &venue, into: &events)
        // Nothing opens between minutes.
        if time.wholeSeconds % 60 == 0 { openWhatIsDue(venue: &venue, into: &events) }
    }

    mutating func openWhatIsDue(venue: inout Venue, into events: inout [VenueEvent]) {
        let known = Set(memory.listings.map(\.market.event))
        let due = Schedule.open(at: time, families: memory.options.families, world: memory.world).filter { !known.contains($0.market.event) }
        for listing in due {
            venue.list(listing.market, at: time, into: &events)
            venue.activate(listing.market.ticker, at: time, into: &events)
            memory.listings.append(listing)
            nextDeadline = min(nextDeadline, listing.market.closeTime)
            enter(listing, venue: &venue, into: &events)
        }
    }

    /// Every listing takes each step of its life once, in the order of the steps.
    mutating func closeAndSettle(venue: inout Venue, into events: inout [VenueEvent]) {
        guard time >= nextDeadline else { return }
        for i in memory.listings.indices { step(i, venue: &venue, into: &events) }
        let now = time
        memory.listings.removeAll { $0.phase == .settled && now - $0.market.closeTime >= Self.forgottenAfter }
        nextDeadline = memory.listings.map(Self.deadline).min() ?? time
    }

    private static func deadline(_ listing: Listing) -> Timestamp {
        switch listing.phase {
        case .open: listing.market.closeTime
        case .closed: listing.market.closeTime + determinedAfter
        case .determined: listing.market.closeTime + settledAfter
        case .settled: listing.market.closeTime + forgottenAfter
        }
    }

    private mutating func step(_ i: Int, venue: inout Venue, into events: inout [VenueEvent]) {
        let market = memory.listings[i].market
        let since = time - market.closeTime
        guard since >= .zero else { return }
        if memory.listings[i].phase == .open {
            memory.listings[i].value = settlementValue(memory.listings[i])
            memory.listings[i].phase = .closed
            leave(market.ticker)
            venue.close(market.ticker, at: time, into: &events)
        }
        if memory.listings[i].phase == .closed, since >= Self.determinedAfter {
            memory.listings[i].phase = .determined
            venue.determine(market.ticker, result(memory.listings[i]), at: time, into: &events)
        }
        if memory.listings[i].phase == .determined, since >= Self.settledAfter {
            memory.listings[i].phase = .settled
            venue.settle(market.ticker, at: time, into: &events)
        }
    }

    /// Dollars to the cent, or whole degrees, as the exchange publishes them.
    private func settlementValue(_ listing: Listing) -> Double? {
        switch listing.measure {
        case .average(let coin): (memory.world.spot(coin).average * 100).rounded() / 100
        case .high(let city, let day): memory.world.climate(city).high(ofDay: day)?.reported
        }
    }

    /// An outcome that nobody knows any more is void: everybody gets the cost back.
    private func result(_ listing: Listing) -> MarketResult {
        guard let value = listing.value, let isYes = listing.market.strike.resolvesYes(value) else { return .void }
        return isYes ? .yes : .no
    }

    /// Steps the world over a time in which nobody traded; what closed meanwhile is closed, determined and settled at its own moment.
    mutating func bridge(to target: Timestamp, venue: inout Venue, into events: inout [VenueEvent]) {
        leaveAll()
        isAwake = false
        let end = Timestamp.seconds(target.wholeSeconds)
        // First to a whole second, then by seconds; a very long absence by minutes up to its last days.
        while memory.world.time.nanoseconds % 1_000_000_000 != 0, memory.world.time + World.step <= end {
            memory.world.advance(by: World.step, random: &memory.random)
        }
        while memory.world.time + World.coarseStep <= end {
            let isFar = end - memory.world.time > Self.longestGapBySeconds && memory.world.time.wholeSeconds % 60 == 0
            memory.world.advance(by: isFar ? .seconds(60) : World.coarseStep, random: &memory.random)
            time = memory.world.time
            closeAndSettle(venue: &venue, into: &events)
        }
        time = max(time, memory.world.time)
    }
}
