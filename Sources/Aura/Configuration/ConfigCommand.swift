import ArgumentParser
import Foundation

/// `aura config`: every setting, its value, and where the value came from.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "config", abstract: "Shows every setting, its value and where it comes from.")

    @Option(help: "Configuration file (default: aura.yaml in this folder, if it is there).") var config: String?
    @Flag(help: "As JSON.") var json = false

    func run() throws {
        let settings = try Configuration.load(file: config)
        if json {
            let values = Dictionary(uniqueKeysWithValues: Configuration.keys.map { ($0.name, $0.read(settings)) })
            let data = try JSONSerialization.data(withJSONObject: values, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
            return print(String(decoding: data, as: UTF8.self))
        }
        for key in Configuration.keys {
            let origin = settings.origins[key.name] ?? "default"
            print("\(key.name) = \(key.read(settings))   # \(key.meaning) (\(origin); \(key.fileOnly ? "in the file alone" : key.environmentName))")
        }
    }
}
