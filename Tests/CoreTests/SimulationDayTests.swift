import Matching
import Model
import Simulation
import Testing

private func start(_ text: String = "2026-11-25T04:40:00Z") throws -> Timestamp { try #require(CivilTime.parse(text)) }

private func options(rate: Double = 1, _ families: [Family] = Family.allCases) -> LivingMarket.Options {
    var options = LivingMarket.Options()
    options.rate = rate
    options.families = families
    return options
}

struct SimulationDayTests {
    @Test func `in a whole day every market opens, closes, is determined and settled exactly once, as its latent value says`() throws {
        var day = SimulatedDay(seed: 11, start: try start(), options: options(rate: 0.02))
        var values: [Ticker: Double] = [:]
        // Twenty-four hours and a half: over the end of the local day, by the eastern clock twice.
        day.run(seconds: 24 * 3600 + 1800, sampling: false) { day in
            guard day.market.time.wholeSeconds % 20 == 0 else { return }
            for listing in day.market.listings { if let value = listing.value { values[listing.market.ticker] = value } }
        }
        let gauge = day.gauge
        #expect(gauge.faults.isEmpty)
        let over = gauge.markets.values.filter { $0.closeTime + .seconds(10) < day.market.time }
        #expect(over.count(where: { $0.series.text == "KXBTC15M" }) == 98)
        #expect(over.count(where: { $0.series.text == "KXETH15M" }) == 98)
        #expect(over.count(where: { $0.series.text == "KXBTCD" }) == 25 * 7)
        #expect(over.count(where: { $0.series.text.hasPrefix("KXHIGH") }) == 30)
        for market in over {
            #expect(gauge.changes[market.ticker] == [.listed, .activated, .closed, .determined, .settled], "\(market.ticker)")
            let value = try #require(values[market.ticker])
            #expect(gauge.results[market.ticker] == (market.strike.resolvesYes(value) == true ? .yes : .no), "\(market.ticker) at \(value)")
        }
        let brackets = Dictionary(grouping: over.filter(\.mutuallyExclusive), by: \.event)
        // Two evenings on the eastern clock, one on Chicago's.
        #expect(brackets.count == 5)
        for (event, markets) in brackets {
            #expect(markets.count == 6)
            #expect(markets.count(where: { gauge.results[$0.ticker] == .yes }) == 1, "\(event)")
        }
        // Nothing is left behind in a market that is over, and nothing is remembered of old ones.
        #expect(over.allSatisfy { gauge.books[$0.ticker]?.values.allSatisfy(\.isEmpty) ?? true })
        #expect(day.market.listings.count < 120)
    }

    @Test func `the index that settles is the average of the sixty seconds that everybody could see`() throws {
        var day = SimulatedDay(seed: 5, start: try start("2026-11-25T14:50:00Z"), options: options(rate: 0.02, [.quarterHour]))
        day.run(seconds: 610)
        let listing = try #require(day.market.listings.first { $0.market.series.text == "KXBTC15M" && $0.value != nil })
        let close = listing.market.closeTime
        let ticks = try #require(day.gauge.spots[Underlying("BTC")])
        let seen = (0..<60).map { k in ticks.last { $0.time <= close - .seconds(Int64(k)) }?.price ?? .nan }
        #expect(abs(seen.reduce(0, +) / 60 - (listing.value ?? 0)) < 0.02)
        let next = try #require(day.market.listings.first { $0.market.series.text == "KXBTC15M" && $0.value == nil })
        #expect(next.market.strike == .greaterOrEqual(try #require(listing.value)))
        #expect(next.market.openTime == close)
    }

    @Test func `names are those of the exchange, by the clock of New York`() throws {
        var day = SimulatedDay(seed: 3, start: try start("2026-11-25T07:00:00Z"), options: options(rate: 0.02))
        day.run(seconds: 1)
        let names = Set(day.gauge.markets.keys.map(\.text))
        #expect(names.contains("KXBTC15M-26NOV250215-15"))
        #expect(names.contains("KXETH15M-26NOV250215-15"))
        #expect(day.gauge.markets[Ticker("KXBTC15M-26NOV250215-15")]?.event.text == "KXBTC15M-26NOV250215")
        #expect(names.count(where: { $0.hasPrefix("KXBTCD-26NOV2503-T") && $0.hasSuffix("9.99") }) == 7)
        let ladder = try #require(day.gauge.markets.values.first { $0.series.text == "KXBTCD" })
        #expect(ladder.title.hasSuffix("on Nov 25, 2026 at 3:00 AM EST?"))
        #expect(names.count(where: { $0.hasPrefix("KXHIGHNY-26NOV25-") }) == 6)
        #expect(day.gauge.markets.values.filter { $0.series.text == "KXHIGHCHI" }.allSatisfy { $0.closeTime == CivilTime.parse("2026-11-26T05:59:00Z") })
        // In summer the same hour of the world is another on the wall.
        var summer = SimulatedDay(seed: 3, start: try start("2026-07-25T07:00:00Z"), options: options(rate: 0.02, [.quarterHour]))
        summer.run(seconds: 1)
        #expect(summer.gauge.markets.keys.contains(Ticker("KXBTC15M-26JUL250315-15")))
    }

    @Test func `the same seed and the same steps give the same stream, another seed another`() throws {
        func digest(_ seed: UInt64) throws -> UInt64 {
            var day = SimulatedDay(seed: seed, start: try start(), options: options(rate: 0.1))
            day.run(seconds: 1200, sampling: false)
            return day.gauge.digest.value
        }
        let first = try digest(1)
        #expect(try digest(1) == first)
        #expect(try digest(2) != first)
    }

    @Test func `prices drift to the outcome`() throws {
        var day = SimulatedDay(seed: 21, start: try start("2026-11-25T15:00:00Z"), options: options(rate: 0.1, [.quarterHour]))
        var early: [Ticker: Double] = [:]
        var late: [Ticker: Double] = [:]
        day.run(seconds: 3 * 3600 + 30, sampling: false) { day in
            for market in day.gauge.open.values {
                let left = (market.closeTime - day.market.time).seconds
                // Near the end one side is often empty: the other's best bid is then what the crowd says.
                let middle = day.gauge.middle(market.ticker) ?? day.gauge.bestBid(market.ticker, .yes) ?? (1 - (day.gauge.bestBid(market.ticker, .no) ?? 0.5))
                if left == 840 { early[market.ticker] = middle }
                if left == 5 { late[market.ticker] = middle }
            }
        }
        func score(_ said: [Ticker: Double]) -> Double {
            let errors = said.compactMap { ticker, p in day.gauge.results[ticker].map { $0 == .yes ? (1 - p) * (1 - p) : p * p } }
            return errors.reduce(0, +) / Double(errors.count)
        }
        #expect(late.count == 24)
        #expect(score(early) > 0.1)
        #expect(score(late) < 0.02)
    }
}
