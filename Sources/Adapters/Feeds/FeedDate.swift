import Model

/// The dates that feeds write: RFC 822 with its later forms ("Tue, 03 Mar 2026 14:05:00 GMT", two-digit years, named zones, no weekday, no seconds),
/// RFC 3339 and its looser relatives ("2026-03-03T14:05Z", "2026-03-03 14:05:00", "2026-03-03"), and asctime.
///
/// A date without a zone is taken as UTC. What is none of these is nil, never a guess.
enum FeedDate {
    static func parse(_ text: String) -> Timestamp? {
        let words = text.split { $0 == " " || $0 == "," || $0 == "\n" || $0 == "\t" || $0 == "\r" }.map(String.init)
        guard let first = words.first, text.utf8.count <= 64 else { return nil }
        if first.utf8.count >= 10, first.utf8.first.map({ $0 >= 48 && $0 <= 57 }) == true, first.dropFirst(4).hasPrefix("-") { return iso(words) }
        return named(words)
    }

    // MARK: - 2026-03-03T14:05:00+01:00

    private static func iso(_ words: [String]) -> Timestamp? {
        var text = words.joined(separator: " ")
        if text.utf8.count > 10, text.dropFirst(10).hasPrefix(" ") { text = text.prefix(10) + "T" + text.dropFirst(11) }
        let parts = text.split(separator: "T", maxSplits: 1).map(String.init)
        let date = parts[0].split(separator: "-").compactMap { Int($0) }
        guard date.count == 3, parts[0].utf8.count == 10 else { return nil }
        guard parts.count == 2 else { return moment(date[0], date[1], date[2], [0, 0, 0], 0) }
        var clock = parts[1].filter { $0 != " " }
        var zone = 0
        if clock.hasSuffix("Z") || clock.hasSuffix("z") { clock.removeLast() } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            guard let offset = offset(String(clock[sign...])) else { return nil }
            zone = offset
            clock = String(clock[..<sign])
        } else if let named = clock.firstIndex(where: \.isLetter) {
            guard let offset = zones[clock[named...].uppercased()] else { return nil }
            zone = offset
            clock = String(clock[..<named])
        }
        // Fractions of a second say nothing about news.
        guard let time = time(String(clock.split(separator: ".")[safe: 0] ?? "")) else { return nil }
        return moment(date[0], date[1], date[2], time, zone)
    }

    // MARK: - Tue, 03 Mar 2026 14:05:00 GMT

    private static func named(_ words: [String]) -> Timestamp? {
        var words = words[...]
        if let first = words.first, first.utf8.first.map({ $0 < 48 || $0 > 57 }) == true, month(first) == nil || Int(words.dropFirst().first ?? "") == nil { words = words.dropFirst() }
        var parts = Array(words)
        // asctime: "Mar 3 14:05:00 2026".
        if parts.count >= 4, month(parts[0]) != nil, parts[2].contains(":") { parts = [parts[1], parts[0], parts[3], parts[2]] + parts.dropFirst(4) }
        // "March 3 2026 14:05".
        if parts.count >= 3, month(parts[0]) != nil { parts.swapAt(0, 1) }
        if parts.count >= 1, parts[0].split(separator: "-").count == 3 { parts = parts[0].split(separator: "-").map(String.init) + parts.dropFirst() }
        guard parts.count >= 3, let day = Int(parts[0]), let month = month(parts[1]), let year = year(parts[2]) else { return nil }
        guard parts.count > 3 else { return moment(year, month, day, [0, 0, 0], 0) }
        guard let time = time(parts[3]) else { return nil }
        guard parts.count > 4 else { return moment(year, month, day, time, 0) }
        guard let zone = zones[parts[4].uppercased()] ?? offset(parts[4]) else { return nil }
        return moment(year, month, day, time, zone)
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    private static func month(_ text: String) -> Int? { text.utf8.count >= 3 ? months.firstIndex(of: text.prefix(3).lowercased()).map { $0 + 1 } : nil }

    /// RFC 2822, 4.3: two digits from 50 on are the last century.
    private static func year(_ text: String) -> Int? {
        guard let year = Int(text), year >= 0 else { return nil }
        return text.utf8.count == 4 ? year : text.utf8.count == 2 ? year + (year < 50 ? 2000 : 1900) : nil
    }

    private static func time(_ text: String) -> [Int]? {
        let parts = text.split(separator: ":").map { Int($0) }
        guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1], let second = parts.count == 3 ? parts[2] : 0 else { return nil }
        return [hour, minute, second]
    }

    /// Minutes east of Greenwich. The American names are RFC 822's; the others are the ones that feeds use without asking.
    private static let zones: [String: Int] = [
        "GMT": 0, "UT": 0, "UTC": 0, "Z": 0, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "BST": 60,
        "WET": 0, "WEST": 60, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180, "MSK": 180, "JST": 540, "AEST": 600, "AEDT": 660,
    ]

    /// "+0100", "+01:00", "-05".
    private static func offset(_ text: String) -> Int? {
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), digits.count == 4 || digits.count == 2, let hours = Int(digits.prefix(2)) else { return nil }
        let minutes = digits.count == 4 ? Int(digits.suffix(2)) ?? 0 : 0
        guard hours <= 14, minutes < 60 else { return nil }
        return (hours * 60 + minutes) * (sign == "+" ? 1 : -1)
    }

    private static func moment(_ year: Int, _ month: Int, _ day: Int, _ time: [Int], _ zone: Int) -> Timestamp? {
        guard (1970...2261).contains(year), (1...12).contains(month), (1...31).contains(day), (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2])
        else { return nil }
        let days = CivilTime.days(year: year, month: month, day: day)
        // The 31st of a month of thirty days is no date.
        guard CivilTime.date(days: days).month == month else { return nil }
        return .seconds(Int64(days * 86_400 + time[0] * 3600 + time[1] * 60 + time[2] - zone * 60))
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
