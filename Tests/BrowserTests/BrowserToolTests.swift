import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Glibc
import Synchronization
import Testing
@testable import Browser
@testable import MCPBrowser

extension BrowserSuites {
    /// The tools as a client sees them, in one process.
    @Suite struct BrowserToolTests {
        static func host(_ browser: Browser, _ modes: ServerModes = .readOnly, audit: AuditTrail? = nil) throws -> ServiceHost {
            try BrowserServer.make(browser, now: { .seconds(1_795_662_000) }).host(modes, version: "1", audit: audit)
        }

        static func names(_ host: ServiceHost) -> [String] { host.service.tools.map(\.description.name) }

        @Test func `what acts is not listed without being allowed, and the list keeps to its budget`() throws {
            let browser = Browser(Browser.Settings(rules: AccessRules(origins: [])))
            let listed = try Self.host(browser)
            #expect(Self.names(listed) == [
                "page_open", "page_navigate", "pages_list", "page_close", "page_snapshot", "page_find", "page_read", "page_wait", "page_screenshot", "article_fetch",
            ])
            let bytes = listed.service.tools.reduce(0) { $0 + ((try? JSON(encoding: $1.description).bytes.count) ?? 1 << 20) }
            #expect(bytes < 16_384)
            let desks = try Self.host(browser, ServerModes(allowsChanges: false, extraSets: ["watch", "settlement"]))
            #expect(desks.service.tools.reduce(0) { $0 + ((try? JSON(encoding: $1.description).bytes.count) ?? 1 << 20) } < 16_384, "what a running desk lists")
            var whole = Browser.Settings(rules: AccessRules(origins: []))
            whole.downloads = "/nowhere"
            whole.uploads = UploadFolder(path: "/nowhere")
            let all = BrowserServer.make(Browser(whole), now: { .zero }).sets.flatMap(\.tools)
            #expect(all.count == 28)
            #expect(all.reduce(0) { $0 + ((try? JSON(encoding: $1.description).bytes.count) ?? 1 << 20) } < 32_768)
            #expect(all.allSatisfy { $0.description.annotations != nil && $0.description.outputSchema != nil })
        }

        @Test func `without an allowed origin every address is refused in a sentence, and no browser is started`() async throws {
            let browser = Browser(Browser.Settings(rules: AccessRules(origins: [])))
            let client = Client(InProcessLink(try Self.host(browser)), info: Implementation(name: "tester", version: "1"))
            _ = try await client.connect()
            for url in ["https://example.org/", "file:///etc/passwd", "http://169.254.169.254/"] {
                let result = try await client.call("page_open", .object(["url": .text(url)]))
                #expect(result.isError && "\(result.content)".contains("refused"), "\(result)")
            }
            #expect(try await client.call("article_fetch", .object(["url": "https://example.org/"])).isError)
            #expect(try await client.call("page_snapshot", .object(["page_id": "p1"])).isError)
            #expect(await !browser.isRunning)
            await client.close()
        }

        @Test(.enabled(if: chromium != nil, "no chromium is installed: what needs a browser was skipped"))
        func `a page is opened, read, acted upon, pictured and closed`() async throws {
            try await withSite { site, browser in
                let trail = try AuditTrail("\(P_tmpdir)/aura-browser-\(UInt64.random(in: 0 ... .max)).jsonl", now: { "2026-11-26T03:00:00.000Z" })
                defer { unlink(trail.path) }
                let host = try Self.host(browser, ServerModes(allowsChanges: true, extraSets: ["all"]), audit: trail)
                let client = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1"))
                _ = try await client.connect()
                func call(_ name: String, _ arguments: KeyValuePairs<String, JSON?>) async throws -> JSON {
                    let result = try await client.call(name, .object(arguments))
                    #expect(!result.isError, "\(name): \(result.content)")
                    return result.structured ?? .null
                }
                let page = try #require(try await call("page_open", ["url": .text("\(site.base)/form")])["page_id"]?.asText)
                let id = JSON.text(page)
                let outline = try await call("page_snapshot", ["page_id": id])
                func ref(_ text: String?, _ role: String) async throws -> String {
                    let found = try await call("page_find", ["page_id": id, "text": text.map { .text($0) }, "role": .text(role)])
                    return try #require(found["matches"]?.asArray?.first?["ref"]?.asText, "\(role) \(outline)")
                }
                let steps: [JSON] = [
                    .object(["action": "fill", "ref": .text(try await ref("Name", "textbox")), "text": "Ada"]), .object(["action": "select", "ref": .text(try await ref("Pick", "combobox")), "values": .array(["Two"])]),
                    .object(["action": "click", "ref": .text(try await ref("Agree", "checkbox"))]), .object(["action": "click", "ref": .text(try await ref("Send", "button"))]),
                ]
                let acted = try await call("page_act", ["page_id": id, "steps": .array(steps)])
                #expect(acted["done"] == 4, "\(acted)")
                #expect(acted["changes"]?.asText?.contains("sent Ada 2 true") == true, "\(acted)")
                #expect(try await call("page_snapshot", ["page_id": id, "since": acted["snapshot"]])["outline"] == "")
                #expect(try await call("page_wait", ["page_id": id, "for": "text", "value": "sent Ada", "timeout_ms": 2000])["met"] == true)
                #expect(try await call("page_wait", ["page_id": id, "for": "text", "value": "never", "timeout_ms": 200])["met"] == false)
                let picture = try await client.call("page_screenshot", .object(["page_id": id, "max_bytes": 20_000]))
                #expect(!picture.isError && picture.content.contains { if case .image = $0 { true } else { false } })
                #expect((picture.structured?["bytes"]?.asInteger ?? .max) <= 20_000)

                _ = try await call("page_navigate", ["page_id": id, "url": .text("\(site.base)/table")])
                let table = try await call("page_table", ["page_id": id, "ref": .text(try await ref(nil, "table"))])
                #expect(table["rows"]?.rendered == #"[["A","1234.50"],["B","-3"]]"#, "\(table)")
                let rows = try await call("page_extract", [
                    "page_id": id, "row": "li", "fields": .array([.object(["name": "k", "selector": "@data-k"]), .object(["name": "b", "selector": "b"])]),
                    "schema": .object(["type": "object", "properties": .object(["k": .object(["type": "integer"])]), "required": .array(["k"])]),
                ])
                #expect(rows["rows"]?.rendered == #"[{"k":1,"b":"x"},{"k":2,"b":"y"}]"#, "\(rows)")
                let requests = try await call("network_list", ["page_id": id])
                #expect(requests["requests"]?.asArray?.contains { $0["status"] == 200 } == true)
                let number = requests["requests"]?.asArray?.last?["number"] ?? 1
                #expect(try await call("network_get", ["page_id": id, "number": number])["body"]?.asText?.contains("<table>") == true)
                _ = try await call("page_metrics", ["page_id": id])
                _ = try await call("cookies_list", ["page_id": id])
                #expect((try await call("page_pdf", ["page_id": id])["bytes"]?.asInteger ?? 0) > 1000)
                #expect(try await call("page_navigate", ["page_id": id, "direction": "back"])["url"]?.asText == "\(site.base)/form")

                // Nobody can be asked here: nothing is run.
                await #expect(throws: (any Error).self) {
                    let result = try await client.call("page_evaluate", .object(["page_id": id, "script": "1 + 1"]))
                    if result.isError { throw ToolFailure("\(result.content)") }
                }
                let article = try await call("article_fetch", ["url": .text("\(site.base)/article")])
                #expect(article["title"] == "Title of it" && article["author"] == "A. Writer" && article["text"]?.asText?.hasPrefix("Head & line") == true, "\(article)")
                #expect(try await client.call("article_fetch", .object(["url": .text("\(site.base)/private/x")])).isError)
                #expect(try await client.call("article_fetch", .object(["url": .text("\(site.base)/to-treasure")])).isError)
                #expect(site.knocked == [])
                _ = try await call("page_close", ["page_id": id])
                #expect(try await client.call("page_snapshot", .object(["page_id": id])).isError)
                await client.close()
            }
        }

        @Test(.enabled(if: chromium != nil, "no chromium is installed: what needs a browser was skipped"))
        func `a watch tells its subscribers what it read`() async throws {
            try await withSite { site, browser in
                let changed = Watched<[String]>([])
                let watches = WatchBook(browser, now: { .seconds(1_795_662_000) }) { id in changed.change { $0.append(id) } }
                let watch = try #require(watches.create(url: "\(site.base)/good", selector: "h1", interval: 3600))
                #expect(await changed.wait(within: .seconds(10)) { $0 == [watch.id] })
                #expect(watches.watch(watch.id)?.text == "A good page")
                let wrong = try #require(watches.create(url: "\(site.base)/good", selector: "#nothing", interval: 3600))
                try await until { watches.watch(wrong.id)?.trouble != nil }
                #expect(watches.delete(watch.id) && watches.delete(wrong.id) && watches.all.isEmpty)
                for _ in 0..<WatchBook.bound { _ = watches.create(url: "\(site.base)/good", selector: nil, interval: 3600) }
                #expect(watches.create(url: "\(site.base)/good", selector: nil, interval: 3600) == nil)
                for watch in watches.all { watches.delete(watch.id) }
            }
        }
    }
}
