import Foundation
import GRDB
import Ports

/// Whether a file is opened to write or only to read. A reader takes no lock, and may read beside the writer.
public enum StorageAccess: Hashable, Sendable {
    case writing
    case reading
}

/// One of our SQLite files: what marks it as ours, and what is in a new one.
struct SQLiteFile {
    /// As sentences name it: "journal".
    let name: String
    /// Written into the file's header, so that a foreign database is never mistaken for ours.
    let applicationID: Int32
    let version: Int
    let schema: String

    /// Opens or makes the file. One that is not ours, or damaged, is refused with a sentence and stays as it is.
    func open(_ path: String, _ access: StorageAccess, pageLimit: Int? = nil, fill: (Database) throws -> Void = { _ in }) throws(JournalError) -> DatabaseQueue {
        try refuseForeign(path, access)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration(access, pageLimit: pageLimit))
            if try check(queue, path) == .empty {
                guard access == .writing else { throw JournalError("there is no \(name) in \(path) yet") }
                try make(queue, fill)
            } else if access == .writing {
                try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
            }
            return queue
        } catch {
            throw sentence(error, path)
        }
    }

    private func refuseForeign(_ path: String, _ access: StorageAccess) throws(JournalError) {
        guard let file = FileHandle(forReadingAtPath: path) else {
            if access == .reading { throw JournalError("there is no \(name) at \(path): nothing has run in this folder yet") }
            return
        }
        // A header that cannot be read is SQLite's to explain, below.
        defer { try? file.close() }
        guard let header = try? file.read(upToCount: 100), !header.isEmpty else { return }
        guard header.count == 100, header.starts(with: Data("SQLite format 3\0".utf8)) else {
            throw JournalError("\(path) is not a database: move it away, or restore it from a copy")
        }
    }

    private func configuration(_ access: StorageAccess, pageLimit: Int?) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = access == .reading
        configuration.label = "aura.\(name)"
        // Another connection holds the file only while it recovers or checkpoints.
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            // FULL: a commit returns when it is on the disk, not when the system has heard of it.
            try db.execute(sql: "PRAGMA synchronous = FULL")
            if let pageLimit { try db.execute(sql: "PRAGMA max_page_count = \(pageLimit)") }
        }
        return configuration
    }

    private enum Content { case empty, ours }

    private func check(_ queue: DatabaseQueue, _ path: String) throws -> Content {
        try queue.unsafeRead { db in
            let mark = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
            let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            if mark == 0, found == 0, tables == 0 { return .empty }
            guard mark == applicationID else { throw JournalError("\(path) is a database, but not Aura's \(name): move it away") }
            guard found == version else {
                throw JournalError("\(path) has format \(found) of the \(name), and this Aura reads format \(version): use the Aura that wrote it, or another data folder")
            }
            return .ours
        }
    }

    private func make(_ queue: DatabaseQueue, _ fill: (Database) throws -> Void) throws {
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.inTransaction(.immediate) {
                try db.execute(sql: schema)
                try db.execute(sql: "PRAGMA application_id = \(applicationID)")
                try db.execute(sql: "PRAGMA user_version = \(version)")
                try fill(db)
                return .commit
            }
            // So that the file says what it is even without its write-ahead log.
            _ = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    /// What went wrong, in one sentence for a person.
    func sentence(_ error: any Error, _ path: String) -> JournalError {
        if let known = error as? JournalError { return known }
        guard let error = error as? DatabaseError else { return JournalError("\(path): \(error)") }
        switch error.resultCode {
        case .SQLITE_FULL: return JournalError("the disk is full: \(path) could not be written, and nothing of it was")
        case .SQLITE_READONLY: return JournalError("\(path) cannot be written: it, or its folder, is read-only")
        case .SQLITE_CANTOPEN: return JournalError("\(path) cannot be opened: it is not a file, or it or its folder may not be read and written")
        case .SQLITE_NOTADB: return JournalError("\(path) is not a database: move it away, or restore it from a copy")
        case .SQLITE_CORRUPT:
            return JournalError("\(path) is damaged (a part of the file is missing or overwritten): restore it from a copy, or move it away to start afresh")
        case .SQLITE_BUSY, .SQLITE_LOCKED: return JournalError("\(path) is held by another program")
        case .SQLITE_IOERR: return JournalError("\(path) could not be read or written: the disk reports an error (\(error.message ?? "no more is known"))")
        default: return JournalError("\(path): \(error.message ?? "SQLite error \(error.extendedResultCode.rawValue)")")
        }
    }
}
