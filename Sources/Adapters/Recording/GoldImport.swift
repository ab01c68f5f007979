import Foundation
import Model

/// Imports `kalshi-ws-gold15m`: one `TICKER.ndjson(.gz)` a market, with the exchange's answer for its event beside it as `event-EVENT.json`.
enum GoldImport {
    static func run(_ inputs: [String], to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        let captures = try ImportInputs(inputs, endings: [".ndjson"]) { name in
            (name.hasPrefix("event-") && name.hasSuffix(".json")) || ["index.csv", "README.md"].contains(name)
        }.captures
        return try ImportSink.run(folder, source: ImportFormat.gold15m.rawValue, created: created, completeSequences: false) { sink throws(RecordingError) in
            var definitions: [String: [Ticker: ForeignMarket]] = [:]
            var sources: [any ImportSource] = []
            for path in captures {
                let beside = ImportInputs.folder(path)
                if definitions[beside] == nil { definitions[beside] = try ForeignMarket.readAll(beside) }
                sources.append(try GoldEvents(path, markets: definitions[beside] ?? [:]))
            }
            sink.note("The sequence is that of a filtered capture: the subscription carried more markets than were kept, so it jumps by nature and cannot show loss.")
            sink.note("Connections are not recorded: one is taken to last while files overlap in time and the sequence grows.")
            sink.note("The capture has no ticker channel and no spot price.")
            sink.note("A market's definition is of the exchange's answer after settlement; of it, only what was fixed before trading stands in the listing.")
            try ImportMerge.run(sources, sink)
        }
    }
}
