import ArgumentParser
import Foundation
import Model
import Recording
import Wire

/// `aura import`: foreign recordings become ours.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Makes a recording of captures in a foreign format.",
        discussion: """
            FORMAT is one of \(ImportFormat.allCases.map(\.rawValue).joined(separator: ", ")). INPUT is a capture file, or a folder of them; what belongs to a capture
            (spot prices, results, event descriptions) is found beside it. The frames are kept byte for byte, in the order they were received. On an
            error nothing is left behind.
            """)

    @Argument(help: "The format of the input.") var format: String
    @Argument(help: "Capture files, or folders of them.") var input: [String]
    @Option(help: "The folder to make; it must not exist yet, or be empty.") var out: String
    @Flag(help: "Print the result as JSON.") var json = false

    func run() throws {
        guard let format = ImportFormat(rawValue: format) else {
            throw Refused("'\(format)' is no format that can be imported: there are \(ImportFormat.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let manifest = try format.importFiles(input, to: out, created: Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1_000_000_000)))
        if json {
            var text = JSONText()
            text.beginObject()
            text.field("recording", out)
            RecordingCommand.write(manifest, to: &text)
            text.endObject()
            print(text.text)
        } else {
            print("\(out): \(manifest.exchangeFrames) frames of \(manifest.markets.count) markets, \(manifest.spotFrames) spot prices, \(manifest.controlFrames) control frames")
        }
    }
}
