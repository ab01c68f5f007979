public import Model
import RealModule

/// Events that lost money one after the other, and how unlikely that was at the odds that were paid.
///
/// A count alone would halt whoever buys long shots: ten losses in a row are nothing at ten cents and a scandal at ninety. So each loss counts with the
/// logarithm of its chance, and the streak ends with the first event that does not lose.
public struct LossStreak: Hashable, Sendable, Codable {
    /// An event whose markets are being paid, or were: its legs hedge each other, so their sum decides, whatever is paid of other events in between.
    private struct PaidEvent: Hashable, Sendable, Codable {
        let event: EventTicker
        var realized: Money = .zero
        /// Of its legs, the one most likely to lose.
        var chance = 0.0

        var isLost: Bool { realized < .zero }
    }

    /// Events that are being paid at once; past it the oldest is taken for over.
    static let mostOpen = 64

    /// Events that are over and kept, so that a result that is taken back is taken out of the streak, where it stood.
    static let mostEnded = 64

    /// Lost in a row, and the sum of -ln(chance of losing).
    private struct Run: Hashable, Sendable, Codable {
        var lost = 0
        var surprise = 0.0

        mutating func add(_ event: PaidEvent) {
            lost = event.isLost ? lost + 1 : 0
            surprise = event.isLost ? surprise - Double.log(event.chance) : 0
        }
    }

    /// Of the events that are over and not kept any more.
    private var past = Run()
    /// In the order in which they were over.
    private var ended: [PaidEvent] = []
    /// By the time of the first payment.
    private var open: [PaidEvent] = []

    public init() {}

    /// Events lost in a row, those among them that are being paid.
    public var events: Int { open.reduce(run.lost) { $0 + ($1.isLost ? 1 : 0) } }

    private var run: Run {
        var run = past
        for event in ended { run.add(event) }
        return run
    }

    /// Events of which something has been paid and that are not said to be over, by the time of the first payment.
    public var openEvents: [EventTicker] { open.map(\.event) }

    /// - Parameter chance: that this leg would lose; one less what was paid for it.
    public mutating func add(_ event: EventTicker, realized: Money, chanceOfLoss chance: Double) {
        let chance = min(max(chance, 0.01), 1)
        if let place = ended.lastIndex(where: { $0.event == event }) {
            ended[place].realized += realized
            ended[place].chance = max(ended[place].chance, chance)
            return
        }
        let known = open.firstIndex { $0.event == event }
        if known == nil {
            if open.count >= Self.mostOpen { close(0) }
            open.append(PaidEvent(event: event))
        }
        let place = known ?? open.count - 1
        open[place].realized += realized
        open[place].chance = max(open[place].chance, chance)
    }

    /// What was paid of the event is taken back: as if it had never been.
    public mutating func takenBack(_ event: EventTicker, realized: Money) {
        if let place = ended.lastIndex(where: { $0.event == event }) { return ended[place].realized -= realized }
        if let place = open.firstIndex(where: { $0.event == event }) { open[place].realized -= realized }
    }

    /// Nothing more of the event will be paid, unless a result is taken back.
    public mutating func over(_ event: EventTicker) {
        if let place = open.firstIndex(where: { $0.event == event }) { close(place) }
    }

    /// As a share of the limit: 1 where the streak is as unlikely as `limit`. Zero or one as a limit is none.
    public func use(limit: Double) -> Double {
        guard limit > 0, limit < 1 else { return 0 }
        return open.reduce(run.surprise) { $0 - ($1.isLost ? Double.log($1.chance) : 0) } / -Double.log(limit)
    }

    private mutating func close(_ place: Int) {
        ended.append(open.remove(at: place))
        if ended.count > Self.mostEnded { past.add(ended.removeFirst()) }
    }

    func feed(into digest: inout Digest) {
        digest.feed(past.lost)
        digest.feed(past.surprise)
        for event in ended + open {
            digest.feed(event.event.text)
            digest.feed(event.realized)
        }
    }
}
