import Model
import Strategies

/// From a stream of prices to the law of a settlement.
enum Spot {
    struct Stream: Decodable {
        /// Milliseconds and price, in order of time.
        let prices: [[Double]]
        let now_ms: Int64
        let close_s: Int64
        let strikes: [Sizing.StrikeText]
        /// Numbers of the strategy that are set.
        let parameters: [String: Double]
    }

    struct Opinions: Encodable {
        /// Of each strike: the probability and its uncertainty; nothing where the strategy is silent.
        let opinions: [[Double]]
    }

    static func law(_ asked: Stream) -> Opinions {
        let bitcoin = Underlying("BTC")
        var strategies = StrategyManager()
        strategies.configure(asked.parameters)
        for price in asked.prices { strategies.observe(SpotTick(underlying: bitcoin, price: price[1]), at: .milliseconds(Int64(price[0]))) }
        return Opinions(
            opinions: asked.strikes.map { strike in
                let market = Market(
                    ticker: Ticker("M"), event: EventTicker("E"), series: SeriesTicker("S"), title: "", strike: strike.strike, openTime: .zero, closeTime: .seconds(asked.close_s),
                    grid: .cents, fees: .ordinary, mutuallyExclusive: false, underlying: bitcoin)
                guard case .success(let found) = strategies.forecasts(market, at: .milliseconds(asked.now_ms), staleness: .seconds(3600)), let one = found.first else { return [] }
                return [one.probability, one.uncertainty]
            })
    }
}
