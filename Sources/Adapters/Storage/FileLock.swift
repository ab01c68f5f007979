import Foundation
import Ports

/// An advisory lock on a file beside what it guards, held from `init` to `release` or the end of the process, however it ends.
///
/// It keeps a second Aura out, not another program: SQLite's own locks do that, one transaction at a time.
final class FileLock: Sendable {
    private let descriptor: Int32

    /// `guarded` is what the sentence names: the folder that is in use.
    init(path: String, guarded: String) throws(JournalError) {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw JournalError("\(path) cannot be opened: \(String(cString: strerror(errno)))") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let holder = FileLock.holder(file)
            close(file)
            throw JournalError("another Aura\(holder) is using \(guarded): stop it first, or choose another data folder")
        }
        let note = "\(getpid())\n"
        // The note only helps a person find the holder: the lock holds with or without it.
        if ftruncate(file, 0) == 0 { _ = pwrite(file, note, note.utf8.count, 0) }
        descriptor = file
    }

    deinit { close(descriptor) }

    /// Whether somebody holds the lock on the file at this moment.
    static func isHeld(_ path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        // What was got goes with the file.
        defer { close(file) }
        return flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    private static func holder(_ file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(file, &bytes, bytes.count, 0)
        guard count > 0, let number = Int32(String(decoding: bytes[..<count], as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) else { return "" }
        return " (process \(number))"
    }
}
