public import Foundation

/// Files that lie beside the repository and are not part of it: the vendor's texts, other people's recordings.
///
/// A stranger's clone has none of them. Whoever asks is told nil, and one plain line is printed; a file that is there and cannot be read is an error.
public enum Shared {
    /// The folder `shared` beside the repository's own.
    public static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("shared")

    /// Where a file or folder is.
    public static func path(_ name: String) -> String? {
        let path = folder.appendingPathComponent(name).path
        if FileManager.default.fileExists(atPath: path) { return path }
        print("skipped: ../shared/\(name) is not there")
        return nil
    }

    /// What is in a file; a packed one (.gz) is unpacked.
    public static func data(_ name: String) throws -> Data? { try path(name).map { try unpacked($0) } }

    /// By gzip itself, so that no code of ours is between the file and its test.
    public static func unpacked(_ path: String) throws -> Data {
        guard path.hasSuffix(".gz") else { return try Data(contentsOf: URL(fileURLWithPath: path)) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        // The pipe is emptied before the end is waited for: it holds less than a file.
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw SharedError(description: "gzip cannot unpack \(path)") }
        return data
    }
}

public struct SharedError: Error, CustomStringConvertible {
    public let description: String
}
