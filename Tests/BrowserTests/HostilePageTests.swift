import Foundation
import Testing
import Transport
@testable import Browser

extension BrowserSuites {
    /// Pages that want what they must not have. Each is opened in a browser that may reach one site; beside it stands a treasure, and a door that counts knocks.
    @Suite(.enabled(if: chromium != nil, "no chromium is installed: what needs a browser was skipped"))
    struct HostilePageTests {
        static let direct: [(address: String, rule: Refusal.Rule)] = [
            ("file:///etc/passwd", .scheme), ("data:text/html,hello", .scheme), ("javascript:alert(1)", .scheme), ("chrome://crash", .scheme), ("chrome://version", .scheme),
            ("view-source:http://a.pages.test/", .scheme), ("about:config", .scheme), ("ftp://a.pages.test/", .scheme), ("blob:http://a.pages.test/1", .scheme),
            ("http://user@a.pages.test/", .scheme), ("http://a.pages.test\\@169.254.169.254/", .scheme), ("http://a b/", .scheme), ("http://", .scheme), ("http:///x", .scheme),
            ("//a.pages.test/", .scheme), ("http://a.pages.test:99999/", .scheme), ("http://ａ.pages.test/", .scheme), ("http://169.254.169.254/latest/meta-data/", .origin),
            ("http://127.0.0.1/", .origin), ("http://2130706433/", .origin), ("http://[::1]/", .origin), ("https://elsewhere.test/", .origin),
        ]

        @Test(arguments: Self.direct) func `an address that may not be opened is refused before a browser is asked`(_ address: String, _ rule: Refusal.Rule) {
            let rules = AccessRules(origins: [OriginPattern("http://*.pages.test")].compactMap { $0 })
            #expect(rules.judge(address).failure?.rule == rule)
        }

        @Test func `numbers of this machine and its network are refused in every spelling even where every origin is allowed`() {
            let rules = AccessRules(origins: [.anywhere])
            for host in [
                "127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0x7f000001", "0177.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
                "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[fe80::1]", "[fd00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "localhost", "a.localhost", "LOCALHOST", "localhost.",
            ] {
                #expect(rules.judge("http://\(host)/").failure?.rule == .address, "\(host)")
            }
            for host in ["93.184.216.34", "[2606:4700::1111]", "example.org", "8.8.8.8"] { #expect(rules.judge("https://\(host)/").failure == nil, "\(host)") }
        }

        enum Outcome: Sendable {
            /// Refused, and told why.
            case refused(Refusal.Rule)
            /// The page stands, and whatever it tried led nowhere.
            case harmless
            /// The page does not come, or not whole; nothing else happens.
            case incomplete
            /// The page may break by itself.
            case fragile
        }

        static let pages: [(path: String, outcome: Outcome)] = [
            ("to-treasure", .refused(.origin)), ("to-metadata", .refused(.origin)), ("to-file", .incomplete), ("to-data", .incomplete), ("to-elsewhere", .refused(.origin)),
            ("to-number", .refused(.origin)), ("to-chrome", .incomplete), ("loop", .incomplete), ("js-treasure", .harmless), ("js-file", .harmless), ("js-data", .harmless), ("js-chrome", .harmless),
            ("refresh", .harmless), ("parts", .harmless), ("hints", .harmless), ("speculate", .harmless), ("framed-meta", .harmless), ("fetch", .harmless), ("beacon", .harmless),
            ("xhr", .harmless), ("socket", .harmless), ("events", .harmless), ("worker", .harmless), ("worker-blob", .harmless), ("shared", .harmless), ("popup", .harmless), ("rtc", .harmless),
            ("post", .harmless), ("alerts", .harmless), ("questions", .harmless), ("trap", .harmless), ("deep", .fragile), ("crowd", .fragile), ("flood", .harmless), ("shout", .fragile), ("states", .harmless), ("halves", .harmless),
            ("tamper", .harmless), ("long-title", .harmless), ("print", .harmless), ("full", .harmless), ("protocol", .harmless), ("clobber", .harmless), ("many", .harmless), ("endless", .incomplete),
            ("silent", .incomplete),
        ]

        /// Pages that take many seconds by their mere size: `make test-browser` has them too.
        static let long: Set<String> = ["shout", "crowd"]
        private let isLong = ProcessInfo.processInfo.environment["AURA_BROWSER_LONG"] != nil

        @Test func `no hostile page reaches what it must not, and the browser goes on`() async throws {
            try await withSite { site, browser in
                for (path, outcome) in Self.pages where isLong || !Self.long.contains(path) {
                    let page = try await browser.open()
                    let result = await attempt { () async throws(BrowserError) in try await page.open("\(site.base)/\(path)", wait: .load, within: .milliseconds(1000)) }
                    switch (outcome, result) {
                    case (.refused(let rule), .failure(.notAllowed(let refusal))): #expect(refusal.rule == rule, "\(path)")
                    case (.refused, _): Issue.record("\(path) was not refused: \(result)")
                    case (.harmless, .success):
                        let seen = await attempt { () async throws(BrowserError) -> Page.Sight in
                            try await page.settle(within: .milliseconds(250))
                            return try await page.look()
                        }
                        if case .failure(let error) = seen { Issue.record("\(path): \(error)") }
                    case (.harmless, .failure(let error)):
                        // A page that leads itself away at once may be refused as a whole.
                        if case .notAllowed = error {} else { Issue.record("\(path): \(error)") }
                    case (.incomplete, .success(let arrival)): #expect(!arrival.reached, "\(path) came whole")
                    case (.incomplete, .failure): break
                    case (.fragile, _): _ = await attempt { () async throws(BrowserError) in try await page.look() }
                    }
                    #expect(!page.url.contains("TREASURE") && !page.url.hasPrefix("file:") && !page.url.hasPrefix("chrome:") && !page.url.hasPrefix("data:"), "\(path) is at \(page.url)")
                    try? await browser.close(page.id)
                    for other in await browser.openPages { try? await browser.close(other.id) }
                }
                #expect(site.knocked == [])
                try await isWell(site, browser)
            }
        }

        @Test func `a name that means a private address is refused where it is resolved`() async throws {
            try await withSite { site, browser in
                for name in ["inside", "meta", "six", "mapped", "mixed"] {
                    let page = try await browser.open()
                    let result = await attempt { () async throws(BrowserError) in try await page.open("http://\(name).pages.test:\(site.port)/", wait: .load, within: .seconds(5)) }
                    guard case .failure(.notAllowed(let refusal)) = result else {
                        Issue.record("\(name): \(result)")
                        continue
                    }
                    #expect(refusal.rule == .address)
                    try await browser.close(page.id)
                }
                // The first time the name is ours, then it is the metadata service's: nothing is connected there.
                let page = try await browser.open()
                _ = try await page.open("http://rebind.pages.test:\(site.port)/rebind", wait: .load, within: .seconds(5))
                let again = await attempt { () async throws(BrowserError) in try await page.open("http://rebind.pages.test:\(site.port)/good", wait: .load, within: .seconds(5)) }
                guard case .failure(.notAllowed(let refusal)) = again else {
                    Issue.record("\(again)")
                    return
                }
                #expect(refusal.rule == .address)
            }
        }

        @Test func `a page that spins is replaced, a page that crashed is replaced, and others do not notice`() async throws {
            try await withSite { site, browser in
                let other = try await browser.open()
                _ = try await other.open("\(site.base)/good", wait: .load, within: .seconds(5))
                let page = try await browser.open()
                _ = await attempt { () async throws(BrowserError) in try await page.open("\(site.base)/spin", wait: .load, within: .seconds(2)) }
                // Whatever is asked first, once it spins, finds out.
                try await until {
                    guard case .failure(.replaced) = await attempt({ () async throws(BrowserError) in try await page.evaluate("1") }) else { return false }
                    return true
                }
                let back = try await page.open("\(site.base)/good", wait: .load, within: .seconds(5))
                #expect(back.title == "Good")
                page.connection.post(DevToolsCommand("Page.crash", session: page.session))
                #expect(await page.state.wait(within: .seconds(5)) { $0.crashed })
                let crash = await attempt { () async throws(BrowserError) in try await page.look() }
                guard case .failure(.replaced) = crash else {
                    Issue.record("\(crash)")
                    return
                }
                #expect(try await page.open("\(site.base)/good", wait: .load, within: .seconds(5)).title == "Good")
                #expect(try await other.look().outline.find(text: "A good page", role: "heading", limit: 5).total == 1)
            }
        }

        @Test func `an endless storm of dialogs ends in a replaced page, and all before it were answered`() async throws {
            try await withSite { site, browser in
                let page = try await browser.open()
                _ = await attempt { () async throws(BrowserError) in try await page.open("\(site.base)/alerts-forever", wait: .load, within: .seconds(2)) }
                #expect(await page.state.wait(within: .seconds(5)) { $0.dialogs > 100 })
                #expect(page.console.count { $0.kind == "dialog" } == PageState.dialogBound)
                for _ in 0..<3 { if case .failure(.replaced) = await attempt({ () async throws(BrowserError) in try await page.evaluate("1") }) { break } }
                #expect(try await page.open("\(site.base)/good", wait: .load, within: .seconds(5)).title == "Good")
            }
        }

        @Test func `a page that floods its console is muted until its next document, and others are heard`() async throws {
            try await withSite { site, browser in
                let other = try await browser.open()
                let page = try await browser.open()
                _ = try await page.open("\(site.base)/chatter", wait: .load, within: .seconds(5))
                #expect(await page.state.wait(within: .seconds(10)) { $0.isConsoleMuted })
                #expect(page.console.count <= PageState.consoleBound && page.console.last?.text.contains("passed over") == true)
                #expect(try await other.open("\(site.base)/good", wait: .load, within: .seconds(5)).title == "Good")
                #expect(try await page.title() == "chatter", "it is quiet, and goes on")
                _ = try await page.open("\(site.base)/halves", wait: .load, within: .seconds(5))
                #expect(await page.state.wait(within: .seconds(5)) { $0.console.elements.contains { $0.text == "\u{FFFD}" } }, "\(page.console.suffix(3))")
                #expect(!page.state.value.isConsoleMuted)
            }
        }

        @Test func `a page whose script writes without a pause is ended, and others are heard`() async throws {
            try await withSite { site, browser in
                let other = try await browser.open()
                let page = try await browser.open()
                _ = await attempt { () async throws(BrowserError) in try await page.open("\(site.base)/babble", wait: .load, within: .seconds(2)) }
                #expect(await page.state.wait(within: .seconds(20)) { $0.crashed })
                let told = await attempt { () async throws(BrowserError) in try await page.look() }
                #expect(told.failure == .replaced(why: "was ended, for it wrote to its console without end"))
                #expect(try await other.open("\(site.base)/good", wait: .load, within: .seconds(5)).title == "Good")
                try await isWell(site, browser)
            }
        }

        @Test func `a cancelled reader of articles ends before it asks`() async throws {
            try await withSite { site, browser in
                let reader = ArticleReader(browser)
                _ = try await reader.fetch("\(site.base)/article")
                let second = Task { await attempt { () async throws(BrowserError) in try await reader.fetch("\(site.base)/article") } }
                second.cancel()
                #expect(await second.value.failure == .cancelled)
            }
        }

        @Test func `a page that eats memory is ended, and the browser is not`() async throws {
            try await withSite({ $0.memoryMegabytes = 300 }) { site, browser in
                let page = try await browser.open()
                _ = await attempt { () async throws(BrowserError) in try await page.open("\(site.base)/hog", wait: .load, within: .seconds(2)) }
                #expect(await page.state.wait(within: .seconds(20)) { $0.crashed })
                try await isWell(site, browser)
            }
        }

        @Test func `popups have room for as many pages as are allowed, and no more`() async throws {
            try await withSite({ $0.pageLimit = 3 }) { site, browser in
                let page = try await browser.open()
                // Popups need a person's click, or a page without a blocker; ours has none.
                _ = try await page.open("\(site.base)/popups", wait: .load, within: .seconds(5))
                try await page.settle()
                #expect(await browser.openPages.count <= 3)
                await #expect(throws: BrowserError.self) { for _ in 0..<4 { _ = try await browser.open() } }
            }
        }

        @Test func `a download is bounded in size, named by us, and refused where downloads are off`() async throws {
            let folder = FileManager.default.temporaryDirectory.path + "/aura-downloads-\(UInt64.random(in: 0 ... .max))"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try await withSite({
                $0.downloads = folder
                $0.downloadBytes = 1 << 20
            }) { site, browser in
                let page = try await browser.open()
                for path in ["big", "escape"] { _ = await attempt { () async throws(BrowserError) in try await page.open("\(site.base)/\(path)", wait: .load, within: .seconds(5)) } }
                try await until { await browser.downloads.count { $0.outcome != .running } == 2 }
                let records = await browser.downloads
                #expect(records.map(\.outcome) == [.refused, .saved], "\(records)")
                let files = try FileManager.default.contentsOfDirectory(atPath: folder)
                #expect(files.count == 1)
                #expect(files.allSatisfy { !$0.hasPrefix(".") && !$0.contains("..") }, "\(files)")
                #expect(try String(contentsOfFile: "\(folder)/\(files[0])", encoding: .utf8) == "small")
            }
            try await withSite { site, browser in
                let page = try await browser.open()
                _ = await attempt { () async throws(BrowserError) in try await page.open("\(site.base)/escape", wait: .load, within: .seconds(5)) }
                #expect(await browser.downloads.allSatisfy { $0.outcome == .refused || $0.outcome == .cancelled })
            }
        }

        @Test func `what nobody sees on a page is not read from it`() async throws {
            try await withSite { site, browser in
                let page = try await browser.open()
                _ = try await page.open("\(site.base)/injected", wait: .load, within: .seconds(5))
                let reading = try await page.read()
                #expect(reading.text == "# Weather\n\nIt rains.\n\nvisible")
                _ = try await page.open("\(site.base)/tamper", wait: .load, within: .seconds(5))
                #expect(try await page.read().text == "the true text")
                _ = try await page.open("\(site.base)/clobber", wait: .load, within: .seconds(5))
                #expect(try await page.read().text == "the true text")
                _ = try await page.open("\(site.base)/halves", wait: .load, within: .seconds(5))
                #expect(try await page.title() == "half \u{FFFD} title")
            }
        }
    }
}
