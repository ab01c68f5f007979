import Foundation
import Keys
public import Model

/// Writes a recording so that a crash costs at most the frames of the last second. One task owns it.
///
/// Frames reach the disk by blocks: at 1 MiB, when a frame comes a second after the block's first, or at `flush()`. Without `close()` the recording
/// stays marked as open, and is still readable.
public final class RecordingWriter {
    // At 1 MiB zstd has found nearly all there is to find, and a torn block costs little.
    static let blockBytes = 1 << 20
    static let segmentBytes = 64 << 20
    // The exchange's longest frames, snapshots of a full grid, are below 1 MiB.
    static let frameLimit = 16 << 20

    public let folder: String
    public private(set) var manifest: RecordingManifest
    /// What was cut off when a torn recording was opened again.
    public let cutBytes: Int
    private let blockInterval: Interval?
    private let level: Int32
    private let codec = Zstandard()
    private var packer = BlockPacker()
    private var markets: Set<Ticker>
    private var file: SegmentFile?
    private var current: RecordingManifest.Segment?
    private var hasher = SHA256Hasher()
    private var lastTime: Timestamp?
    private var closed = false

    /// Makes a new recording. The folder must not exist, or be empty.
    ///
    /// - Parameter blockInterval: how much time a block may span; nil where the frames are not live and nothing is lost by waiting.
    public init(
        creating folder: String, source: String, created: Timestamp, noLevelsInYesDollars: Bool = false, completeSequences: Bool = true,
        notes: [String] = [], blockInterval: Interval? = .seconds(1), level: Int32 = 3
    ) throws(RecordingError) {
        self.folder = folder
        self.blockInterval = blockInterval
        self.level = level
        cutBytes = 0
        markets = []
        manifest = RecordingManifest(source: source, created: created, notes: notes)
        manifest.noLevelsInYesDollars = noLevelsInYesDollars
        manifest.completeSequences = completeSequences
        do {
            if let entries = try? FileManager.default.contentsOfDirectory(atPath: folder), !entries.isEmpty {  // not there is as good as empty
                throw RecordingError("\(folder) is not empty: a recording starts in a folder of its own")
            }
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch let error as RecordingError {
            throw error
        } catch {
            throw RecordingError("\(folder) cannot be made: \(error.localizedDescription)")
        }
        try manifest.write(folder)
    }

    /// Goes on with a recording that was closed or torn; what is torn is cut off first, and `cutBytes` says how much that was.
    public init(reopening folder: String, blockInterval: Interval? = .seconds(1), level: Int32 = 3) throws(RecordingError) {
        self.folder = folder
        self.blockInterval = blockInterval
        self.level = level
        var manifest = try RecordingManifest.read(folder)
        let index = try RecordingIndex(folder, manifest)
        if let torn = index.torn {
            let file = try SegmentFile(folder + "/" + torn.file, .append)
            try file.truncate(to: torn.wholeBytes)
            try file.synchronize()
        }
        cutBytes = index.torn?.bytes ?? 0
        markets = Set(manifest.markets)
        // A segment that lost its only block goes; every other is described anew from its blocks, and the next one begins a file of its own.
        manifest.segments = try index.segments(in: folder)
        manifest.closed = false
        manifest.count(index.blocks)
        self.manifest = manifest
        lastTime = manifest.lastTime
        try manifest.write(folder)
    }

    /// Adds a frame. A receive time before that of the frame before it is lifted to it: times never go back.
    public func append(_ time: Timestamp, _ kind: FrameKind, connection: UInt32, _ bytes: UnsafeBufferPointer<UInt8>) throws(RecordingError) {
        precondition(!closed, "nothing is appended to a closed recording")
        guard bytes.count <= Self.frameLimit else { throw RecordingError("a frame of \(bytes.count) bytes is longer than a recording takes") }
        let time = max(time, lastTime ?? time)
        lastTime = time
        if let blockInterval, !packer.isEmpty, time - packer.firstTime >= blockInterval { try flush() }
        packer.append(time, kind, connection, bytes)
        if packer.bytes.count >= Self.blockBytes { try flush() }
    }

    public func append(_ time: Timestamp, _ kind: FrameKind, connection: UInt32, _ bytes: [UInt8]) throws(RecordingError) {
        let result = bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(RecordingError) in try append(time, kind, connection: connection, buffer) }
        }
        try result.get()
    }

    /// Names a market in the manifest.
    public func note(_ market: Ticker) { markets.insert(market) }

    public func note(_ text: String) { manifest.notes.append(text) }

    /// Writes what has gathered as a block of its own; a caller with a clock calls it once a second when frames are few.
    public func flush() throws(RecordingError) {
        guard !packer.isEmpty else { return }
        let packed = codec.pack(packer.bytes, level: level)
        let header = BlockHeader(
            rawBytes: packer.bytes.count, packedBytes: packed.count, firstTime: packer.firstTime, lastTime: packer.lastTime,
            payloadSum: packed.withUnsafeBytes { checksum($0) }, exchangeFrames: packer.counts[1], spotFrames: packer.counts[2],
            controlFrames: packer.counts[3])
        try write(header, packed)
        packer.reset()
        if markets.count != manifest.markets.count {
            manifest.markets = markets.sorted()
            try manifest.write(folder)
        }
    }

    /// Writes what is left, marks the recording as whole, and makes it durable. Nothing can be appended after.
    public func close() throws(RecordingError) {
        guard !closed else { return }
        try flush()
        try finishSegment()
        manifest.closed = true
        try manifest.write(folder)
        closed = true
    }

    // MARK: - Steps

    private func write(_ header: BlockHeader, _ packed: [UInt8]) throws(RecordingError) {
        if let current, current.bytes >= Self.segmentBytes {
            try finishSegment()
            try manifest.write(folder)
        }
        if file == nil {
            let name = segmentName(manifest.segments.count + 1)
            file = try SegmentFile(folder + "/" + name, .create)
            current = RecordingManifest.Segment(file: name, bytes: 0, blocks: 0, frames: 0, firstTime: header.firstTime, lastTime: header.lastTime, sha256: "")
            hasher = SHA256Hasher()
        }
        guard let file, var segment = current else { preconditionFailure("a segment was opened above") }
        let bytes = header.encoded + packed
        try file.write(bytes, at: segment.bytes)
        hasher.update(bytes)
        segment.bytes += bytes.count
        segment.blocks += 1
        segment.frames += header.frames
        segment.lastTime = header.lastTime
        current = segment
        manifest.count(header)
    }

    private func finishSegment() throws(RecordingError) {
        manifest.markets = markets.sorted()
        guard let file, var segment = current else { return }
        try file.synchronize()
        segment.sha256 = hexadecimal(hasher.finish())
        manifest.segments.append(segment)
        self.file = nil
        current = nil
    }
}

extension RecordingManifest {
    mutating func count(_ header: BlockHeader) {
        exchangeFrames += header.exchangeFrames
        spotFrames += header.spotFrames
        controlFrames += header.controlFrames
        firstTime = min(firstTime ?? header.firstTime, header.firstTime)
        lastTime = max(lastTime ?? header.lastTime, header.lastTime)
    }

    /// Counts anew from all blocks there are.
    mutating func count(_ blocks: [BlockPlace]) {
        (exchangeFrames, spotFrames, controlFrames, firstTime, lastTime) = (0, 0, 0, nil, nil)
        for block in blocks { count(block.header) }
    }
}
