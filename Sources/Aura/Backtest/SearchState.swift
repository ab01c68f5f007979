import Backtest
import Foundation
import Model

/// What a search has done so far, in a file: a search that was ended goes on where it was, and comes to the same result.
struct SearchState: Codable {
    /// Which search: the recordings' contents, the money, the latency and this version. Settings belong to the trials.
    private let search: String
    private var done: [String: [EventResult]] = [:]

    init(search: String) { self.search = search }

    /// The file's, if there is one; a new one if there is none.
    init(search: String, file: String?) throws {
        self.init(search: search)
        guard let file, FileManager.default.fileExists(atPath: file) else { return }
        do { self = try JSONDecoder().decode(SearchState.self, from: Data(contentsOf: URL(fileURLWithPath: file))) } catch {
            throw Refused("\(file) is not the state of a search")
        }
        guard self.search == search else { throw Refused("\(file) is of another search: of other recordings, money, latency or another version; give --state another name") }
    }

    var trials: Int { done.count }

    func results(of desk: DeskSettings) throws -> [EventResult]? { done[try Self.key(desk)] }

    /// Keeps the trial; when it returns the file, if there is one, has it and is whole: it is replaced, never written over.
    mutating func keep(_ results: [EventResult], of desk: DeskSettings, file: String?) throws {
        done[try Self.key(desk)] = results
        guard let file else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try BacktestCommand.save(encoder.encode(self), to: file)
    }

    /// All settings, so that a changed default is another trial.
    private static func key(_ desk: DeskSettings) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(desk), as: UTF8.self)
    }
}
