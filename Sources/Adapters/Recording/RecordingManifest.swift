import Foundation
public import Model

/// What `manifest.json` says about a recording. Counts and times are those of the finished segments until the recording is closed.
public struct RecordingManifest: Codable, Hashable, Sendable {
    public struct Segment: Codable, Hashable, Sendable {
        public var file: String
        public var bytes: Int
        public var blocks: Int
        public var frames: Int
        public var firstTime: Timestamp
        public var lastTime: Timestamp
        public var sha256: String
    }

    public static let currentFormat = "aura-recording"
    public static let currentVersion = 1
    static let fileName = "manifest.json"

    public var format = currentFormat
    public var version = currentVersion
    /// Where the frames came from: "live", or the name of an imported format.
    public var source: String
    public var created: Timestamp
    /// False while it is being written, and after a crash: then its last block may be torn.
    public var closed = false
    public var firstTime: Timestamp?
    public var lastTime: Timestamp?
    public var exchangeFrames = 0
    public var spotFrames = 0
    public var controlFrames = 0
    public var markets: [Ticker] = []
    /// What the subscriptions asked with `use_yes_price`.
    public var noLevelsInYesDollars = false
    /// False for a capture that kept only some of a subscription's markets: its sequences jump by nature, and a jump is no loss.
    public var completeSequences = true
    /// What a reader should know of how the frames came to be.
    public var notes: [String]
    public var segments: [Segment] = []

    public var frames: Int { exchangeFrames + spotFrames + controlFrames }

    init(source: String, created: Timestamp, notes: [String]) {
        self.source = source
        self.created = created
        self.notes = notes
    }

    enum CodingKeys: String, CodingKey {
        case format, version, source, created, closed, markets, notes, segments
        case firstTime = "first_time"
        case lastTime = "last_time"
        case exchangeFrames = "exchange_frames"
        case spotFrames = "spot_frames"
        case controlFrames = "control_frames"
        case noLevelsInYesDollars = "no_levels_in_yes_dollars"
        case completeSequences = "complete_sequences"
    }

    static func read(_ folder: String) throws(RecordingError) -> RecordingManifest {
        let path = folder + "/" + fileName
        guard FileManager.default.fileExists(atPath: path) else { throw RecordingError("\(folder) is not a recording: it has no \(fileName)") }
        do {
            let manifest = try JSONDecoder().decode(RecordingManifest.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
            guard manifest.format == currentFormat else { throw RecordingError("\(folder) is not a recording: its \(fileName) names another format") }
            guard manifest.version == currentVersion else {
                throw RecordingError("\(folder) is a recording of version \(manifest.version); this program reads version \(currentVersion)")
            }
            return manifest
        } catch let error as RecordingError {
            throw error
        } catch {
            throw RecordingError("\(path) cannot be read as a manifest")
        }
    }

    /// Replaces the file whole: a crash leaves the old one or the new one.
    func write(_ folder: String) throws(RecordingError) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(self).write(to: URL(fileURLWithPath: folder + "/" + Self.fileName), options: .atomic)
        } catch {
            throw RecordingError("\(folder)/\(Self.fileName) cannot be written: \(error.localizedDescription)")
        }
    }
}

extension RecordingManifest.Segment {
    enum CodingKeys: String, CodingKey {
        case file, bytes, blocks, frames, sha256
        case firstTime = "first_time"
        case lastTime = "last_time"
    }
}
