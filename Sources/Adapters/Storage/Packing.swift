import CZstd

/// A body as it lies in a row: as it is, or compressed with zstd where that is worth it.
///
/// `size` is the length before compression, and nil for a body that lies there as it is.
struct PackedBody {
    /// The largest body of one row. A packed block of market data is a few hundred kilobytes.
    static let limit = 64 << 20
    /// The largest state of the engine.
    static let snapshotLimit = 512 << 20
    /// Up to this a zstd frame saves little and costs a call.
    static let smallest = 512
    /// JSON up to this length stays text, so that any SQLite tool can read an order's or a decision's row.
    static let smallestText = 4096

    let bytes: [UInt8]
    let size: Int?

    init(stored bytes: [UInt8], size: Int?) {
        self.bytes = bytes
        self.size = size
    }

    init(packing raw: [UInt8], above threshold: Int = smallest) {
        guard raw.count > threshold else {
            self.init(stored: raw, size: nil)
            return
        }
        var smaller = [UInt8](repeating: 0, count: raw.count)
        // Level 3 is zstd's default. A result that would not fit in the raw size is an error code here: the body then stays as it is.
        let count = ZSTD_compress(&smaller, smaller.count, raw, raw.count, 3)
        if ZSTD_isError(count) != 0 {
            self.init(stored: raw, size: nil)
        } else {
            self.init(stored: Array(smaller[..<count]), size: raw.count)
        }
    }

    /// Nil when the bytes are not what was packed.
    func unpacked(limit: Int = PackedBody.limit) -> [UInt8]? {
        guard let size else { return bytes }
        guard size > 0, size <= limit else { return nil }
        var raw = [UInt8](repeating: 0, count: size)
        let count = ZSTD_decompress(&raw, size, bytes, bytes.count)
        return count == size ? raw : nil
    }
}
