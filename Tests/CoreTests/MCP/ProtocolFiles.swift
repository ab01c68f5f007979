import Foundation
import Notation
import TestSupport
import Testing

/// The protocol's own schemas and examples, which lie beside the repository and are no part of it.
enum ProtocolFiles {
    static let root = Shared.folder.appendingPathComponent("mcp")

    static var areHere: Bool { FileManager.default.fileExists(atPath: root.path) }

    static func json(_ path: String) throws -> JSON {
        try JSON(parsing: Array(Data(contentsOf: root.appendingPathComponent(path))), depthLimit: 128, brokenText: .refused)
    }

    static func schema(_ revision: String) throws -> JSON { try json("\(revision)/schema.json") }

    struct Example {
        let type: String
        let name: String
        let json: JSON
    }

    static func examples() throws -> [Example] {
        let folder = root.appendingPathComponent("2026-07-28/examples")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().flatMap { type in
            try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(type).path).sorted().map { name in
                Example(type: type, name: name, json: try json("2026-07-28/examples/\(type)/\(name)"))
            }
        }
    }
}
