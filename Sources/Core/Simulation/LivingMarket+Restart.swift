import Matching
import Model

/// Coming back: the venue's memory and ours were stored at different moments, so each listing is checked against the venue, and the other way round.
extension LivingMarket {
    /// Once, when the crowds take their places.
    mutating func agree(with venue: inout Venue, into events: inout [VenueEvent]) {
        adoptUnknown(venue)
        nextDeadline = time
        for listing in memory.listings where listing.phase == .open {
            venue.list(listing.market, at: time, into: &events)
            // Only what never traded is opened here: a market that somebody closed stays closed.
            if venue.market(listing.market.ticker)?.status == .initialized { venue.activate(listing.market.ticker, at: time, into: &events) }
        }
    }

    /// Markets of ours that the venue remembers and we do not (we were stored before they were listed) are ours again, with the venue's strike.
    private mutating func adoptUnknown(_ venue: Venue) {
        let known = Set(memory.listings.map(\.market.ticker))
        for record in venue.allMarkets where record.status != .finalized && !record.isRecorded && !known.contains(record.market.ticker) {
            guard let listing = Self.listing(of: record.market) else { continue }
            memory.listings.append(listing)
        }
    }

    /// What a market of one of our series is measured on; nil for any other series.
    private static func listing(of market: Market) -> Listing? {
        if let coin = Coin.allCases.first(where: { $0.series == market.series }) {
            return Listing(market: market, family: .quarterHour, measure: .average(coin))
        }
        if market.series == Schedule.ladderSeries { return Listing(market: market, family: .hourlyLadder, measure: .average(.bitcoin)) }
        guard let city = City.allCases.first(where: { $0.series == market.series }) else { return nil }
        return Listing(market: market, family: .dailyHigh, measure: .high(city, day: city.clock.localDay(market.closeTime)))
    }
}
