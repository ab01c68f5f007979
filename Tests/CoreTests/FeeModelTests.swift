import Learning
import Model
import Strategies
import Testing

struct FeeModelTests {
    private let a = SeriesTicker("A")
    private let b = SeriesTicker("B")

    @Test func `what was charged is kept beside what the rule said, by series, and a charge beyond rounding is a surprise`() throws {
        var model = FeeModel()
        func learn(_ series: SeriesTicker, charged: Int64) {
            model.learn(series, .taker, quantity: .contracts(10), rate: .cents(9), predicted: .cents(10), charged: .cents(charged))
        }
        for _ in 0..<10 { learn(a, charged: 10) }
        learn(a, charged: 11)
        learn(b, charged: 20)
        let ofA = try #require(model.records[a]?[.taker])
        #expect(ofA.fills == 11 && ofA.surprises == 0 && ofA.contracts == .contracts(110))
        #expect(ofA.charged == .cents(111) && ofA.rate == .cents(99))
        let ofB = try #require(model.records[b]?[.taker])
        #expect(ofB.surprises == 1)
        #expect(ofB.ratio == 2)
        #expect(FeeModel.Record().ratio == nil)
        #expect(model.rows.map(\.series) == [a, b] && model.rows.allSatisfy { $0.liquidity == .taker })
    }

    @Test func `before any fill a taker expects the rate and a maker a tenth of a cent more`() {
        #expect(FeeModel().surcharge(a, .taker) == 0)
        #expect(FeeModel().surcharge(a, .maker) == 0.001)
    }

    @Test func `what comes on top of the rate is the formula's: drawn to all series by a hundred contracts, and these to what is assumed`() {
        var model = FeeModel()
        model.learn(a, .maker, quantity: .contracts(50), rate: .zero, predicted: .cents(20), charged: .cents(20))
        let all = (0.20 + 100 * 0.001) / 150
        #expect(abs(model.surcharge(b, .maker) - all) < 1e-15)
        #expect(abs(model.surcharge(a, .maker) - (0.20 + 100 * all) / 150) < 1e-15)
        #expect(model.surcharge(a, .taker) == 0)
    }

    @Test func `a series that is charged double the rule is expected so after a few thousand contracts, and forgiven when that ends`() {
        var model = FeeModel()
        func charge(_ cents: Int64) { model.learn(a, .taker, quantity: .contracts(100), rate: .cents(175), predicted: .cents(175), charged: .cents(cents)) }
        for _ in 0..<40 { charge(350) }
        #expect(abs(model.surcharge(a, .taker) - 0.0175) < 0.0005)
        for _ in 0..<40 { charge(0) }
        #expect(abs(model.surcharge(a, .taker)) < 0.0005)
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
