public import Model

/// The foreign formats that can be imported, named as their folders are.
public enum ImportFormat: String, Sendable, CaseIterable {
    case btc15m = "kalshi-ws-btc15m"
    case gold15m = "kalshi-ws-gold15m"

    /// Makes a recording of `inputs` (files, or folders of them) in `folder`, which must not exist yet or be empty. On an error nothing is left behind.
    public func importFiles(_ inputs: [String], to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        switch self {
        case .btc15m: try BitcoinImport.run(inputs, to: folder, created: created)
        case .gold15m: try GoldImport.run(inputs, to: folder, created: created)
        }
    }
}
