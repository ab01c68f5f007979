import Model
import Notation
import Simulation

/// When this exchange trades: at all hours but those of its weekly maintenance, on the clock of New York (Kalshi reference, section 15).
struct TradingHours: Hashable, Sendable {
    /// Whether there is a maintenance at all.
    let hasMaintenance: Bool

    struct Window: Hashable, Sendable {
        let start: Timestamp
        let end: Timestamp
    }

    /// Thursday 03:00 to 05:00. The clock only changes on Sundays, so a Thursday always has both hours.
    private static func window(ofDay day: Int64) -> Window {
        let midnight = WallClock.eastern.start(ofDay: day)
        return Window(start: midnight + .seconds(3 * 3600), end: midnight + .seconds(5 * 3600))
    }

    /// Day 0, 1970-01-01, was a Thursday.
    private static func isThursday(_ day: Int64) -> Bool { day % 7 == 0 }

    /// The maintenance that is on; nil while there is trading.
    func maintenance(at time: Timestamp) -> Window? {
        let day = WallClock.eastern.localDay(time)
        guard hasMaintenance, TradingHours.isThursday(day) else { return nil }
        let window = TradingHours.window(ofDay: day)
        return time >= window.start && time < window.end ? window : nil
    }

    /// The next `count` maintenances that are not over.
    func upcoming(_ count: Int, from time: Timestamp) -> [Window] {
        guard hasMaintenance else { return [] }
        let today = WallClock.eastern.localDay(time)
        var windows: [Window] = []
        var day = today + (7 - today % 7) % 7
        while windows.count < count {
            let window = TradingHours.window(ofDay: day)
            if window.end > time { windows.append(window) }
            day += 7
        }
        return windows
    }

    /// `Schedule` of the contract, with the next four maintenances.
    func json(at time: Timestamp) -> JSON {
        let windows = upcoming(4, from: time).map { window in
            JSON.object(["start_datetime": .text(CivilTime.text(window.start, decimals: 0)), "end_datetime": .text(CivilTime.text(window.end, decimals: 0))])
        }
        return .object(["standard_hours": [TradingHours.week(hasMaintenance)], "maintenance_windows": .array(windows)])
    }

    private static func week(_ hasMaintenance: Bool) -> JSON {
        func session(_ open: String, _ close: String) -> JSON { .object(["open_time": .text(open), "close_time": .text(close)]) }
        let allDay: JSON = [session("00:00", "00:00")]
        let thursday: JSON = hasMaintenance ? [session("00:00", "03:00"), session("05:00", "00:00")] : allDay
        return .object([
            "start_time": "2024-12-01T00:00:00Z", "end_time": "2200-12-01T00:00:00Z", "monday": allDay, "tuesday": allDay, "wednesday": allDay,
            "thursday": thursday, "friday": allDay, "saturday": allDay, "sunday": allDay,
        ])
    }
}
