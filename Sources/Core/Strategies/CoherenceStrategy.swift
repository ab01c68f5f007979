public import Model

/// The best quotes of a market at one moment, without our own orders; nil where a side is empty.
public struct Quote: Hashable, Sendable {
    /// Of YES, in YES dollars.
    public let bid: Price?
    public let ask: Price?

    public init(bid: Price?, ask: Price?) {
        self.bid = bid
        self.ask = ask
    }
}

/// What the quotes of an event's markets say of each other: exclusive brackets sum to one, a nested threshold is never likelier than an easier one.
///
/// Where the middles of the quotes break that law, the nearest probabilities that obey it are the forecast: a wide quote gives way to a narrow one, because
/// each middle is taken to be wrong by the deviation of a uniform law over its spread. Where they obey it there is nothing to say.
public struct CoherenceStrategy: Strategy, Equatable {
    public static let name = "coherence"

    /// A middle is never known better than half a cent.
    static let leastDeviation = 0.005
    /// A move below a tenth of a cent is the quotes' own grain.
    static let leastMove = 0.001

    private struct Quoted: Sendable, Equatable {
        var market: Market
        var quote: Quote
        var at: Timestamp
    }

    /// In order of arrival.
    private var events: [EventTicker: [Quoted]] = [:]

    public init() {}

    public mutating func observe(_ quote: Quote, of market: Market, at time: Timestamp) {
        let known = events[market.event]?.firstIndex { $0.market.ticker == market.ticker }
        if let known {
            events[market.event]?[known] = Quoted(market: market, quote: quote, at: time)
        } else {
            events[market.event, default: []].append(Quoted(market: market, quote: quote, at: time))
        }
    }

    public mutating func forget(_ market: Market) {
        events[market.event]?.removeAll { $0.market.ticker == market.ticker }
        if events[market.event]?.isEmpty == true { events[market.event] = nil }
    }

    public func forecast(_ market: Market, at now: Timestamp, staleness: Interval) -> Result<Forecast, NoForecast> {
        guard let all = events[market.event], all.count > 1 else { return .failure(.noModelForMarket) }
        guard now < market.closeTime else { return .failure(.pastClose) }
        let fresh = all.filter { now - $0.at <= staleness && ($0.quote.bid != nil || $0.quote.ask != nil) }
        guard fresh.count > 1, let index = fresh.firstIndex(where: { $0.market.ticker == market.ticker }) else { return .failure(.eventNotQuoted) }
        guard let states = EventStates(fresh.map(\.market)) else { return .failure(.noModelForMarket) }
        let middles = fresh.map(\.quote.middle)
        let variances = fresh.map { max($0.quote.width * $0.quote.width / 12, Self.leastDeviation * Self.leastDeviation) }
        let (coherent, left) = Self.coherent(middles, variances, states)
        guard abs(coherent[index] - middles[index]) >= Self.leastMove else { return .failure(.quotesCoherent) }
        let inputs: [Forecast.Input] = [
            .init("middle", middles[index]), .init("coherent", coherent[index]), .init("markets_together", Double(fresh.count)),
            .init("sum_of_middles", middles.reduce(0, +)),
        ]
        let probability = min(max(coherent[index], Self.leastMove), 1 - Self.leastMove)
        return .success(
            Forecast(strategy: Self.name, probability: probability, uncertainty: max(left[index].squareRoot(), 0.01), inputs: inputs))
    }

    /// The nearest probabilities that obey the event's law, and what is left of each variance.
    static func coherent(_ middles: [Double], _ variances: [Double], _ states: EventStates) -> (probabilities: [Double], variances: [Double]) {
        switch states.shape {
        case .exclusive(let exhaustive):
            guard exhaustive || middles.reduce(0, +) > 1 else { return (middles, variances) }
            let all = variances.reduce(0, +)
            return (Projection.summing(middles, variances: variances, to: 1), variances.map { $0 - $0 * $0 / all })
        case .nested:
            let order = states.hardestFirst
            let weights = order.map { 1 / variances[$0] }
            let ascending = Projection.ascending(order.map { middles[$0] }, weights: weights)
            var (found, left) = (middles, variances)
            for (place, market) in order.enumerated() {
                found[market] = ascending[place]
                // Those that were pooled share what all of them know.
                let block = order.indices.filter { ascending[$0] == ascending[place] }.reduce(0) { $0 + weights[$1] }
                left[market] = 1 / block
            }
            return (found, left)
        }
    }

    public func feed(into digest: inout Digest) {
        for event in events.keys.sorted() {
            digest.feed(event.text)
            for known in events[event] ?? [] {
                digest.feed(known.market.ticker.text)
                digest.feed(Double(known.quote.bid?.tenThousandths ?? -1))
                digest.feed(Double(known.quote.ask?.tenThousandths ?? -1))
            }
        }
    }
}

extension Quote {
    /// An empty side is as far away as it can be.
    var middle: Double { ((bid?.probability ?? 0) + (ask?.probability ?? 1)) / 2 }
    var width: Double { max((ask?.probability ?? 1) - (bid?.probability ?? 0), 0) }
}
