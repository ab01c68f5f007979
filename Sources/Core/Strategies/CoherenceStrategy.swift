public import Model

/// The best quotes of a market at one moment, without our own orders; nil where a side is empty.
public struct Quote: Hashable, Sendable, Codable {
    /// Of YES, in YES dollars.
    public let bid: Price?
    public let ask: Price?

    public init(bid: Price?, ask: Price?) {
        self.bid = bid
        self.ask = ask
    }
}

/// What the quotes of an event's markets say once they are made to agree: exclusive brackets sum to one, a harder threshold is never likelier than an easier one.
///
/// Where the middles of the quotes break that law, the forecast is the nearest that obeys it (`LogOddsProjection`): by the logarithmic score it is better than the
/// middles whatever comes true. That says the quotes together are wrong, not which of them: so it speaks for the market in the pool, and nothing is traded on
/// it alone. Where the law is obeyed there is nothing to say.
public struct CoherenceStrategy: Strategy, Equatable {
    public static let name = "coherence"

    /// A wider quote says only between which two numbers a probability lies, not where: its middle is not counted, and not moved.
    private var widest = 0.25

    public static var tunables: [Tunable<Self>] {
        [Tunable("widest_quote", "dollars between bid and ask beyond which a quote is neither counted nor moved", 0.01...1, \.widest)]
    }

    private struct Quoted: Sendable, Equatable, Codable {
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
        let read = all.filter { now - $0.at <= staleness && $0.quote.isRead(upTo: widest) }
        guard read.count > 1, let index = read.firstIndex(where: { $0.market.ticker == market.ticker }) else { return .failure(.eventNotQuoted) }
        guard let states = EventStates(read.map(\.market)) else { return .failure(.noModelForMarket) }
        let middles = read.map(\.quote.middle)
        let coherent: [Double]
        switch states.shape {
        case .nested:
            let order = states.hardestFirst
            let ascending = LogOddsProjection.ascending(order.map { middles[$0] })
            coherent = order.indices.map { market in ascending[order.firstIndex(of: market) ?? market] }
        case .exclusive:
            let sum = middles.reduce(0, +)
            if sum > 1 {
                coherent = LogOddsProjection.summing(middles, to: 1)
            } else {
                // Those that are not read could be worth their asks at most; where one of all must win, the read ones are worth the rest at least.
                let least = 1 - all.filter { other in !read.contains { $0.market.ticker == other.market.ticker } }
                    .reduce(0) { $0 + (now - $1.at <= staleness ? $1.quote.ask?.probability ?? 1 : 1) }
                let exhaustive = EventStates(all.map(\.market))?.shape == .exclusive(exhaustive: true)
                coherent = exhaustive && sum < least ? LogOddsProjection.summing(middles, to: least) : middles
            }
        }
        let moved = abs(coherent[index] - middles[index])
        guard moved > 1e-9 else { return .failure(.quotesCoherent) }
        let inputs: [Forecast.Input] = [
            .init("middle", middles[index]), .init("coherent", coherent[index]), .init("markets_together", Double(read.count)),
            .init("sum_of_middles", middles.reduce(0, +)),
        ]
        return .success(Forecast(strategy: Self.name, probability: coherent[index], uncertainty: max(moved, Self.leastUncertainty), inputs: inputs))
    }

    /// A middle is never known better than a quarter of a cent.
    private static let leastUncertainty = 0.0025

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
    /// Both sides are there, and near enough for their middle to say something.
    func isRead(upTo widest: Double) -> Bool {
        guard let bid, let ask else { return false }
        return bid < ask && ask.probability - bid.probability <= widest
    }

    /// An empty side is as far away as it can be.
    var middle: Double { ((bid?.probability ?? 0) + (ask?.probability ?? 1)) / 2 }
}
