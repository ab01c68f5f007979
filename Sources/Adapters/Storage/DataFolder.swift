import Foundation
import Keys
public import Ports

/// The folder that holds all state of one desk, for its owner's eyes only (mode 0700).
///
/// Making one creates the folder; it does not lock it. The journal and the ledger each lock their own file.
public struct DataFolder: Hashable, Sendable {
    public let path: String

    public init(_ path: String) throws(JournalError) {
        let absolute = URL(fileURLWithPath: (path as NSString).expandingTildeInPath).standardizedFileURL.path
        try DataFolder.make(absolute)
        self.path = absolute
    }

    public var journal: String { path + "/journal.sqlite" }
    public var exchange: String { path + "/exchange.sqlite" }
    /// Whether a desk writes its journal here at this moment.
    public var isInUse: Bool { FileLock.isHeld(journal + ".lock") }
    public var tokenPath: String { path + "/token" }

    /// Keeps a second Aura from what that file stands for, for as long as the answer is kept or the process lives.
    public func lock(_ name: String) throws(JournalError) -> some Sendable { try FileLock(path: path + "/" + name, guarded: path) }

    /// `recordings` and `reports`, made when first asked for.
    public func folder(_ name: String) throws(JournalError) -> String {
        let inner = path + "/" + name
        try DataFolder.make(inner)
        return inner
    }

    /// The secret that opens the bridge: 64 hexadecimal digits, made at the first start and kept in `token` with mode 0600.
    /// - Parameter name: of another secret of the same kind, in a file of its own.
    public func token(_ name: String = "token") throws(JournalError) -> String {
        let tokenPath = path + "/" + name
        if let old = try readToken(tokenPath) { return old }
        let fresh = randomToken()
        let draft = "\(tokenPath).\(getpid())"
        try write(fresh + "\n", to: draft)
        // A link appears whole or not at all, and of two first starts at once one wins.
        let linked = link(draft, tokenPath) == 0
        let reason = errno
        unlink(draft)
        if linked { return fresh }
        guard reason == EEXIST, let other = try readToken(tokenPath) else { throw trouble("the token \(tokenPath) cannot be made", reason) }
        return other
    }

    private func readToken(_ tokenPath: String) throws(JournalError) -> String? {
        let file = open(tokenPath, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw trouble("the token \(tokenPath) cannot be read", errno)
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(file, &bytes, bytes.count)
        guard count >= 0 else { throw trouble("the token \(tokenPath) cannot be read", errno) }
        let text = String(decoding: bytes[..<count], as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard text.utf8.count >= 16, text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            throw JournalError("the token \(tokenPath) is not a token of 16 characters or more: delete it, and the next start makes a new one")
        }
        var state = stat()
        if fstat(file, &state) == 0, state.st_mode & 0o077 != 0, fchmod(file, 0o600) != 0 {
            throw trouble("others can read the token \(tokenPath), and it cannot be closed to them", errno)
        }
        return text
    }

    private func write(_ text: String, to draft: String) throws(JournalError) {
        let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw trouble("the token \(draft) cannot be written", errno) }
        defer { close(file) }
        guard Foundation.write(file, text, text.utf8.count) == text.utf8.count, fsync(file) == 0 else {
            let reason = errno
            unlink(draft)
            throw trouble("the token \(draft) cannot be written", reason)
        }
    }

    private static func make(_ path: String) throws(JournalError) {
        var state = stat()
        if stat(path, &state) != 0 {
            do {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw JournalError("the folder \(path) cannot be made: \(DataFolder.reason(for: path))")
            }
        } else if state.st_mode & S_IFMT != S_IFDIR {
            throw JournalError("\(path) is a file, and a folder is needed there")
        }
        guard access(path, W_OK | X_OK) == 0 else { throw trouble("the folder \(path) cannot be written in", errno) }
    }

    /// Foundation's error does not say which part of the path stands in the way.
    private static func reason(for path: String) -> String {
        var above = (path as NSString).deletingLastPathComponent
        var state = stat()
        while stat(above, &state) != 0, above != "/", !above.isEmpty { above = (above as NSString).deletingLastPathComponent }
        if state.st_mode & S_IFMT != S_IFDIR { return "\(above) is a file" }
        return access(above, W_OK) == 0 ? "the disk refuses" : "\(above) is read-only"
    }
}

private func trouble(_ what: String, _ code: Int32) -> JournalError { JournalError("\(what): \(String(cString: strerror(code)))") }
