import CZstd

/// Packs and unpacks whole blocks with zstd, one context for all of them.
final class Zstandard {
    private let packer: OpaquePointer
    private let unpacker: OpaquePointer

    init() {
        // Both give nil only when memory is at its end, where nothing can go on.
        guard let packer = ZSTD_createCCtx(), let unpacker = ZSTD_createDCtx() else { preconditionFailure("no memory for zstd") }
        self.packer = packer
        self.unpacker = unpacker
    }

    deinit {
        ZSTD_freeCCtx(packer)
        ZSTD_freeDCtx(unpacker)
    }

    func pack(_ bytes: [UInt8], level: Int32) -> [UInt8] {
        let bound = ZSTD_compressBound(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            let written = bytes.withUnsafeBytes { ZSTD_compressCCtx(packer, buffer.baseAddress, bound, $0.baseAddress, $0.count, level) }
            precondition(ZSTD_isError(written) == 0, "zstd had the room it asked for")
            count = written
        }
    }

    /// Whether `packed` unpacked to exactly the size of `target`.
    func unpack(_ packed: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Bool {
        let written = ZSTD_decompressDCtx(unpacker, target.baseAddress, target.count, packed.baseAddress, packed.count)
        return ZSTD_isError(written) == 0 && written == target.count
    }
}
