import Foundation
import Keys
public import Notation
import Synchronization

/// One call of a tool, as it is written down: never the arguments themselves, which may hold what nobody else should read, but their digest.
public struct AuditEntry: Sendable {
    public enum Outcome: String, Sendable {
        /// A change is about to be made. The line after it says what came of it; where there is none, the process ended in between.
        case began
        case done
        /// The tool said that it could not.
        case failed
        /// A person is being asked first; nothing was done.
        case asked
        case refused, cancelled
    }

    public let tool: String
    /// SHA-256 of the arguments as they came.
    public let digest: String
    public let principal: String

    public init(tool: String, arguments: JSON, principal: String) {
        self.tool = tool
        self.principal = principal
        digest = hexadecimal(sha256(arguments.bytes))
    }
}

/// The audit trail cannot be written or read, or is not what was written.
public struct AuditError: Error, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}

/// The trail of one server: a file of one JSON object a line, each chained to the one before by its hash, only ever appended to.
///
/// The hash is SHA-256 over the line up to its member `hash`, which holds the hash before as `previous`. Several processes may write one trail: each
/// appends under the file's lock, and goes on from whatever line is the last.
public final class AuditTrail: Sendable {
    /// What the first line is chained to.
    static let start = String(repeating: "0", count: 64)

    struct Tip {
        var size: Int64 = 0
        var number: Int64 = 0
        var hash = AuditTrail.start
    }

    public let path: String
    private let file: Int32
    private let now: @Sendable () -> String
    private let tip = Mutex(Tip())

    /// Opens the trail, or makes an empty one, for its owner's eyes only.
    /// - Parameter now: the time of day, RFC 3339.
    public init(_ path: String, now: @escaping @Sendable () -> String) throws(AuditError) {
        self.path = path
        self.now = now
        file = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw AuditError("the audit trail \(path) cannot be opened: \(String(cString: strerror(errno)))") }
    }

    deinit { close(file) }

    /// Writes the line. What changes something is on the disk when this returns; what only read is in the system's hands.
    public func append(_ entry: AuditEntry, _ outcome: AuditEntry.Outcome) throws(AuditError) {
        let failure = tip.withLock { tip -> AuditError? in
            guard flock(file, LOCK_EX) == 0 else { return trouble("locked") }
            defer { flock(file, LOCK_UN) }
            do throws(AuditError) { try catchUp(&tip) } catch { return error }
            var line = body(entry, outcome, tip)
            let hash = hexadecimal(sha256(line))
            line += ",\"hash\":\"\(hash)\"}\n".utf8
            guard Foundation.write(file, line, line.count) == line.count else { return trouble("written") }
            if outcome == .began, fdatasync(file) != 0 { return trouble("written") }
            tip = Tip(size: tip.size + Int64(line.count), number: tip.number + 1, hash: hash)
            return nil
        }
        if let failure { throw failure }
    }

    /// The line up to its hash.
    private func body(_ entry: AuditEntry, _ outcome: AuditEntry.Outcome, _ tip: Tip) -> [UInt8] {
        let json = JSON.object([
            "n": .integer(tip.number + 1), "at": .text(now()), "tool": .text(entry.tool), "arguments": .text("sha256:\(entry.digest)"),
            "principal": .text(entry.principal), "outcome": .text(outcome.rawValue), "previous": .text(tip.hash),
        ])
        return Array(json.bytes.dropLast())
    }

    /// Another process may have written since: goes on from its last line. What was cut off by a death in the middle of a write is dropped: it never was a line.
    private func catchUp(_ tip: inout Tip) throws(AuditError) {
        var state = stat()
        guard fstat(file, &state) == 0 else { throw trouble("read") }
        guard state.st_size != tip.size else { return }
        let tail = try bytes(from: max(0, Int64(state.st_size) - 8192), to: Int64(state.st_size))
        let whole = tail.lastIndex(of: UInt8(ascii: "\n")).map { tail[...$0] } ?? []
        if whole.count < tail.count {
            guard ftruncate(file, state.st_size - off_t(tail.count - whole.count)) == 0 else { throw trouble("mended") }
        }
        let size = Int64(state.st_size) - Int64(tail.count - whole.count)
        guard let last = whole.dropLast().split(separator: UInt8(ascii: "\n")).last else {
            tip = Tip()
            return
        }
        guard let json = try? JSON(parsing: last), let number = json["n"]?.asInteger, let hash = json["hash"]?.asText else {
            throw AuditError("the last line of the audit trail \(path) is none of ours: put the file aside, and a new one begins")
        }
        tip = Tip(size: size, number: number, hash: hash)
    }

    func bytes(from start: Int64, to end: Int64) throws(AuditError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(end - start))
        guard pread(file, &bytes, bytes.count, off_t(start)) == bytes.count else { throw trouble("read") }
        return bytes
    }

    func trouble(_ what: String) -> AuditError { AuditError("the audit trail \(path) cannot be \(what): \(String(cString: strerror(errno)))") }

    /// The day that a line written now would be of.
    var today: String { String(now().prefix(10)) }

    func size() throws(AuditError) -> Int64 {
        var state = stat()
        guard fstat(file, &state) == 0 else { throw trouble("read") }
        return Int64(state.st_size)
    }

    /// The newest lines, oldest first.
    func recent(_ count: Int) throws(AuditError) -> [String] {
        let size = try size()
        let start = max(0, size - Int64(count) * 512)
        let lines = try bytes(from: start, to: size).split(separator: UInt8(ascii: "\n"))
        // The first may be cut off, unless the reading began where the file does.
        return (start == 0 ? lines[...] : lines.dropFirst()).suffix(count).map { String(decoding: $0, as: UTF8.self) }
    }
}
