import Foundation
import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Synchronization
import Testing
@testable import Browser
@testable import MCPBrowser

/// A folder that is gone afterwards.
func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let path = FileManager.default.temporaryDirectory.path + "/aura-files-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}

extension BrowserSuites {
    /// Files that pages are given, and files that are made of them.
    @Suite struct FileTests {
        @Test func `only plain files of the one folder can be given, by their plain names`() async throws {
            try await withFolder { path in
                let folder = UploadFolder(path: path + "/in", limit: 1000)
                try FileManager.default.createDirectory(atPath: folder.path + "/sub", withIntermediateDirectories: true)
                try Data("secret".utf8).write(to: URL(filePath: path + "/outside"))
                try Data("hello".utf8).write(to: URL(filePath: folder.path + "/a b.txt"))
                try Data(count: 1001).write(to: URL(filePath: folder.path + "/large"))
                try Data("x".utf8).write(to: URL(filePath: folder.path + "/.hidden"))
                try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: path + "/outside")
                #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
                #expect(try folder.file("a b.txt").content == Array("hello".utf8))
                for bad in ["../outside", "/etc/passwd", "sub", "sub/x", "link", "pipe", "large", ".hidden", ".", "..", "", "a\nb", "absent", String(repeating: "x", count: 300)] {
                    #expect(throws: BrowserError.self, "\(bad)") { try folder.file(bad) }
                }
                #expect(throws: BrowserError.unfit("there is no file 'absent' in the folder for uploads; there are a b.txt, large, link, pipe, sub")) { try folder.file("absent") }
                #expect(throws: BrowserError.self) { try UploadFolder(path: path + "/none").file("x") }
            }
        }

        @Test func `a stage is ours alone, and gone afterwards`() throws {
            let stage = try UploadStage()
            let path = try stage.put(.init(name: "a.txt", content: [1, 2], changed: [0, 0]))
            #expect(path.hasSuffix("/a.txt") && FileManager.default.contents(atPath: path) == Data([1, 2]))
            #expect((try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue == 0o400)
            stage.remove()
            #expect(!FileManager.default.fileExists(atPath: path))
        }

        /// A person with one answer for everything, who remembers what was asked.
        private final class Person: ClientAnswers {
            let capabilities: JSON = .object(["elicitation": .object(["form": .object([])])])
            private let says: String
            private let heard = Mutex<[String]>([])
            init(says: String) { self.says = says }
            var questions: [String] { heard.withLock { $0 } }
            func answer(_ method: String, _ params: JSON) async throws -> JSON {
                heard.withLock { $0.append(params["message"]?.asText ?? "") }
                return .object(["action": .text(says), "content": .object([])])
            }
        }

        private func with(_ answers: any ClientAnswers, in path: String, _ body: (HostileSite, Browser, Client) async throws -> Void) async throws {
            try FileManager.default.createDirectory(atPath: path + "/up", withIntermediateDirectories: true)
            try FileManager.default.createDirectory(atPath: path + "/down", withIntermediateDirectories: true)
            for name in ["a.csv", "b.csv"] { try Data("of \(name)".utf8).write(to: URL(filePath: "\(path)/up/\(name)")) }
            try await withSite({
                $0.uploads = UploadFolder(path: path + "/up")
                $0.downloads = path + "/down"
            }) { site, browser in
                let trail = try AuditTrail(path + "/audit.jsonl", now: { "2026-11-26T03:00:00.000Z" })
                let host = try BrowserServer.make(browser, now: { .seconds(1_795_662_000) }).host(ServerModes(allowsChanges: true, extraSets: ["all"]), version: "1", audit: trail)
                let client = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1"), answers: answers)
                _ = try await client.connect()
                try await body(site, browser, client)
                await client.close()
            }
        }

        private func field(_ label: String, of page: Page) async throws -> JSON {
            let found = try await page.look().outline.find(text: label, role: nil, limit: 9).matches.first { $0.role.lowercased().contains("button") || $0.role == "textbox" }
            return .text(try #require(found?.ref))
        }

        @Test(.enabled(if: chromium != nil, "no chromium is installed: what needs a browser was skipped"))
        func `a page gets the files that a person let it have, as they were, and no path`() async throws {
            try await withFolder { path in
                let person = Person(says: "accept")
                try await with(person, in: path) { site, browser, client in
                    let page = try await browser.open()
                    _ = try await page.open("\(site.base)/upload", wait: .load, within: .seconds(5))
                    func give(_ field: JSON, _ files: [JSON]) async throws -> ToolResult {
                        try await client.call("page_upload", .object(["page_id": .text(page.id), "ref": field, "files": .array(files)]))
                    }
                    let many = try await field("Many", of: page)
                    let given = try await give(many, ["a.csv", "b.csv"])
                    #expect(given.structured?["files"]?.rendered == #"[{"name":"a.csv","bytes":8},{"name":"b.csv","bytes":8}]"#, "\(given)")
                    #expect(given.structured?["origin"]?.asText == site.base)
                    #expect(person.questions.last?.hasPrefix("Give to \(site.base):\n\na.csv (8 bytes, written ") == true, "\(person.questions)")
                    try await until { (try? await page.read().text.contains("a.csv=of a.csv@- b.csv=of b.csv@-")) ?? false }

                    let asked = person.questions.count
                    let refused: [(JSON, [JSON])] = [
                        (try await field("One", of: page), ["a.csv", "b.csv"]), (try await field("None", of: page), ["a.csv"]), (try await field("Text", of: page), ["a.csv"]), (many, ["../audit.jsonl"]),
                        (many, ["absent"]), (many, ["a.csv", "a.csv"]), ("e999999", ["a.csv"]), ("f9e1", ["a.csv"]),
                    ]
                    for (field, files) in refused { #expect(try await give(field, files).isError, "\(field) \(files)") }
                    #expect(person.questions.count == asked, "nobody is asked about what cannot be done")
                }
            }
        }

        @Test(.enabled(if: chromium != nil, "no chromium is installed: what needs a browser was skipped"), arguments: ["decline", "cancel", ""])
        func `a page gets nothing when the person says no or cannot be asked`(_ says: String) async throws {
            try await withFolder { path in
                try await with(says.isEmpty ? NoAnswers() : Person(says: says), in: path) { site, browser, client in
                    let page = try await browser.open()
                    _ = try await page.open("\(site.base)/upload", wait: .load, within: .seconds(5))
                    let given = try? await client.call("page_upload", .object(["page_id": .text(page.id), "ref": try await field("One", of: page), "files": ["a.csv"]]))
                    #expect(given?.isError ?? true)
                    #expect(try await page.read().text.contains("nothing"))
                }
            }
        }

        @Test(.enabled(if: chromium != nil, "no chromium is installed: what needs a browser was skipped"))
        func `a field within a frame of another site is that site's, and the person is told so`() async throws {
            try await withFolder { path in
                let person = Person(says: "accept")
                try await with(person, in: path) { site, browser, client in
                    let page = try await browser.open()
                    _ = try await page.open("\(site.base)/framing", wait: .load, within: .seconds(5))
                    try await until { (try? await page.look().outline.find(text: "Inside", role: nil, limit: 1).total == 1) ?? false }
                    let given = try await client.call("page_upload", .object(["page_id": .text(page.id), "ref": try await field("File", of: page), "files": ["a.csv"]]))
                    #expect(given.structured?["origin"]?.asText == "http://in.frames.test:\(site.port)", "\(given)")
                    #expect(person.questions.first?.hasPrefix("Give to http://in.frames.test:\(site.port):") == true)
                    try await until { (try? await page.look().outline.find(text: "got a.csv: of a.csv", role: nil, limit: 1).total == 1) ?? false }
                }
            }
        }

        @Test(.enabled(if: chromium != nil, "no chromium is installed: what needs a browser was skipped"))
        func `a trace is a file of events within its bounds, and there is one at a time`() async throws {
            try await withFolder { path in
                try await with(NoAnswers(), in: path) { site, browser, client in
                    let page = try await browser.open()
                    _ = try await page.open("\(site.base)/good", wait: .load, within: .seconds(5))
                    let arguments = JSON.object(["page_id": .text(page.id), "seconds": 2, "reload": true])
                    let progress = Mutex<[Double]>([])
                    async let first = client.call("trace_record", arguments) { step in progress.withLock { $0.append(step.done) } }
                    try await until { progress.withLock { !$0.isEmpty } }
                    let second = try await client.call("trace_record", arguments)
                    #expect(second.isError && "\(second.content)".contains("one at a time"), "\(second)")
                    let trace = try await first
                    let file = try #require(trace.structured?["path"]?.asText, "\(trace)")
                    let bytes = try #require(FileManager.default.contents(atPath: file))
                    #expect(file.hasPrefix(path + "/down/trace-20261126T030000000Z-") && trace.structured?["bytes"]?.asInteger == Int64(bytes.count))
                    #expect((try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? NSNumber)?.intValue == 0o600)
                    let json = try JSON(parsing: Array(bytes)[...])
                    #expect((json["traceEvents"]?.asArray?.count ?? 0) > 100)
                    #expect(String(decoding: bytes, as: UTF8.self).contains("/good"))
                    #expect(progress.withLock { $0 } == [1, 2])
                    // Time stands still here, so the name is taken: nothing is overwritten.
                    #expect(try await client.call("trace_record", .object(["page_id": .text(page.id), "seconds": 1])).isError)
                    #expect(FileManager.default.contents(atPath: file) == bytes)
                }
            }
        }

        @Test func `without a folder or leave there is no tool for files`() async throws {
            let rules = AccessRules(origins: [])
            var settings = Browser.Settings(rules: rules)
            func tools(_ settings: Browser.Settings) -> [String] { BrowserServer.make(Browser(settings), now: { .zero }).sets.flatMap(\.tools).map(\.name) }
            #expect(!tools(settings).contains("page_upload") && !tools(settings).contains("trace_record"))
            settings.uploads = UploadFolder(path: "/nowhere")
            settings.downloads = "/nowhere"
            #expect(tools(settings).contains("page_upload") && tools(settings).contains("trace_record"))
            let sets = BrowserServer.make(Browser(settings), now: { .zero }).sets
            let open = try ServerModes.readOnly.chosen(sets).flatMap(\.tools).map(\.name)
            #expect(!open.contains("page_upload") && !open.contains("trace_record"))
        }
    }
}
