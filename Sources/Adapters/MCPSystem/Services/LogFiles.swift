import Dispatch
import Foundation
import Model
import Notation

/// One line of a log. A line that is no JSON has neither time nor level, and is its own message.
struct LogLine: Shaped, Equatable {
    let service: String?
    let at: String?
    let level: String?
    let message: String?

    static let notes: [String: Note] = ["service": "", "at": "", "level": "", "message": ""]
}

/// The logs that may be read: those the operator named, and those of the data folder.
struct LogFiles: Sendable {
    /// From the end of a file; what is further back is not searched.
    static let byteLimit: UInt64 = 4 << 20
    /// A longer message is cut off.
    static let messageLimit = 2000

    let named: [String: String]
    /// Its `logs` and `audit` are looked through for files at every call: services come and go.
    let dataFolder: String?

    /// Files are read and searched here, one call after the other: not by the few threads that everything else in the process lives on.
    private static let queue = DispatchQueue(label: "logs")

    static func aside<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in queue.async { continuation.resume(with: Result { try work() }) } }
    }

    /// Paths by the name of their service.
    var all: [String: String] {
        var all = named
        guard let dataFolder else { return all }
        for (folder, prefix) in [("logs", ""), ("audit", "audit-")] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(dataFolder)/\(folder)")) ?? []  // no folder, no logs
            for name in names.sorted() where name.hasSuffix(".jsonl") || name.hasSuffix(".log") {
                let service = prefix + name.dropLast(name.hasSuffix(".log") ? 4 : 6)
                if all[service] == nil { all[service] = "\(dataFolder)/\(folder)/\(name)" }
            }
        }
        return all
    }

    /// The lines of a log's end, oldest first; nil when the file cannot be read.
    static func lines(_ service: String, _ path: String) -> [LogLine]? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }  // it was only read
        guard let end = try? file.seekToEnd() else { return nil }
        let start = end > byteLimit ? end - byteLimit : 0
        guard (try? file.seek(toOffset: start)) != nil, let data = try? file.read(upToCount: Int(end - start)) else { return end == 0 ? [] : nil }
        let lines = data.split(separator: UInt8(ascii: "\n"))
        // Where the reading began in the middle, so did its first line.
        return (start == 0 ? lines[...] : lines.dropFirst()).map { line(service, Array($0)) }
    }

    private static func line(_ service: String, _ bytes: [UInt8]) -> LogLine {
        guard bytes.first == UInt8(ascii: "{"), let json = try? JSON(parsing: bytes[...]), let members = json.asObject else {
            return LogLine(service: service, at: nil, level: nil, message: cut(String(decoding: bytes, as: UTF8.self)))
        }
        let known = { (names: [String]) in names.lazy.compactMap { json[$0]?.asText }.first }
        let message = known(["message", "msg"])
        // Without a message of its own, the line is told as its members.
        let rest = members.filter { !["at", "time", "timestamp", "level", "hash", "previous"].contains($0.key) }
        return LogLine(
            service: service, at: known(["at", "time", "timestamp"]), level: known(["level", "severity"])?.lowercased(), message: cut(message ?? JSON.object(rest).rendered))
    }

    private static func cut(_ text: String) -> String { text.count > messageLimit ? text.prefix(messageLimit) + "…" : text }
}
