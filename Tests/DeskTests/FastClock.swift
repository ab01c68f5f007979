import Model
import Ports

/// A clock that runs faster than the wall's, from a fixed morning on: an hour of the exchange in some minutes of a test.
///
/// Whatever the exchange and the desk do between two of its moments takes them more of its time: timeouts of a second are ten there.
struct FastClock: Ports.Clock {
    /// Wednesday, 23 September 2026, 11:02 in New York: every family of the living market is open.
    static let wednesday = Timestamp.seconds(1_790_175_720)

    let speed: Int64
    private let start = ContinuousClock.now

    func now() -> Timestamp {
        let passed = (ContinuousClock.now - start).components
        return Self.wednesday + Interval(nanoseconds: (passed.seconds * 1_000_000_000 + passed.attoseconds / 1_000_000_000) * speed)
    }
}
