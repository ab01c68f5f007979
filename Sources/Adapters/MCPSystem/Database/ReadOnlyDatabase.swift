import CSQLite
import Notation
import Synchronization

/// Why a database did not answer, in a sentence that a model can act on.
struct DatabaseTrouble: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Tells a query that nobody waits for it any longer.
final class Cancellation: Sendable {
    private let raised = Atomic(false)
    var isRaised: Bool { raised.load(ordering: .relaxed) }
    func raise() { raised.store(true, ordering: .relaxed) }
}

/// One connection that can only read, for the length of one call.
///
/// Five locks, each of which would do: the file is opened read-only; an authorizer allows reading and nothing else; only statements that SQLite itself calls
/// read-only are run, and only one of them; the library's defensive mode is on; and time, rows, bytes and the size of every value have limits.
final class ReadOnlyDatabase {
    /// A value longer than this is not read or made: SQLite refuses it ("string or blob too big"). The clock is not looked at inside a function, and the time that some
    /// take (`instr`, `replace`) goes with the square of the length.
    static let valueLimit: Int32 = 1 << 16
    static let sqlLimit: Int32 = 20_000
    /// Instructions of SQLite's machine between two looks at the clock: about a tenth of a millisecond of plain ones.
    private static let stride: Int32 = 2000

    /// What a statement may touch; read by the authorizer.
    let warden = Warden()
    private let connection: OpaquePointer

    /// - Parameters:
    ///   - deadline: on the steady clock; what runs longer is interrupted.
    init(_ path: String, deadline: ContinuousClock.Instant, cancellation: Cancellation) throws(DatabaseTrouble) {
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let opened else {
            sqlite3_close(opened)
            throw DatabaseTrouble("the database cannot be opened: \(String(cString: sqlite3_errstr(code)))")
        }
        connection = opened
        warden.deadline = deadline
        warden.cancellation = cancellation
        csqlite_distrust(connection)
        for (limit, value) in ReadOnlyDatabase.limits { sqlite3_limit(connection, limit, value) }
        sqlite3_busy_timeout(connection, 250)
        let own = Unmanaged.passUnretained(warden).toOpaque()
        declareFunctions()
        // For each letter of the one all letters of the other are looked through.
        for name in ["trim", "ltrim", "rtrim"] {
            sqlite3_create_function_v2(connection, name, 2, SQLITE_UTF8, nil, { context, _, _ in sqlite3_result_error(context, "trim() takes one value here", -1) }, nil, nil, nil)
        }
        // SQLite hands back what it was given: it is never nil.
        sqlite3_progress_handler(connection, ReadOnlyDatabase.stride, { Unmanaged<Warden>.fromOpaque($0!).takeUnretainedValue().isOver ? 1 : 0 }, own)
        sqlite3_set_authorizer(
            connection,
            { own, action, first, second, _, _ in
                let text = { (bytes: UnsafePointer<CChar>?) in bytes.map { String(cString: $0) } }
                return Unmanaged<Warden>.fromOpaque(own!).takeUnretainedValue().verdict(action, text(first), text(second))
            }, own)
    }

    deinit { sqlite3_close_v2(connection) }

    /// Functions that give tables declare themselves when they are first named, by statements that the authorizer would have to refuse: so they are named before it is there.
    /// In a file that cannot be read this fails, as the statement after it will, with its reason.
    private func declareFunctions() {
        let functions = ["json_each", "json_tree"] + Warden.open.sorted().map { "pragma_\($0)" }
        for function in functions {
            var statement: OpaquePointer?
            if sqlite3_prepare_v2(connection, "SELECT 1 FROM \(function)('1')", -1, &statement, nil) == SQLITE_OK { sqlite3_finalize(statement) }
        }
    }

    private static let limits: [(Int32, Int32)] = [
        (SQLITE_LIMIT_LENGTH, valueLimit), (SQLITE_LIMIT_SQL_LENGTH, sqlLimit), (SQLITE_LIMIT_COLUMN, 200), (SQLITE_LIMIT_EXPR_DEPTH, 100),
        (SQLITE_LIMIT_COMPOUND_SELECT, 50), (SQLITE_LIMIT_VDBE_OP, 100_000), (SQLITE_LIMIT_FUNCTION_ARG, 32), (SQLITE_LIMIT_ATTACHED, 0),
        (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200), (SQLITE_LIMIT_VARIABLE_NUMBER, 100), (SQLITE_LIMIT_TRIGGER_DEPTH, 1), (SQLITE_LIMIT_WORKER_THREADS, 0),
    ]

    // MARK: - One statement

    /// Prepares the only statement of a text, which must be one that reads.
    func prepare(_ sql: String) throws(DatabaseTrouble) -> ReadOnlyStatement {
        guard !sql.utf8.contains(0) else { throw DatabaseTrouble("the statement holds a zero byte") }
        guard sql.utf8.count <= Int(ReadOnlyDatabase.sqlLimit) else { throw DatabaseTrouble("the statement is longer than \(ReadOnlyDatabase.sqlLimit) bytes") }
        let (statement, rest) = try first(of: sql)
        guard let statement else { throw DatabaseTrouble("there is no statement") }
        let prepared = ReadOnlyStatement(statement, on: self)
        // What follows may be blanks and comments, of which SQLite makes no statement.
        var left = rest
        while !left.isEmpty {
            let (next, after): (OpaquePointer?, String)
            do throws(DatabaseTrouble) { (next, after) = try first(of: left) } catch { throw DatabaseTrouble("only one statement is taken") }
            if let next {
                sqlite3_finalize(next)
                throw DatabaseTrouble("only one statement is taken")
            }
            guard after.utf8.count < left.utf8.count else { break }
            left = after
        }
        // The pragma that tells the journal's mode could set it, so SQLite calls it no reader; the warden lets it through only without a mode, and only from us.
        guard warden.isOurs || sqlite3_stmt_readonly(statement) != 0 else { throw DatabaseTrouble("only statements that read are taken") }
        return prepared
    }

    private func first(of sql: String) throws(DatabaseTrouble) -> (OpaquePointer?, rest: String) {
        var statement: OpaquePointer?
        warden.refused = nil
        let (code, used) = sql.utf8.withContiguousStorageIfAvailable { bytes in compile(bytes, &statement) } ?? Array(sql.utf8).withUnsafeBufferPointer { compile($0, &statement) }
        guard code == SQLITE_OK else { throw trouble(code) }
        return (statement, String(decoding: Array(sql.utf8)[used...], as: UTF8.self))
    }

    private func compile(_ bytes: UnsafeBufferPointer<UInt8>, _ statement: inout OpaquePointer?) -> (code: Int32, used: Int) {
        // SQLite wants a character at least; an empty text is no statement.
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return (SQLITE_OK, 0) }
        return base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { text in
            var tail: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v2(connection, text, Int32(bytes.count), &statement, &tail)
            return (code, tail.map { $0 - text } ?? bytes.count)
        }
    }

    /// What SQLite's code means here.
    func trouble(_ code: Int32) -> DatabaseTrouble {
        if let refused = warden.refused { return DatabaseTrouble("not allowed here: \(refused); only reading is") }
        switch code & 0xff {
        case SQLITE_INTERRUPT:
            return DatabaseTrouble(warden.cancellation?.isRaised == true ? "the call was cancelled" : "the statement took too long and was stopped: narrow it, or use an index")
        case SQLITE_TOOBIG: return DatabaseTrouble("a value is larger than \(ReadOnlyDatabase.valueLimit) bytes, which is more than is read here")
        case SQLITE_BUSY: return DatabaseTrouble("the database is locked by its writer; try again")
        case SQLITE_CANTOPEN: return DatabaseTrouble("the database cannot be opened: it, or its -wal and -shm files, cannot be read")
        case SQLITE_NOTADB: return DatabaseTrouble("the file is not an SQLite database")
        default: return DatabaseTrouble("SQLite says: \(String(cString: sqlite3_errmsg(connection)))")
        }
    }
}
