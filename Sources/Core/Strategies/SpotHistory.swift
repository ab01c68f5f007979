public import Model
import RealModule

/// What is known of one underlying from its stream of prices: the last price, its volatility, and its recent average.
///
/// Prices are sampled once a second, so that a burst of trades within a second is one observation and bid-ask bounce counts little.
public struct SpotHistory: Sendable, Equatable {
    /// Volatility that is assumed before the stream has told: 50 % a year, the order of magnitude of bitcoin, as log-return variance per second.
    public static let priorVariance = 0.5 * 0.5 / 31_557_600
    /// Seconds after which an observation weighs half.
    public static let halfLifeSeconds = 300.0
    /// Samples that the prior is worth.
    static let priorSamples = 30.0
    /// How far back the average of the settlement window may reach, in seconds.
    static let windowSeconds = 60

    public private(set) var last: Double?
    public private(set) var lastTime: Timestamp?
    /// Whole seconds that entered the estimate.
    public private(set) var samples = 0
    /// Exponentially weighted sums of squared log-returns and of the seconds they span.
    private var weightedSquares = SpotHistory.priorVariance * SpotHistory.priorSamples
    private var weightedSeconds = SpotHistory.priorSamples
    private var sampled: (price: Double, second: Int64)?
    /// One price a second, oldest first, at most `windowSeconds`.
    private var window: [(second: Int64, price: Double)] = []

    public init() {}

    public mutating func observe(_ price: Double, at time: Timestamp) {
        guard price > 0, price.isFinite else { return }
        let second = time.wholeSeconds
        if let previous = sampled, second > previous.second { sample(price, since: previous, second: second) }
        if sampled == nil { sampled = (price, second) }
        if window.last?.second == second { window[window.count - 1].price = price } else { window.append((second, price)) }
        while let first = window.first, second - first.second >= Int64(Self.windowSeconds) { window.removeFirst() }
        last = price
        lastTime = time
    }

    /// Variance of the log-return per second.
    public var variancePerSecond: Double { weightedSquares / weightedSeconds }

    /// Seconds of stream that the variance rests on, the older ones less; a price every few minutes never adds up to much.
    public var effectiveSeconds: Double { weightedSeconds }

    /// The mean of the sampled prices since `start`; nil when there is none.
    public func average(since start: Timestamp) -> Double? {
        let recent = window.filter { $0.second >= start.wholeSeconds }
        return recent.isEmpty ? nil : recent.reduce(0) { $0 + $1.price } / Double(recent.count)
    }

    private mutating func sample(_ price: Double, since previous: (price: Double, second: Int64), second: Int64) {
        let elapsed = Double(second - previous.second)
        let r = Double.log(price / previous.price)
        let decay = Double.exp(-elapsed * Double.log(2) / Self.halfLifeSeconds)
        // A silence of many seconds is one observation of the whole of it; it must not outweigh the rest.
        let span = min(elapsed, 60)
        weightedSquares = weightedSquares * decay + r * r * span / elapsed
        weightedSeconds = weightedSeconds * decay + span
        samples += 1
        sampled = (price, second)
    }

    public static func == (a: SpotHistory, b: SpotHistory) -> Bool {
        a.last == b.last && a.lastTime == b.lastTime && a.samples == b.samples && a.weightedSquares == b.weightedSquares
            && a.weightedSeconds == b.weightedSeconds && a.window.elementsEqual(b.window) { $0 == $1 }
    }

    public func feed(into digest: inout Digest) {
        digest.feed(last ?? 0)
        digest.feed(lastTime ?? .zero)
        digest.feed(samples)
        digest.feed(weightedSquares)
        digest.feed(weightedSeconds)
    }
}
