import Foundation
import Matching
import Model
import Simulation
import Testing

struct SimulationRestartTests {
    /// Lives to 14:20, is written down, and comes back `gap` seconds later on a venue that remembers.
    private func restarted(after gap: Int64, seconds: Int = 20, loseLast: Int = 0) throws -> (before: SimulatedDay, after: SimulatedDay) {
        let start = try #require(CivilTime.parse("2026-11-25T14:05:00Z"))
        var options = LivingMarket.Options()
        options.rate = 0.1
        var before = SimulatedDay(seed: 9, start: start, options: options)
        before.run(seconds: 900 - loseLast)
        let written = try JSONEncoder().encode(before.market.memory)
        before.run(seconds: loseLast)
        let memory = try JSONDecoder().decode(LivingMarket.Memory.self, from: written)
        var after = before
        after.market = LivingMarket(memory)
        after.venue = Venue(seed: 7, restoring: before.venue.state)
        after.gauge = SimulationGauge()
        var events: [VenueEvent] = []
        var spots: [LivingMarket.TimedSpot] = []
        let back = before.market.time + .seconds(gap)
        after.market.advance(to: back, venue: &after.venue, into: &events, spots: &spots)
        after.gauge.take(events, at: back)
        after.run(seconds: seconds)
        return (before, after)
    }

    @Test func `after a long absence what closed meanwhile is settled once and what should be open is open`() throws {
        let (before, after) = try restarted(after: 2 * 3600)
        let mustEnd = before.gauge.open.values.filter { $0.closeTime < after.market.time }
        #expect(mustEnd.count == 9)
        for market in mustEnd {
            #expect(after.gauge.changes[market.ticker] == [.closed, .determined, .settled])
            #expect(after.venue.market(market.ticker)?.status == .finalized)
        }
        // The day's brackets went on; the quarter hours and ladders of the absence were never there.
        let active = after.venue.allMarkets.filter { $0.status == .active }.map(\.market)
        #expect(active.count(where: { $0.series.text == "KXBTC15M" }) == 1)
        #expect(active.count(where: { $0.series.text == "KXBTCD" }) == 7)
        #expect(active.count(where: { $0.mutuallyExclusive }) == before.gauge.open.values.count(where: { $0.mutuallyExclusive }) + 18)
        #expect(active.allSatisfy { $0.openTime <= after.market.time && $0.closeTime > after.market.time })
        #expect(active.allSatisfy { after.venue.book($0.ticker).map { !$0.yes.isEmpty || !$0.no.isEmpty } == true })
        #expect(after.gauge.faults.isEmpty)
    }

    @Test func `after a short absence open markets go on with their strikes`() throws {
        let (before, after) = try restarted(after: 30)
        let open = Set(before.gauge.open.values)
        let active = Set(after.venue.allMarkets.filter { $0.status == .active }.map(\.market))
        #expect(open == active)
        #expect(after.gauge.changes.isEmpty)
        let quarter = try #require(open.first { $0.series.text == "KXBTC15M" })
        #expect(after.market.fairProbability(quarter.ticker) != nil)
    }

    @Test func `a market that was listed after the last writing is taken back with the strike it was listed with`() throws {
        // Written at 14:14:50, dead at 14:20: the venue knows the quarter hour of 14:15, the memory does not.
        let (before, after) = try restarted(after: 5, loseLast: 310)
        let quarter = try #require(before.gauge.open.values.first { $0.series.text == "KXBTC15M" })
        #expect(after.venue.market(quarter.ticker)?.market == quarter)
        #expect(after.market.listings.contains { $0.market == quarter && $0.phase == .open })
        #expect(after.venue.allMarkets.count(where: { $0.status == .active && $0.market.series.text == "KXBTC15M" }) == 1)
    }
}
