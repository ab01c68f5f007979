import Foundation
import YAML

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
        let documents: [YAMLNode]
        do { documents = try YAMLReader.documents(text) } catch { throw Refused("\(file) is not YAML: \(error)") }
        guard documents.count < 2 else { throw Refused("\(file) holds more than one document") }
        var found: [(String, String, String)] = []
        for root in documents { try walk(root, "", file, &found) }
        return found
    }

    private static func walk(_ node: YAMLNode, _ prefix: String, _ file: String, _ found: inout [(String, String, String)]) throws {
        let place = "\(file), line \(node.line)"
        switch node {
        case .mapping(let map, _):
            for (key, value) in map {
                guard case .scalar(let name, _, _) = key else { throw Refused("\(place): a key must be text") }
                try walk(value, prefix.isEmpty ? name : prefix + "." + name, file, &found)
            }
        case .scalar(let text, _, _): found.append((prefix, text, place))
        case .sequence(let list, _):
            let texts = list.compactMap { item -> String? in if case .scalar(let text, _, _) = item { text } else { nil } }
            found.append((prefix, texts.joined(separator: ","), place))
        }
    }
}
