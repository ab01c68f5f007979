import Foundation
import MCP
import MCPHosting
import MCPServing
import MCPTestSupport
import Model
import Notation
import Testing
@testable import Browser
@testable import MCPBrowser

extension BrowserSuites {
    /// The tools that ask a person: a yes to this very call, once, and nothing instead of it.
    @Suite struct BrowserAgreementTests {
        /// Those that are destructive and ask nobody, and why that is right.
        private static let apart = [
            "page_act": "what a reader of pages does all day; listed with --allow-writes alone, and held to the allowed origins",
            "storage_clear": "of one page's own context, which no person uses",
        ]
        private static let asking = ["page_evaluate", "page_upload"]

        /// A server with everything on, before a page of strangers that shows what was done to it.
        private func serve(_ body: (ServiceHost, Page) async throws -> Void) async throws {
            try await withFolder { path in
                try FileManager.default.createDirectory(atPath: path + "/up", withIntermediateDirectories: true)
                for name in ["a.csv", "b.csv"] { try Data("of \(name)".utf8).write(to: URL(filePath: "\(path)/up/\(name)")) }
                try await withSite({
                    $0.uploads = UploadFolder(path: path + "/up")
                    $0.downloads = path
                }) { site, browser in
                    let trail = try AuditTrail(path + "/audit.jsonl", now: { "2026-11-26T03:00:00.000Z" })
                    let host = try BrowserServer.make(browser, now: { .seconds(1_795_662_000) }).host(ServerModes(allowsChanges: true, extraSets: ["all"]), version: "1", audit: trail)
                    let page = try await browser.open()
                    _ = try await page.open("\(site.base)/upload", wait: .load, within: .seconds(5))
                    try await body(host, page)
                }
            }
        }

        @Test func `every destructive tool asks, or has a reason here`() throws {
            var settings = Browser.Settings(rules: AccessRules(origins: []))
            settings.uploads = UploadFolder(path: "/nowhere")
            settings.downloads = "/nowhere"
            let tools = BrowserServer.make(Browser(settings), now: { .zero }).sets.flatMap(\.tools)
            let destructive = tools.filter { $0.hints?.destructiveHint ?? true }.map(\.name)
            #expect(destructive.sorted() == (Self.asking + Array(Self.apart.keys)).sorted())
        }

        @Test(.enabled(if: chromium != nil, "no chromium is installed: what needs a browser was skipped"), arguments: asking)
        func `a tool that asks does nothing without a person's yes to this very call, and then does it once`(name: String) async throws {
            try await serve { host, page in
                let (arguments, other) = try await Self.calls(name, page)
                let before = try await Self.done(page)
                #expect(before == 0)
                let mute = Client(InProcessLink(host), info: Implementation(name: "mute", version: "1"), answers: NoAnswers())
                _ = try await mute.connect()
                await #expect(throws: ClientError.self, "\(name) asked nobody") { _ = try await mute.call(name, arguments) }
                await mute.close()
                #expect(try await Self.done(page) == 0, "\(name) was done for a client that cannot ask")

                let agreement = Agreement(name, arguments, other: other, another: name == "page_evaluate" ? "page_upload" : "page_evaluate")
                try await agreement.goAround(host) { what, reply in
                    let now = try await Self.done(page)
                    #expect(!reply.isDone && now == 0, "\(name) \(what): \(reply)")
                }
                let replies = try await agreement.sendThrice(host)
                #expect(replies.prefix(2).count(where: \.isDone) == 1 && !replies[2].isDone, "\(name): \(replies)")
                try await until { (try? await Self.done(page)) == 1 }
            }
        }

        @Test(.enabled(if: chromium != nil, "no chromium is installed: what needs a browser was skipped"))
        func `a yes does not hold once the page is another`() async throws {
            try await serve { host, page in
                let (arguments, _) = try await Self.calls("page_evaluate", page)
                let blunt = try await BluntCaller(host)
                guard case .asked(let question, let state) = await blunt.call("page_evaluate", arguments) else { return #expect(Bool(false), "nobody was asked") }
                #expect(question.contains(page.url))
                _ = try await page.open(page.url.replacing("/upload", with: "/good"), wait: .load, within: .seconds(5))
                let reply = await blunt.call("page_evaluate", arguments, state: state, answer: "accept")
                #expect(!reply.isDone, "\(reply)")
                #expect(try await Self.done(page) == 0)
                await blunt.close()
            }
        }

        /// What it is called with, and the same for something else. Either counts itself in the page.
        private static func calls(_ name: String, _ page: Page) async throws -> (JSON, JSON) {
            let count = "window.done = (window.done ?? 0) + 1"
            if name == "page_evaluate" {
                return (.object(["page_id": .text(page.id), "script": .text(count)]), .object(["page_id": .text(page.id), "script": .text(count + "0")]))
            }
            let found = try await page.look().outline.find(text: "Many", role: nil, limit: 9).matches.first { $0.role.lowercased().contains("button") }
            let field = JSON.text(try #require(found?.ref))
            // The page counts what its field is given.
            _ = try await page.evaluateInPage("document.addEventListener('change', () => { \(count) }, true)")
            return (
                .object(["page_id": .text(page.id), "ref": field, "files": .array(["a.csv"])]),
                .object(["page_id": .text(page.id), "ref": field, "files": .array(["b.csv"])])
            )
        }

        private static func done(_ page: Page) async throws -> Int { Int(try await page.evaluateInPage("window.done ?? 0").asInteger ?? -1) }
    }
}
