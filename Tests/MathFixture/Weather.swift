import Model
import Strategies

/// From forecasts and official highs to the law of a day's high.
enum Weather {
    struct Told: Decodable {
        struct One: Decodable {
            /// "forecast", "so_far" or "high".
            let kind: String
            let place: String
            let day: Int64
            let value: Double
            let source: String?
            let hour: Int?
        }

        let facts: [One]
        let place: String
        let day: Int64
        /// Of local standard time on that day.
        let hour: Int64
        let strikes: [Sizing.StrikeText]
    }

    struct Opinions: Encodable {
        /// Of each strike: the probability and its uncertainty; nothing where the strategy is silent.
        let opinions: [[Double]]
    }

    static func law(_ asked: Told) -> Opinions {
        var strategy = WeatherStrategy()
        for one in asked.facts {
            let place = Underlying(one.place)
            switch one.kind {
            case "forecast": strategy.observe(.highForecast(HighForecast(place: place, day: one.day, source: one.source ?? "", fahrenheit: one.value)), at: .zero)
            case "so_far": strategy.observe(.highSoFar(HighSoFar(place: place, day: one.day, hour: one.hour ?? 0, fahrenheit: one.value)), at: .zero)
            default: strategy.observe(.high(OfficialHigh(place: place, day: one.day, fahrenheit: one.value)), at: .zero)
            }
        }
        let begins = WeatherPlace.named(asked.place)?.begins(asked.day) ?? .zero
        return Opinions(
            opinions: asked.strikes.map { strike in
                let market = Market(
                    ticker: Ticker("M"), event: EventTicker("E"), series: SeriesTicker("S"), title: "", strike: strike.strike, openTime: .zero, closeTime: begins + .seconds(86_400),
                    grid: .cents, fees: .ordinary, mutuallyExclusive: false, underlying: Underlying(asked.place))
                guard case .success(let found) = strategy.forecast(market, at: begins + .seconds(asked.hour * 3600), staleness: .seconds(60)) else { return [] }
                return [found.probability, found.uncertainty]
            })
    }
}
