public import Model

/// What a pair of quotes says: not quite its middle.
///
/// Among several outcomes the unlikely ones are bought too dear, and near an end of the scale a bid cannot be as far below the truth as an ask can be above it:
/// what is unlikely is less likely still (Griffith 1949; Snowberg & Wolfers, JPE 2010). So the middle is moved towards the quote that is nearer to the end, and
/// its log-odds are stretched a little. Both figures are half of what served best on hourly quotes of two cities and on two crypto ladders; the other half is
/// caution. They are the same for all families. It speaks of events with several markets only: on single up-or-down markets nothing of the kind was found.
public enum QuoteReading {
    /// Of the half spread, how far the reading lies from the middle where the price is near an end.
    static let lean = 0.2
    /// Up to here it leans wholly; from here to a half less and less.
    static let tail = 0.15
    /// Of the log-odds.
    static let stretch = 1.03

    /// Nothing is known of markets that close later: on the long ladders of economic figures the middle was the better reading.
    static let furthestSeconds = 48.0 * 3600

    /// The probability of YES by the best quotes, as unsure as it is far from the middle; nil unless the bid is below the ask and the close is near.
    /// - Parameter horizonSeconds: to the close.
    public static func forecast(bid: Price, ask: Price, horizonSeconds: Double) -> Forecast? {
        guard bid < ask, horizonSeconds <= furthestSeconds else { return nil }
        let (low, high) = (bid.probability, ask.probability)
        let middle = (low + high) / 2
        let distance = min(middle, 1 - middle)
        let moved = lean * (high - low) / 2 * min(max((0.5 - distance) / (0.5 - tail), 0), 1)
        let leaning = middle < 0.5 ? middle - moved : middle + moved
        let probability = Pool.sigmoid(stretch * Pool.logit(leaning))
        return Forecast(
            strategy: "quotes", probability: probability, uncertainty: max(abs(probability - middle), 0.0025), inputs: [.init("bid", low), .init("ask", high)])
    }
}
