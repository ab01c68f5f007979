import Foundation
import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Ports
import Synchronization
import Testing
import Transport
@testable import Browser
@testable import MCPBrowser

/// A site of our own whose one page says what the test wants.
private final class OwnSite: Sendable {
    let said = Mutex((status: 200, html: ""))
    let url: String
    private let server: WebServer

    private init(_ server: WebServer, _ port: Int) {
        self.server = server
        url = "http://127.0.0.1:\(port)/page"
    }

    static func with(_ body: (OwnSite, Browser) async throws -> Void) async throws {
        let here = Mutex<OwnSite?>(nil)
        let server = WebServer(port: 0) { request in
            guard request.path == "/page", let site = here.withLock({ $0 }) else { return .text(404, "nothing\n") }
            let (status, html) = site.said.withLock { $0 }
            return HTTPResponse(status: status, headers: ["content-type": "text/html; charset=utf-8"], body: Array(html.utf8))
        }
        let port = try await server.start()
        let site = OwnSite(server, port)
        here.withLock { $0 = site }
        var settings = Browser.Settings(rules: AccessRules(origins: [try #require(OriginPattern("http://127.0.0.1:\(port)"))]))
        settings.executable = chromium ?? settings.executable
        let browser = Browser(settings)
        do { try await body(site, browser) } catch {
            await browser.stop()
            await server.stop()
            throw error
        }
        await browser.stop()
        await server.stop()
    }

    func say(_ html: String, status: Int = 200) { said.withLock { $0 = (status, html) } }
}

extension BrowserSuites {
    /// What a real browser's reading comes to on the research card.
    @Suite struct ResearchTests {
        @Test(.enabled(if: chromium != nil, "no chromium is installed: what needs a browser was skipped"))
        func `a watch shows where its page changed, and an answer that is none is trouble and no change`() async throws {
            try await OwnSite.with { site, browser in
                site.say("<h1>Figures</h1><p id=v>The figure is 4.1 percent</p>")
                let book = ResearchBook()
                let watches = WatchBook(browser, now: { .seconds(1_795_662_000) }, changed: { _ in })
                book.show(watches)
                let watch = try #require(watches.create(url: site.url, selector: "#v", interval: 1))
                func shown() throws -> ResearchView.Watch { try #require(book.research.watches.first) }
                try await until { book.research.watches.first?.reads == "The figure is 4.1 percent" }
                let first = try shown()
                #expect(first.changed == nil && first.before == nil && first.looked == 1_795_662_000_000_000_000)

                site.say("<h1>Out of order</h1>", status: 503)
                try await until { book.research.watches.first?.trouble == "the address answered with status 503" }
                let troubled = try shown()
                #expect(troubled.reads == "The figure is 4.1 percent" && troubled.changes == 0, "what was read last stays")

                site.say("<p id=v>The figure is 4.2 percent &lt;script&gt;alert(1)&lt;/script&gt; &#x202E;drow&#x2066; token=abcdefgh</p>")
                try await until { book.research.watches.first?.changes == 1 }
                let changed = try shown()
                #expect(changed.before == "The figure is 4.1 percent" && changed.after == "The figure is 4.2 percent <script>alert(1)</script> drow token=[redacted]")
                #expect(changed.trouble == nil && changed.changed == 1_795_662_000_000_000_000)

                site.say("<p id=v>" + String(repeating: "long ", count: 200_000) + "</p>")
                try await until { book.research.watches.first?.changes == 2 }
                let long = try shown()
                #expect((long.after?.utf8.count ?? .max) <= 320 && (long.reads?.utf8.count ?? .max) <= 320)
                let bytes = try JSONEncoder().encode(book.research).count
                #expect(bytes < 4_096, "a page of a megabyte is \(bytes) bytes on the card")
                book.close()
                #expect(book.research.watches.isEmpty && watches.watch(watch.id) == nil)
            }
        }

        @Test(.enabled(if: chromium != nil, "no chromium is installed: what needs a browser was skipped"))
        func `a settlement source is read, what it does not show is not inferred, and the card keeps both`() async throws {
            try await OwnSite.with { site, browser in
                site.say("<title>Prices</title><table id=t><tr><th>Month<th>CPI<tr><td>April<td>3.1<tr><td>May<td>3.4</table>")
                let book = ResearchBook()
                let modes = ServerModes(allowsChanges: false, extraSets: ["settlement"])
                let host = try BrowserServer.make(browser, research: book, now: { .seconds(1_795_662_000) }).host(modes, version: "1", audit: nil)
                let client = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1"))
                _ = try await client.connect()
                func check(_ more: [String: JSON]) async throws -> ToolResult {
                    let given = more.merging(["market": "KXCPI-26MAY", "url": .text(site.url)]) { $1 }
                    return try await client.call("settlement_check", .object(given.map { JSON.Member(key: $0.key, value: $0.value) }))
                }
                let may = try await check(["selector": "#t", "text": "may"])
                #expect(may.structured?["found"]?.rendered == #"["May 3.4"]"# && may.structured?["untrusted"] == true, "\(may)")
                #expect(try await check(["text": "June"]).structured?["found"]?.rendered == "[]")
                #expect(try await check([:]).isError, "where the value stands must be said")
                #expect(try await check(["selector": "#none"]).isError)
                site.say("", status: 404)
                #expect(try await check(["text": "May"]).isError)
                let elsewhere = try await client.call("settlement_check", .object(["market": "M", "url": "https://elsewhere.example/", "text": "x"]))
                #expect(elsewhere.isError)

                let checks = book.research.checks
                #expect(checks.map(\.sought) == ["May", nil, "June", "may"], "what was refused was not asked of any source")
                #expect(checks.map(\.found) == [[], [], [], ["May 3.4"]])
                #expect(checks[0].trouble == "the address answered with status 404" && checks[1].trouble?.contains("#none") == true && checks[2].trouble == nil)
                #expect(checks.allSatisfy { $0.market == "KXCPI-26MAY" && $0.time == 1_795_662_000_000_000_000 && $0.address.opens })
                await client.close()
            }
        }

        @Test(.enabled(if: chromium != nil, "no chromium is installed: what needs a browser was skipped"))
        func `a page that was opened and read is on the card once, by its last reading`() async throws {
            try await OwnSite.with { site, browser in
                site.say("<title>A page\u{202E}</title><article><p>Some text that is read.</p></article>")
                let book = ResearchBook()
                let client = Client(InProcessLink(try BrowserServer.make(browser, research: book, now: { .zero }).host(.readOnly, version: "1", audit: nil)), info: Implementation(name: "tester", version: "1"))
                _ = try await client.connect()
                let opened = try await client.call("page_open", .object(["url": .text(site.url)]))
                #expect(book.research.pages.map(\.how) == ["opened"] && book.research.pages[0].title == "A page" && book.research.pages[0].address.text == site.url)
                _ = try await client.call("page_read", .object(["page_id": try #require(opened.structured?["page_id"])]))
                #expect(book.research.pages.map(\.how) == ["read"])
                let refused = try await client.call("page_open", .object(["url": "https://elsewhere.example/"]))
                #expect(refused.isError && book.research.pages.count == 1)
                await client.close()
            }
        }
    }
}
