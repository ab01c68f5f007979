import Foundation
import Model
import Ports

/// The machine's time of day.
struct WallClock: Ports.Clock {
    func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}

/// A recording's time of day: it starts where the recording starts, and runs `speed` times as fast as the wall's.
struct ReplayClock: Ports.Clock {
    let start: Timestamp
    let speed: Double
    let wallStart = WallClock().now()

    func now() -> Timestamp {
        let elapsed = Double((WallClock().now() - wallStart).nanoseconds) * speed
        return start + Interval(nanoseconds: Int64(elapsed))
    }
}
