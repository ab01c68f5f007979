import Notation
import Testing
import Transport
@testable import Browser
@testable import MCPBrowser

/// What needs no browser: outlines, patterns, heads, articles, tables.
struct BrowserPureTests {
    static func node(_ id: Int, _ role: String, _ name: String, children: [Int] = [], ignored: Bool = false, properties: [(String, JSON)] = []) -> JSON {
        .object([
            "nodeId": .text("\(id)"), "ignored": .bool(ignored), "role": .object(["value": .text(role)]), "name": .object(["value": .text(name)]), "backendDOMNodeId": .integer(Int64(id)),
            "childIds": .array(children.map { .text("\($0)") }), "properties": .array(properties.map { .object(["name": .text($0.0), "value": .object(["value": $0.1])]) }),
        ])
    }

    static let page = [
        node(1, "RootWebArea", "Home", children: [2, 5]), node(2, "generic", "", children: [3, 4]), node(3, "heading", "Hello", children: [30], properties: [("level", 1)]), node(30, "StaticText", "Hello"),
        node(4, "paragraph", "", children: [40]), node(40, "StaticText", "Some text"), node(5, "button", "Send", properties: [("disabled", true)]),
    ]

    @Test func `an outline has a line for what has a meaning, and says nothing twice`() {
        #expect(Outline(accessibility: Self.page).shown(maxBytes: 1000).text == """
            - heading "Hello" [level=1] [e3]
            - paragraph [e4]
              - "Some text"
            - button "Send" [disabled] [e5]
            """)
    }

    @Test func `an outline within a budget says how much was left out`() {
        let text = Outline(accessibility: Self.page).shown(maxBytes: 60)
        #expect(text.lines == 2)
        #expect(text.omitted == 2)
        #expect(text.text.utf8.count <= 60)
    }

    @Test func `a difference names what is new, what is otherwise and what is gone`() {
        var changed = Self.page
        changed[1] = Self.node(2, "generic", "", children: [3, 6])
        changed[2] = Self.node(3, "heading", "Goodbye", properties: [("level", 1)])
        changed.append(Self.node(6, "link", "More"))
        let old = Outline(accessibility: Self.page)
        #expect(Outline(accessibility: changed).changes(since: old, maxBytes: 1000).text == """
            ~ heading "Goodbye" [level=1] [e3]
            + link "More" [e6]
            - paragraph [e4]
            - "Some text"
            """)
        #expect(old.changes(since: old, maxBytes: 1000).text == "")
    }

    @Test func `a list of nodes that leads back into itself has an end`() {
        let circle = [Self.node(1, "main", "a", children: [2]), Self.node(2, "group", "b", children: [1, 2, 99])]
        #expect(Outline(accessibility: circle).lines.count == 2)
        #expect(Outline(accessibility: []).lines.isEmpty)
    }

    @Test func `a text is found as what holds it`() throws {
        let found = try Outline(accessibility: Self.page).find(text: "some TEXT", role: nil, limit: 5)
        #expect(found.matches.map(\.ref) == ["e4"])
        #expect(try Outline(accessibility: Self.page).find(text: nil, role: "button", limit: 5).matches.map(\.text) == ["Send"])
        let pattern = try PatternSearch("^s[a-z]nd$", ignoringCase: true)
        #expect(try Outline(accessibility: Self.page).find(text: nil, pattern: pattern, role: nil, limit: 5).matches.map(\.text) == ["Send"])
        #expect(throws: TextPattern.Fault.self) { try Outline(accessibility: Self.page).find(text: nil, pattern: PatternSearch("x", ignoringCase: true, steps: 3), role: nil, limit: 5) }
    }

    @Test(arguments: [
        ("https://example.org", "https://example.org/a", true), ("https://example.org", "https://example.org:444/", false), ("https://example.org", "http://example.org/", false),
        ("example.org", "https://example.org/", true), ("https://*.example.org", "https://a.b.example.org/", true), ("https://*.example.org", "https://example.org/", true),
        ("https://*.example.org", "https://badexample.org/", false), ("https://example.org", "https://example.org.evil.test/", false), ("https://example.org", "wss://example.org/", true),
        ("http://10.0.0.5:8080", "http://10.0.0.5:8080/", true), ("*", "https://anything.test/", true), ("https://EXAMPLE.org", "https://Example.ORG./", true),
    ])
    func `an origin's pattern covers what it says and nothing else`(_ pattern: String, _ address: String, _ covers: Bool) throws {
        let address = try #require(WebAddress(address))
        #expect(try #require(OriginPattern(pattern)).matches(address) == covers)
    }

    @Test(arguments: ["", "https://", "https://*.org", "https://example.org/path", "ftp://example.org", "https://a@b.org", "https://*", "https://a.*.org", "javascript:x"])
    func `what is no origin is no pattern`(_ text: String) { #expect(OriginPattern(text) == nil) }

    @Test func `a private address that is named by number is allowed, and its neighbour is not`() async {
        let rules = AccessRules(origins: [OriginPattern("http://10.0.0.5:8080"), OriginPattern("http://10.0.0.6:8080")].compactMap { $0 })
        #expect(rules.judge("http://10.0.0.5:8080/x").failure == nil)
        #expect(rules.judge("http://10.0.0.5:8081/x").failure?.rule == .origin)
        let named = AccessRules(origins: [.anywhere], addresses: ["10.0.0.5:8080"], resolve: { _ in [InternetAddress("10.0.0.5")].compactMap { $0 } })
        await #expect(throws: Refusal.self) { try await named.addresses(for: ProxyTarget(host: "a.test", port: 80, isTunnel: false)) }
        await #expect(throws: Never.self) { try await named.addresses(for: ProxyTarget(host: "a.test", port: 8080, isTunnel: false)) }
    }

    @Test(arguments: [
        ("1234", "1234"), ("$1,234.50", "1234.50"), ("(3)", "-3"), ("−0.5", "-0.5"), ("45%", "45"), ("+7", "7"), ("1,23", nil), ("1.2.3", nil), ("abc", nil), ("", nil), ("1e5", nil), ("12:30", nil), (".5", "0.5"), ("5.", nil),
    ])
    func `a number in a table is written plainly, digit by digit`(_ cell: String, _ plain: String?) { #expect(TableColumn.plain(cell) == plain) }

    @Test func `robots' rules: the longest match decides, and a group of our own goes before everybody's`() {
        let rules = RobotsRules("User-agent: *\nDisallow: /\n\nUser-agent: aura\nUser-agent: other\nDisallow: /private\nAllow: /private/open$\nDisallow: /*.pdf$\n", agent: "aura")
        for (path, allowed) in [("/", true), ("/private", false), ("/private/x", false), ("/private/open", true), ("/private/opened", false), ("/a.pdf", false), ("/a.pdfx", true)] {
            #expect(rules.allow(path) == allowed, "\(path)")
        }
        #expect(!RobotsRules("User-agent: *\nDisallow: /", agent: "aura").allow("/x"))
        #expect(RobotsRules("User-agent: *\nDisallow:", agent: "aura").allow("/x"))
    }

    @Test func `an article is its title, author, date and paragraphs, without scripts and menus`() {
        let html = "<head><title>Title of it</title><meta content=\"A. Writer\" name=author><meta property='article:published_time' content='2026-11-25'></head><body><nav>menu</nav><article><h1>Head &amp; line</h1><p>One.</p><p>Two&nbsp;&euro;.<script>var no = '<p>no</p>'</script></article><p>after"
        let article = Article(html: html)
        #expect([article.title, article.author, article.date] == ["Title of it", "A. Writer", "2026-11-25"])
        #expect(article.text == "Head & line\n\nOne.\n\nTwo €.")
        for broken in ["", "<", "<script>", "<article", "<article><article>", "<title>", String(repeating: "<div>", count: 5000), "<meta content=\"", "<body>&#xffffffff;"] { _ = Article(html: broken) }
    }

    @Test func `characters without a shape are taken out of a page's text`() {
        #expect(VisibleText.line("a\u{200B}b\u{202E}c\u{E0041}\u{FEFF} \n\t d\u{0000}e") == "abc d e")
        #expect(VisibleText.lines("x\r\ny\u{2066}z") == "x\nyz")
    }

    @Test func `a console has so many lines a second, then none, and what cannot be muted is ended`() {
        var slow = ConsoleBudget()
        for second in 0..<20 { for _ in 0..<ConsoleBudget.lines { #expect(slow.take(bytes: 100, at: 2.0 * Double(second)) == .write) } }
        var fast = ConsoleBudget()
        let steps = (0...ConsoleBudget.lines + ConsoleBudget.linesAfter + 10).map { fast.take(bytes: 100, at: 1 + Double($0) * 1e-6) }
        #expect(steps.firstIndex(of: .mute) == ConsoleBudget.lines && steps.firstIndex(of: .end) == ConsoleBudget.lines + ConsoleBudget.linesAfter + 1)
        #expect(steps.count { $0 == .mute } == 1 && steps.count { $0 == .end } == 1 && steps.last == .drop)
        var fat = ConsoleBudget()
        #expect(fat.take(bytes: ConsoleBudget.bytes + 1, at: 1) == .mute)
        #expect(fat.take(bytes: ConsoleBudget.bytesAfter + 1, at: 5) == .end)
    }

    @Test func `keys have names, letters and modifiers`() {
        #expect(Keyboard.Stroke("Enter")?.code == 13)
        #expect(Keyboard.Stroke("Control+a")?.modifiers == 2)
        #expect(Keyboard.Stroke("a")?.text == "a")
        for wrong in ["", "Enterr", "Hyper+a", "ab"] { #expect(Keyboard.Stroke(wrong) == nil, "\(wrong)") }
    }

    @Test func `headers that may hold secrets and the values of queries are masked`() {
        #expect(MaskedHeaders.mask(["Content-Type": "a", "Cookie": "s=1", "X-Api-Key": "k"]) == ["Content-Type": "a", "Cookie": "[redacted]", "X-Api-Key": "[redacted]"])
        #expect(MaskedHeaders.address("https://a.org/x?token=abc&b=2#c") == "https://a.org/x?token=…&b=…")
    }

    @Test func `a part of a text cuts no character in two`() {
        let part = TextRange.of("aéb", from: 0, bytes: 2)
        #expect(part.text == "a" && part.to == 1 && part.total == 4)
        #expect(TextRange.of("aéb", from: 2, bytes: 10).text == "éb")
        #expect(TextRange.of("a", from: 9, bytes: 10).text == "")
    }
}
