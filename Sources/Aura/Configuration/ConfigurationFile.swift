import Foundation
import Yams

/// `aura.yaml`: nested maps of plain values. Keys come out with dots between the levels, each with the place it stands at.
enum ConfigurationFile {
    /// - Parameter path: nil for `aura.yaml` in the working folder, which may be absent; a named file must be there.
    static func read(_ path: String?) throws -> [(name: String, value: String, origin: String)] {
        let file = path ?? "aura.yaml"
        guard FileManager.default.fileExists(atPath: file) else {
            if path == nil { return [] }
            throw Refused("the configuration \(file) is not there")
        }
        let text: String
        do { text = try String(contentsOfFile: file, encoding: .utf8) } catch { throw Refused("the configuration \(file) cannot be read as text") }
        let root: Node?
        do { root = try Yams.compose(yaml: text) } catch let error as YamlError { throw Refused("\(file) is not YAML: \(firstLine("\(error)"))") }
        guard let root else { return [] }
        var found: [(String, String, String)] = []
        try walk(root, "", file, &found)
        return found
    }

    private static func walk(_ node: Node, _ prefix: String, _ file: String, _ found: inout [(String, String, String)]) throws {
        let place = "\(file), line \(node.mark?.line ?? 0)"
        switch node {
        case .mapping(let map):
            for (key, value) in map {
                guard let name = key.string else { throw Refused("\(place): a key must be text") }
                try walk(value, prefix.isEmpty ? name : prefix + "." + name, file, &found)
            }
        case .scalar(let scalar): found.append((prefix, scalar.string, place))
        case .sequence(let list): found.append((prefix, list.compactMap(\.string).joined(separator: ","), place))
        case .alias: throw Refused("\(place): aliases are not used here")
        }
    }

    private static func firstLine(_ text: String) -> String { text.split(separator: "\n").first.map(String.init) ?? text }
}
