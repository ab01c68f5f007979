import Foundation
import Model

/// Takes the frames of an import in receive order, puts between them what becomes known at a time of its own (results), and makes the folder
/// appear whole or not at all.
final class ImportSink {
    private struct Pending {
        let market: Ticker
        let time: Timestamp
        let result: MarketResult
    }

    private let folder: String
    private let partial: String
    private let writer: RecordingWriter
    /// Ascending by time.
    private var pending: [Pending] = []
    private var settled: Set<Ticker> = []
    private var time = Timestamp.zero
    private(set) var openConnection: UInt32?
    private(set) var lastConnection: UInt32 = 0
    private(set) var frames = 0
    /// Facts of the world outside the exchange.
    private(set) var facts = 0
    /// The last sequence of each subscription on the open connection, for formats whose files share one.
    var sequences: [UInt32: UInt64] = [:]

    init(_ folder: String, source: String, created: Timestamp, completeSequences: Bool) throws(RecordingError) {
        var target = folder
        while target.count > 1, target.hasSuffix("/") { target.removeLast() }
        self.folder = target
        let manager = FileManager.default
        if let entries = try? manager.contentsOfDirectory(atPath: target), !entries.isEmpty {  // not there is as good as empty
            throw RecordingError("\(target) is not empty: a recording starts in a folder of its own")
        }
        if manager.fileExists(atPath: target), (try? manager.contentsOfDirectory(atPath: target)) == nil {  // a file stands where the folder should
            throw RecordingError("\(target) is there and is no folder")
        }
        partial = target + ".partial-\(getpid())"
        writer = try RecordingWriter(creating: partial, source: source, created: created, completeSequences: completeSequences, blockInterval: nil)
    }

    func note(_ text: String) { writer.note(text) }

    // MARK: - Frames

    func frame(_ time: Timestamp, _ kind: FrameKind, connection: UInt32, _ bytes: [UInt8]) throws(RecordingError) {
        try release(before: time)
        try write(time, kind, connection, bytes)
    }

    private func write(_ time: Timestamp, _ kind: FrameKind, _ connection: UInt32, _ bytes: [UInt8]) throws(RecordingError) {
        self.time = max(self.time, time)
        if kind == .exchange { frames += 1 }
        if kind == .control, bytes.withUnsafeBufferPointer(FactFrame.isOne) { facts += 1 }
        try writer.append(time, kind, connection: connection, bytes)
    }

    func control(_ event: MarketEvent, at time: Timestamp, connection: UInt32 = 0) throws(RecordingError) {
        try release(before: time)
        try write(event, at: time, connection)
    }

    private func write(_ event: MarketEvent, at time: Timestamp, _ connection: UInt32) throws(RecordingError) {
        guard let bytes = ControlFrame.encode(event) else { preconditionFailure("only control events are written as such") }
        try write(time, .control, connection, bytes)
        if case .listed(let market) = event { writer.note(market.ticker) }
    }

    func seen(_ market: Ticker) { writer.note(market) }

    // MARK: - Connections

    /// A new connection, with a number above all before; an open one is gone.
    func connect(at time: Timestamp) throws(RecordingError) -> UInt32 {
        try disconnect(at: time)
        lastConnection += 1
        openConnection = lastConnection
        try control(.connected(connection: lastConnection), at: time, connection: lastConnection)
        return lastConnection
    }

    func disconnect(at time: Timestamp) throws(RecordingError) {
        guard let open = openConnection else { return }
        openConnection = nil
        try control(.disconnected(connection: open), at: time, connection: open)
    }

    // MARK: - What becomes known later

    /// Says at `time`, or after the last frame if that is later, how a market ended and that it is paid. Said again, the later time holds.
    func settle(_ market: Ticker, _ result: MarketResult, at time: Timestamp) {
        guard !settled.contains(market) else { return }
        var time = time
        if let i = pending.firstIndex(where: { $0.market == market }) { time = max(time, pending.remove(at: i).time) }
        pending.insert(Pending(market: market, time: time, result: result), at: pending.firstIndex { $0.time > time } ?? pending.count)
    }

    private func release(before time: Timestamp) throws(RecordingError) {
        while let first = pending.first, first.time < time {
            pending.removeFirst()
            settled.insert(first.market)
            try write(.determined(first.market, first.result), at: max(first.time, self.time), 0)
            try write(.settled(first.market), at: max(first.time, self.time), 0)
        }
    }

    // MARK: - The end

    func finish() throws(RecordingError) -> RecordingManifest {
        try release(before: Timestamp(nanoseconds: .max))
        try writer.close()
        // An empty folder may stand there already; `rename` replaces it, and fails on any other.
        guard rename(partial, folder) == 0 else { throw RecordingError("\(folder) cannot be made: \(String(cString: strerror(errno)))") }
        return writer.manifest
    }

    /// Removes what was written so far.
    func abandon() {
        // What cannot be removed carries `.partial` in its name and is no recording for anyone.
        try? FileManager.default.removeItem(atPath: partial)
    }

    static func run(
        _ folder: String, source: String, created: Timestamp, completeSequences: Bool, _ body: (ImportSink) throws(RecordingError) -> Void
    ) throws(RecordingError) -> RecordingManifest {
        let sink = try ImportSink(folder, source: source, created: created, completeSequences: completeSequences)
        do throws(RecordingError) {
            try body(sink)
            guard sink.frames > 0 || sink.facts > 0 else { throw RecordingError("there is not one frame in the input") }
            return try sink.finish()
        } catch {
            sink.abandon()
            throw error
        }
    }
}
