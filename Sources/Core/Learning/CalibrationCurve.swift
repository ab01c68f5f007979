import Model

/// What came true of what was said: for each range of probability the mean that was said, the share that came true, and a band about it.
///
/// Each market counts once, however often it was forecast: its forecasts share one outcome.
public struct CalibrationCurve: Hashable, Sendable, Codable {
    public struct Point: Hashable, Sendable, Codable {
        public let said: Double
        public let cameTrue: Double
        /// The ends of a 95 % interval (Wilson 1927).
        public let low: Double
        public let high: Double
        /// Markets, in parts where one had forecasts in several ranges.
        public let markets: Double
    }

    public static let ranges = 10

    private var weights = Array(repeating: 0.0, count: ranges)
    private var said = Array(repeating: 0.0, count: ranges)
    private var came = Array(repeating: 0.0, count: ranges)

    public init() {}

    /// - Parameter probabilities: all that was said of one market.
    public mutating func add(_ probabilities: [Double], outcome: Double) {
        let share = 1 / Double(max(probabilities.count, 1))
        for p in probabilities {
            let range = min(max(Int(p * Double(Self.ranges)), 0), Self.ranges - 1)
            weights[range] += share
            said[range] += share * p
            came[range] += share * outcome
        }
    }

    /// - Parameter said: of one market, as a curve of its own.
    mutating func correct(_ said: CalibrationCurve, from old: Double, to new: Double) {
        for range in 0..<Self.ranges { came[range] += said.weights[range] * (new - old) }
    }

    /// The ranges in which anything was said.
    public var points: [Point] {
        (0..<Self.ranges).compactMap { range in
            let n = weights[range]
            guard n > 0 else { return nil }
            let share = min(came[range] / n, 1)
            let z = 1.96
            let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
            let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
            return Point(said: said[range] / n, cameTrue: share, low: max(centre - half, 0), high: min(centre + half, 1), markets: n)
        }
    }

    func feed(into digest: inout Digest) {
        for range in 0..<Self.ranges {
            digest.feed(weights[range])
            digest.feed(came[range])
        }
    }
}
