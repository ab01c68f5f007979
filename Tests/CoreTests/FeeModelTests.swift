import Learning
import Model
import Strategies
import Testing

struct FeeModelTests {
    @Test func `what was charged is kept beside what the rule said, by series, and a charge beyond rounding is a surprise`() throws {
        var model = FeeModel()
        for _ in 0..<10 { model.learn(SeriesTicker("A"), predicted: .cents(10), charged: .cents(10)) }
        model.learn(SeriesTicker("A"), predicted: .cents(10), charged: .cents(11))
        model.learn(SeriesTicker("B"), predicted: .cents(10), charged: .cents(20))
        let a = try #require(model.records[SeriesTicker("A")])
        #expect(a.fills == 11 && a.surprises == 0)
        #expect(a.charged == .cents(111))
        let b = try #require(model.records[SeriesTicker("B")])
        #expect(b.surprises == 1)
        #expect(b.ratio == 2)
        #expect(FeeModel.Record().ratio == nil)
    }
}

struct StrategyManagerTests {
    @Test func `no two strategies have one name, and each is found by its kind`() {
        let manager = StrategyManager()
        #expect(Set(manager.names).count == manager.names.count)
        #expect(manager.names.contains("weather") && manager.names.contains("fundamental"))
        #expect(manager.strategy(WeatherStrategy.self) != nil)
    }

    @Test func `where no strategy has an opinion, the reason of the one that came nearest is told`() {
        func reason(_ underlying: String?) -> NoForecast? {
            let market = Market(
                ticker: Ticker("T"), event: EventTicker("E"), series: SeriesTicker("S"), title: "t", strike: .greater(50), openTime: .zero, closeTime: .seconds(900),
                grid: .cents, fees: .ordinary, mutuallyExclusive: false, underlying: underlying.map { Underlying($0) })
            guard case .failure(let reason) = StrategyManager().forecasts(market, at: .zero, staleness: .seconds(5)) else { return nil }
            return reason
        }
        #expect(reason("BTC") == .noSpotPrice)
        #expect(reason("NYC-HIGH") == .noWeatherForecast)
        #expect(reason("SOMETHING") == .noModelForMarket)
        #expect(reason(nil) == .noModelForMarket)
    }
}
