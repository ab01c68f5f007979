public import Model

/// Reads a recording front to back, or from a time on, block by block and without copying a frame. One task owns it.
///
/// A recording that was closed must be whole; of one that was left open (a crash, or still being written) everything up to a torn end is read, and
/// `tornBytes` says how much was left aside.
public final class RecordingReader {
    public let folder: String
    /// As on disk, with counts and times taken from the blocks that are there.
    public let manifest: RecordingManifest
    let blocks: [BlockPlace]
    public let tornBytes: Int
    private let files: [SegmentFile]
    private let codec = Zstandard()
    private var nextBlock = 0
    private var packed: UnsafeMutableRawBufferPointer
    private var raw: UnsafeMutableRawBufferPointer
    private var rawCount = 0
    private var position = 0
    private var time = Timestamp.zero
    private var connection: UInt32 = 0

    public init(_ folder: String) throws(RecordingError) {
        self.folder = folder
        var manifest = try RecordingManifest.read(folder)
        let index = try RecordingIndex(folder, manifest)
        blocks = index.blocks
        files = index.files
        tornBytes = index.torn?.bytes ?? 0
        manifest.count(index.blocks)
        self.manifest = manifest
        // One buffer each for the largest block there is.
        packed = .allocate(byteCount: max(1, index.blocks.reduce(0) { max($0, $1.header.packedBytes) }), alignment: 16)
        raw = .allocate(byteCount: max(1, index.blocks.reduce(0) { max($0, $1.header.rawBytes) }), alignment: 16)
    }

    deinit {
        packed.deallocate()
        raw.deallocate()
    }

    /// The next frame is the first one received at `time` or after it.
    public func seek(to time: Timestamp) throws(RecordingError) {
        nextBlock = blocks.firstIndex { $0.lastTime >= time } ?? blocks.count
        (rawCount, position) = (0, 0)
        guard nextBlock < blocks.count else { return }
        try load()
        while position < rawCount {
            let before = (position, self.time, connection)
            guard let frame = try next(), frame.time < time else {
                (position, self.time, connection) = before
                return
            }
        }
    }

    /// The next frame; nil at the end.
    public func next() throws(RecordingError) -> RecordedFrame? {
        if position >= rawCount {
            guard nextBlock < blocks.count else { return nil }
            try load()
        }
        var cursor = position
        guard let delta = number(&cursor), let head = number(&cursor), head < 8, let kind = FrameKind(rawValue: UInt8(head & 3)) else { throw damaged() }
        if head & 4 != 0 {
            guard let other = number(&cursor) else { throw damaged() }
            connection = UInt32(truncatingIfNeeded: other)
        }
        guard let count = number(&cursor), count <= UInt64(rawCount - cursor) else { throw damaged() }
        time = Timestamp(nanoseconds: time.nanoseconds &+ Int64(bitPattern: delta))
        let bytes = UnsafeBufferPointer(
            start: UnsafeRawPointer(raw.baseAddress.unsafelyUnwrapped + cursor).assumingMemoryBound(to: UInt8.self), count: Int(count))
        position = cursor + Int(count)
        return RecordedFrame(time: time, kind: kind, connection: connection, bytes: bytes)
    }

    // MARK: - Steps

    private func load() throws(RecordingError) {
        let place = blocks[nextBlock]
        nextBlock += 1
        let header = place.header
        let payload = UnsafeMutableRawBufferPointer(rebasing: packed[0..<header.packedBytes])
        guard try files[place.segment].read(into: payload, at: place.offset + BlockHeader.size) == header.packedBytes else {
            throw RecordingError("\(files[place.segment].path) is truncated: the block at byte \(place.offset) is not all there")
        }
        guard checksum(UnsafeRawBufferPointer(payload)) == header.payloadSum,
            codec.unpack(UnsafeRawBufferPointer(payload), into: UnsafeMutableRawBufferPointer(rebasing: raw[0..<header.rawBytes]))
        else { throw RecordingError("\(files[place.segment].path) is damaged: the checksum of the block at byte \(place.offset) is wrong") }
        (rawCount, position, time, connection) = (header.rawBytes, 0, header.firstTime, 0)
    }

    /// An LEB128 number of at most ten bytes; nil when there is none.
    @inline(__always) private func number(_ cursor: inout Int) -> UInt64? {
        let bytes = UnsafeRawPointer(raw.baseAddress.unsafelyUnwrapped)
        let end = rawCount
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while cursor < end, shift < 64 {
            let byte = bytes.load(fromByteOffset: cursor, as: UInt8.self)
            cursor += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }

    private func damaged() -> RecordingError {
        let place = blocks[max(0, nextBlock - 1)]
        return RecordingError("\(files[place.segment].path) is damaged: the block at byte \(place.offset) holds what is no frame")
    }
}
