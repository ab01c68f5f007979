import Foundation
import Model

/// The files that an import was pointed at: each named file, and everything in each named folder.
struct ForeignFiles {
    let paths: [String]

    init(_ inputs: [String]) throws(RecordingError) {
        var found: [String] = []
        for input in inputs {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: input, isDirectory: &isFolder) else { throw RecordingError("\(input) does not exist") }
            let folder = input.hasSuffix("/") ? String(input.dropLast()) : input
            found += isFolder.boolValue ? ImportInputs.names(in: folder).map { folder + "/" + $0 } : [input]
        }
        paths = found.sorted { (ImportInputs.name($0), $0) < (ImportInputs.name($1), $1) }
    }

    /// The one file of this name, packed or plain; nil where there is none.
    func one(_ name: String) -> String? { paths.first { Self.plain($0) == name } }

    func needed(_ name: String, for format: ImportFormat) throws(RecordingError) -> String {
        guard let path = one(name) else { throw RecordingError("\(format.rawValue) needs \(name) (.gz or plain), and none of the inputs is it") }
        return path
    }

    /// Files whose names begin and end like this.
    func all(_ beginning: String = "", ending: String, for format: ImportFormat) throws(RecordingError) -> [String] {
        let found = paths.filter { Self.plain($0).hasPrefix(beginning) && Self.plain($0).hasSuffix(ending) }
        guard !found.isEmpty else { throw RecordingError("\(format.rawValue) needs files named \(beginning)...\(ending) (.gz or plain), and none of the inputs is one") }
        return found
    }

    /// A file's name without its folder and without ".gz".
    static func plain(_ path: String) -> String {
        let name = ImportInputs.name(path)
        return name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    }
}

extension CommaTable {
    /// Every row, with its fields by name.
    static func read(_ path: String, needs names: [String], _ body: (Fields) throws(RecordingError) -> Void) throws(RecordingError) {
        let table = try CommaTable(path, needs: names)
        while let row = try table.next() { try body(Fields(table: table, row: row)) }
    }

    /// One row. What a row must have and has not is an error that names the file and the line.
    struct Fields {
        let table: CommaTable
        let row: [String]

        subscript(_ name: String) -> String? { table.value(row, name) }

        func text(_ name: String) throws(RecordingError) -> String {
            guard let text = self[name] else { throw table.lines.failure("\(name) is empty") }
            return text
        }

        func time(_ name: String) throws(RecordingError) -> Timestamp {
            guard let time = CivilTime.parse(try text(name)) else { throw table.lines.failure("\(name) is not a time: '\(try text(name))'") }
            return time
        }

        func number(_ name: String) throws(RecordingError) -> Double {
            guard let value = Double(try text(name)), value.isFinite else { throw table.lines.failure("\(name) is not a number: '\(try text(name))'") }
            return value
        }

        /// Days since 1970-01-01 of a date written 2026-02-09.
        func day(_ name: String) throws(RecordingError) -> Int64 {
            guard let day = ForeignDate.day(try text(name)) else { throw table.lines.failure("\(name) is not a date: '\(try text(name))'") }
            return day
        }

        /// Nil where the field is empty.
        /// - Parameter decimals: 4 for dollars, 2 for cents.
        func price(_ name: String, decimals: Int = 4) throws(RecordingError) -> Price? {
            guard let text = self[name] else { return nil }
            guard let value = FixedPoint.parse(text.utf8, decimals: decimals), (0...10_000).contains(value) else {
                throw table.lines.failure("\(name) is not a price: '\(text)'")
            }
            return Price(tenThousandths: Int32(value))
        }

        func size(_ name: String) throws(RecordingError) -> Quantity {
            guard let size = Quantity(try text(name)), size >= .zero else { throw table.lines.failure("\(name) is not a number of contracts: '\(try text(name))'") }
            return size
        }

        func side(_ name: String) throws(RecordingError) -> Side {
            guard let side = Side(rawValue: try text(name)) else { throw table.lines.failure("\(name) is neither yes nor no") }
            return side
        }

        func strike() throws(RecordingError) -> Strike {
            let type = self["strike_type"]
            guard let strike = ControlFrame.strike(type, self["floor_strike"].flatMap { Double($0) }, self["cap_strike"].flatMap { Double($0) }) else {
                throw table.lines.failure("a strike of type \(type ?? "") without its numbers")
            }
            return strike
        }
    }
}

/// Dates in the forms that tables and tickers write them.
enum ForeignDate {
    private static let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]

    /// 2026-02-09.
    static func day(_ text: String) -> Int64? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, text.utf8.count == 10, let year = parts[0], let month = parts[1], let day = parts[2] else { return nil }
        return days(year, month, day)
    }

    /// The date in a ticker, KXHIGHNY-26FEB09-T28: after the first hyphen, year, month, day.
    static func day(ofTicker ticker: String) -> Int64? {
        let parts = ticker.split(separator: "-")
        guard parts.count >= 2 else { return nil }
        let text = Array(parts[1])
        guard text.count >= 7, let year = Int(String(text[0..<2])), let month = months.firstIndex(of: String(text[2..<5])), let day = Int(String(text[5..<7])) else { return nil }
        return days(2000 + year, month + 1, day)
    }

    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64? {
        guard (1970...2200).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        return Int64(CivilTime.days(year: year, month: month, day: day))
    }
}
