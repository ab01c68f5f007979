public import Model

/// How patient the healer is, and how often it acts. The figures without a source are choices, made for a desk that trades every quarter of an hour.
public struct HealingPolicy: Sendable, Equatable {
    /// Repairs within any hour; when they are spent the healer stops trying and a person has to look.
    public var repairsAnHour = 5
    /// Before the first repair after a death; doubled for each further one.
    public var firstWait = Interval.seconds(1)
    public var longestWait = Interval.seconds(60)
    /// A desk that was ready for so long has recovered: the wait begins from the first again.
    public var calm = Interval.seconds(600)
    /// From the start of the process to its first "ready". A start replays the journal, some 400,000 events a second.
    public var startPatience = Interval.seconds(600)
    /// A desk that was ready and answers nothing for so long hangs.
    public var silence = Interval.seconds(30)
    /// From the request to end to the signal that cannot be refused. A desk promises three seconds.
    public var grace = Interval.seconds(15)

    public init() {}

    /// The wait before the repair of the `streak`th failure in a row, from 1.
    public func wait(_ streak: Int) -> Interval {
        var wait = firstWait
        for _ in 1..<max(streak, 1) {
            guard wait < longestWait else { break }
            wait = Interval(nanoseconds: wait.nanoseconds * 2)
        }
        return min(wait, longestWait)
    }
}
