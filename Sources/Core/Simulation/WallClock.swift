public import Model

/// The clock on the wall of a city, by the daylight saving rule of the United States since 2007: the exchange names its events by it.
public enum WallClock: String, Hashable, Sendable, Codable {
    case eastern, central

    private var standardOffsetSeconds: Int64 { self == .eastern ? -5 * 3600 : -6 * 3600 }

    public func isDaylight(at time: Timestamp) -> Bool {
        let year = CivilTime.date(days: Int(time.utcDay)).year
        // Forward on the second Sunday of March, back on the first Sunday of November, at 02:00 of the clock then in force.
        let forward = Self.sunday(1, month: 3, year: year) * 86_400 + 2 * 3600 - standardOffsetSeconds
        let back = Self.sunday(0, month: 11, year: year) * 86_400 + 1 * 3600 - standardOffsetSeconds
        return time.wholeSeconds >= forward && time.wholeSeconds < back
    }

    /// Seconds since 1970 as the wall shows them.
    public func localSeconds(_ time: Timestamp) -> Int64 {
        time.wholeSeconds + standardOffsetSeconds + (isDaylight(at: time) ? 3600 : 0)
    }

    public func localDay(_ time: Timestamp) -> Int64 { localSeconds(time) / 86_400 }

    /// Local midnight with which `day` begins. No clock change falls on midnight, so the standard guess decides which offset holds.
    public func start(ofDay day: Int64) -> Timestamp {
        let guess = Timestamp.seconds(day * 86_400 - standardOffsetSeconds)
        return isDaylight(at: guess) ? guess - Interval.seconds(3600) : guess
    }

    /// "EST", "EDT", "CST", "CDT".
    func zone(at time: Timestamp) -> String { (self == .eastern ? "E" : "C") + (isDaylight(at: time) ? "DT" : "ST") }

    /// Days since 1970 of the n-th (from 0) Sunday of a month.
    private static func sunday(_ n: Int64, month: Int, year: Int) -> Int64 {
        let first = Int64(CivilTime.days(year: year, month: month, day: 1))
        // 1970-01-01 was a Thursday: day number 3 was a Sunday.
        return first + (3 - first % 7 + 7) % 7 + 7 * n
    }
}

/// Dates and hours as the exchange writes them in tickers and titles.
enum CalendarText {
    static let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    static let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// "26NOV25"
    static func ticker(day: Int64) -> String {
        let date = CivilTime.date(days: Int(day))
        return "\(two(Int64(date.year % 100)))\(months[date.month - 1])\(two(Int64(date.day)))"
    }

    /// "Nov 25, 2026"
    static func title(day: Int64) -> String {
        let date = CivilTime.date(days: Int(day))
        return "\(monthNames[date.month - 1]) \(date.day), \(date.year)"
    }

    /// "2:15 AM"
    static func clock(localSeconds: Int64) -> String {
        let minuteOfDay = localSeconds % 86_400 / 60
        let hour = minuteOfDay / 60
        return "\(hour % 12 == 0 ? 12 : hour % 12):\(two(minuteOfDay % 60)) \(hour < 12 ? "AM" : "PM")"
    }

    /// "87,249.99"
    static func dollars(_ price: Double) -> String {
        let cents = Int64((price * 100).rounded())
        var whole = String(cents / 100)
        var groups: [String] = []
        while whole.count > 3 {
            groups.insert(String(whole.suffix(3)), at: 0)
            whole = String(whole.dropLast(3))
        }
        return ([whole] + groups).joined(separator: ",") + "." + two(cents % 100)
    }
}
