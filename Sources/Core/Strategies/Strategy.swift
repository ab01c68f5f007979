public import Model

/// From what is known now to the probability of a market, with its uncertainty and the inputs that made it.
///
/// A strategy never sees an order, a limit or cash, and nothing that has not reached the desk yet. It learns from the last state and the newest fact alone:
/// nothing is ever fitted anew on all history. How to add one: docs/strategies.md.
///
/// All that it remembers is in its stored properties, and the compiler writes `Codable` for them: a snapshot of the desk holds it.
public protocol Strategy: Sendable, Codable {
    /// Its name in every forecast, score and weight. It never changes its meaning.
    static var name: String { get }
    /// Its numbers that may be set; none unless it says so.
    static var tunables: [Tunable<Self>] { get }

    mutating func observe(_ tick: SpotTick, at time: Timestamp)
    mutating func observe(_ fact: Fact, at time: Timestamp)
    /// The best quotes of a market, told at every look before any forecast is asked for.
    mutating func observe(_ quote: Quote, of market: Market, at time: Timestamp)
    /// The market is over and forgotten.
    mutating func forget(_ market: Market)
    /// - Parameter staleness: the age beyond which a live price is not to be used.
    func forecast(_ market: Market, at now: Timestamp, staleness: Interval) -> Result<Forecast, NoForecast>
    func feed(into digest: inout Digest)
}

extension Strategy {
    public static var tunables: [Tunable<Self>] { [] }

    // Most strategies live on one of them.
    public mutating func observe(_ tick: SpotTick, at time: Timestamp) {}
    public mutating func observe(_ fact: Fact, at time: Timestamp) {}
    public mutating func observe(_ quote: Quote, of market: Market, at time: Timestamp) {}
    public mutating func forget(_ market: Market) {}
}

/// Why there is no forecast: the answer to "why didn't it trade".
public enum NoForecast: String, Error, Hashable, Sendable, Codable, CaseIterable {
    case noModelForMarket = "no_model_for_market"
    case noSpotPrice = "no_spot_price"
    case spotStale = "spot_stale"
    case warmingUp = "volatility_warming_up"
    case pastClose = "past_close"
    case noWeatherForecast = "no_weather_forecast"
    case eventNotQuoted = "event_not_quoted"
    case quotesCoherent = "quotes_coherent"
    case noNowcast = "no_nowcast"
    /// The source states no error, and no release has shown one yet.
    case nowcastUnlearned = "nowcast_errors_unlearned"
    case weatherUnlearned = "weather_errors_unlearned"
    /// The day is far on, and nobody has told what the station shows.
    case dayUnobserved = "day_unobserved"
}
