import Accounting
public import Learning
public import Model

/// What one event brought: the unit of every interval, because the markets of an event are decided together and those of two events are not.
public struct EventResult: Hashable, Sendable, Codable {
    public let event: EventTicker
    public let series: SeriesTicker
    /// From the first moment at which it could be traded to its last settlement.
    public let span: WalkForward.Span
    /// What was paid for contracts, before fees.
    public let bought: Money
    public let fees: Money
    /// Net of fees; zero where nothing was bought.
    public let gain: Money

    public init(event: EventTicker, series: SeriesTicker, span: WalkForward.Span, bought: Money, fees: Money, gain: Money) {
        self.event = event
        self.series = series
        self.span = span
        self.bought = bought
        self.fees = fees
        self.gain = gain
    }
}

extension BacktestRun {
    /// The events of which a market was settled, in order of their last settlement. A market that the recording left open is in none of the sums.
    public var eventResults: [EventResult] {
        let bought = Dictionary(grouping: fills, by: \.market)
        var sums: [EventTicker: Sums] = [:]
        for (time, ticker, result) in settlements {
            guard let market = markets[ticker], let first = firstListed[ticker] else { continue }
            let start = min(max(first, market.openTime), time)
            sums[market.event, default: Sums(series: market.series, start: start, end: time)].add(bought[ticker] ?? [], ticker, result, start, time)
        }
        let results = sums.map { event, sums in
            EventResult(
                event: event, series: sums.series, span: WalkForward.Span(start: sums.start, end: sums.end), bought: sums.bought, fees: sums.fees, gain: sums.gain)
        }
        return results.sorted { ($0.span.end, $0.event) < ($1.span.end, $1.event) }
    }

    struct Sums {
        let series: SeriesTicker
        var start: Timestamp
        var end: Timestamp
        var bought: Money = .zero
        var fees: Money = .zero
        var gain: Money = .zero

        /// By the same rules as the desk's own positions, so that the events add up to the desk's profit.
        mutating func add(_ fills: [Fill], _ market: Ticker, _ result: MarketResult, _ first: Timestamp, _ settled: Timestamp) {
            var position = Position()
            for fill in fills {
                _ = position.buy(fill.side, price: fill.price, quantity: fill.quantity, fee: fill.fee)
                bought += fill.price * fill.quantity
            }
            _ = position.settle(market, result)
            fees += position.fees
            gain += position.realized - position.fees
            start = min(start, first)
            end = max(end, settled)
        }
    }
}
