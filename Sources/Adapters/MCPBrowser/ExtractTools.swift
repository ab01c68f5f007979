import Browser
import MCP
import MCPHosting
import MCPServing
import Notation

struct PageTable: Tool {
    struct Arguments: Shaped {
        let page: String
        let ref: String
        let offset: Int
        let limit: Int
        let maxBytes: Int
        enum CodingKeys: String, CodingKey {
            case page = "page_id"
            case ref, offset, limit
            case maxBytes = "max_bytes"
        }
        static let notes: [String: Note] = [
            "page_id": "The page.", "ref": Note("Of the table, or of something in it or around it.", pattern: NodeRef.pattern), "offset": Note("First row.", range: 0...2000, default: 0),
            "limit": Note("Rows.", range: 1...500, default: 100), "max_bytes": ListBudget.maxBytes,
        ]
    }
    struct Column: Shaped {
        let name: String
        let kind: String
        static let notes: [String: Note] = ["name": "From the header; empty without one.", "kind": "number: all its cells are, and are written plainly (1234.50, -3); else text."]
    }
    struct Output: Shaped {
        let caption: String
        let columns: [Column]
        let rows: [[String]]
        let total: Int
        let next: Int?
        let truncated: Bool
        let untrusted: Bool
        let asOf: String
        enum CodingKeys: String, CodingKey {
            case caption, columns, rows, total, next, truncated, untrusted
            case asOf = "as_of"
        }
        static let notes: [String: Note] = [
            "caption": "Of the table.", "columns": "In order.", "rows": "Cells as text; numbers plainly.", "total": "Rows that there are to page through.", "next": "Offset of the next rows.",
            "truncated": "Rows were left out.", "untrusted": .plain, "as_of": .plain,
        ]
    }
    static let name = "page_table"
    static let title = "Read a table"
    static let summary = "Reads an HTML table as rows, with numbers written plainly, page by page."
    static let hints = ToolHints.readsElsewhere
    let desk: Desk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let table = try await desk.page(arguments.page).table(try NodeRef(arguments.ref))
        let width = max(table.header?.count ?? 0, table.rows.map(\.count).max() ?? 0)
        let plain = (0..<width).map { column in TableColumn.numbers(table.rows.map { $0.indices.contains(column) ? $0[column] : "" }) }
        let header = table.header ?? []
        let columns = (0..<width).map { Column(name: header.indices.contains($0) ? header[$0] : "", kind: plain[$0] == nil ? "text" : "number") }
        var rows: [[String]] = []
        var bytes = 0
        var place = arguments.offset
        while place < min(table.rows.count, arguments.offset + arguments.limit) {
            let row = (0..<width).map { column in plain[column]?[place] ?? (table.rows[place].indices.contains(column) ? table.rows[place][column] : "") }
            bytes += row.reduce(2) { $0 + $1.utf8.count + 3 }
            guard bytes <= arguments.maxBytes else { break }
            rows.append(row)
            place += 1
        }
        let wanted = min(table.rows.count, arguments.offset + arguments.limit)
        return Output(
            caption: table.caption, columns: columns, rows: rows, total: table.rows.count, next: place < table.rows.count ? place : nil, truncated: place < wanted, untrusted: true,
            asOf: desk.now())
    }
}

/// Cells that are all numbers, as people write them.
enum TableColumn {
    /// Nil when one of them is none. Empty cells and dashes are no number and no hindrance: they stay empty.
    static func numbers(_ cells: [String]) -> [String]? {
        var found: [String] = []
        var count = 0
        for cell in cells {
            if ["", "-", "–", "—", "n/a", "N/A"].contains(cell) {
                found.append("")
                continue
            }
            guard let number = plain(cell) else { return nil }
            found.append(number)
            count += 1
        }
        return count > 0 ? found : nil
    }

    /// "$1,234.50" is 1234.50, "(3)" and "−3" are -3, "45%" is 45. Digits as they were written: nothing is rounded.
    static func plain(_ cell: String) -> String? {
        var text = cell.filter { !$0.isWhitespace }
        var isNegative = false
        if text.hasPrefix("("), text.hasSuffix(")") {
            isNegative = true
            text = String(text.dropFirst().dropLast())
        }
        if let sign = text.first, "+-−".contains(sign) {
            isNegative = isNegative != (sign != "+")
            text.removeFirst()
        }
        if let sign = text.first, "$€£¥".contains(sign) { text.removeFirst() }
        if let sign = text.last, "%¢€".contains(sign) { text.removeLast() }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first else { return nil }
        let groups = whole.split(separator: ",", omittingEmptySubsequences: false)
        guard groups.count == 1 || (groups.dropFirst().allSatisfy { $0.count == 3 } && (1...3).contains(groups[0].count)) else { return nil }
        let digits = groups.joined()
        let fraction = parts.count == 2 ? parts[1] : ""
        guard (1...30).contains(digits.count + fraction.count), (digits + fraction).allSatisfy({ ("0"..."9").contains($0) }), parts.count == 1 || !fraction.isEmpty else { return nil }
        return (isNegative ? "-" : "") + (digits.isEmpty ? "0" : digits) + (fraction.isEmpty ? "" : ".\(fraction)")
    }
}

struct PageExtract: Tool {
    struct Field: Shaped {
        let name: String
        let selector: String
        static let notes: [String: Note] = [
            "name": Note("Of the field.", lengths: 1...60, pattern: "^[A-Za-z0-9_]+$"), "selector": Note("CSS within the row: css, css@attribute or @attribute.", lengths: 1...300),
        ]
    }
    struct Arguments: Shaped {
        let page: String
        let ref: String?
        let row: String?
        let fields: [Field]
        let schema: JSON?
        let limit: Int
        let maxBytes: Int
        enum CodingKeys: String, CodingKey {
            case page = "page_id"
            case ref, row, fields, schema, limit
            case maxBytes = "max_bytes"
        }
        static let notes: [String: Note] = [
            "page_id": "The page.", "ref": Note("Of a frame or of something in it: that frame.", pattern: NodeRef.pattern), "row": Note("CSS of the rows; without it one row is taken from the whole page.", lengths: 1...300), "fields": Note("What to take of each.", items: 1...30),
            "schema": "JSON Schema of one row: texts become numbers where it says so, and every row is held against it.", "limit": Note("Rows.", range: 1...500, default: 100),
            "max_bytes": ListBudget.maxBytes,
        ]
    }
    struct Output: Shaped {
        let frame: String?
        let rows: [JSON]
        let total: Int
        let faults: [String]
        let truncated: Bool
        let untrusted: Bool
        let asOf: String
        enum CodingKeys: String, CodingKey {
            case frame, rows, total, faults, truncated, untrusted
            case asOf = "as_of"
        }
        static let notes: [String: Note] = [
            "frame": "Origin of the frame whose words these are.", "rows": "Those that fit the schema, all without one.", "total": "Rows on the page.", "faults": "Why rows were left out, the first ten.", "truncated": "Rows were left out.",
            "untrusted": .plain, "as_of": .plain,
        ]
    }
    static let name = "page_extract"
    static let title = "Extract rows"
    static let summary = "Takes fields out of repeated parts of a page by selectors, and checks each row against a JSON Schema."
    static let hints = ToolHints.readsElsewhere
    let desk: Desk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        if let schema = arguments.schema, schema.bytes.count > 16_384 || schema.asObject == nil { throw ToolFailure("the schema must be an object of at most 16 kB") }
        if let fault = arguments.schema.flatMap({ Schema($0).unreadable.first }) { throw ToolFailure("the schema's \(fault)") }
        let found = try await desk.page(arguments.page).extract(row: arguments.row, fields: arguments.fields.map { ($0.name, $0.selector) }, limit: arguments.limit, in: try arguments.ref.map { try NodeRef($0) })
        var (rows, faults): ([JSON], [String]) = ([], [])
        var bytes = 0
        var left = found.total - found.rows.count
        for (number, row) in found.rows.enumerated() {
            let typed = arguments.schema.map { Self.typed(row, $0) } ?? row
            if let schema = arguments.schema {
                let wrong = Schema(schema).faults(in: typed)
                guard wrong.isEmpty else {
                    if faults.count < 10 { faults.append("row \(number + 1): \(SchemaError(faults: wrong))") }
                    continue
                }
            }
            bytes += typed.bytes.count + 1
            guard bytes <= arguments.maxBytes else {
                left += 1
                continue
            }
            rows.append(typed)
        }
        return Output(frame: found.frame?.origin, rows: rows, total: found.total, faults: faults, truncated: left > 0, untrusted: true, asOf: desk.now())
    }

    /// Texts as the numbers that the schema wants; absent optional fields are left out.
    static func typed(_ row: JSON, _ schema: JSON) -> JSON {
        .object((row.asObject ?? []).compactMap { member in
            guard member.value != .null else { return nil }
            guard let text = member.value.asText, let kind = schema["properties"]?[member.key]?["type"]?.asText, kind == "number" || kind == "integer", let plain = TableColumn.plain(text) else { return member }
            if let whole = Int64(plain) { return JSON.Member(key: member.key, value: .integer(whole)) }
            return Double(plain).map { JSON.Member(key: member.key, value: .number($0)) } ?? member
        })
    }
}
