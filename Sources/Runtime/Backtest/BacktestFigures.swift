public import Learning
public import Model

/// What a backtest came to, with intervals: how much of it may be chance, what it cost in turnover and in risk, and how much more it could have borne.
public struct BacktestFigures: Sendable {
    /// A strategy's loss less the market's on the same rows: negative is better than the market.
    public struct Against: Sendable {
        public let strategy: String
        public let forecasts: Int
        public let events: Int
        public let brier: Double
        public let brierBand: BlockBootstrap.Band?
        /// In nats.
        public let log: Double
        public let logBand: BlockBootstrap.Band?
    }

    public struct Day: Sendable {
        /// Days since 1970-01-01, UTC.
        public let utcDay: Int64
        public let gain: Money
    }

    public let events: [EventResult]
    /// Events in which something was bought.
    public let tradedEvents: Int
    /// Of the settled events together.
    public let gain: Money
    public let gainBand: BlockBootstrap.Band?
    /// Of an event.
    public let sharpe: SharpeRatio?
    public let against: [Against]
    /// What was paid for contracts, before fees.
    public let bought: Money
    /// The day of settlement on which events together lost most, or gained least; nil where nothing was settled.
    public let worstDay: Day?
    /// The furthest that equity fell from its highest, and as a share of that.
    public let drawdown: Money
    public let drawdownShare: Double
    /// Cost of what was held: the most, and the mean over the points of the equity curve.
    public let mostExposure: Money
    public let meanExposure: Money
    /// Contracts that we bought as a share of those that the tape shows in the markets we traded; nil where it shows none.
    public let participation: Double?

    /// What might have been bought at `share` of the tape's contracts, at the prices of our fills; a larger order would have paid more.
    public func capacity(at share: Double) -> Double? {
        participation.flatMap { Self.capacity(bought, participation: $0, share: share) }
    }

    /// What was bought over the cash at the start.
    public func turnover(of cash: Money) -> Double { bought.approximateDollars / cash.approximateDollars }

    public init(_ run: BacktestRun, bootstrap: BlockBootstrap = BlockBootstrap()) {
        events = run.eventResults
        tradedEvents = events.count { $0.bought > .zero }
        gain = events.reduce(.zero) { $0 + $1.gain }
        let gains = events.map(\.gain.approximateDollars)
        gainBand = bootstrap.total(gains)
        sharpe = SharpeRatio(gains)
        against = Self.against(run, bootstrap)
        bought = Self.bought(run.fills)
        worstDay = Self.worstDay(events)
        (drawdown, drawdownShare) = Self.drawdown(run.equity.map(\.worth))
        (mostExposure, meanExposure) = Self.exposure(run.equity.map(\.exposure))
        participation = Self.participation(run.fills, tape: run.volumes)
    }

    /// Rows of one event share outcomes, so the samples are of events, in order of settlement.
    private static func against(_ run: BacktestRun, _ bootstrap: BlockBootstrap) -> [Against] {
        let outcomes = Dictionary(run.settlements.map { ($0.market, $0.result.yesValue?.probability) }, uniquingKeysWith: { _, last in last })
        let order = Dictionary(uniqueKeysWithValues: run.eventResults.enumerated().map { ($1.event, $0) })
        var sums: [String: [Int: (ours: Score, market: Score)]] = [:]
        for row in run.forecasts {
            guard let outcome = outcomes[row.market] ?? nil, let market = run.markets[row.market], let place = order[market.event] else { continue }
            sums[row.strategy, default: [:]][place, default: (Score(), Score())].ours.add(row.probability, outcome: outcome)
            sums[row.strategy]?[place]?.market.add(row.marketProbability, outcome: outcome)
        }
        return sums.sorted { $0.key < $1.key }.map { strategy, byEvent in
            let events = byEvent.sorted { $0.key < $1.key }.map(\.value)
            let counts = events.map { Double($0.ours.count) }
            let count = counts.reduce(0, +)
            let brier = events.map { (($0.ours.brier ?? 0) - ($0.market.brier ?? 0)) * Double($0.ours.count) }
            let log = events.map { (($0.ours.logLoss ?? 0) - ($0.market.logLoss ?? 0)) * Double($0.ours.count) }
            return Against(
                strategy: strategy, forecasts: Int(count), events: events.count, brier: brier.reduce(0, +) / count, brierBand: bootstrap.ratio(brier, over: counts),
                log: log.reduce(0, +) / count, logBand: bootstrap.ratio(log, over: counts))
        }
    }

    static func worstDay(_ events: [EventResult]) -> Day? {
        Dictionary(grouping: events, by: \.span.end.utcDay).map { Day(utcDay: $0, gain: $1.reduce(.zero) { $0 + $1.gain }) }
            .min { ($0.gain, $0.utcDay) < ($1.gain, $1.utcDay) }
    }

    static func drawdown(_ equity: [Money]) -> (Money, Double) {
        var (high, most, share) = (equity.first ?? .zero, Money.zero, 0.0)
        for worth in equity {
            high = max(high, worth)
            most = max(most, high - worth)
            if high > .zero { share = max(share, (high - worth).approximateDollars / high.approximateDollars) }
        }
        return (most, share)
    }

    static func bought(_ fills: [Fill]) -> Money { fills.reduce(.zero) { $0 + $1.price * $1.quantity } }

    static func exposure(_ points: [Money]) -> (most: Money, mean: Money) {
        (points.max() ?? .zero, points.isEmpty ? .zero : Money(millionths: points.reduce(0) { $0 + $1.millionths } / Int64(points.count)))
    }

    static func participation(_ fills: [Fill], tape: [Ticker: Quantity]) -> Double? {
        let ours = Dictionary(grouping: fills, by: \.market).mapValues { $0.reduce(0) { $0 + $1.quantity.hundredths } }
        let traded = ours.keys.reduce(0) { $0 + (tape[$1] ?? .zero).hundredths }
        return traded > 0 ? Double(ours.values.reduce(0, +)) / Double(traded) : nil
    }

    static func capacity(_ bought: Money, participation: Double, share: Double) -> Double? {
        participation > 0 ? bought.approximateDollars * share / participation : nil
    }
}
