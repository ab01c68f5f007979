import Keys
import Model

/// A recording as a whole.
public enum Recording {
    /// What a full check of a recording found.
    public struct Report: Sendable, Hashable {
        public let manifest: RecordingManifest
        public let blocks: Int
        public let frames: Int
        public let events: Int
        public let rawBytes: Int
        public let packedBytes: Int
        /// Bytes of a torn end, which every reader leaves aside.
        public let tornBytes: Int
        /// Each a sentence; empty when all is well.
        public let problems: [String]
    }

    /// Reads everything: every checksum, every segment's SHA-256, every frame. Throws where the recording cannot be opened at all.
    public static func verify(_ folder: String) throws(RecordingError) -> Report {
        let reader = try RecordingReader(folder)
        var problems: [String] = []
        for segment in reader.manifest.segments {
            let digest = hexadecimal(try RecordingIndex.digest(try SegmentFile(folder + "/" + segment.file, .read), bytes: segment.bytes))
            if digest != segment.sha256 { problems.append("\(folder)/\(segment.file) is not the file its manifest was written for (SHA-256 differs)") }
        }
        if reader.tornBytes > 0 { problems.append("\(folder) ends in \(reader.tornBytes) bytes of a torn block, which are left aside") }
        if !reader.manifest.closed { problems.append("\(folder) was never closed: it is still being written, or the writer crashed") }
        let stated = try RecordingManifest.read(folder)
        if stated.closed, stated.frames != reader.manifest.frames {
            problems.append("\(folder) holds \(reader.manifest.frames) frames, its manifest says \(stated.frames)")
        }
        var events = 0
        let all = RecordingEvents(reader)
        do throws(RecordingError) {
            while try all.next() != nil { events += 1 }
        } catch {
            problems.append(error.description)
        }
        let headers = reader.blocks.map(\.header)
        return Report(
            manifest: reader.manifest, blocks: reader.blocks.count, frames: reader.manifest.frames, events: events,
            rawBytes: headers.reduce(0) { $0 + $1.rawBytes }, packedBytes: headers.reduce(0) { $0 + $1.packedBytes + BlockHeader.size },
            tornBytes: reader.tornBytes, problems: problems)
    }
}
