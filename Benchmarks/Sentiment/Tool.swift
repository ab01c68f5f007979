import Foundation
import Sentiment

/// `sentiment-tool score [policy] [--lexicon FOLDER]`: reads texts from standard input, one a line, and prints for each the tone, the score and the evidence.
///
/// With `--lexicon` the tables are read from the sources in the folder, so that an entry can be tried without a build.
@main
enum Tool {
    static func main() throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "train" { return print(Training.source(), terminator: "") }
        guard arguments.first == "score" else { return print("usage: sentiment-tool score [policy] [--lexicon FOLDER] < texts, or sentiment-tool train") }
        var tables: [String: String]?
        if let place = arguments.firstIndex(of: "--lexicon"), place + 1 < arguments.count {
            tables = try SourceTables.read(arguments[place + 1])
            arguments.removeSubrange(place...place + 1)
        }
        let scorer = scorer(arguments, tables)
        while let line = readLine() {
            let reading = scorer.read(line)
            let why = reading.evidence.map { "\($0.rule) \($0.words) \((($0.weight * 100).rounded()) / 100)" }.joined(separator: " | ")
            print("\(reading.tone.name)\t\(reading.score)\t\(why)")
        }
    }

    private static func scorer(_ arguments: [String], _ tables: [String: String]?) -> SentimentScorer {
        let policy = arguments.contains("policy")
        guard let tables else { return policy ? .policy : SentimentScorer() }
        func lexicon(_ roles: [String], _ patterns: [String]) -> Lexicon { Lexicon(roles: roles.compactMap { tables[$0] }, patterns: patterns.compactMap { tables[$0] }) }
        if policy {
            let only = lexicon(["movementRoles", "policyQuantities", "shapingRoles"], ["policyPatterns"])
            return SentimentScorer(lexicon: only, headlines: only, posts: only)
        }
        let roles = ["movementRoles", "quantityRoles", "shapingRoles"], patterns = ["deadPatterns", "eventPatterns", "marketPatterns", "tonePatterns"]
        return SentimentScorer(lexicon: lexicon(roles, patterns), headlines: lexicon(roles, patterns + ["headlinePatterns"]), posts: lexicon(roles, patterns + ["postPatterns"]), model: arguments.contains("untrained") ? LinearModel() : .trained)
    }
}

/// The tables of a lexicon as they stand in its sources: `static let name = """`.
enum SourceTables {
    static func read(_ folder: String) throws -> [String: String] {
        var found: [String: String] = [:]
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasPrefix("Lexicon+") || file == "LinearModel+Trained.swift" {
            let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
            let pieces = text.components(separatedBy: "\"\"\"")
            for index in stride(from: 1, to: pieces.count, by: 2) {
                let name = pieces[index - 1].components(separatedBy: "static let ").last?.components(separatedBy: " ").first ?? ""
                found[name] = pieces[index].split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }.joined(separator: "\n")
            }
        }
        return found
    }
}
