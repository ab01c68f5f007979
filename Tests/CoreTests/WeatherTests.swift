import Model
import Strategies
import Testing

private let place = Underlying("NYC-HIGH")

/// A market on the high of a day; it closes at five in the morning UTC of the next.
private func market(_ strike: Strike, day: Int64, underlying: String = "NYC-HIGH") -> Market {
    Market(
        ticker: Ticker("T"), event: EventTicker("E"), series: SeriesTicker("KXHIGHNY"), title: "t", strike: strike, openTime: .zero,
        closeTime: .seconds((day + 1) * 86_400 + 5 * 3600), grid: .cents, fees: .ordinary, mutuallyExclusive: true, underlying: Underlying(underlying))
}

/// Twenty cool days that the forecast "a" calls two degrees too warm, with misses of one degree either way.
private func learned(bias: Double = -2, days: Int64 = 40, with values: [String: Double] = [:]) -> WeatherStrategy {
    var manager = StrategyManager()
    manager.configure(values)
    guard var strategy = manager.strategy(WeatherStrategy.self) else { preconditionFailure("the weather has a strategy") }
    for day in 1...days {
        let high = 50 + Double(day % 5)
        strategy.observe(.highForecast(HighForecast(place: place, day: day, source: "a", fahrenheit: high - bias + (day % 2 == 0 ? 1 : -1))), at: .seconds(day * 86_400))
        strategy.observe(.high(OfficialHigh(place: place, day: day, fahrenheit: high)), at: .seconds((day + 1) * 86_400))
    }
    return strategy
}

private func probability(_ strategy: WeatherStrategy, _ strike: Strike, day: Int64 = 41) throws -> Double {
    try strategy.forecast(market(strike, day: day), at: .seconds(day * 86_400), staleness: .seconds(5)).get().probability
}

struct WeatherTests {
    private func told(_ strategy: WeatherStrategy, _ fahrenheit: Double = 54, day: Int64 = 41) -> WeatherStrategy {
        var strategy = strategy
        strategy.observe(.highForecast(HighForecast(place: place, day: day, source: "a", fahrenheit: fahrenheit)), at: .seconds(day * 86_400))
        return strategy
    }

    @Test(arguments: [("weather.spread_memory", 0.9), ("weather.prior_variance", 40)]) func `a number of it moves its forecasts, and set to what it usually is it moves nothing`(name: String, value: Double) throws {
        let parameter = try #require(StrategyManager.parameters.first { $0.name == name })
        let plain = try probability(told(learned()), .greater(52))
        #expect(try probability(told(learned(with: [name: value])), .greater(52)) != plain)
        #expect(try probability(told(learned(with: [name: parameter.usual])), .greater(52)) == plain)
    }

    @Test func `how long it waits, how early it wants to see and who leads are numbers of it`() {
        func reason(_ values: [String: Double], days: Int64, hour: Int64) -> NoForecast? {
            let strategy = told(learned(days: days, with: values), day: days + 1)
            let asked = strategy.forecast(market(.greater(52), day: days + 1), at: .seconds((days + 1) * 86_400 + 5 * 3600 + hour * 3600), staleness: .seconds(5))
            guard case .failure(let reason) = asked else { return nil }
            return reason
        }
        #expect(reason([:], days: 20, hour: 1) == nil && reason(["weather.days_needed": 21], days: 20, hour: 1) == .weatherUnlearned)
        #expect(reason([:], days: 5, hour: 1) == .weatherUnlearned && reason(["weather.days_needed": 5], days: 5, hour: 1) == nil)
        #expect(reason([:], days: 20, hour: 9) == nil && reason(["weather.blind_after": 8], days: 20, hour: 9) == .dayUnobserved)
        #expect(reason([:], days: 20, hour: 11) == .dayUnobserved && reason(["weather.blind_after": 12], days: 20, hour: 11) == nil)
        // "b" errs by half as much as "a", which has the right of way.
        func leads(_ share: Double) -> Bool {
            var strategy = StrategyManager()
            strategy.configure(["weather.newcomer_share": share])
            for day in 1...60 as ClosedRange<Int64> {
                for (source, miss) in [("a", 2.0), ("b", 1.5)] {
                    strategy.observe(.highForecast(HighForecast(place: place, day: day, source: source, fahrenheit: 50 + miss * (day % 2 == 0 ? 1 : -1))), at: .seconds(day * 86_400))
                }
                strategy.observe(.high(OfficialHigh(place: place, day: day, fahrenheit: 50)), at: .seconds((day + 1) * 86_400))
            }
            for source in ["a", "b"] { strategy.observe(.highForecast(HighForecast(place: place, day: 61, source: source, fahrenheit: 50)), at: .seconds(61 * 86_400)) }
            let asked = strategy.forecasts(market(.greater(50), day: 61), at: .seconds(61 * 86_400), staleness: .seconds(5))
            guard case .success(let all) = asked else { return false }
            return all.contains { $0.inputs.contains { $0.name == "forecast_b" } }
        }
        #expect(leads(0.95) && !leads(0.3))
    }

    @Test func `what it cannot know it does not say, and says why`() {
        func reason(_ strategy: WeatherStrategy, _ market: Market, at seconds: Int64) -> NoForecast? {
            guard case .failure(let reason) = strategy.forecast(market, at: .seconds(seconds), staleness: .seconds(5)) else { return nil }
            return reason
        }
        #expect(reason(WeatherStrategy(), market(.greater(50), day: 1), at: 0) == .noWeatherForecast)
        #expect(reason(learned(), market(.greater(50), day: 41, underlying: "BTC"), at: 0) == .noModelForMarket)
        #expect(reason(learned(), market(.other, day: 41), at: 0) == .noModelForMarket)
        #expect(reason(learned(), market(.greater(50), day: 41), at: 0) == .noWeatherForecast)
        #expect(reason(told(learned(days: 14)), market(.greater(50), day: 41), at: 0) == .weatherUnlearned)
        #expect(reason(told(learned()), market(.greater(50), day: 41), at: 100 * 86_400) == .pastClose)
        // Three in the afternoon in New York, and no word of the thermometer.
        #expect(reason(told(learned()), market(.greater(50), day: 41), at: 41 * 86_400 + 20 * 3600) == .dayUnobserved)
    }

    @Test func `a bias is learned away`() throws {
        // The forecast says 54, the truth was always about two degrees lower.
        let p = try probability(told(learned()), .greater(51))
        let low = try probability(told(learned()), .less(52))
        #expect(p > 0.45 && p < 0.8)
        #expect(abs(p + low - 1) < 0.001)
        #expect(try probability(told(learned(bias: 2)), .greater(51)) > 0.9)
    }

    @Test func `the brackets of a day add up to one, and thresholds fall`() throws {
        let strategy = told(learned())
        let brackets: [Strike] = [.less(49), .between(49, 50), .between(51, 52), .between(53, 54), .greater(54)]
        #expect(abs(try brackets.reduce(0) { $0 + (try probability(strategy, $1)) } - 1) < 0.003)
        let ladder = try (45...60).map { try probability(strategy, .greater(Double($0))) }
        #expect(zip(ladder, ladder.dropFirst()).allSatisfy { $0 >= $1 })
    }

    @Test func `a wider miss in the past is a wider law`() throws {
        func inside(_ miss: Double) throws -> Double {
            var strategy = WeatherStrategy()
            for day in 1...60 as ClosedRange<Int64> {
                strategy.observe(.highForecast(HighForecast(place: place, day: day, source: "a", fahrenheit: 50 + miss * Double([-1, 1, 0, 2, -2][Int(day % 5)]))), at: .zero)
                strategy.observe(.high(OfficialHigh(place: place, day: day, fahrenheit: 50)), at: .zero)
            }
            return try probability(told(strategy, 50, day: 61), .between(48, 52), day: 61)
        }
        #expect(try inside(0.5) > inside(4) + 0.1)
    }

    @Test func `the high can only rise: what it has passed is impossible, and late in the day it stays`() throws {
        func at(_ hour: Int, _ high: Double) -> WeatherStrategy {
            var strategy = told(learned())
            strategy.observe(.highSoFar(HighSoFar(place: place, day: 41, hour: hour, fahrenheit: high)), at: .seconds(41 * 86_400))
            return strategy
        }
        #expect(try probability(at(11, 53), .less(53)) < 0.001)
        #expect(try probability(at(11, 53), .between(53, 54)) > probability(told(learned()), .between(53, 54)))
        #expect(try probability(at(23, 53), .between(53, 54)) > 0.95)
        #expect(try probability(at(9, 40), .greater(51)) > 0.4)
        // A later reading that is lower takes nothing back.
        var corrected = at(15, 55)
        corrected.observe(.highSoFar(HighSoFar(place: place, day: 41, hour: 16, fahrenheit: 51)), at: .seconds(41 * 86_400))
        #expect(try probability(corrected, .less(55)) < 0.001)
        let all = try [.less(53), .between(53, 54), .between(55, 56), .greater(56)].reduce(0) { $0 + (try probability(at(14, 54), $1)) }
        #expect(abs(all - 1) < 0.003)
    }

    @Test func `the hour by which the day's high has come is learned`() throws {
        var strategy = learned()
        for day in 42...90 as ClosedRange<Int64> {
            strategy.observe(.highForecast(HighForecast(place: place, day: day, source: "a", fahrenheit: 54)), at: .zero)
            strategy.observe(.highSoFar(HighSoFar(place: place, day: day, hour: 18, fahrenheit: 49)), at: .zero)
            strategy.observe(.high(OfficialHigh(place: place, day: day, fahrenheit: 52)), at: .zero)
        }
        var evening = told(strategy, 54, day: 91)
        evening.observe(.highSoFar(HighSoFar(place: place, day: 91, hour: 18, fahrenheit: 49)), at: .zero)
        // By the ordinary course it would be nearly certain that 49 stays; here the evening was always warmer.
        #expect(try probability(evening, .greater(49), day: 91) > 0.7)
    }

    @Test func `the same facts in the same order make the same state, and a repeated report teaches nothing twice`() {
        #expect(learned() == learned())
        var again = learned()
        again.observe(.high(OfficialHigh(place: place, day: 40, fahrenheit: 50)), at: .zero)
        #expect(again == learned())
    }

    @Test func `a later fact never changes an earlier forecast`() throws {
        let before = told(learned())
        let said = try probability(before, .greater(51))
        var after = before
        after.observe(.high(OfficialHigh(place: place, day: 41, fahrenheit: 70)), at: .zero)
        #expect(try probability(before, .greater(51)) == said)
        #expect(after != before)
    }

    @Test func `memory stays bounded however long it runs`() {
        func size(_ days: Int64) -> Int { "\(learned(days: days))".count }
        #expect(size(400) < size(60) + size(60) / 2)
    }
}
