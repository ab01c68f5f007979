import Foundation
import Glibc

/// Where the desk's errors go: a file, so that a desk whose healer is gone does not write into a broken pipe.
struct DeskLog: Sendable {
    /// At this size the file becomes `.1`, and what was that is gone.
    static let byteLimit: off_t = 4 << 20
    static let lineLimit = 500

    let path: String

    /// Opened for appending, for a new process; with the place where its own words will begin.
    func open() throws(HealingError) -> (file: Int32, start: off_t) {
        let file = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw HealingError("the log \(path) cannot be written: \(String(cString: strerror(errno)))") }
        return (file, lseek(file, 0, SEEK_END))
    }

    /// Keeps the file within its bound while a process writes to it: it goes on at the end, wherever that is.
    func trim() {
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64, size > Self.byteLimit else { return }  // no file, no size
        try? FileManager.default.removeItem(atPath: path + ".1")  // there may be none yet
        // Without a copy the file stays as it is until the next try.
        guard (try? FileManager.default.copyItem(atPath: path, toPath: path + ".1")) != nil else { return }
        truncate(path, 0)
    }

    /// The last line that was written since `start`.
    func lastLine(since start: off_t) -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }  // it was only read
        guard let end = try? file.seekToEnd() else { return nil }
        // A file that was trimmed meanwhile begins anew.
        let from = max(start <= off_t(end) ? UInt64(start) : 0, end > 8192 ? end - 8192 : 0)
        guard (try? file.seek(toOffset: from)) != nil, let data = try? file.readToEnd() else { return nil }
        let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        return lines.last.map { String($0.prefix(Self.lineLimit)) }
    }
}
