public import Model
public import Sentiment

/// News to a probability: the market's own, moved by what news has been worth in its series so far.
///
/// It has no opinion before a settlement has shown that news moves a series at all, and none without news.
public struct SentimentStrategy: Sendable, Codable {
    public static let name = "sentiment"

    /// News fades slowly: what was said of a market is said again for this long, unless there is news.
    static let freshFor = Interval.seconds(10)

    public private(set) var reader = NewsReader()
    private struct Said: Sendable, Codable {
        let shift: NewsShift?
        let at: Timestamp
    }

    private var said: [Ticker: Said] = [:]

    public init() {}

    public mutating func observe(_ headline: Headline, at time: Timestamp) {
        if reader.observe(headline, at: time) != nil { said = [:] }
    }

    public mutating func list(_ market: Market) { reader.list(market) }

    public mutating func forget(_ market: Ticker) {
        reader.forget(market)
        said[market] = nil
    }

    public mutating func settle(_ market: Ticker, outcome: Double?) {
        said = [:]
        // A void market teaches nothing.
        if let outcome { reader.settle(market, outcome: outcome) } else { reader.forget(market) }
    }

    /// Looks at a market beside its own probability: remembers the first signal, so that its settlement can teach, and says what follows from the news now.
    public mutating func forecast(_ market: Market, marketProbability: Double, at now: Timestamp) -> Forecast? {
        guard now < market.closeTime, let shift = shift(market, at: now) else { return nil }
        reader.note(market, shift, marketProbability: marketProbability)
        guard reader.influence.coefficient(market.series).settlements > 0 else { return nil }
        let probability = Pool.sigmoid(Pool.logit(marketProbability) + shift.logOdds)
        // The slope of the probability on its log-odds.
        let uncertainty = shift.variance.squareRoot() * probability * (1 - probability)
        return Forecast(
            strategy: Self.name, probability: probability, uncertainty: uncertainty,
            inputs: [.init("signal", shift.signal), .init("shift_log_odds", shift.logOdds), .init("stories", Double(shift.parts.count)), .init("market", marketProbability)])
    }

    private mutating func shift(_ market: Market, at now: Timestamp) -> NewsShift? {
        if let last = said[market.ticker], now - last.at < Self.freshFor { return last.shift }
        let shift = reader.shift(market, at: now)
        said[market.ticker] = Said(shift: shift, at: now)
        return shift
    }

    public func feed(into digest: inout Digest) { reader.feed(into: &digest) }
}
