// Which of these modules the compiler takes for the home of `timespec` depends on what else it has read.
import CoreFoundation
import Foundation
import Glibc
import Model
import Ports
import Synchronization

/// The machine's time of day.
struct WallClock: Ports.Clock {
    func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}

/// A recording's time of day: it starts where the recording starts and runs `speed` times as fast as the wall's, but never ahead of what was played.
final class ReplayClock: Ports.Clock {
    private struct State {
        /// The recording's time `time` is when the wall shows `wall`.
        var wall: Timestamp
        var time: Timestamp
        /// The latest time that anybody was told: it is never taken back.
        var told: Timestamp
    }

    /// How far the clock may be ahead of the playback, in wall time, before it waits for it.
    static let slack = Interval.milliseconds(100)

    let speed: Double
    private let state: Mutex<State>

    init(start: Timestamp, speed: Double) {
        self.speed = speed
        state = Mutex(State(wall: WallClock().now(), time: start, told: start))
    }

    func now() -> Timestamp {
        let wall = WallClock().now()
        return state.withLock { state in
            state.told = max(state.told, reading(state, wall))
            return state.told
        }
    }

    /// The playback has come to `time`. A machine that cannot keep the pace slows the clock, not the market alone.
    func played(to time: Timestamp) {
        let wall = WallClock().now()
        state.withLock { state in
            let ahead = (reading(state, wall) - time).seconds / speed
            if ahead > Self.slack.seconds { (state.wall, state.time) = (wall, time) }
        }
    }

    private func reading(_ state: State, _ wall: Timestamp) -> Timestamp {
        state.time + Interval(nanoseconds: Int64(Double((wall - state.wall).nanoseconds) * speed))
    }
}
