import Glibc

/// The time of day in nanoseconds since 1970, for envelopes and rate limits: no decision hangs on it.
enum WallClock {
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
