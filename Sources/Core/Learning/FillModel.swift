public import Model
import RealModule

/// How long a resting order waits for its first fill, by how many contracts stand before it; learned from the end of each wait, whatever ended it.
///
/// Orders are taken to fill at a rate that depends on the doubling that the queue ahead falls in. The rate is first fills over time waited, so an order that
/// was canceled teaches too: it waited and did not fill. A series' rate is drawn to that of all series in the same class, and that to the rate of all, by the
/// weight of one fill each (the mean of a gamma law). What the rates promised is kept beside what came: over the same waits, the sum of rate times time is
/// the number of first fills to expect.
public struct FillModel: Hashable, Sendable, Codable {
    public struct Record: Hashable, Sendable, Codable {
        public internal(set) var waits = 0
        /// Waits that ended in a fill.
        public internal(set) var fills = 0
        public internal(set) var seconds = 0.0
        /// Of the waits for which there was a prediction: the fills that it promised, and those that came.
        public internal(set) var predicted = 0.0
        public internal(set) var came = 0

        public init() {}

        fileprivate mutating func add(_ filled: Bool, _ waited: Double, rate: Double?) {
            waits += 1
            fills += filled ? 1 : 0
            seconds += waited
            guard let rate else { return }
            predicted += rate * waited
            came += filled ? 1 : 0
        }
    }

    /// Queues of no contract, of one, of two or three, and so on by doublings; longer ones are in the last.
    public static let classes = 20

    public private(set) var series: [SeriesTicker: [Int: Record]] = [:]
    /// Of all series, by class.
    public private(set) var all: [Int: Record] = [:]

    public init() {}

    public static func place(ahead: Quantity) -> Int {
        let contracts = ahead.hundredths <= 0 ? 0 : max(ahead.hundredths / 100, 1)
        return contracts == 0 ? 0 : min(Int64.bitWidth - contracts.leadingZeroBitCount, classes - 1)
    }

    /// The chance that an order with so many contracts before it has its first fill within that time. Nil until any order has filled.
    public func probability(_ series: SeriesTicker, ahead: Quantity, within time: Interval) -> Double? {
        rate(series, Self.place(ahead: ahead)).map { 1 - Double.exp(-$0 * max(time.seconds, 0)) }
    }

    /// - Parameters:
    ///   - ahead: when it began to rest.
    ///   - waited: until its first fill, or until it rested no more.
    public mutating func learn(_ series: SeriesTicker, ahead: Quantity, waited: Interval, filled: Bool) {
        let place = Self.place(ahead: ahead)
        let (rate, seconds) = (rate(series, place), max(waited.seconds, 0))
        self.series[series, default: [:]][place, default: Record()].add(filled, seconds, rate: rate)
        all[place, default: Record()].add(filled, seconds, rate: rate)
    }

    /// First fills a second.
    private func rate(_ series: SeriesTicker, _ place: Int) -> Double? {
        let places = all.keys.sorted()
        let (fills, seconds) = places.reduce((0, 0.0)) { ($0.0 + (all[$1]?.fills ?? 0), $0.1 + (all[$1]?.seconds ?? 0)) }
        guard fills > 0, seconds > 0 else { return nil }
        let ofClass = Self.drawn(all[place], to: Double(fills) / seconds)
        return Self.drawn(self.series[series]?[place], to: ofClass)
    }

    private static func drawn(_ record: Record?, to parent: Double) -> Double { (Double(record?.fills ?? 0) + 1) / ((record?.seconds ?? 0) + 1 / parent) }

    public func feed(into digest: inout Digest) {
        for ticker in series.keys.sorted() {
            for place in (series[ticker] ?? [:]).keys.sorted() {
                digest.feed(series[ticker]?[place]?.fills ?? 0)
                digest.feed(series[ticker]?[place]?.seconds ?? 0)
            }
        }
    }
}
