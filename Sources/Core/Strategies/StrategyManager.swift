public import Model

/// All strategies of the desk, each asked about every market.
///
/// One of them has no opinion of its own: `CoherenceStrategy` says what the market itself says, made coherent.
public struct StrategyManager: Sendable {
    /// The registration: one line each.
    var strategies: [any Strategy] = [
        CoherenceStrategy(),
        FundamentalStrategy(),
        WeatherStrategy(),
        NowcastStrategy(),
    ]

    public init() {}

    public mutating func observe(_ tick: SpotTick, at time: Timestamp) {
        for i in strategies.indices { strategies[i].observe(tick, at: time) }
    }

    public mutating func observe(_ fact: Fact, at time: Timestamp) {
        for i in strategies.indices { strategies[i].observe(fact, at: time) }
    }

    public mutating func observe(_ quote: Quote, of market: Market, at time: Timestamp) {
        for i in strategies.indices { strategies[i].observe(quote, of: market, at: time) }
    }

    public mutating func forget(_ market: Market) {
        for i in strategies.indices { strategies[i].forget(market) }
    }

    /// What the market's quotes say together with those of its event; nil where they agree, or too little is known.
    public func coherent(_ market: Market, at now: Timestamp, staleness: Interval) -> Forecast? {
        try? strategy(CoherenceStrategy.self)?.forecast(market, at: now, staleness: staleness).get()
    }

    /// What the strategies that have an opinion say; where none has, the reason of the one that came nearest.
    public func forecasts(_ market: Market, at now: Timestamp, staleness: Interval) -> Result<[Forecast], NoForecast> {
        var found: [Forecast] = []
        var reason = NoForecast.noModelForMarket
        for strategy in strategies where !(strategy is CoherenceStrategy) {
            switch strategy.forecast(market, at: now, staleness: staleness) {
            case .success(let forecast): found.append(forecast)
            case .failure(let why): if why != .noModelForMarket { reason = why }
            }
        }
        return found.isEmpty ? .failure(reason) : .success(found)
    }

    /// The strategy of a kind, for what only it can show.
    public func strategy<Kind: Strategy>(_ kind: Kind.Type) -> Kind? { strategies.lazy.compactMap { $0 as? Kind }.first }

    public var names: [String] { strategies.map { type(of: $0).name } }

    public func feed(into digest: inout Digest) {
        for strategy in strategies { strategy.feed(into: &digest) }
    }
}
