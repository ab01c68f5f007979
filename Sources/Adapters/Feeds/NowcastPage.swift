import Model
import Notation

/// What is expected of economic figures and what was published, in the desk's own small form (docs/nowcasts.md): JSON, or CSV with a line of names.
///
/// It is written by its operator's own means, so it is read strictly: one wrong entry is trouble with the whole page, told by its number.
enum NowcastPage {
    /// Entries that are read; more is trouble.
    static let entries = 2000
    private static let columns = ["kind", "figure", "release", "value", "error", "step"]

    /// - Parameter source: the operator's name for it; its errors are learned by that.
    /// - Returns: nowcasts of releases that are not over and whose figure is not on the page, and figures; in the page's order.
    /// - Throws: `FeedError` when anything of it cannot be used.
    static func facts(_ bytes: [UInt8], source: String, at now: Timestamp) throws(FeedError) -> [Fact] {
        guard bytes.count <= FeedLimits.bytes else { throw .tooLarge("\(bytes.count) bytes") }
        let rows = try rows(bytes)
        guard rows.count <= entries else { throw .tooLarge("\(rows.count) entries, at most \(entries) are read") }
        var (nowcasts, figures): ([Nowcast], [OfficialFigure]) = ([], [])
        for (number, row) in rows.enumerated() {
            func wrong(_ what: String) -> FeedError { .unusable("entry \(number + 1): \(what)") }
            guard let name = row["figure"], case let figure = Underlying(name), name.hasPrefix("US-"), CorrelationGroup.of(figure) != nil else {
                throw wrong("figure must be one that markets are measured on, as US-CPI or US-PAYROLLS")
            }
            guard let release = row["release"].flatMap(day) else { throw wrong("release must be a day as 2026-02-11") }
            guard let value = row["value"].flatMap(decimal) else { throw wrong("value must be a number") }
            switch row["kind"] {
            case "figure":
                guard release <= now.utcDay else { throw wrong("a figure cannot be published before its day") }
                figures.append(OfficialFigure(figure: figure, release: release, value: value))
            case "nowcast":
                guard let step = row["step"].flatMap(decimal), step > 0 else { throw wrong("step must be a number above 0: the figure is published in multiples of it") }
                let error = row["error"].flatMap { $0.isEmpty ? nil : $0 }
                guard error.map({ decimal($0) ?? 0 > 0 }) ?? true else { throw wrong("error must be a number above 0, or absent") }
                nowcasts.append(Nowcast(figure: figure, release: release, source: source, value: value, error: error.flatMap(decimal), step: step))
            default: throw wrong("kind must be nowcast or figure")
            }
        }
        // A nowcast that is read when its figure is out must not be learned from: it came too late to be acted on.
        let coming = nowcasts.filter { said in said.release >= now.utcDay && !figures.contains { $0.figure == said.figure && $0.release == said.release } }
        return coming.map { .nowcast($0) } + figures.map { .figure($0) }
    }

    // MARK: - Forms

    private static func rows(_ bytes: [UInt8]) throws(FeedError) -> [[String: String]] {
        let first = bytes.first { !($0 == 0x20 || (0x09...0x0D).contains($0)) }
        return first == UInt8(ascii: "{") ? try json(bytes) : try csv(bytes)
    }

    private static func json(_ bytes: [UInt8]) throws(FeedError) -> [[String: String]] {
        let root: JSON
        do throws(JSONError) { root = try JSON(parsing: bytes) } catch { throw .notWellFormed("no JSON at byte \(error.offset)") }
        guard let entries = root["entries"]?.asArray else { throw .unusable("there is no list of entries") }
        return entries.map { entry in
            var row: [String: String] = [:]
            for name in columns { row[name] = entry[name].flatMap { $0.asText ?? $0.asNumber.map { String($0) } } }
            return row
        }
    }

    private static func csv(_ bytes: [UInt8]) throws(FeedError) -> [[String: String]] {
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        let table = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) } }
        guard let names = table.first, names.contains("kind"), names.contains("figure"), Set(names).count == names.count else {
            throw .unusable("neither JSON nor CSV with the names \(columns.joined(separator: ","))")
        }
        if let place = table.firstIndex(where: { $0.count != names.count }) { throw .unusable("line \(place + 1) has \(table[place].count) fields, not \(names.count)") }
        return table.dropFirst().map { fields in Dictionary(uniqueKeysWithValues: zip(names, fields)) }
    }

    private static func day(_ text: String) -> Int64? { text.utf8.count == 10 ? CivilTime.parse("\(text)T00:00:00Z")?.utcDay : nil }

    private static func decimal(_ text: String) -> Double? { Double(text).flatMap { $0.isFinite && abs($0) < 1e12 ? $0 : nil } }
}
