import Matching
import Model
import RealModule
import Simulation
import Testing

/// The bands of docs/calibration.md: what was measured on the recordings, with room for a short simulation's luck.
struct SimulationCalibrationTests {
    private typealias Figures = SimulationGauge.Figures

    private func quarterHours(seconds: Int) throws -> SimulationGauge {
        var options = LivingMarket.Options()
        options.families = [.quarterHour]
        var day = SimulatedDay(seed: 42, start: try #require(CivilTime.parse("2026-11-25T12:00:00Z")), options: options)
        day.run(seconds: seconds)
        return day.gauge
    }

    @Test func `quarter hours on bitcoin flow, stand and spread as recorded`() throws {
        let gauge = try quarterHours(seconds: 900)
        #expect(gauge.faults.isEmpty)
        let first = try #require(gauge.figures["KXBTC15M over 600"])
        // kalshi-ws-btc15m, before the last ten minutes: 97 deltas/s, 48 % of them adds, spread 0.01 at the median and 0.02 at 90 %,
        // 570 contracts at the best, 4,077 in five levels, 211 levels.
        #expect((70...130).contains(first.deltasPerSecond))
        #expect((0.44...0.53).contains(first.addShare))
        #expect((0.009...0.021).contains(Figures.quantile(first.spreads, 0.5)))
        #expect(Figures.quantile(first.spreads, 0.9) <= 0.031)
        #expect((250...1100).contains(Figures.quantile(first.best, 0.5)))
        #expect((2500...7000).contains(Figures.quantile(first.five, 0.5)))
        #expect((150...230).contains(Figures.quantile(first.levels, 0.5)))
        #expect(first.twoSidedShare > 0.98)
        // kalshi-ws-gold15m: 1.4 to 1.7 trades/s against 29 removals/s, so 94 to 95 % of removals are cancels, 99 % by contracts.
        #expect((0.9...2.5).contains(first.tradesPerSecond))
        #expect((0.92...0.99).contains(first.cancelRatio))
        #expect(first.canceledShare > 0.97)
        #expect((6...16).contains(Figures.quantile(gauge.tradeSizes, 0.5)))
        #expect((40...110).contains(Figures.quantile(gauge.tradeSizes, 0.9)))
        // Nearer to the close: 79 and 29 deltas/s, and less depth.
        let middle = try #require(gauge.figures["KXBTC15M 120-300"])
        let last = try #require(gauge.figures["KXBTC15M 0-60"])
        #expect((50...110).contains(middle.deltasPerSecond))
        #expect((10...60).contains(last.deltasPerSecond))
        let ether = try #require(gauge.figures["KXETH15M over 600"])
        #expect((0.009...0.021).contains(Figures.quantile(ether.spreads, 0.5)))
    }

    @Test func `bitcoin moves as it did on the recorded days`() throws {
        // Spot alone: six hours without crowds, by seconds. One gap would be bridged in coarse steps, so each call stays below it.
        var options = LivingMarket.Options()
        options.families = []
        var day = SimulatedDay(seed: 4, start: try #require(CivilTime.parse("2026-11-25T00:00:00Z")), options: options)
        day.run(seconds: 6 * 3600, sampling: false)
        let ticks = try #require(day.gauge.spots[Underlying("BTC")])
        let prices = ticks.filter { $0.time.nanoseconds % 1_000_000_000 == 0 }.map(\.price)
        #expect(prices.count >= 6 * 3600)
        func returns(_ step: Int) -> [Double] {
            stride(from: step, to: prices.count, by: step).map { Double.log(prices[$0] / prices[$0 - step]) }
        }
        func deviation(_ r: [Double]) -> Double { (r.reduce(0) { $0 + $1 * $1 } / Double(r.count)).squareRoot() }
        func kurtosis(_ r: [Double]) -> Double { r.reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(r.count) / Double.pow(deviation(r), 4) }
        // kalshi-ws-btc15m: 0.50 bp a second (sessions 0.30 to 0.75), kurtosis 24 at one second and 9 at ten, a third of the seconds without a move.
        #expect((0.3e-4...0.8e-4).contains(deviation(returns(1))))
        #expect((9.0...80).contains(kurtosis(returns(1))))
        #expect(kurtosis(returns(10)) < kurtosis(returns(1)))
        let still = returns(1).count { $0 == 0 }
        #expect((0.25...0.42).contains(Double(still) / Double(prices.count - 1)))
    }

    @Test func `brackets and ladders are two-sided while they are open questions, at the recorded spreads`() throws {
        var options = LivingMarket.Options()
        options.families = [.dailyHigh, .hourlyLadder]
        var day = SimulatedDay(seed: 8, start: try #require(CivilTime.parse("2026-11-25T12:00:00Z")), options: options)
        day.run(seconds: 1200)
        #expect(day.gauge.faults.isEmpty)
        let newYork = try #require(day.gauge.figures["KXHIGHNY"])
        // kalshi-weather-books: 0.01 to 0.02 (90 %: 0.04); kalshi-weather-ticks-ny: 0.02 to 0.06; five levels 112 to 435 contracts.
        #expect((0.009...0.051).contains(Figures.quantile(newYork.spreads, 0.5)))
        #expect((80...600).contains(Figures.quantile(newYork.five, 0.5)))
        #expect(newYork.twoSidedShare > 0.5)
        // kalshi-crypto-hourly (KXBTC): 0.02 to 0.04 about 37 minutes before the close.
        let ladder = try #require(day.gauge.figures["KXBTCD"])
        #expect((0.009...0.051).contains(Figures.quantile(ladder.spreads, 0.5)))
    }

    @Test func `all markets together give some hundred book events a second`() throws {
        var day = SimulatedDay(seed: 1, start: try #require(CivilTime.parse("2026-11-25T16:00:00Z")))
        day.run(seconds: 120, sampling: false)
        #expect((150...800).contains(Double(day.gauge.bookEvents) / 120))
    }
}
