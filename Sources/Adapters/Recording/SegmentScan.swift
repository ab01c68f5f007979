import Model

/// Where a block lies, and what its head says.
struct BlockPlace {
    let segment: Int
    let offset: Int
    let header: BlockHeader

    var firstTime: Timestamp { header.firstTime }
    var lastTime: Timestamp { header.lastTime }
    var frames: Int { header.frames }
}

/// The blocks of one segment file, found by their heads, and how much of its end is no whole block.
struct SegmentScan {
    private(set) var blocks: [BlockPlace] = []
    /// The bytes up to the end of the last whole block.
    private(set) var wholeBytes = 0
    let fileBytes: Int

    var tornBytes: Int { fileBytes - wholeBytes }

    /// Walks the heads, and reads the payload of the last block: a crash tears only the end. Damage before the end is an error.
    init(_ file: SegmentFile, segment: Int) throws(RecordingError) {
        fileBytes = try file.size()
        while wholeBytes < fileBytes {
            let bytes = try file.read(count: BlockHeader.size, at: wholeBytes)
            guard let header = bytes.withUnsafeBytes({ BlockHeader($0) }), wholeBytes + BlockHeader.size + header.packedBytes <= fileBytes else { break }
            blocks.append(BlockPlace(segment: segment, offset: wholeBytes, header: header))
            wholeBytes += BlockHeader.size + header.packedBytes
        }
        if tornBytes > 0, try Self.hasBlock(file, after: wholeBytes + 1, before: fileBytes) {
            throw RecordingError("\(file.path) is damaged at byte \(wholeBytes): there is no block there, but whole ones follow")
        }
        if let last = blocks.last, try !Self.payloadIsWhole(file, last) {
            blocks.removeLast()
            wholeBytes = last.offset
        }
    }

    static func payloadIsWhole(_ file: SegmentFile, _ place: BlockPlace) throws(RecordingError) -> Bool {
        let payload = try file.read(count: place.header.packedBytes, at: place.offset + BlockHeader.size)
        return payload.count == place.header.packedBytes && payload.withUnsafeBytes { checksum($0) } == place.header.payloadSum
    }

    /// Looks for a head among bytes that are none: it tells a torn end from a damaged middle.
    private static func hasBlock(_ file: SegmentFile, after start: Int, before end: Int) throws(RecordingError) -> Bool {
        guard end - start >= BlockHeader.size else { return false }
        let bytes = try file.read(count: end - start, at: start)
        return bytes.withUnsafeBytes { all in
            for i in 0...(all.count - BlockHeader.size) where all[i] == UInt8(truncatingIfNeeded: BlockHeader.magic) {
                if BlockHeader(UnsafeRawBufferPointer(rebasing: all[i..<i + BlockHeader.size])) != nil { return true }
            }
            return false
        }
    }
}

func segmentName(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".frames"
}
