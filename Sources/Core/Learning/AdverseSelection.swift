public import Model

/// What the market knew that filled a resting order: how far the middle had moved, some time after each fill, for or against what was bought.
///
/// A resting order is filled most readily when it is wrong. The mean move of a series is drawn to that of all series, and that to none, by the weight of
/// twenty fills. Only a loss counts: a gain is the forecast's own, which is in the edge already.
public struct AdverseSelection: Hashable, Sendable, Codable {
    public struct Record: Hashable, Sendable, Codable {
        public internal(set) var fills = 0
        /// Dollars a contract, summed over fills; negative is against us.
        public internal(set) var moved = 0.0

        public init() {}

        public var mean: Double? { fills > 0 ? moved / Double(fills) : nil }

        fileprivate mutating func add(_ move: Double) {
            fills += 1
            moved += move
        }

        fileprivate func drawn(to prior: Double) -> Double { (moved + weight * prior) / (Double(fills) + weight) }
        private var weight: Double { AdverseSelection.fillsOfPrior }
    }

    /// So many fills weigh as much as what is assumed.
    public static let fillsOfPrior = 20.0
    /// How long after the fill the middle is read.
    public static let after = Interval.seconds(30)

    public private(set) var series: [SeriesTicker: Record] = [:]
    public private(set) var all = Record()

    public init() {}

    /// - Parameter move: of the middle since the fill, in dollars of the leg that was bought: from -1 to 1.
    public mutating func learn(_ series: SeriesTicker, move: Double) {
        self.series[series, default: Record()].add(move)
        all.add(move)
    }

    /// Dollars a contract that a resting order of the series is expected to lose by being filled; never negative.
    public func cost(_ series: SeriesTicker) -> Double {
        // Not -0, which is another number to a fingerprint.
        max(0, -(self.series[series] ?? Record()).drawn(to: all.drawn(to: 0)))
    }

    public func feed(into digest: inout Digest) {
        for ticker in series.keys.sorted() {
            digest.feed(series[ticker]?.fills ?? 0)
            digest.feed(series[ticker]?.moved ?? 0)
        }
    }
}
