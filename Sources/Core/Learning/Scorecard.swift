public import Model
import RealModule

/// Forecasts beside the market's own at the same moments, family by family: what `aura score` shows.
///
/// Every row counts alike; intervals and evidence are over events, because an event's rows share one outcome. Events are taken in the order in which they
/// were settled, and what is scored was said before.
public struct Scorecard: Sendable {
    /// One name in one family.
    public struct Line: Hashable, Sendable, Codable {
        public let family: String
        public let name: String
        public let forecasts: Int
        public let events: Int
        /// Mean log loss in nats, and mean squared error; those of the market are at the same moments.
        public let log: Double
        public let marketLog: Double
        public let brier: Double
        public let marketBrier: Double
        /// Mean log loss less the market's: negative is better. With the standard error over events; nil for one event.
        public let difference: Double
        public let standardError: Double?
        /// Where the difference lies in 95 % of stationary block bootstraps over the events; nil for one event. Of fewer than ten events it is too narrow.
        public let interval: BlockBootstrap.Band?
        /// Of being better than the market, by the logarithmic score (`EProcess`). Where the two never differed it is 1.
        public let eValue: Double
    }

    private struct Sums: Sendable {
        var count = 0
        var log = 0.0
        var marketLog = 0.0
        var brier = 0.0
        var marketBrier = 0.0
    }

    private struct Strand: Sendable {
        /// In order of settlement.
        var events: [Sums] = []
        var evidence = EProcess()
    }

    private var strands: [SeriesTicker: [String: Strand]] = [:]

    public init() {}

    /// An event that is over.
    /// - Parameters:
    ///   - rows: all that was said of its markets that were settled.
    ///   - resolutions: how the results of its markets hang together; a market that is not there stands by itself.
    public mutating func add(family: SeriesTicker, rows: [(row: ForecastRow, outcome: Double)], resolutions: [Ticker: EventStates.Outcome] = [:]) {
        for (name, said) in Dictionary(grouping: rows, by: \.row.strategy).sorted(by: { $0.key < $1.key }) {
            var sums = Sums()
            var difference = Difference()
            for (row, outcome) in said {
                sums.count += 1
                sums.log += Self.loss(row.probability, outcome)
                sums.marketLog += Self.loss(row.marketProbability, outcome)
                sums.brier += (row.probability - outcome) * (row.probability - outcome)
                sums.marketBrier += (row.marketProbability - outcome) * (row.marketProbability - outcome)
            }
            for (ticker, market) in Dictionary(grouping: said, by: \.row.market).sorted(by: { $0.key < $1.key }) {
                let resolution = resolutions[ticker] ?? EventStates.Outcome(strike: .other, exclusive: false)
                difference.add(ticker, market.map(\.row), resolution, market[0].outcome)
            }
            strands[family, default: [:]][name, default: Strand()].events.append(sums)
            if let round = difference.round { strands[family]?[name]?.evidence.add(round.better) }
        }
    }

    public var lines: [Line] {
        strands.keys.sorted().flatMap { family in
            (strands[family] ?? [:]).sorted { $0.key < $1.key }.compactMap { Self.line(family, $0.key, $0.value) }
        }
    }

    private static func line(_ family: SeriesTicker, _ name: String, _ strand: Strand) -> Line? {
        let count = Double(strand.events.reduce(0) { $0 + $1.count })
        guard count > 0 else { return nil }
        func mean(_ value: (Sums) -> Double) -> Double { strand.events.reduce(0) { $0 + value($1) } / count }
        let difference = mean { $0.log - $0.marketLog }
        // Of a ratio of sums over events that are independent of each other.
        let squares = strand.events.reduce(0.0) { sum, event in
            let off = event.log - event.marketLog - difference * Double(event.count)
            return sum + off * off
        }
        let n = Double(strand.events.count)
        return Line(
            family: family.text, name: name, forecasts: Int(count), events: strand.events.count, log: mean(\.log), marketLog: mean(\.marketLog), brier: mean(\.brier),
            marketBrier: mean(\.marketBrier), difference: difference, standardError: n > 1 ? (squares * n / (n - 1)).squareRoot() / count : nil,
            interval: BlockBootstrap().ratio(strand.events.map { $0.log - $0.marketLog }, over: strand.events.map { Double($0.count) }),
            eValue: strand.evidence.capital)
    }

    /// A probability of 0 or 1 is taken as one in a million away from it.
    private static func loss(_ probability: Double, _ outcome: Double) -> Double {
        let p = min(max(probability, 1e-6), 1 - 1e-6)
        return -outcome * Double.log(p) - (1 - outcome) * Double.log(1 - p)
    }
}
