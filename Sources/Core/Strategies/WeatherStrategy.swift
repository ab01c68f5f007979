public import Model

/// Forecasts of a day's high, by several models, to the probability of every bracket and threshold on it.
///
/// Each model's error at each place is learned from every official high (`HighError`), and the law of the high follows from it. During the day the
/// high so far bounds it from below: it can only rise (`RisingHigh`). A forecast counts from when it reached the desk.
public struct WeatherStrategy: Strategy, Equatable {
    public static let name = "weather"

    /// Days of forecasts and highs that are remembered.
    static let memoryDays: Int64 = 12

    public static var tunables: [Tunable<Self>] {
        [
            Tunable("days_needed", "days of errors at a place before its forecasts are believed at all", 1...120, step: 1, \.daysNeeded),
            Tunable("blind_after", "hours of a climate day after which nothing is said of it without an observation", 0...24, \.blindAfter),
            Tunable("spread_memory", "share of a place's past errors that each new day keeps, in what a forecast is wrong by", 0.9...1, \.errors.spreadMemory),
            Tunable("prior_variance", "squared degrees that a day-ahead forecast is wrong by before anything is known", 1...50, \.errors.priorVariance),
            Tunable("newcomer_share", "share of the first source's variance below which another one leads", 0.1...1, \.errors.newcomerShare),
        ]
    }

    /// Days of errors at a place before its forecasts are believed at all.
    private var daysNeeded = 15.0
    private var blindAfter = 10.0
    private var places: [Underlying: PlaceWeather] = [:]
    private var errors = HighError()
    private var climate = Climate()

    public init() {}

    // MARK: - Facts

    public mutating func observe(_ fact: Fact, at time: Timestamp) {
        switch fact {
        case .highForecast(let forecast):
            var place = places[forecast.place] ?? PlaceWeather()
            place.note(forecast)
            place.prepare(forecast.day, climate.mean(forecast.place, forecast.day), errors.preferred)
            places[forecast.place] = place
        case .highSoFar(let high): places[high.place, default: PlaceWeather()].note(high)
        case .high(let high): learn(high)
        case .nowcast, .figure: break
        }
    }

    private mutating func learn(_ high: OfficialHigh) {
        var place = places[high.place] ?? PlaceWeather()
        // A report that is repeated or corrected teaches nothing twice.
        guard high.fahrenheit.isFinite, !place.knows(high.day) else { return }
        climate.learn(high)
        for (source, said) in place.forecasts[high.day]?.sorted(by: { $0.key < $1.key }) ?? [] { errors.score(source, error: high.fahrenheit - said) }
        for (_, prepared) in place.prepared[high.day]?.sorted(by: { $0.key < $1.key }) ?? [] { errors.learn(high.place, prepared, answer: high.fahrenheit) }
        place.note(high)
        places[high.place] = place
    }

    // MARK: - Forecast

    public func forecast(_ market: Market, at now: Timestamp, staleness: Interval) -> Result<Forecast, NoForecast> {
        guard let underlying = market.underlying, underlying.text.hasSuffix("-HIGH"), let span = market.strike.wholeDegrees else { return .failure(.noModelForMarket) }
        guard now < market.closeTime else { return .failure(.pastClose) }
        let day = Self.climateDay(of: market)
        guard let place = places[underlying], let prepared = place.freshlyPrepared(day, climate.mean(underlying, day), errors.preferred) else {
            return .failure(.noWeatherForecast)
        }
        guard Double(errors.days(underlying)) >= daysNeeded else { return .failure(.weatherUnlearned) }
        let observed = place.soFar.map { $0.day == day } ?? false
        // From then on the market sees the thermometer: a forecast of the morning is no match for it.
        if let begins = WeatherPlace.of(underlying)?.begins(day), now >= begins + Interval(nanoseconds: Int64(blindAfter * 3600 * 1e9)), !observed { return .failure(.dayUnobserved) }
        let law = errors.law(underlying, prepared)
        let rising = place.soFar.flatMap { $0.day == day ? RisingHigh(from: $0, done: place.doneShare($0.hour)) : nil }
        func probability(_ law: HighLaw) -> Double { rising.map { $0.probability(span, law) } ?? law.probability(span) }
        var inputs: [Forecast.Input] = [.init("expected_high", law.centre), .init("spread", law.deviation), .init("forecast_\(prepared.source)", prepared.said)]
        if let rising { inputs += [.init("high_so_far", rising.high), .init("chance_it_is_over", rising.done)] }
        return .success(
            Forecast(strategy: Self.name, probability: probability(law), uncertainty: law.uncertainty(probability), inputs: inputs))
    }

    /// The local climate day that a market is about. Its markets close at the end of that day, local standard time: in the United States
    /// between 5 and 8 o'clock UTC of the next.
    static func climateDay(of market: Market) -> Int64 { (market.closeTime - .seconds(12 * 3600)).utcDay }

    public func feed(into digest: inout Digest) {
        errors.feed(into: &digest)
        climate.feed(into: &digest)
        for place in places.keys.sorted() {
            digest.feed(place.text)
            places[place]?.feed(into: &digest)
        }
    }
}

extension Strike {
    /// The highs that resolve YES, as an interval between half degrees: official highs are whole ones. Nil where no number decides.
    var wholeDegrees: (low: Double, high: Double)? {
        published(step: 1)
    }
}
