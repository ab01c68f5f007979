import Notation

// The trail by days, read from its end: what is asked for is nearly always new.
extension AuditTrail {
    /// One day's lines, oldest first.
    struct Day: Sendable {
        var lines: [JSON] = []
        /// Earlier lines of the day were there than are told.
        var truncated = false
    }

    /// More of one day is not told; the newest are.
    static let mostOfDay = 512 * 1024
    /// Further back a day is not looked for.
    static let mostRead: Int64 = 64 * 1024 * 1024
    private static let step: Int64 = 256 * 1024

    /// - Parameter date: `2026-11-26`, of UTC.
    func day(_ date: String) throws(AuditError) -> Day {
        var day = Day()
        var told = 0
        let missing = try backwards { line in
            guard let json = try? JSON(parsing: line), let at = json["at"]?.asText, at.utf8.count >= 10 else { return true }
            let of = at.prefix(10)
            if of > date { return true }
            if of < date { return false }
            told += line.count
            guard told <= Self.mostOfDay else {
                day.truncated = true
                return false
            }
            day.lines.append(json)
            return true
        }
        if missing { throw AuditError("more than \(Self.mostRead / 1_048_576) MiB were written since \(date): read \(path) itself") }
        day.lines.reverse()
        return day
    }

    /// The days of the newest lines, newest first.
    func days() throws(AuditError) -> [String] {
        var days: [String] = []
        var left = 2000
        _ = try backwards { line in
            left -= 1
            guard let at = (try? JSON(parsing: line))?["at"]?.asText else { return left > 0 }
            let of = String(at.prefix(10))
            if days.last != of { days.append(of) }
            return left > 0
        }
        return days
    }

    /// Whole lines from the last to the first, until `body` says that it has enough. True when it had not, and the reading was given up.
    private func backwards(_ body: (ArraySlice<UInt8>) -> Bool) throws(AuditError) -> Bool {
        let size = try size()
        var end = size
        // What began in the part before.
        var rest: [UInt8] = []
        while end > 0 {
            guard size - end < Self.mostRead else { return true }
            let start = max(0, end - Self.step)
            let part = try bytes(from: start, to: end) + rest
            let newline = UInt8(ascii: "\n")
            let cut = start == 0 ? part.startIndex : (part.firstIndex(of: newline).map { $0 + 1 } ?? part.endIndex)
            for line in part[cut...].split(separator: newline).reversed() { if !body(line) { return false } }
            rest = Array(part[..<cut])
            end = start
        }
        return false
    }
}
