import Foundation
import Glibc
import Model
import Notation

/// The healer's history: a log of JSON lines that outlives it, and is bounded.
final class HealingHistory {
    /// The file is cut back to these when it has twice as many.
    static let kept = 500
    static let messageLimit = 500

    let path: String
    private var entries: [HealingEntry]
    private var lines: Int

    /// What an earlier healer wrote is read; a line that is none is left out.
    init(_ path: String) throws(HealingError) {
        self.path = path
        let text = FileManager.default.contents(atPath: path) ?? Data()
        let found = text.split(separator: UInt8(ascii: "\n")).suffix(2 * Self.kept).compactMap { line -> HealingEntry? in
            // A line cut off by a crash is not history.
            guard let json = try? JSON(parsing: [UInt8](line)[...]) else { return nil }
            return try? json.decode()
        }
        entries = Array(found.suffix(Self.kept))
        lines = found.count
        // It may end in the middle of a line: it is written anew before anything is added.
        try rewrite()
    }

    /// The newest first.
    func newest(_ count: Int) -> [HealingEntry] { entries.suffix(count).reversed() }

    func append(_ entry: HealingEntry) throws(HealingError) {
        let short = HealingEntry(at: entry.at, level: entry.level, kind: entry.kind, message: String(entry.message.prefix(Self.messageLimit)), pid: entry.pid)
        entries.append(short)
        lines += 1
        if entries.count > Self.kept { entries.removeFirst(entries.count - Self.kept) }
        if lines >= 2 * Self.kept { return try rewrite() }
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw HealingError("the history \(path) cannot be written: \(String(cString: strerror(errno)))") }
        defer { close(file) }
        let line = Self.line(short)
        guard write(file, line, line.count) == line.count else { throw HealingError("the history \(path) cannot be written: \(String(cString: strerror(errno)))") }
    }

    private func rewrite() throws(HealingError) {
        let draft = path + ".draft"
        let all = entries.flatMap(Self.line)
        guard FileManager.default.createFile(atPath: draft, contents: Data(all), attributes: [.posixPermissions: 0o600]), rename(draft, path) == 0 else {
            throw HealingError("the history \(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        lines = entries.count
    }

    private static func line(_ entry: HealingEntry) -> [UInt8] {
        // Texts and a number are always JSON.
        ((try? JSON(encoding: entry).bytes) ?? []) + [UInt8(ascii: "\n")]
    }

    /// The repairs of the last hour before that time.
    func repairs(before now: Timestamp) -> [Timestamp] {
        entries.filter { $0.kind == .repair }.compactMap { CivilTime.parse($0.at) }.filter { now - $0 < HealingMachine.hour && $0 <= now }
    }

    /// The pause that nobody has taken back: its reason.
    var pause: String? {
        guard let last = entries.last(where: { $0.kind == .paused || $0.kind == .resumed }), last.kind == .paused else { return nil }
        return last.message
    }
}

/// Why the healer cannot do its work.
public struct HealingError: Error, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
