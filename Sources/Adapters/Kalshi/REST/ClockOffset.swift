import Model

/// How far the exchange's clock is ahead of ours, narrowed down from the `Date` headers of its answers.
///
/// A header is cut to whole seconds, so one answer says little: the exchange wrote it within the second that it names, and between our asking and our
/// reading. Each answer gives such a range, and where all of them overlap is the offset.
struct ClockOffset: Sendable, Equatable {
    /// Two clocks drift apart by no more than this share of the time that passed: a bad crystal's 100 parts in a million.
    private static let driftShare: Int64 = 10_000

    private var low: Int64
    private var high: Int64
    private var seen: Timestamp

    init(date: Timestamp, asked: Timestamp, answered: Timestamp) {
        low = (date - answered).nanoseconds
        high = (date - asked).nanoseconds + 1_000_000_000
        seen = answered
    }

    mutating func observe(date: Timestamp, asked: Timestamp, answered: Timestamp) {
        let new = ClockOffset(date: date, asked: asked, answered: answered)
        let slack = max((answered - seen).nanoseconds, 0) / Self.driftShare + 1_000_000
        let overlap = (max(low - slack, new.low), min(high + slack, new.high))
        // No overlap: one of the clocks was set. What was known is void.
        self = new
        if overlap.0 <= overlap.1 { (low, high) = overlap }
    }

    /// The middle of what is possible.
    var estimate: Interval { Interval(nanoseconds: low + (high - low) / 2) }
    /// How far the estimate may be off.
    var uncertainty: Interval { Interval(nanoseconds: (high - low) / 2) }
}
