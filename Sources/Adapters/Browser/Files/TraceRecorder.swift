import Foundation
import Notation
import Synchronization

/// What the browser did in a stretch of time, as a file for the Performance panel of the DevTools: of all its pages, one trace at a time.
final class TraceRecorder: Sendable {
    /// Of the file; a larger one is not kept, for a part of one cannot be read.
    static let bytesBound = 64 << 20
    /// Kept by one life of the browser.
    static let countBound = 20
    /// Of what the browser remembers while it records; when it is full, nothing is added.
    static let bufferKilobytes = 32 << 10
    private static let categories = ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8.execute", "blink.user_timing", "loading", "latencyInfo"]

    private struct Ended: Sendable {
        var stream: String?
        var lostData = false
    }

    private let connection: DevToolsConnection
    private let folder: String?
    private let ended = Watched<Ended?>(nil)
    private let state = Mutex((isRecording: false, count: 0))

    init(_ connection: DevToolsConnection, folder: String?) {
        self.connection = connection
        self.folder = folder
    }

    /// On the thread that reads the pipe.
    func take(_ event: DevToolsEvent) {
        ended.change { $0 = Ended(stream: event.params["stream"]?.asText, lostData: event.params["dataLossOccurred"]?.asBool ?? false) }
    }

    /// Records while `body` runs. Whatever becomes of that, the recording is over when this returns.
    func record(_ name: String, during body: () async -> Void) async throws(BrowserError) -> TraceRecord {
        guard let folder else { throw .unfit("there is no folder for traces: the server must be allowed to write") }
        try begin()
        defer { state.withLock { $0.isRecording = false } }
        ended.change { $0 = nil }
        _ = try await connection.send(DevToolsCommand("Tracing.start", .object([
            "transferMode": "ReturnAsStream", "streamFormat": "json", "streamCompression": "none",
            "traceConfig": .object([
                "recordMode": "recordUntilFull", "traceBufferSizeInKb": .integer(Int64(Self.bufferKilobytes)),
                "includedCategories": .array(Self.categories.map { .text($0) }), "excludedCategories": ["*"],
            ]),
        ])))
        await body()
        _ = try await connection.send(DevToolsCommand("Tracing.end"))
        // Also for somebody who cancelled: what was recorded is there to be taken away.
        _ = await Task { [ended] in await ended.wait(within: .seconds(20)) { $0 != nil } }.value
        guard let ended = ended.value, let stream = ended.stream else { throw .timedOut("Tracing.end") }
        defer { connection.post(DevToolsCommand("IO.close", .object(["handle": .text(stream)]))) }
        let path = "\(folder)/\(name)"
        return TraceRecord(path: path, bytes: try await write(stream, to: path), isFull: ended.lostData)
    }

    private func begin() throws(BrowserError) {
        let refusal = state.withLock { state -> String? in
            if state.isRecording { return "a trace is being recorded already; there is one at a time" }
            guard state.count < Self.countBound else { return "\(Self.countBound) traces were kept already" }
            state.isRecording = true
            state.count += 1
            return nil
        }
        if let refusal { throw .unfit(refusal) }
    }

    private func write(_ stream: String, to path: String) async throws(BrowserError) -> Int {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .unfit("the trace cannot be kept: \(String(cString: strerror(errno)))") }
        defer { close(file) }
        do throws(BrowserError) {
            var bytes = 0
            while true {
                let part = try await connection.send(DevToolsCommand("IO.read", .object(["handle": .text(stream), "size": 1_048_576])))
                let data = part["data"]?.asText ?? ""
                let piece = part["base64Encoded"]?.asBool == true ? Data(base64Encoded: data).map(Array.init) ?? [] : Array(data.utf8)
                bytes += piece.count
                guard bytes <= Self.bytesBound else { throw BrowserError.unfit("the trace has more than \(Self.bytesBound) bytes and was not kept; record fewer seconds") }
                guard Foundation.write(file, piece, piece.count) == piece.count else { throw BrowserError.unfit("the trace cannot be kept: \(String(cString: strerror(errno)))") }
                if part["eof"]?.asBool == true { return bytes }
            }
        } catch {
            unlink(path)
            throw error
        }
    }
}

public struct TraceRecord: Hashable, Sendable {
    public let path: String
    public let bytes: Int
    /// The browser's memory for it was full: the end is missing.
    public let isFull: Bool
}
