import CZlib
import Model

/// The head of a block: 52 bytes, little-endian. A block stands alone: its payload needs no other block to be read.
///
///     0 magic  4 raw bytes  8 packed bytes  12 frames  16 first time  24 last time  32 payload CRC-32  36 exchange frames  40 spot frames
///     44 control frames  48 CRC-32 of the 48 bytes before
struct BlockHeader: Equatable {
    static let size = 52
    static let magic: UInt32 = 0x314B_4C42  // "BLK1"
    // A block is flushed at 1 MiB, and one frame is at most as long as the exchange's longest message; beyond this a length is a broken one.
    static let largestRaw = 64 << 20

    var rawBytes: Int
    var packedBytes: Int
    var firstTime: Timestamp
    var lastTime: Timestamp
    var payloadSum: UInt32
    var exchangeFrames: Int
    var spotFrames: Int
    var controlFrames: Int

    var frames: Int { exchangeFrames + spotFrames + controlFrames }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.size)
        func put<T: FixedWidthInteger>(_ value: T) { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }
        put(Self.magic)
        put(UInt32(rawBytes))
        put(UInt32(packedBytes))
        put(UInt32(frames))
        put(firstTime.nanoseconds)
        put(lastTime.nanoseconds)
        put(payloadSum)
        put(UInt32(exchangeFrames))
        put(UInt32(spotFrames))
        put(UInt32(controlFrames))
        put(bytes.withUnsafeBytes { checksum($0) })
        return bytes
    }

    /// Nil when the bytes are not a whole and undamaged header.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.size else { return nil }
        func get<T: FixedWidthInteger>(_ offset: Int, as: T.Type) -> T { T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self)) }
        guard get(0, as: UInt32.self) == Self.magic, get(48, as: UInt32.self) == checksum(UnsafeRawBufferPointer(rebasing: bytes[0..<48])) else { return nil }
        rawBytes = Int(get(4, as: UInt32.self))
        packedBytes = Int(get(8, as: UInt32.self))
        firstTime = Timestamp(nanoseconds: get(16, as: Int64.self))
        lastTime = Timestamp(nanoseconds: get(24, as: Int64.self))
        payloadSum = get(32, as: UInt32.self)
        exchangeFrames = Int(get(36, as: UInt32.self))
        spotFrames = Int(get(40, as: UInt32.self))
        controlFrames = Int(get(44, as: UInt32.self))
        guard rawBytes <= Self.largestRaw, packedBytes <= Self.largestRaw + 65_536, frames == Int(get(12, as: UInt32.self)), firstTime <= lastTime else { return nil }
    }

    init(rawBytes: Int, packedBytes: Int, firstTime: Timestamp, lastTime: Timestamp, payloadSum: UInt32, exchangeFrames: Int, spotFrames: Int, controlFrames: Int) {
        self.rawBytes = rawBytes
        self.packedBytes = packedBytes
        self.firstTime = firstTime
        self.lastTime = lastTime
        self.payloadSum = payloadSum
        self.exchangeFrames = exchangeFrames
        self.spotFrames = spotFrames
        self.controlFrames = controlFrames
    }
}

/// CRC-32 as in gzip.
func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(truncatingIfNeeded: crc32_z(0, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
}

/// Packs the frames of one block: each is the nanoseconds since the frame before, its kind and whether its connection is another than that of the
/// frame before, its length, and its bytes; numbers as LEB128.
struct BlockPacker {
    private(set) var bytes: [UInt8] = []
    private(set) var firstTime = Timestamp.zero
    private(set) var lastTime = Timestamp.zero
    private(set) var counts = [0, 0, 0, 0]
    private var connection: UInt32 = 0

    var isEmpty: Bool { bytes.isEmpty }

    mutating func append(_ time: Timestamp, _ kind: FrameKind, _ connection: UInt32, _ frame: UnsafeBufferPointer<UInt8>) {
        if isEmpty { (firstTime, lastTime, self.connection) = (time, time, 0) }
        put(UInt64((time - lastTime).nanoseconds))
        let other = connection != self.connection
        put(UInt64(kind.rawValue) | (other ? 4 : 0))
        if other { put(UInt64(connection)) }
        put(UInt64(frame.count))
        bytes.append(contentsOf: frame)
        lastTime = time
        self.connection = connection
        counts[Int(kind.rawValue)] += 1
    }

    mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
        counts = [0, 0, 0, 0]
    }

    private mutating func put(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
