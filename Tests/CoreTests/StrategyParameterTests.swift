import Engine
import Model
import Strategies
import Testing

/// The numbers of strategies that may be set.
struct StrategyParameterTests {
    private static let all = StrategyManager.parameters

    @Test func `each has a name of its own, and what it usually is lies in its range`() {
        #expect(Set(Self.all.map(\.name)).count == Self.all.count && Self.all.count >= 7)
        for parameter in Self.all {
            #expect(parameter.accepts(parameter.usual) && !parameter.accepts(.nan) && !parameter.accepts(parameter.range.upperBound + 1), "\(parameter.name)")
            #expect(StrategyManager().names.contains { parameter.name.hasPrefix("\($0).") })
        }
    }

    @Test func `steps are counted from the least`() throws {
        let freedom = try #require(Self.all.first { $0.name == "fundamental.freedom" })
        #expect(freedom.accepts(4) && freedom.accepts(30) && !freedom.accepts(5) && !freedom.accepts(4.5))
        #expect(freedom.rule == "a number from 4 to 60 in steps of 2")
    }

    /// Two minutes of bitcoin at 60,000, every other second three dollars higher.
    private func manager(_ values: [String: Double]) -> StrategyManager {
        var manager = StrategyManager()
        manager.configure(values)
        for second in 1...120 as ClosedRange<Int64> {
            manager.observe(SpotTick(underlying: Underlying("BTC"), price: 60_000 + Double(second % 2) * 3 + (second == 60 ? 300 : 0)), at: .seconds(second))
        }
        return manager
    }

    private func above(_ strike: Double, _ manager: StrategyManager) throws -> Forecast {
        let market = Market(
            ticker: Ticker("T"), event: EventTicker("E"), series: SeriesTicker("S"), title: "t", strike: .greater(strike), openTime: .zero, closeTime: .seconds(600), grid: .cents,
            fees: .ordinary, mutuallyExclusive: false, underlying: Underlying("BTC"))
        return try #require(manager.forecasts(market, at: .seconds(120), staleness: .seconds(5)).get().first)
    }

    @Test(arguments: [("fundamental.freedom", 60.0), ("fundamental.volatility_scale", 0.5), ("fundamental.slow_share", 1), ("fundamental.jump", 2)])
    func `a parameter moves the forecast that it is about, and set to what it usually is it moves nothing`(name: String, value: Double) throws {
        let usual = try #require(Self.all.first { $0.name == name }).usual
        let plain = try above(60_500, manager([:]))
        #expect(try above(60_500, manager([name: value])).probability != plain.probability)
        #expect(try above(60_500, manager([name: usual, "nobody.knows": 3])) == plain)
    }

    @Test func `the error of the volatility moves the uncertainty alone`() throws {
        let (plain, wide) = (try above(60_300, manager([:])), try above(60_300, manager(["fundamental.volatility_error": 0.9])))
        #expect(plain.probability == wide.probability && plain.uncertainty < wide.uncertainty)
    }

    @Test func `the desk sets them when it opens and when it starts with others, and says so in its fingerprint`() throws {
        func desk(_ first: [String: Double], restarted: [String: Double]?) -> TradingEngine {
            func settings(_ values: [String: Double]) -> DeskSettings {
                var settings = DeskSettings()
                settings.strategies = values
                return settings
            }
            var engine = TradingEngine()
            _ = engine.process(Stamped(.opened(desk: "d", mode: .simulated, settings: settings(first)), at: .zero))
            if let restarted { _ = engine.process(Stamped(.restarted(settings: settings(restarted)), at: .zero)) }
            for second in 1...120 as ClosedRange<Int64> {
                let price = 60_000 + Double(second % 2) * 3
                _ = engine.process(Stamped(.market(.spot(SpotTick(underlying: Underlying("BTC"), price: price))), at: .seconds(second)))
            }
            return engine
        }
        func said(_ engine: TradingEngine) throws -> Double { try above(60_100, engine.strategies).probability }
        let (usual, scaled) = (desk([:], restarted: nil), desk(["fundamental.volatility_scale": 2], restarted: nil))
        #expect(try said(usual) != said(scaled) && usual.digest().value != scaled.digest().value)
        #expect(try said(desk([:], restarted: ["fundamental.volatility_scale": 2])) == said(scaled))
        #expect(try said(desk(["fundamental.volatility_scale": 2], restarted: [:])) == said(usual))
    }
}
