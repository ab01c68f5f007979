import Model
import RealModule

/// Intervals for figures over events that come after one another and are not independent: the stationary bootstrap (Politis & Romano 1994).
///
/// Blocks of consecutive events are drawn with lengths from a geometric law, around the end to the beginning, until there are as many events as there were.
/// The interval is that of the percentiles. The same seed gives the same interval, to the bit. It knows only the events it is given: of a kind of day that
/// the data lacks it says nothing.
public struct BlockBootstrap: Hashable, Sendable {
    /// Where a figure would lie in `level` of all samples.
    public struct Band: Hashable, Sendable, Codable {
        public let low: Double
        public let high: Double
        /// 0.95 for 95 %.
        public let level: Double
    }

    /// Events in a block, on average; nil for the cube root of their number, the rate that is right for dependence that fades.
    public let meanBlock: Double?
    public let draws: Int
    public let level: Double
    public let seed: UInt64

    /// - Precondition: a block of one event at least, a hundred draws at least, a level between 0 and 1.
    public init(meanBlock: Double? = nil, draws: Int = 2000, level: Double = 0.95, seed: UInt64 = 1) {
        precondition((meanBlock ?? 1) >= 1 && draws >= 100 && level > 0 && level < 1, "a bootstrap of blocks of an event or more, 100 draws or more, at a level inside (0, 1)")
        self.meanBlock = meanBlock
        self.draws = draws
        self.level = level
        self.seed = seed
    }

    /// Of any figure of a sample of events, which it is given as their places. Nil for fewer than two events, and where the figure is not a number.
    public func band(events count: Int, of figure: ([Int]) -> Double) -> Band? {
        guard count >= 2 else { return nil }
        var random = SeededRandom(seed: seed)
        let restart = 1 / max(meanBlock ?? Double.pow(Double(count), 1.0 / 3), 1)
        var places = Array(repeating: 0, count: count)
        var found: [Double] = []
        found.reserveCapacity(draws)
        for _ in 0..<draws {
            fill(&places, restart, &random)
            let value = figure(places)
            guard value.isFinite else { return nil }
            found.append(value)
        }
        found.sort()
        return Band(low: quantile((1 - level) / 2, of: found), high: quantile((1 + level) / 2, of: found), level: level)
    }

    public func mean(_ values: [Double]) -> Band? { band(events: values.count) { Self.sum(values, $0) / Double(values.count) } }

    /// Of the sum over as many events.
    public func total(_ values: [Double]) -> Band? { band(events: values.count) { Self.sum(values, $0) } }

    /// Of sum over sum, such as all score over all forecasts where events have different numbers of them. Nil when a sample can have nothing below the line.
    /// - Precondition: as many above as below.
    public func ratio(_ above: [Double], over below: [Double]) -> Band? {
        precondition(above.count == below.count, "every event has its part above and below the line")
        return band(events: above.count) { Self.sum(above, $0) / Self.sum(below, $0) }
    }

    private func fill(_ places: inout [Int], _ restart: Double, _ random: inout SeededRandom) {
        let count = places.count
        var place = 0
        for i in places.indices {
            if i == 0 || random.uniform() < restart { place = min(Int(random.uniform() * Double(count)), count - 1) } else { place = place + 1 == count ? 0 : place + 1 }
            places[i] = place
        }
    }

    /// Between the two nearest of the sorted values (Hyndman & Fan 1996, type 7).
    private func quantile(_ share: Double, of sorted: [Double]) -> Double {
        let at = share * Double(sorted.count - 1)
        let below = Int(at)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (at - Double(below)) * (sorted[above] - sorted[below])
    }

    private static func sum(_ values: [Double], _ places: [Int]) -> Double {
        var sum = 0.0
        for place in places { sum += values[place] }
        return sum
    }
}
