import Glibc
import Model
import Synchronization

/// The machine's clock.
enum WallTime {
    static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// The last date that was written, by its second: hundreds of answers leave in each.
    private static let lastDate = Mutex<(second: Int64, text: String)>((-1, ""))

    /// A moment as HTTP's `Date` header has it: "Wed, 25 Nov 2026 03:08:44 GMT" (RFC 9110).
    static func httpDate(_ time: Timestamp) -> String {
        lastDate.withLock { last in
            if last.second != time.wholeSeconds { last = (time.wholeSeconds, dateText(time)) }
            return last.text
        }
    }

    private static func dateText(_ time: Timestamp) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let text = CivilTime.text(time, decimals: 0)
        let date = CivilTime.date(days: Int(time.utcDay))
        let day = text.dropFirst(8).prefix(2)
        let clock = text.dropFirst(11).prefix(8)
        return "\(days[Int(time.utcDay % 7)]), \(day) \(months[date.month - 1]) \(date.year) \(clock) GMT"
    }
}
