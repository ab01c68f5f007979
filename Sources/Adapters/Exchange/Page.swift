/// One page of a list, with the opaque cursor that leads to the next one.
///
/// The cursor holds the sort key of the page's last row, so a list that grows between two requests neither repeats nor loses a row.
struct Page<Row> {
    let rows: [Row]
    /// Empty on the last page.
    let cursor: String

    /// - Parameter rows: sorted ascending by `key`, whose values are unique.
    init(of rows: some Collection<Row>, key: (Row) -> String, after cursor: String?, limit: Int) {
        // An unknown cursor is silently taken for none, as at the exchange.
        let start = cursor.flatMap(PageCursor.decode)
        var page: [Row] = []
        var more = false
        for row in rows {
            if let start, key(row) <= start { continue }
            if page.count == limit {
                more = true
                break
            }
            page.append(row)
        }
        self.rows = page
        self.cursor = more ? page.last.map { PageCursor.encode(key($0)) } ?? "" : ""
    }
}

/// Sort keys as opaque text and back: hexadecimal, so that no client is tempted to read or make one.
enum PageCursor {
    static func encode(_ key: String) -> String {
        "Cg" + key.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func decode(_ cursor: String) -> String? {
        let text = Array(cursor.utf8)
        guard text.count >= 2, text.count % 2 == 0, text.starts(with: "Cg".utf8), text.count <= 1024 else { return nil }
        var bytes: [UInt8] = []
        for i in stride(from: 2, to: text.count, by: 2) {
            guard let byte = UInt8(String(decoding: text[i...i + 1], as: UTF8.self), radix: 16) else { return nil }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A sort key that puts greater numbers first.
    static func newestFirst(_ number: UInt64) -> String { pad(UInt64.max - number) }

    /// The running number at the end of an id that this exchange has issued.
    static func number(in id: String) -> UInt64 { UInt64(id.suffix(12), radix: 16) ?? 0 }

    static func pad(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
