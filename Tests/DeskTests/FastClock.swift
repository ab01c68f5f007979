import Model
import Ports
import Synchronization

/// A clock that runs faster than the wall's, from a fixed morning on: an hour of the exchange in some minutes of a test. It can be put forward.
///
/// Whatever the exchange and the desk do between two of its moments takes them more of its time: timeouts of a second are ten there.
final class FastClock: Ports.Clock {
    /// Wednesday, 23 September 2026, 11:02 in New York: every family of the living market is open.
    static let wednesday = Timestamp.seconds(1_790_175_720)

    let speed: Int64
    private let first: Timestamp
    private let start = ContinuousClock.now
    private let leapt = Mutex(Interval.zero)

    init(speed: Int64, from first: Timestamp = wednesday) {
        self.speed = speed
        self.first = first
    }

    func now() -> Timestamp {
        let passed = (ContinuousClock.now - start).components
        return first + leapt.withLock(\.self) + Interval(nanoseconds: (passed.seconds * 1_000_000_000 + passed.attoseconds / 1_000_000_000) * speed)
    }

    /// Puts it forward to that moment, if it is not past it.
    func leap(to moment: Timestamp) {
        let left = moment - now()
        if left > .zero { leapt.withLock { $0 = Interval(nanoseconds: $0.nanoseconds + left.nanoseconds) } }
    }
}
