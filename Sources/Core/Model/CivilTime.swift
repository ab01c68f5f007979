/// RFC 3339 in UTC, to and from `Timestamp`, without Foundation: the exchange's dates on a path that is read a million times.
public enum CivilTime {
    /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms").
    public static func days(year: Int, month: Int, day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    public static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let mp = (5 * dayOfYear + 2) / 153
        let month = mp < 10 ? mp + 3 : mp - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * mp + 2) / 5 + 1)
    }

    /// "2026-08-05T04:00:04.828502Z" or with an offset "+00:00" / "-04:00"; nil when it is not a date of that form.
    public static func parse(_ text: some StringProtocol) -> Timestamp? {
        let b = Array(text.utf8)
        guard b.count >= 20, b[4] == 45, b[7] == 45, b[10] == 84 || b[10] == 116 || b[10] == 32, b[13] == 58, b[16] == 58 else { return nil }
        func number(_ from: Int, _ to: Int) -> Int? {
            var value = 0
            for i in from..<to {
                guard b[i] >= 48, b[i] <= 57 else { return nil }
                value = value * 10 + Int(b[i] - 48)
            }
            return value
        }
        guard let year = number(0, 4), let month = number(5, 7), let day = number(8, 10), let hour = number(11, 13), let minute = number(14, 16),
            let second = number(17, 19), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var i = 19
        var fraction: Int64 = 0
        if b[i] == 46 {
            i += 1
            var scale: Int64 = 100_000_000
            let start = i
            while i < b.count, b[i] >= 48, b[i] <= 57 {
                fraction += Int64(b[i] - 48) * scale
                scale /= 10
                i += 1
            }
            guard i > start else { return nil }
        }
        guard i < b.count else { return nil }
        var offset = 0
        if b[i] == 90 || b[i] == 122 {
            guard i + 1 == b.count else { return nil }
        } else {
            guard b[i] == 43 || b[i] == 45, b.count == i + 6, b[i + 3] == 58, let h = number(i + 1, i + 3), let m = number(i + 4, i + 6) else { return nil }
            offset = (h * 60 + m) * (b[i] == 43 ? 60 : -60)
        }
        let seconds = days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second - offset
        // Outside 1678 to 2262 nanoseconds do not fit; the exchange writes 0001-01-01 for a date it does not have.
        let (nanoseconds, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = nanoseconds.addingReportingOverflow(fraction)
        return overflow || carry ? nil : Timestamp(nanoseconds: sum)
    }

    /// RFC 3339 with `decimals` digits of the second (0, 3, 6 or 9), cut off, never rounded up.
    public static func text(_ time: Timestamp, decimals: Int = 6) -> String {
        var seconds = time.nanoseconds / 1_000_000_000
        var rest = time.nanoseconds % 1_000_000_000
        if rest < 0 {
            rest += 1_000_000_000
            seconds -= 1
        }
        var day = Int(seconds / 86_400)
        var second = Int(seconds % 86_400)
        if second < 0 {
            second += 86_400
            day -= 1
        }
        let d = date(days: day)
        var text: [UInt8] = []
        text.reserveCapacity(32)
        func put(_ value: Int, _ width: Int, before mark: Unicode.Scalar) {
            var scale = 1
            for _ in 1..<width { scale *= 10 }
            // A year of five digits is as long as it is.
            while value / scale >= 10 { scale *= 10 }
            while scale > 0 {
                text.append(UInt8(48 + value / scale % 10))
                scale /= 10
            }
            text.append(UInt8(ascii: mark))
        }
        put(d.year, 4, before: "-")
        put(d.month, 2, before: "-")
        put(d.day, 2, before: "T")
        put(second / 3600, 2, before: ":")
        put(second / 60 % 60, 2, before: ":")
        if decimals > 0 {
            put(second % 60, 2, before: ".")
            put(Int(rest), 9, before: "Z")
            text.removeLast(10 - decimals)
            text.append(UInt8(ascii: "Z"))
        } else {
            put(second % 60, 2, before: "Z")
        }
        return String(decoding: text, as: UTF8.self)
    }
}
