import Model

/// The desk's time, which never goes back and never stands still: after the machine's clock was set back, it goes on nine tenths as fast until the two agree.
///
/// A time from the future is in the journal for good, and so at every start: a desk that waited for the clock to come up to it would measure no silence, repeat no
/// cancel and compare no account until then.
struct TimeFlow {
    /// Events of one moment come from several threads: so much earlier is no clock that was set back.
    static let jitter = Interval.seconds(1)

    private var last: Timestamp?
    private var isTold = false

    /// - Returns: the time that the event counts at; and, once for each time that the clock was set back, by how much.
    mutating func time(of received: Timestamp, after now: Timestamp) -> (time: Timestamp, setBack: Interval?) {
        let passed = last.map { received > $0 ? received - $0 : .zero } ?? Interval.zero
        last = received
        guard received < now else {
            isTold = false
            return (received, nil)
        }
        let behind = now - received
        guard behind > Self.jitter else { return (now, nil) }
        defer { isTold = true }
        return (now + Interval(nanoseconds: passed.nanoseconds / 10 * 9), isTold ? nil : behind)
    }
}
