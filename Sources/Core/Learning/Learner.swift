public import Model
import RealModule

/// Learns from every settlement, from its last state and the newest outcome alone.
///
/// Every forecast waits here for its market to resolve. Then it is scored beside the market's own price of the same moment; its strategy's calibration and
/// its weight in the pool move (`Calibration`, `FixedShare`), one step a market, so that a market that was forecast a thousand times counts once; and when
/// the whole event is over, its evidence against the market grows or shrinks (`Standing`).
public struct Learner: Sendable, Equatable, Codable {
    public static let pool = "pool"
    public static let market = "market"
    /// The strategy that makes an event's quotes agree: it speaks for the market in the pool, and so has no share of its own.
    public static let coherence = "coherence"
    /// Forecasts that wait for one market's outcome, at most; past it every second one is dropped, evenly, so that the whole life stays covered.
    static let rowsPerMarket = 2048
    /// Of these, what calibration and weights look at.
    static let rowsLearned = 16

    private var waiting: [Ticker: [ForecastRow]] = [:]
    /// What can be taken back to an earlier version.
    public internal(set) var parameters = Parameters()
    public private(set) var history = VersionHistory()
    /// How often a person has taken the parameters back.
    public private(set) var rollBacks = 0
    public internal(set) var scores: [String: Score] = [:]
    /// What came true of what was said, by name.
    public internal(set) var curves: [String: CalibrationCurve] = [:]
    /// Score differences of events that are not over, by strategy.
    var open: [EventTicker: [String: Difference]] = [:]
    /// What numbers were expected, until their days are learned from.
    var surprises = SurpriseBook()
    /// What was learned from lately, in case its result is taken back; and in which order.
    var settled: [Ticker: SettledMarket] = [:]
    private var settledOrder: [Ticker] = []

    public init() {}

    // MARK: - What the desk asks

    /// The strategy's share of the pool.
    /// - Parameter horizonSeconds: to the close.
    public func weight(_ strategy: String, in family: SeriesTicker, horizonSeconds: Double) -> Double {
        let horizon = Horizon(seconds: horizonSeconds)
        var shares = parameters.shares[family]?[horizon] ?? FixedShare(strategiesShare: horizon.strategiesShare)
        shares.admit(strategy)
        return shares.weights[strategy] ?? 0
    }

    /// The same as a mean over the horizons that have been learned from, for showing.
    public func weight(_ strategy: String, in family: SeriesTicker) -> Double {
        let horizons = Set((parameters.shares[family] ?? [:]).keys).sorted()
        guard !horizons.isEmpty else { return weight(strategy, in: family, horizonSeconds: 0) }
        let sum = horizons.reduce(0.0) { sum, horizon in
            var shares = parameters.shares[family]?[horizon] ?? FixedShare(strategiesShare: horizon.strategiesShare)
            shares.admit(strategy)
            return sum + (shares.weights[strategy] ?? 0)
        }
        return sum / Double(horizons.count)
    }

    /// Its share as far as its stage lets it have one. What it does not have is the market's.
    public func influence(_ strategy: String, in family: SeriesTicker, horizonSeconds: Double, realMoney: Bool) -> Double {
        weight(strategy, in: family, horizonSeconds: horizonSeconds) * standing(strategy, in: family).stage.influence(realMoney: realMoney)
    }

    /// The same as a mean over the horizons that have been learned from, for showing.
    public func influence(_ strategy: String, in family: SeriesTicker, realMoney: Bool) -> Double {
        weight(strategy, in: family) * standing(strategy, in: family).stage.influence(realMoney: realMoney)
    }

    public func standing(_ strategy: String, in family: SeriesTicker) -> Standing {
        parameters.standings[family]?[strategy] ?? Standing(stage: .paper)
    }

    /// The families and strategies that have been judged at all, in order.
    public var standings: [(family: SeriesTicker, strategy: String, standing: Standing)] {
        parameters.standings.keys.sorted().flatMap { family in
            (parameters.standings[family] ?? [:]).sorted { $0.key < $1.key }.map { (family, $0.key, $0.value) }
        }
    }

    /// Every strategy that has a weight or a stage in a family, in order.
    public var members: [(family: SeriesTicker, strategy: String)] {
        let families = Set(parameters.shares.keys).union(parameters.standings.keys).sorted()
        return families.flatMap { family in
            let names = Set((parameters.shares[family] ?? [:]).values.flatMap(\.weights.keys)).union((parameters.standings[family] ?? [:]).keys)
            return names.subtracting([Self.market]).sorted().map { (family, $0) }
        }
    }

    /// A strategy's forecast as it should have been said, going by how the earlier ones came out.
    public func calibrated(_ forecast: Forecast, in family: SeriesTicker, horizonSeconds: Double) -> Forecast {
        let (p, error) = parameters.calibration.calibrated(
            forecast.probability, strategy: forecast.strategy, family: family, horizonSeconds: horizonSeconds)
        return Forecast(
            strategy: forecast.strategy, probability: p, uncertainty: (forecast.uncertainty * forecast.uncertainty + error * error).squareRoot(),
            inputs: forecast.inputs)
    }

    // MARK: - What it is told

    public mutating func record(_ row: ForecastRow) {
        waiting[row.market, default: []].append(row)
        guard let rows = waiting[row.market], rows.count > Self.rowsPerMarket else { return }
        let kept = Set(Set(rows.map(\.time)).sorted().enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
        waiting[row.market] = rows.filter { kept.contains($0.time) }
    }

    /// Scores what was said about the market, and learns from it; nil when nothing was said. A void market teaches nothing.
    /// - Parameters:
    ///   - resolution: how its result hangs together with those of the event's other markets; by itself where it is not known.
    ///   - eventOver: no other market of the event is still to be settled.
    public mutating func settle(
        _ market: Ticker, family: SeriesTicker, event: EventTicker, resolution: EventStates.Outcome = .init(strike: .other, exclusive: false), eventOver: Bool,
        result: MarketResult
    ) -> Lesson? {
        defer { if eventOver { open[event] = nil } }
        guard let rows = waiting.removeValue(forKey: market), let outcome = result.yesValue?.probability else {
            return eventOver ? judged(event, family).map { Lesson(score: nil, moves: $0) } : nil
        }
        let (local, said) = score(rows, outcome)
        let byStrategy = Dictionary(grouping: rows.filter { $0.strategy != Self.pool }, by: \.strategy).mapValues(thinned)
        for strategy in byStrategy.keys.sorted() { open[event, default: [:]][strategy, default: Difference()].add(market, byStrategy[strategy] ?? [], resolution, outcome) }
        learn(byStrategy, family, outcome)
        keep(market, SettledMarket(family: family, event: event, outcome: outcome, rows: byStrategy, said: said.mapValues { SaidOfMarket($0) }))
        let moves = eventOver ? judged(event, family) ?? [] : []
        history.note(parameters)
        return Lesson(score: MarketScore(market: market, outcome: outcome, scores: local), moves: moves)
    }

    /// Drops what waits for a market whose outcome will not come.
    public mutating func forget(_ market: Ticker) { waiting[market] = nil }

    public var waitingMarkets: [Ticker] { waiting.keys.sorted() }

    /// Takes the parameters back to what they were; scores and waiting forecasts stay. Nil when that version is not kept any more.
    public mutating func rollBack(to number: Int) -> [VersionHistory.Change]? {
        guard let version = history.version(number) else { return nil }
        let changes = VersionHistory.changes(from: parameters, to: version.parameters).largestFirst
        parameters = version.parameters
        rollBacks += 1
        return changes
    }

    public func feed(into digest: inout Digest) {
        for market in waiting.keys.sorted() {
            digest.feed(market.text)
            digest.feed(waiting[market]?.count ?? 0)
        }
        parameters.feed(into: &digest)
        surprises.feed(into: &digest)
        digest.feed(rollBacks)
        digest.feed(settledOrder.count)
        for name in scores.keys.sorted() { scores[name]?.feed(into: &digest) }
        for name in curves.keys.sorted() { curves[name]?.feed(into: &digest) }
    }

    // MARK: - Steps

    /// Moves the weights and the calibrations by one outcome.
    mutating func learn(_ byStrategy: [String: [ForecastRow]], _ family: SeriesTicker, _ outcome: Double) {
        weigh(byStrategy, family, outcome)
        // What is said for the market is taken as it is: calibrated, it would not be coherent.
        for strategy in byStrategy.keys.sorted() where strategy != Self.coherence {
            let said = (byStrategy[strategy] ?? []).map { ($0.probability, $0.horizonSeconds) }
            parameters.calibration.learn(said, strategy: strategy, family: family, outcome: outcome)
        }
    }

    private mutating func keep(_ market: Ticker, _ what: SettledMarket) {
        if settled.updateValue(what, forKey: market) == nil { settledOrder.append(market) }
        if settledOrder.count > Self.settledKept { settled[settledOrder.removeFirst()] = nil }
    }

    private mutating func score(_ rows: [ForecastRow], _ outcome: Double) -> (scores: [String: Score], said: [String: [Double]]) {
        var local: [String: Score] = [:]
        var said: [String: [Double]] = [:]
        var moments = Set<Timestamp>()
        func add(_ name: String, _ p: Double, _ all: inout [String: Score]) {
            local[name, default: Score()].add(p, outcome: outcome)
            all[name, default: Score()].add(p, outcome: outcome)
            said[name, default: []].append(p)
        }
        for row in rows {
            add(row.strategy, row.probability, &scores)
            // The market speaks once a moment, however many strategies do.
            if moments.insert(row.time).inserted { add(Self.market, row.marketProbability, &scores) }
        }
        for (name, probabilities) in said { curves[name, default: CalibrationCurve()].add(probabilities, outcome: outcome) }
        return (local, said)
    }

    /// Every strategy's mean log loss over the market's life, as it would be said today, beside that of what speaks for the market at the same moments; each
    /// horizon by itself.
    private mutating func weigh(_ byStrategy: [String: [ForecastRow]], _ family: SeriesTicker, _ outcome: Double) {
        let spoken = Dictionary((byStrategy[Self.coherence] ?? []).map { ($0.time, $0.probability) }, uniquingKeysWith: { first, _ in first })
        func market(_ row: ForecastRow) -> Double { spoken[row.time] ?? row.marketProbability }
        let strategies = byStrategy.filter { $0.key != Self.coherence }
        for horizon in Horizon.allCases {
            var losses: [String: Double] = [:]
            for (strategy, all) in strategies {
                let rows = all.filter { Horizon(seconds: $0.horizonSeconds) == horizon }
                guard !rows.isEmpty else { continue }
                // Only the difference from the market at the same moments counts: a strategy that spoke at easy moments is not better for it.
                losses[strategy] = rows.reduce(0.0) { $0 + loss(said($1, family), outcome) - loss(market($1), outcome) } / Double(rows.count)
            }
            guard !losses.isEmpty else { continue }
            losses[Self.market] = 0
            parameters.shares[family, default: [:]][horizon, default: FixedShare(strategiesShare: horizon.strategiesShare)].learn(losses)
        }
    }

    /// A row as its strategy's record would have it said today.
    private func said(_ row: ForecastRow, _ family: SeriesTicker) -> Double {
        parameters.calibration.calibrated(row.probability, strategy: row.strategy, family: family, horizonSeconds: row.horizonSeconds).probability
    }

    private mutating func judged(_ event: EventTicker, _ family: SeriesTicker) -> [StageMove]? {
        guard let differences = open.removeValue(forKey: event) else { return nil }
        var moves: [StageMove] = []
        for strategy in differences.keys.sorted() {
            guard let round = differences[strategy]?.round else { continue }
            var standing = standing(strategy, in: family)
            let before = standing.stage
            let capital = standing.evidence.capital
            if let after = standing.add(round) { moves.append(StageMove(strategy: strategy, family: family, from: before, to: after, capital: capital)) }
            parameters.standings[family, default: [:]][strategy] = standing
        }
        return moves
    }

    private func thinned(_ rows: [ForecastRow]) -> [ForecastRow] {
        rows.count <= Self.rowsLearned ? rows : (0..<Self.rowsLearned).map { rows[$0 * rows.count / Self.rowsLearned] }
    }

    private func loss(_ probability: Double, _ outcome: Double) -> Double {
        let p = min(max(probability, 1e-4), 1 - 1e-4)
        return -outcome * Double.log(p) - (1 - outcome) * Double.log(1 - p)
    }
}
