public import Model
import RealModule

/// What is known of one underlying from its stream of prices: the last price, its volatility, and its recent average.
///
/// Prices are sampled once a second, so that a burst of trades within a second is one observation and bid-ask bounce counts little.
public struct SpotHistory: Sendable, Equatable, Codable {
    /// Volatility that is assumed before the stream has told: 50 % a year, the order of magnitude of bitcoin, as log-return variance per second.
    public static let priorVariance = 0.5 * 0.5 / 31_557_600
    /// Seconds after which an observation weighs half, of the horizons that volatility is measured over: a minute, five, and half an hour.
    ///
    /// A mean of them is believed (a heterogeneous autoregression with fixed weights; Corsi 2009, J. Financial Econometrics 7): the quick one follows a burst,
    /// the slow one remembers what is usual and counts for half.
    public static let halfLives = [60.0, 300, 1800]
    public static let slowShare = 0.5
    /// Samples that the prior is worth, on each horizon.
    static let priorSamples = 30.0
    /// A silence of many seconds is one observation of the whole of it, and counts as so many at most: prices that come seldom are no stream.
    static let longestSpan = 15.0
    /// A return of more than so many deviations of the slow horizon is a jump: it counts whole there, and no more than this on the quicker ones.
    public static let jump = 10.0
    /// How far back the average of the settlement window may reach, in seconds.
    static let windowSeconds = 60

    public private(set) var last: Double?
    public private(set) var lastTime: Timestamp?
    /// Whole seconds that entered the estimate.
    public private(set) var samples = 0
    /// Exponentially weighted sums of squared log-returns and of the seconds they span.
    private struct Realized: Sendable, Equatable, Codable {
        var squares = SpotHistory.priorVariance * SpotHistory.priorSamples
        var seconds = SpotHistory.priorSamples

        var variance: Double { squares / seconds }

        mutating func add(_ square: Double, elapsed: Double, span: Double, halfLife: Double) {
            let decay = Double.exp(-elapsed * Double.log(2) / halfLife)
            squares = squares * decay + square * span / elapsed
            seconds = seconds * decay + span
        }
    }

    /// By horizon, as in `halfLives`.
    private var realized = SpotHistory.halfLives.map { _ in Realized() }
    private struct Sample: Sendable, Equatable, Codable {
        let second: Int64
        var price: Double
    }

    private var sampled: Sample?
    /// One price a second, oldest first, at most `windowSeconds`.
    private var window: [Sample] = []

    public init() {}

    public mutating func observe(_ price: Double, at time: Timestamp, jump: Double = Self.jump) {
        guard price > 0, price.isFinite else { return }
        let second = time.wholeSeconds
        if let previous = sampled, second > previous.second { sample(price, since: previous, second: second, jump: jump) }
        if sampled == nil { sampled = Sample(second: second, price: price) }
        if window.last?.second == second { window[window.count - 1].price = price } else { window.append(Sample(second: second, price: price)) }
        while let first = window.first, second - first.second >= Int64(Self.windowSeconds) { window.removeFirst() }
        last = price
        lastTime = time
    }

    /// Variance of the log-return per second, over all horizons.
    /// - Parameter slowShare: of the slow one; the others share the rest alike.
    public func variancePerSecond(slowShare: Double = Self.slowShare) -> Double {
        let quick = realized.dropLast().reduce(0) { $0 + $1.variance } / Double(realized.count - 1)
        return (1 - slowShare) * quick + slowShare * (realized.last?.variance ?? quick)
    }

    /// The same by horizon, as in `halfLives`.
    public var variances: [Double] { realized.map(\.variance) }

    /// Seconds of stream that the variance rests on, counted on the middle horizon, the older ones less; a price every few minutes never adds up to much.
    public var effectiveSeconds: Double { realized[realized.count / 2].seconds }

    /// The mean of the sampled prices since `start`; nil when there is none.
    public func average(since start: Timestamp) -> Double? {
        let recent = window.filter { $0.second >= start.wholeSeconds }
        return recent.isEmpty ? nil : recent.reduce(0) { $0 + $1.price } / Double(recent.count)
    }

    private mutating func sample(_ price: Double, since previous: Sample, second: Int64, jump: Double) {
        let elapsed = Double(second - previous.second)
        let r = Double.log(price / previous.price)
        let span = min(elapsed, Self.longestSpan)
        let usual = realized[realized.count - 1].variance * elapsed
        for (i, halfLife) in Self.halfLives.enumerated() {
            let square = i == realized.count - 1 ? r * r : min(r * r, jump * jump * usual)
            realized[i].add(square, elapsed: elapsed, span: span, halfLife: halfLife)
        }
        samples += 1
        sampled = Sample(second: second, price: price)
    }

    public func feed(into digest: inout Digest) {
        digest.feed(last ?? 0)
        digest.feed(lastTime ?? .zero)
        digest.feed(samples)
        for horizon in realized {
            digest.feed(horizon.squares)
            digest.feed(horizon.seconds)
        }
    }
}
