/// How often the best of many trials on one half of the events is below the middle on the other half: the probability of backtest overfitting by
/// combinatorially symmetric cross-validation (Bailey, Borwein, López de Prado & Zhu 2017, "The probability of backtest overfitting").
public struct OverfittingTest: Hashable, Sendable, Codable {
    /// Blocks of consecutive events that the halves are made of.
    public let blocks: Int
    /// Ways to choose half of the blocks.
    public let splits: Int
    /// Share of them in which the chosen trial came out at or below the middle; half means that choosing is no better than chance.
    public let probability: Double
    /// Share of them in which the chosen trial lost on the other half.
    public let lossProbability: Double

    /// Twelve give 924 splits; more change the figure less than the data do.
    public static let mostBlocks = 12

    /// - Parameters:
    ///   - gains: of each trial, one an event, events in order of time and the same for all.
    ///   - merit: by which the best is chosen and ranked.
    /// Nil for fewer than two trials or eight events: then nothing can be said.
    /// - Precondition: all trials have as many events.
    public init?(gains: [[Double]], of merit: (GainSums) -> Double = \.sharpe) {
        guard gains.count >= 2, let events = gains.first?.count, events >= 8 else { return nil }
        precondition(gains.allSatisfy { $0.count == events }, "every trial is of the same events")
        let blocks = min(Self.mostBlocks, events / 2 / 2 * 2)
        let sums = gains.map { Self.sums($0, blocks) }
        var (splits, below, lost) = (0, 0, 0)
        for chosen in 0..<(1 << blocks) where chosen.nonzeroBitCount == blocks / 2 {
            let inside = sums.map { merit(Self.total($0, where: { chosen >> $0 & 1 == 1 })) }
            let rest = sums.map { Self.total($0, where: { chosen >> $0 & 1 == 0 }) }
            let outside = rest.map(merit)
            // Of equal ones the first, so that the figure is the same each time.
            let best = inside.indices.reduce(0) { inside[$1] > inside[$0] ? $1 : $0 }
            let reached = outside[best]
            let worse = outside.count { $0 < reached }
            let equal = outside.count { $0 == reached }
            // The rank's middle among equals, over the trials and one; one half or less is a logit of zero or less.
            let rank = (Double(worse) + Double(equal + 1) / 2) / Double(gains.count + 1)
            splits += 1
            if rank <= 0.5 { below += 1 }
            if rest[best].sum < 0 { lost += 1 }
        }
        self.blocks = blocks
        self.splits = splits
        probability = Double(below) / Double(splits)
        lossProbability = Double(lost) / Double(splits)
    }

    private static func sums(_ gains: [Double], _ blocks: Int) -> [GainSums] {
        var found = Array(repeating: GainSums(), count: blocks)
        for (i, gain) in gains.enumerated() { found[i * blocks / gains.count].add(gain) }
        return found
    }

    private static func total(_ blocks: [GainSums], where taken: (Int) -> Bool) -> GainSums {
        var all = GainSums()
        for (i, block) in blocks.enumerated() where taken(i) { all.add(block) }
        return all
    }
}

/// Count, sum and squares of gains: what a stretch of events adds to the figures that trials are compared by.
public struct GainSums: Hashable, Sendable {
    public private(set) var count = 0
    public private(set) var sum = 0.0
    public private(set) var squares = 0.0

    public init() {}

    public mutating func add(_ gain: Double) {
        count += 1
        sum += gain
        squares += gain * gain
    }

    public mutating func add(_ other: GainSums) {
        count += other.count
        sum += other.sum
        squares += other.squares
    }

    /// Mean over standard deviation; 0 where nothing varies.
    public var sharpe: Double {
        guard count > 1 else { return 0 }
        let mean = sum / Double(count)
        let variance = (squares - sum * mean) / Double(count - 1)
        return variance > 1e-12 * squares ? mean / variance.squareRoot() : 0
    }
}
