import Foundation

/// The repository as text: what the tests of its shape read.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct File {
        /// From the root: "Sources/Core/Model/Price.swift".
        let path: String
        let text: String

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        var name: String { String(path.split(separator: "/").last ?? "") }
    }

    /// The files under a folder of the root, by path; those that are not UTF-8 text are left out.
    static func files(under folder: String, ending: [String]? = nil) -> [File] {
        let base = root.appendingPathComponent(folder)
        let found = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
        return found.sorted().compactMap { path in
            guard !path.split(separator: "/").contains(where: { skipped.contains(String($0)) }) else { return nil }
            guard ending.map({ $0.contains { path.hasSuffix($0) } }) ?? true else { return nil }
            return file("\(folder)/\(path)")
        }
    }

    static func file(_ path: String) -> File? {
        // A folder, a picture or a link that leads nowhere has no text.
        guard let text = try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8) else { return nil }
        return File(path: path, text: text)
    }

    /// What a person wrote: sources, tests, scripts and pages, not what was built or installed.
    static func written() -> [File] {
        let folders = ["Sources", "Tests", "Scripts", ".ci", "Deploy", "docs", "Benchmarks", "Dashboard/src", "Dashboard/tests"].flatMap { files(under: $0) }
        let top = ["Makefile", "Package.swift", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "STYLE.md", "CHANGELOG.md"].compactMap(file)
        return folders + top
    }

    private static let skipped: Set<String> = [".build", "node_modules", ".venv", "dist", "__pycache__"]

    /// The paths that git keeps; nil outside a git checkout (a source archive).
    static func tracked() throws -> [String]? {
        guard FileManager.default.fileExists(atPath: root.appendingPathComponent(".git").path) else { return nil }
        let git = Process()
        git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // Owned by another user, as in a container, it is still only read.
        git.arguments = ["git", "-c", "safe.directory=*", "-C", root.path, "ls-files", "-z"]
        let output = Pipe()
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        try git.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        git.waitUntilExit()
        guard git.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self).split(separator: "\0").map(String.init)
    }
}

/// One line of a file, as a finding shows it.
struct Finding: CustomStringConvertible {
    let path: String
    let line: Int
    let text: String

    var description: String { "\(path):\(line): \(text)" }
}

extension Repository.File {
    /// The lines in which `pattern` matches, with line comments left out when `code` is true.
    func findings(_ pattern: Regex<some Any>, code: Bool = false) -> [Finding] {
        lines.enumerated().compactMap { index, line in
            let read = code ? line.prefix(upTo: line.firstRange(of: "//")?.lowerBound ?? line.endIndex) : line
            guard read.firstMatch(of: pattern) != nil else { return nil }
            return Finding(path: path, line: index + 1, text: line.trimmingCharacters(in: .whitespaces))
        }
    }
}

/// Findings, one a line, as a test's failure shows them.
func listed(_ findings: [some CustomStringConvertible]) -> String { findings.map { "\n  \($0)" }.joined() }
