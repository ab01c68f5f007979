public import Model
import RealModule

/// How long a resting order waits for its first fill, by how many contracts stand before it and how long it has waited; learned from the end of each wait.
///
/// It is a survival curve of piecewise constant rates. An order that was canceled is censored: it waited and did not fill, and says nothing of what it would
/// have done after. Markets that close in a quarter of an hour trade faster than those that close tomorrow, so time is counted in what a first guess makes of
/// it: ten first fills in the time that was left to the close. How many times the guess comes true in a cell is first fills over those guessed, drawn by the
/// weight of one fill each (the mean of a gamma law) from once to all orders, from these to all of that age, to all of that age and queue, and to the series'
/// own. Without a first guess the rate after one early fill would be boundless, and promise fills that never come. What was promised is kept beside what came: over the same waits, the sum of rate times time is
/// the number of first fills to expect, each wait judged before it teaches.
public struct FillModel: Hashable, Sendable, Codable {
    /// First fills, and those of the first guess.
    public struct Exposure: Hashable, Sendable, Codable {
        public internal(set) var fills = 0
        public internal(set) var guessed = 0.0

        fileprivate mutating func add(_ filled: Bool, _ guess: Double) {
            fills += filled ? 1 : 0
            guessed += guess
        }

        /// How many times the guess, drawn to `parent`.
        fileprivate func factor(_ parent: Double) -> Double { (Double(fills) + 1) / (guessed + 1 / parent) }
    }

    public struct Record: Hashable, Sendable, Codable {
        public internal(set) var waits = 0
        /// Waits that ended in a fill.
        public internal(set) var fills = 0
        public internal(set) var seconds = 0.0
        /// First fills that the first guess makes of them.
        public internal(set) var guessed = 0.0
        /// First fills that were promised for these waits.
        public internal(set) var predicted = 0.0
        /// By how long an order had waited.
        public internal(set) var ages = [Exposure](repeating: Exposure(), count: FillModel.ages.count)

        public init() {}

        /// Where 95 % of counts lie if what was promised is right: of chance alone, a sum of rare events having its own mean as variance.
        public var interval: (low: Double, high: Double) {
            let spread = 1.96 * predicted.squareRoot()
            return (max(predicted - spread, 0), predicted + spread)
        }

        fileprivate mutating func add(_ spans: [(age: Int, seconds: Double)], _ pace: Double, _ filled: Bool, promised: Double) {
            waits += 1
            fills += filled ? 1 : 0
            predicted += promised
            for (place, span) in spans.enumerated() {
                seconds += span.seconds
                guessed += span.seconds * pace
                ages[span.age].add(filled && place == spans.count - 1, span.seconds * pace)
            }
        }
    }

    /// Queues of no contract, of one, of two or three, and so on by doublings; longer ones are in the last.
    public static let classes = 20
    /// Where each age begins, in seconds of waiting.
    public static let ages: [Double] = [0, 2, 10, 60, 300]
    /// First fills in the time that is left to the close, before anything is known: one fill outweighs it.
    public static let firstGuess = 10.0
    /// The time left is taken to be no less and no more than this, in seconds.
    static let lives = 60.0...86_400.0

    public private(set) var series: [SeriesTicker: [Int: Record]] = [:]
    /// Of all series, by class.
    public private(set) var all: [Int: Record] = [:]
    /// Of everything.
    public private(set) var total = Record()

    public init() {}

    public static func place(ahead: Quantity) -> Int {
        let contracts = ahead.hundredths <= 0 ? 0 : max(ahead.hundredths / 100, 1)
        return contracts == 0 ? 0 : min(Int64.bitWidth - contracts.leadingZeroBitCount, classes - 1)
    }

    /// First guess of first fills a second.
    static func pace(left: Interval) -> Double { firstGuess / min(max(left.seconds, lives.lowerBound), lives.upperBound) }

    /// The chance that an order with so many contracts before it has its first fill within that time. Nil until any order has filled.
    /// - Parameter left: to the close.
    public func probability(_ series: SeriesTicker, ahead: Quantity, within time: Interval, left: Interval) -> Double? {
        guard total.fills > 0 else { return nil }
        return 1 - Double.exp(-promised(series, Self.place(ahead: ahead), Self.spans(max(time.seconds, 0)), Self.pace(left: left)))
    }

    /// - Parameters:
    ///   - ahead: contracts at its price or better when it was sent.
    ///   - waited: until its first fill, or until it rested no more.
    ///   - left: to the close when it was sent.
    public mutating func learn(_ series: SeriesTicker, ahead: Quantity, waited: Interval, left: Interval, filled: Bool) {
        let place = Self.place(ahead: ahead)
        let spans = Self.spans(max(waited.seconds, 0))
        let pace = Self.pace(left: left)
        let promised = promised(series, place, spans, pace)
        self.series[series, default: [:]][place, default: Record()].add(spans, pace, filled, promised: promised)
        all[place, default: Record()].add(spans, pace, filled, promised: promised)
        total.add(spans, pace, filled, promised: promised)
    }

    private func promised(_ series: SeriesTicker, _ place: Int, _ spans: [(age: Int, seconds: Double)], _ pace: Double) -> Double {
        let overall = Exposure(fills: total.fills, guessed: total.guessed).factor(1)
        let (ofClass, ofSeries) = (all[place], self.series[series]?[place])
        return spans.reduce(0) { sum, span in
            let ofAge = total.ages[span.age].factor(overall)
            let ofBoth = ofClass?.ages[span.age].factor(ofAge) ?? ofAge
            return sum + (ofSeries?.ages[span.age].factor(ofBoth) ?? ofBoth) * span.seconds * pace
        }
    }

    /// A wait cut at the ages it went through; one at least.
    private static func spans(_ waited: Double) -> [(age: Int, seconds: Double)] {
        ages.indices.compactMap { age in
            let end = age + 1 < ages.count ? ages[age + 1] : .infinity
            let seconds = min(waited, end) - ages[age]
            return age == 0 || seconds > 0 ? (age, seconds) : nil
        }
    }

    public func feed(into digest: inout Digest) {
        for ticker in series.keys.sorted() {
            for place in (series[ticker] ?? [:]).keys.sorted() {
                digest.feed(series[ticker]?[place]?.fills ?? 0)
                digest.feed(series[ticker]?[place]?.guessed ?? 0)
            }
        }
    }
}
