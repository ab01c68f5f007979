import Foundation
import Model

/// Imports `kalshi-ws-btc15m`: sessions of a recorder that wrote `SESSION.events.jsonl(.gz)` and, beside it, `SESSION.spot.csv(.gz)` and `results.csv`.
enum BitcoinImport {
    static let ending = ".events.jsonl"

    static func run(_ inputs: [String], to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        let captures = try ImportInputs(inputs, endings: [ending]) { name in
            name.contains(".spot.csv") || ["results.csv", "index.csv", "README.md"].contains(name)
        }.captures
        return try ImportSink.run(folder, source: ImportFormat.btc15m.rawValue, created: created, completeSequences: true) { sink throws(RecordingError) in
            var sources: [any ImportSource] = []
            var results: [String: [Ticker: ForeignResult]] = [:]
            for path in captures {
                let beside = ImportInputs.folder(path)
                if results[beside] == nil { results[beside] = try ForeignResult.read(ImportInputs.sibling(beside, ["results.csv", "results.csv.gz"])) }
                sources.append(try BitcoinEvents(path, results: results[beside] ?? [:]))
                let name = ImportInputs.name(path)
                let session = name.range(of: ending).map { String(name[..<$0.lowerBound]) } ?? name
                if let spot = ImportInputs.sibling(beside, [session + ".spot.csv.gz", session + ".spot.csv"]) {
                    sources.append(try SpotTicks(spot, underlying: Underlying("BTC")))
                } else {
                    sink.note("\(name) has no spot file beside it: its markets come without a spot price.")
                }
            }
            sink.note("Spot is Coinbase BTC-USD matches, a stand-in for the settlement index (the CF Benchmarks average).")
            sink.note("The capture has no trade channel.")
            sink.note("Not recorded, and set by the rule of the series: opening 15 minutes before the close, strike 'greater or equal', tapered tenths, quadratic fees.")
            sink.note("When a result became known was not recorded: it stands at the close + 5 s, but not before the last frame of its market.")
            try ImportMerge.run(sources, sink)
        }
    }
}
