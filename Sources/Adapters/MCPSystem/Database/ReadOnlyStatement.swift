import CSQLite
import Notation

/// A compiled statement that only reads; ends with its last use.
final class ReadOnlyStatement {
    /// Bytes of a blob that are shown.
    private static let blobShown = 32
    /// Whole numbers beyond it lose digits in clients that know only floating point.
    /// Bytes of all columns together.
    static let rowLimit = 1 << 20
    private static let safe: Int64 = 1 << 53
    /// SQLITE_TRANSIENT: the library makes its own copy. The macro is a cast that Swift does not import.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private let statement: OpaquePointer
    private let database: ReadOnlyDatabase

    init(_ statement: OpaquePointer, on database: ReadOnlyDatabase) {
        self.statement = statement
        self.database = database
    }

    deinit { sqlite3_finalize(statement) }

    var columns: [String] { (0..<sqlite3_column_count(statement)).map { sqlite3_column_name(statement, $0).map { String(cString: $0) } ?? "" } }

    /// Binds by position. As many as the statement has, and only what SQLite has a form for.
    func bind(_ values: [JSON]) throws(DatabaseTrouble) {
        let wanted = Int(sqlite3_bind_parameter_count(statement))
        guard wanted == values.count else { throw DatabaseTrouble("the statement has \(wanted) parameters, and \(values.count) were given") }
        for (index, value) in values.enumerated() {
            let code = try bind(value, at: Int32(index + 1))
            guard code == SQLITE_OK else { throw database.trouble(code) }
        }
    }

    private func bind(_ value: JSON, at index: Int32) throws(DatabaseTrouble) -> Int32 {
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .bool(let bool): sqlite3_bind_int(statement, index, bool ? 1 : 0)
        case .integer(let number): sqlite3_bind_int64(statement, index, number)
        case .number(let number): sqlite3_bind_double(statement, index, number)
        case .text(let text): sqlite3_bind_text(statement, index, text, Int32(clamping: text.utf8.count), ReadOnlyStatement.transient)
        case .array, .object: throw DatabaseTrouble("parameter \(index) is a \(value.kind); text, numbers, true, false and null can be bound")
        }
    }

    /// The next row; nil after the last.
    func next() throws(DatabaseTrouble) -> [JSON]? {
        switch sqlite3_step(statement) {
        case SQLITE_ROW:
            let columns = 0..<sqlite3_column_count(statement)
            // Before anything of it is copied.
            let long = columns.filter { [SQLITE_TEXT, SQLITE_BLOB].contains(sqlite3_column_type(statement, $0)) }
            let size = long.reduce(0) { $0 + Int(sqlite3_column_bytes(statement, $1)) }
            guard size <= ReadOnlyStatement.rowLimit else { throw DatabaseTrouble("a row of \(size) bytes is too long to be told: name fewer columns, or parts of them with substr()") }
            return columns.map(value)
        case SQLITE_DONE: return nil
        case let code: throw database.trouble(code)
        }
    }

    private func value(_ column: Int32) -> JSON {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER:
            let number = sqlite3_column_int64(statement, column)
            return number.magnitude <= UInt64(ReadOnlyStatement.safe) ? .integer(number) : .text("\(number)")
        case SQLITE_FLOAT:
            let number = sqlite3_column_double(statement, column)
            return number.isFinite ? .number(number) : .text("\(number)")
        case SQLITE_TEXT: return .text(String(decoding: bytes(column), as: UTF8.self))
        case SQLITE_BLOB:
            let bytes = bytes(column)
            let shown = bytes.prefix(ReadOnlyStatement.blobShown).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
            return .object(["blob": .text(shown), "bytes": .integer(Int64(bytes.count))])
        default: return .null
        }
    }

    private func bytes(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        // First the pointer, then its length: the other way round the length may be another form's.
        let start = sqlite3_column_blob(statement, column)
        let count = Int(sqlite3_column_bytes(statement, column))
        return UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt8.self), count: start == nil ? 0 : count)
    }
}
