import Model
import RealModule

/// One event's round of evidence, in both directions: a bet that ours is better than the market, and one that it is worse.
///
/// Each is the difference of the scores as a multiple of the most that the bet could have lost, by what was known before the outcome: -1 at least. What could
/// only win counts as 1 where it won least. A gain counts up to `most`: cutting it makes the evidence weaker, never untrue.
public struct EvidenceRound: Hashable, Sendable {
    /// Where a stake for the mean would otherwise rest on one event.
    static let most = 4.0

    public let better: Double
    public let worse: Double

    public init(better: Double, worse: Double) {
        self.better = better
        self.worse = worse
    }

    /// - Parameters:
    ///   - difference: the market's loss less ours, by the outcome.
    ///   - least: the least that it could have been.
    ///   - greatest: the greatest.
    init(difference: Double, least: Double, greatest: Double) {
        better = Self.multiple(difference, least: least, greatest: greatest)
        worse = Self.multiple(-difference, least: -greatest, greatest: -least)
    }

    private static func multiple(_ gain: Double, least: Double, greatest: Double) -> Double {
        // A bet that can lose is measured by its worst loss, one that cannot by its least gain, or by a part of its greatest where that is nothing.
        let unit = least < 0 ? -least : max(least, greatest / most)
        return unit > 0 ? min(max(gain / unit, -1), most) : 0
    }
}

/// The logarithmic score's difference between the market and a strategy over the markets of one event.
///
/// The markets of an event resolve together, so they are one round of evidence; what it could have come to is counted over the event's states where these
/// are known (`EventStates`), else market by market.
struct Difference: Hashable, Sendable, Codable {
    private struct Part: Hashable, Sendable, Codable {
        let market: Ticker
        let resolution: EventStates.Outcome
        /// The market's loss less ours, summed over what was said, if it resolves so.
        let ifYes: Double
        let ifNo: Double
        var outcome: Double

        var actual: Double { outcome * ifYes + (1 - outcome) * ifNo }
    }

    private var parts: [Part] = []

    mutating func add(_ market: Ticker, _ rows: [ForecastRow], _ resolution: EventStates.Outcome, _ outcome: Double) {
        guard !rows.isEmpty else { return }
        var (ifYes, ifNo) = (0.0, 0.0)
        for row in rows {
            let (p, m) = (SaidOfMarket.bounded(row.probability), SaidOfMarket.bounded(row.marketProbability))
            ifYes += Double.log(p / m)
            ifNo += Double.log((1 - p) / (1 - m))
        }
        parts.append(Part(market: market, resolution: resolution, ifYes: ifYes, ifNo: ifNo, outcome: outcome))
    }

    /// The market settled otherwise after all. What it could have come to does not depend on the outcome.
    mutating func correct(_ market: Ticker, to outcome: Double) {
        for i in parts.indices where parts[i].market == market { parts[i].outcome = outcome }
    }

    /// Nil where the two never differed.
    var round: EvidenceRound? {
        guard parts.contains(where: { abs($0.ifYes) > 1e-9 || abs($0.ifNo) > 1e-9 }) else { return nil }
        let actual = parts.reduce(0) { $0 + $1.actual }
        if let states = EventStates(parts.map(\.resolution)) {
            let sums = states.pays.map { row in zip(row, parts).reduce(0) { $0 + ($1.0 ? $1.1.ifYes : $1.1.ifNo) } }
            return EvidenceRound(difference: actual, least: sums.min() ?? 0, greatest: sums.max() ?? 0)
        }
        return EvidenceRound(
            difference: actual, least: parts.reduce(0) { $0 + min($1.ifYes, $1.ifNo) }, greatest: parts.reduce(0) { $0 + max($1.ifYes, $1.ifNo) })
    }
}
