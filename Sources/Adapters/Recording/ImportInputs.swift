import Foundation
import Model

/// Finds the capture files that an import was pointed at, and what stands beside them.
struct ImportInputs {
    /// Capture files, each once, in the order of their names.
    let captures: [String]

    /// - Parameters:
    ///   - endings: how a capture file's name ends, without ".gz".
    ///   - companions: whether a file that was named is known to belong beside captures, so that `folder/*` works.
    init(_ inputs: [String], endings: [String], companions: (String) -> Bool) throws(RecordingError) {
        var found: Set<String> = []
        for input in inputs {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: input, isDirectory: &isFolder) else { throw RecordingError("\(input) does not exist") }
            if isFolder.boolValue {
                let names = Self.names(in: input).filter { Self.isCapture($0, endings) }
                guard !names.isEmpty else { throw RecordingError("\(input) holds no file that ends in \(endings.joined(separator: " or ")) (.gz or plain)") }
                found.formUnion(names.map { input.hasSuffix("/") ? input + $0 : input + "/" + $0 })
            } else if Self.isCapture(Self.name(input), endings) {
                found.insert(input)
            } else if !companions(Self.name(input)) {
                throw RecordingError("\(input) is not a capture file: its name does not end in \(endings.joined(separator: " or ")) (.gz or plain)")
            }
        }
        guard !found.isEmpty else { throw RecordingError("none of the inputs is a capture file") }
        captures = found.sorted { (Self.name($0), $0) < (Self.name($1), $1) }
    }

    private static func isCapture(_ name: String, _ endings: [String]) -> Bool {
        endings.contains { name.hasSuffix($0) || name.hasSuffix($0 + ".gz") }
    }

    static func names(in folder: String) -> [String] {
        // A folder that cannot be listed has nothing beside the capture.
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    static func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

    static func folder(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The first of these names that stands in the folder, as a path.
    static func sibling(_ folder: String, _ names: [String]) -> String? {
        names.map { folder + "/" + $0 }.first { FileManager.default.fileExists(atPath: $0) }
    }
}
