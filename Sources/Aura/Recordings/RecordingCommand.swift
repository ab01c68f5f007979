import ArgumentParser
import Model
import Recording
import Wire

/// `aura recording`: what a recording holds, whether it is whole, and what a book was at a moment.
struct RecordingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recording", abstract: "Looks into recordings.", subcommands: [Info.self, Verify.self, Book.self])

    struct Info: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "info", abstract: "Says what a recording holds.")

        @OptionGroup var folder: RecordingFolder
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let recording = try folder.path
            let reader = try RecordingReader(recording)
            let manifest = reader.manifest
            if json {
                var text = JSONText()
                text.beginObject()
                text.field("recording", recording)
                RecordingCommand.write(manifest, to: &text)
                text.field("torn_bytes", Int64(reader.tornBytes))
                text.endObject()
                return print(text.text)
            }
            print("\(recording): a recording of \(manifest.source), \(manifest.closed ? "closed" : "left open")")
            if let first = manifest.firstTime, let last = manifest.lastTime { print("  from     \(CivilTime.text(first)) to \(CivilTime.text(last))") }
            print("  frames   \(manifest.exchangeFrames) of the exchange, \(manifest.spotFrames) spot prices, \(manifest.controlFrames) control")
            print("  markets  \(manifest.markets.map(\.text).joined(separator: ", "))")
            if reader.tornBytes > 0 { print("  torn     \(reader.tornBytes) bytes at the end are no whole block and are left aside") }
            for note in manifest.notes { print("  note     \(note)") }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "verify", abstract: "Reads all of a recording and checks every checksum and frame.")

        @OptionGroup var folder: RecordingFolder
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let recording = try folder.path
            let report = try Recording.verify(recording)
            if json {
                var text = JSONText()
                text.beginObject()
                text.field("recording", recording)
                text.field("ok", report.problems.isEmpty)
                text.field("frames", Int64(report.frames))
                text.field("events", Int64(report.events))
                text.field("blocks", Int64(report.blocks))
                text.field("raw_bytes", Int64(report.rawBytes))
                text.field("packed_bytes", Int64(report.packedBytes))
                text.field("torn_bytes", Int64(report.tornBytes))
                RecordingCommand.write("problems", report.problems, to: &text)
                text.endObject()
                print(text.text)
            } else if report.problems.isEmpty {
                print("\(recording): all is well: \(report.frames) frames in \(report.blocks) blocks, \(report.packedBytes) bytes (\(report.rawBytes) unpacked)")
            }
            guard report.problems.isEmpty else { throw Refused(report.problems.joined(separator: "; ")) }
        }
    }

    static func write(_ manifest: RecordingManifest, to text: inout JSONText) {
        text.field("source", manifest.source)
        text.field("created", manifest.created.nanoseconds)
        text.field("closed", manifest.closed)
        if let first = manifest.firstTime { text.field("first_time", first.nanoseconds) }
        if let last = manifest.lastTime { text.field("last_time", last.nanoseconds) }
        text.field("frames", Int64(manifest.frames))
        text.field("exchange_frames", Int64(manifest.exchangeFrames))
        text.field("spot_frames", Int64(manifest.spotFrames))
        text.field("control_frames", Int64(manifest.controlFrames))
        text.field("complete_sequences", manifest.completeSequences)
        write("markets", manifest.markets.map(\.text), to: &text)
        write("notes", manifest.notes, to: &text)
    }

    static func write(_ name: String, _ values: [String], to text: inout JSONText) {
        text.key(name)
        text.beginArray()
        for value in values { text.string(value) }
        text.endArray()
    }
}
