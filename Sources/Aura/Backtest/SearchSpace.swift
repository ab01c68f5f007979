import Model
import Strategies

/// The settings that a search tries: every combination of the values given, after the settings as they are.
struct SearchSpace {
    struct Trial: Sendable {
        /// "risk.kelly_fraction=0.25 risk.minimum_edge=0.02"; "as configured" for the first.
        let name: String
        let desk: DeskSettings
    }

    static let mostTrials = 4096

    let trials: [Trial]

    /// - Parameter axes: each as key=value,value,...
    init(_ axes: [String], base: Configuration) throws {
        guard !axes.isEmpty else { throw Refused("--vary needs a setting and its values, as risk.kelly_fraction=0.1,0.25") }
        let parsed = try axes.map(Self.axis)
        let keys = parsed.map(\.key)
        if let twice = keys.first(where: { key in keys.count { $0 == key } > 1 }) { throw Refused("--vary: \(twice) is given twice") }
        let count = parsed.reduce(1) { $0.multipliedReportingOverflow(by: $1.values.count).overflow ? .max : $0 * $1.values.count }
        guard count < Self.mostTrials else { throw Refused("--vary: \(count) combinations are more than the \(Self.mostTrials - 1) that one search tries") }
        var found: [(name: [String], configuration: Configuration)] = [([], base)]
        for axis in parsed {
            found = try found.flatMap { trial in
                try axis.values.map { value in
                    var configuration = trial.configuration
                    try configuration.set(axis.key, value, from: "--vary")
                    return (trial.name + ["\(axis.key)=\(value)"], configuration)
                }
            }
        }
        // The settings as they are come first, and every one comes once: "0.5" and "0.50" are one trial, not two.
        var tried: Set = [base.desk]
        let others = found.filter { tried.insert($0.configuration.desk).inserted }
        trials = [Trial(name: "as configured", desk: base.desk)] + others.map { Trial(name: $0.name.joined(separator: " "), desk: $0.configuration.desk) }
    }

    /// Everything that may vary, a line each: its name, what it is now, what it means and may be.
    static func list(_ base: Configuration) -> String {
        let strategies = Dictionary(uniqueKeysWithValues: StrategyManager.parameters.map { ($0.name, $0.rule) })
        let keys = Configuration.keys.filter { $0.name.hasPrefix("risk.") || strategies[$0.name] != nil }
        return keys.map { key in "\(key.name)=\(key.read(base))  # \(key.meaning)" + (strategies[key.name].map { "; \($0)" } ?? "") }.joined(separator: "\n")
    }

    private static func axis(_ text: String) throws -> (key: String, values: [String]) {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        let values = parts.count == 2 ? parts[1].split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty } : []
        guard let key = parts.first, !values.isEmpty else { throw Refused("--vary takes a setting and its values, as risk.kelly_fraction=0.1,0.25, not '\(text)'") }
        let parameters = StrategyManager.parameters.map(\.name)
        guard key.hasPrefix("risk.") || parameters.contains(key) else {
            throw Refused("--vary takes settings of sizing and limits (risk.*) and of strategies (\(parameters.joined(separator: ", "))), not '\(key)'")
        }
        if let twice = values.first(where: { value in values.count { $0 == value } > 1 }) { throw Refused("--vary: \(key) has \(twice) twice") }
        return (key, values)
    }
}
