import Foundation
import Testing

@Suite struct LeftoverTests {
    // Written in two halves, so that this file is no finding itself.
    private static let reminders = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]

    @Test func `nothing is left for later without an issue`() throws {
        let reminder = try Regex("\\b(\(Self.reminders.joined(separator: "|")))\\b")
        let unfinished = try Regex("(fatalError|preconditionFailure)\\(\"(not " + "implemented|unimplemented)", as: (Substring, Substring, Substring).self).ignoresCase()
        // The pages may speak about reminders.
        let found = Repository.written().filter { !$0.path.hasSuffix(".md") }.flatMap { $0.findings(reminder) + $0.findings(unfinished) }
        #expect(found.isEmpty, "left over:\(listed(found))")
    }

    @Test func `no source knows a path of one machine`() throws {
        let pattern = try Regex("\"[^\"]*(/ho" + "me/|/ro" + "ot/|/tm" + "p/|/Us" + "ers/|/wo" + "rk/)")
        let found = ["Sources", "Scripts"].flatMap { Repository.files(under: $0) }.flatMap { $0.findings(pattern) }
        #expect(found.isEmpty, "paths of one machine:\(listed(found))")
    }

    @Test func `a file holds one idea: none is longer than 400 lines`() {
        let long = Repository.files(under: "Sources", ending: [".swift"]).filter { $0.lines.count > 401 }.map { "\($0.path): \($0.lines.count - 1) lines" }
        #expect(long.isEmpty, "too long:\(listed(long))")
    }

    @Test func `no failure is thrown away with a bang`() {
        let found = Repository.files(under: "Sources", ending: [".swift"]).flatMap { $0.findings(/\btry!|\bas!/, code: true) }
        #expect(found.isEmpty, "try! or as!:\(listed(found))")
    }

    @Test func `no private key lies in the repository`() throws {
        // A header alone is a word in a parser; a header with a body is a key.
        let key = try Regex("-----BEGIN [A-Z ]*PRIVATE KEY-----(\\s|\\\\n|\"|\\+)*[A-Za-z0-9+/=]{40}")
        let found = Repository.written().filter { $0.text.firstMatch(of: key) != nil }.map(\.path)
        #expect(found.isEmpty, "private keys in:\(listed(found))")
    }

    @Test func `git keeps what was written, not what was built`() throws {
        guard let tracked = try Repository.tracked() else {
            print("skipped: not a git checkout, so there is no list of tracked files")
            return
        }
        let built = /(^|\/)(\.build|node_modules|\.venv|__pycache__)(\/|$)|^Package\.resolved$|\.(sqlite|sqlite-wal|sqlite-shm|pem|key|profraw|whl|o)$/
        let wrong = tracked.filter { $0.firstMatch(of: built) != nil }
        #expect(wrong.isEmpty, "tracked by git:\(listed(wrong))")
        let large = try tracked.filter { path in
            let file = Repository.root.appendingPathComponent(path)
            // A file that is deleted but not yet committed has no size.
            guard FileManager.default.fileExists(atPath: file.path) else { return false }
            return try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0 > 3 << 20
        }
        #expect(large.isEmpty, "larger than 3 MB:\(listed(large))")
    }

    @Test func `every link of the pages leads to a file`() {
        let pages = Repository.written().filter { $0.path.hasSuffix(".md") }
        let broken = pages.flatMap { page in
            let folder = Repository.root.appendingPathComponent(page.path).deletingLastPathComponent()
            return page.text.matches(of: /\]\(([^)#\s]+)(?:#[^)]*)?\)/).map { String($0.1) }
                .filter { !$0.contains("://") && !$0.hasPrefix("mailto:") && !FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path) }
                .map { "\(page.path): \($0)" }
        }
        #expect(broken.isEmpty, "links that lead nowhere:\(listed(broken))")
    }
}
