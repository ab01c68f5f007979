import CSQLite

/// One connection for the upkeep of a database: its WAL is moved into the file, the file is packed. It runs no statement but its own.
final class AdminDatabase {
    enum Access {
        /// Beside whoever uses the database.
        case shared
        /// Alone: refused while anybody else has it open, the desk above all, whose journal must never wait for us.
        case alone
    }

    /// Pages of the WAL that were there, and that are in the file by now.
    struct Checkpoint: Equatable {
        let frames: Int64
        let moved: Int64
    }

    private let warden = Warden()
    private let connection: OpaquePointer
    private let access: Access

    init(_ path: String, _ access: Access, deadline: ContinuousClock.Instant, cancellation: Cancellation) throws(DatabaseTrouble) {
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let opened else {
            sqlite3_close(opened)
            throw DatabaseTrouble("the database cannot be opened for writing: \(String(cString: sqlite3_errstr(code)))")
        }
        connection = opened
        self.access = access
        warden.deadline = deadline
        warden.cancellation = cancellation
        csqlite_distrust(connection)
        let own = Unmanaged.passUnretained(warden).toOpaque()
        // SQLite hands back what it was given: it is never nil.
        sqlite3_progress_handler(connection, 2000, { Unmanaged<Warden>.fromOpaque($0!).takeUnretainedValue().isOver ? 1 : 0 }, own)
        guard access == .alone else { return }
        // Set before the first reading it takes the lock of the whole file, which every other connection of a WAL database shares (sqlite.org/wal.html, section 8).
        try run("PRAGMA locking_mode = EXCLUSIVE")
        try run("BEGIN EXCLUSIVE")
        try run("COMMIT")
    }

    deinit { sqlite3_close_v2(connection) }

    /// Moves what the WAL holds into the file. Alone it also empties the WAL; beside others it takes nothing from them: it stops where a reader still reads.
    func checkpoint() throws(DatabaseTrouble) -> Checkpoint {
        var (frames, moved): (Int32, Int32) = (-1, -1)
        // Reading first makes SQLite notice that the file has a WAL.
        try run("SELECT 1 FROM sqlite_schema LIMIT 1")
        let code = sqlite3_wal_checkpoint_v2(connection, nil, access == .alone ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, &frames, &moved)
        guard code == SQLITE_OK else { throw trouble(code) }
        guard frames >= 0, moved >= 0 else { throw DatabaseTrouble("the database has no WAL: its journal mode is another one") }
        return Checkpoint(frames: Int64(frames), moved: Int64(moved))
    }

    /// Writes the file anew without its unused pages.
    func vacuum() throws(DatabaseTrouble) { try run("VACUUM") }

    private func run(_ sql: String) throws(DatabaseTrouble) {
        let code = sqlite3_exec(connection, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw trouble(code) }
    }

    private func trouble(_ code: Int32) -> DatabaseTrouble {
        switch code & 0xff {
        case SQLITE_INTERRUPT: DatabaseTrouble(warden.cancellation?.isRaised == true ? "the call was cancelled; the database is as it was" : "it took too long and was stopped; the database is as it was")
        case SQLITE_BUSY, SQLITE_LOCKED:
            DatabaseTrouble(access == .alone ? "another process has the database open: it is changed only when nobody uses it" : "another process is moving the WAL just now; try again")
        case SQLITE_NOTADB: DatabaseTrouble("the file is not an SQLite database")
        case SQLITE_FULL: DatabaseTrouble("the disk is full; the database is as it was")
        case SQLITE_READONLY, SQLITE_CANTOPEN: DatabaseTrouble("the database, or the files beside it, cannot be written by this process")
        default: DatabaseTrouble("SQLite says: \(String(cString: sqlite3_errmsg(connection)))")
        }
    }
}
