import Model
import Ports

@testable import Exchange

/// The wall's clock, set so that it is a fixed morning when it is made: two minutes into a quarter hour, every family of the living market open, nothing about to
/// close. Without it these tests would trade in whatever market the hour of the run offers, and fail in the last minute of the hour, when its questions are decided.
struct MorningClock: Ports.Clock {
    private let shift: Interval

    /// - Parameter start: the time that it is now on this clock.
    init(_ start: Timestamp = MorningClock.wednesday) { shift = start - WallTime.now() }

    /// Wednesday, 23 September 2026, 11:02 in New York.
    static let wednesday = Timestamp.seconds(1_790_175_720)

    func now() -> Timestamp { WallTime.now() + shift }
}
