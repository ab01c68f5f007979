import Foundation
import Keys
import Model

/// All blocks of a recording in order, found on disk, whatever the manifest has heard of them.
struct RecordingIndex {
    struct Torn: Equatable {
        let file: String
        let bytes: Int
        let wholeBytes: Int
    }

    private(set) var files: [SegmentFile] = []
    private(set) var names: [String] = []
    private(set) var blocks: [BlockPlace] = []
    private(set) var torn: Torn?

    /// A closed recording must be exactly what its manifest says; one that was left open may have a torn end in its last segment.
    init(_ folder: String, _ manifest: RecordingManifest) throws(RecordingError) {
        names = try Self.segmentNames(folder)
        for (i, segment) in manifest.segments.enumerated() where i >= names.count || names[i] != segment.file {
            throw RecordingError("\(folder) is truncated: \(segment.file) is missing")
        }
        for (i, name) in names.enumerated() {
            guard name == segmentName(i + 1) else { throw RecordingError("\(folder) is truncated: \(segmentName(i + 1)) is missing") }
            let file = try SegmentFile(folder + "/" + name, .read)
            let stated = i < manifest.segments.count ? manifest.segments[i] : nil
            if let stated, try file.size() < stated.bytes { throw RecordingError("\(file.path) is truncated: \(try file.size()) of \(stated.bytes) bytes are there") }
            if manifest.closed, stated == nil { throw RecordingError("\(file.path) is not in the manifest of a closed recording") }
            let scan = try SegmentScan(file, segment: i)
            if scan.tornBytes > 0 {
                guard stated == nil, i == names.count - 1 else { throw RecordingError("\(file.path) is damaged at byte \(scan.wholeBytes)") }
                torn = Torn(file: name, bytes: scan.tornBytes, wholeBytes: scan.wholeBytes)
            }
            if let stated, scan.blocks.count != stated.blocks { throw RecordingError("\(file.path) has \(scan.blocks.count) blocks, its manifest says \(stated.blocks)") }
            files.append(file)
            blocks += scan.blocks
        }
        for (a, b) in zip(blocks, blocks.dropFirst()) where b.firstTime < a.lastTime {
            throw RecordingError("\(files[b.segment].path) is damaged: the block at byte \(b.offset) goes back in time")
        }
    }

    /// What the manifest should say of the segments that have blocks; a file left without any is removed.
    func segments(in folder: String) throws(RecordingError) -> [RecordingManifest.Segment] {
        var segments: [RecordingManifest.Segment] = []
        for (i, name) in names.enumerated() {
            let own = blocks.filter { $0.segment == i }
            guard let first = own.first, let last = own.last else {
                unlink(folder + "/" + name)
                continue
            }
            let bytes = last.offset + BlockHeader.size + last.header.packedBytes
            segments.append(RecordingManifest.Segment(
                file: name, bytes: bytes, blocks: own.count, frames: own.reduce(0) { $0 + $1.frames }, firstTime: first.firstTime, lastTime: last.lastTime,
                sha256: hexadecimal(try Self.digest(files[i], bytes: bytes))))
        }
        return segments
    }

    static func digest(_ file: SegmentFile, bytes: Int) throws(RecordingError) -> [UInt8] {
        var hasher = SHA256Hasher()
        var offset = 0
        while offset < bytes {
            let piece = try file.read(count: min(1 << 20, bytes - offset), at: offset)
            if piece.isEmpty { throw RecordingError("\(file.path) is truncated at byte \(offset)") }
            hasher.update(piece)
            offset += piece.count
        }
        return hasher.finish()
    }

    private static func segmentNames(_ folder: String) throws(RecordingError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".frames") }.sorted()
        } catch {
            throw RecordingError("\(folder) cannot be read: \(error.localizedDescription)")
        }
    }
}
