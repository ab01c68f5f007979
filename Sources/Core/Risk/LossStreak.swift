public import Model
import RealModule

/// Events that lost money one after the other, and how unlikely that was at the odds that were paid.
///
/// A count alone would halt whoever buys long shots: ten losses in a row are nothing at ten cents and a scandal at ninety. So each loss counts with the
/// logarithm of its chance, and the streak ends with the first event that does not lose.
public struct LossStreak: Hashable, Sendable {
    /// Events lost in a row.
    public private(set) var events = 0
    /// The sum of -ln(chance of losing) over the streak.
    public private(set) var surprise = 0.0
    /// The event whose markets are being paid now: its legs hedge each other, so their sum decides.
    private var open: EventTicker?
    private var openRealized: Money = .zero
    /// Of the event's legs, the one most likely to lose.
    private var openChance = 0.0

    public init() {}

    /// - Parameter chance: that this leg would lose; one less what was paid for it.
    public mutating func add(_ event: EventTicker, realized: Money, chanceOfLoss chance: Double) {
        if event != open { close() }
        open = event
        openRealized += realized
        openChance = max(openChance, min(max(chance, 0.01), 1))
    }

    /// As a share of the limit: 1 where the streak is as unlikely as `limit`. Zero or one as a limit is none.
    public func use(limit: Double) -> Double {
        guard limit > 0, limit < 1 else { return 0 }
        return (surprise + (openRealized < .zero ? -Double.log(openChance) : 0)) / -Double.log(limit)
    }

    private mutating func close() {
        guard open != nil else { return }
        if openRealized < .zero {
            events += 1
            surprise -= Double.log(openChance)
        } else {
            events = 0
            surprise = 0
        }
        open = nil
        openRealized = .zero
        openChance = 0
    }

    func feed(into digest: inout Digest) {
        digest.feed(events)
        digest.feed(surprise)
        digest.feed(openRealized)
    }
}
