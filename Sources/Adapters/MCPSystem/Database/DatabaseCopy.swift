import CSQLite
import Foundation
import HostFacts

/// A copy of a database as it was at one moment, made while others write to it.
///
/// SQLite's online backup, from a connection that only reads. In WAL mode one reading transaction holds the moment, so writers go on and the copy does not begin anew with each of them.
/// The copy has a name of its own until it is whole, sound and on the disk.
struct DatabaseCopy {
    /// Pages between two looks at the clock and two steps of progress.
    private static let stride: Int32 = 256
    /// Others may need the disk too.
    static let reserve: Int64 = 64 << 20

    let path: String
    let target: String
    let deadline: ContinuousClock.Instant
    let cancellation: Cancellation

    /// - Parameters:
    ///   - progress: pages that are copied, of how many.
    ///   - folder: made when it is not there, for this user alone.
    /// - Returns: the copy's size in bytes.
    func make(in folder: String, _ progress: (Int, Int) -> Void) throws -> Int64 {
        let manager = FileManager.default
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        guard !manager.fileExists(atPath: target) else { throw DatabaseTrouble("there is a copy of this second already: \(target)") }
        let draft = target + ".part"
        // Empty, for this user alone, and new: SQLite fills a file that it finds.
        let file = open(draft, O_CREAT | O_EXCL | O_WRONLY, 0o600)
        guard file >= 0 else { throw DatabaseTrouble("the copy cannot be begun at \(draft): \(String(cString: strerror(errno)))") }
        close(file)
        do {
            try copy(to: draft, in: folder, progress)
            try judge(draft)
            try DatabaseCopy.sync(draft)
            guard rename(draft, target) == 0 else { throw DatabaseTrouble("the copy cannot be given its name: \(String(cString: strerror(errno)))") }
            try DatabaseCopy.sync(folder)
        } catch {
            for path in [draft, draft + "-wal", draft + "-shm", draft + "-journal"] { unlink(path) }
            throw error
        }
        return (try manager.attributesOfItem(atPath: target)[.size] as? Int64) ?? 0
    }

    private func copy(to draft: String, in folder: String, _ progress: (Int, Int) -> Void) throws {
        let source = try Connection(path, SQLITE_OPEN_READONLY)
        let copied = try Connection(draft, SQLITE_OPEN_READWRITE)
        // Another journal mode has no reading beside writing: there the lock is taken for a few pages at a time.
        if try source.text("PRAGMA journal_mode") == "wal" {
            try source.run("BEGIN")
            _ = try source.text("SELECT count(*) FROM sqlite_schema")
        }
        let size = Int64(try source.text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size") ?? "") ?? 0
        guard let free = FileSystemSpace.of(folder)?.free, free > size + DatabaseCopy.reserve else { throw DatabaseTrouble("there is too little room for a copy of \(size) bytes in \(folder)") }
        guard let backup = sqlite3_backup_init(copied.handle, "main", source.handle, "main") else { throw copied.trouble() }
        defer { sqlite3_backup_finish(backup) }
        while true {
            if cancellation.isRaised { throw DatabaseTrouble("the call was cancelled; there is no copy") }
            if ContinuousClock.now >= deadline { throw DatabaseTrouble("the copy took too long and was given up: allow more `timeout_ms`") }
            let code = sqlite3_backup_step(backup, DatabaseCopy.stride)
            let all = Int(sqlite3_backup_pagecount(backup))
            progress(all - Int(sqlite3_backup_remaining(backup)), all)
            switch code {
            case SQLITE_DONE: return
            case SQLITE_OK: continue
            // The writer has it; a moment later it has not.
            case SQLITE_BUSY, SQLITE_LOCKED: sqlite3_sleep(5)
            case SQLITE_FULL: throw DatabaseTrouble("the disk is full; there is no copy")
            default: throw DatabaseTrouble("SQLite says: \(String(cString: sqlite3_errstr(code)))")
            }
        }
    }

    /// A copy in one file, that opens without the files beside it; and one that SQLite calls sound.
    private func judge(_ draft: String) throws {
        let copied = try Connection(draft, SQLITE_OPEN_READWRITE)
        _ = try copied.text("PRAGMA journal_mode = DELETE")
        guard let verdict = try copied.text("PRAGMA quick_check(1)"), verdict == "ok" else { throw DatabaseTrouble("the copy is not sound, and was not kept: the database itself may be damaged; ask db_health") }
    }

    private static func sync(_ path: String) throws {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { throw DatabaseTrouble("\(path) cannot be opened again: \(String(cString: strerror(errno)))") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw DatabaseTrouble("the disk did not take the copy: \(String(cString: strerror(errno)))") }
    }

    /// Either end of the copy, for statements of our own.
    private final class Connection {
        let handle: OpaquePointer

        init(_ path: String, _ flags: Int32) throws(DatabaseTrouble) {
            var opened: OpaquePointer?
            let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
            guard code == SQLITE_OK, let opened else {
                sqlite3_close(opened)
                throw DatabaseTrouble("\(path) cannot be opened: \(String(cString: sqlite3_errstr(code)))")
            }
            handle = opened
            csqlite_distrust(handle)
            sqlite3_busy_timeout(handle, 250)
        }

        deinit { sqlite3_close_v2(handle) }

        func trouble() -> DatabaseTrouble { DatabaseTrouble("SQLite says: \(String(cString: sqlite3_errmsg(handle)))") }

        func run(_ sql: String) throws(DatabaseTrouble) { guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw trouble() } }

        /// The first column of the first row.
        func text(_ sql: String) throws(DatabaseTrouble) -> String? {
            var statement: OpaquePointer?
            guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { throw trouble() }
            defer { sqlite3_finalize(statement) }
            switch sqlite3_step(statement) {
            case SQLITE_ROW: return sqlite3_column_text(statement, 0).map { String(cString: $0) }
            case SQLITE_DONE: return nil
            default: throw trouble()
            }
        }
    }
}
