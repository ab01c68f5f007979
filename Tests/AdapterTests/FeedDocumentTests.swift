import Model
import Notation
import Testing

@testable import Feeds

private func items(_ text: String) throws -> [FeedItem] { try FeedDocument.items(Array(text.utf8)) }

private func rss(_ item: String, head: String = "", version: String = "2.0") -> String {
    "<?xml version=\"1.0\"?>\(head)<rss version=\"\(version)\" xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Channel</title><item>\(item)</item></channel></rss>"
}

@Suite(.timeLimit(.minutes(1))) struct FeedDocumentTests {
    @Test func `RSS 2.0 gives title, guid, link, text and date, and no other module's title`() throws {
        let item = try #require(
            try items(
                rss(
                    "<media:title>Picture</media:title><title>Profit &amp; loss</title><link>https://a.test/1</link><guid isPermaLink=\"false\">g-1</guid><description>&lt;p&gt;Net &lt;b&gt;pro&lt;/b&gt;fit&lt;/p&gt;fell</description><pubDate>Tue, 03 Mar 2026 14:05:00 GMT</pubDate>"
                )
            ).first)
        #expect(item.title == "Profit & loss" && item.id == "g-1" && item.link == "https://a.test/1" && item.summary == "Net profit fell")
        #expect(item.published == CivilTime.parse("2026-03-03T14:05:00Z"))
    }

    @Test func `Atom gives its alternate link, XHTML as text, and prefers when it was published`() throws {
        let found = try items(
            """
            <feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>urn:1</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Rates <em>rise</em></div></title>
            <link rel="self" href="https://a.test/self"/><link href="https://a.test/1"/><updated>2026-03-04T00:00:00Z</updated><published>2026-03-03T14:05:00+01:00</published><summary>s</summary></entry></feed>
            """)
        #expect(found.count == 1)
        #expect(found[0].title == "Rates rise" && found[0].link == "https://a.test/1" && found[0].id == "urn:1")
        #expect(found[0].published == CivilTime.parse("2026-03-03T13:05:00Z"))
    }

    @Test func `what stands deeper in an item is not the item's own`() throws {
        let atom = try items(
            """
            <feed xmlns="http://www.w3.org/2005/Atom"><entry><source><title>Another feed</title><id>urn:other</id><link href="https://o.test"/><updated>2020-01-01T00:00:00Z</updated></source>
            <title>Rates rise</title><id>urn:1</id><link href="https://a.test/1"/><published>2026-03-03T13:05:00Z</published></entry></feed>
            """)
        #expect(atom.map(\.title) == ["Rates rise"] && atom[0].id == "urn:1" && atom[0].link == "https://a.test/1")
        #expect(atom[0].published == CivilTime.parse("2026-03-03T13:05:00Z"))
        let nested = try items(rss("<image><title>Picture</title></image><item><title>inner</title></item><title>Outer</title><guid>g</guid>"))
        #expect(nested.map(\.title) == ["Outer"])
    }

    @Test func `JSON Feed gives the same, with a number as id and without what has the wrong type`() throws {
        let found = try items(
            "\u{FEFF}{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":7,\"title\":\"T\",\"url\":\"https://a.test\",\"content_html\":\"<p>x</p>\",\"date_published\":\"2026-03-03T14:05:00Z\"},{\"id\":\"8\",\"title\":[1]},5]}"
        )
        #expect(found.map(\.id) == ["7"])
        #expect(found[0].summary == "x" && found[0].published != nil)
    }

    @Test func `RSS 1.0 and a CDATA section are read, and an item without an id goes by its link`() throws {
        let old = try items(
            "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\"><item><title><![CDATA[A & B <i>win</i>]]></title><link>https://a.test/2</link></item></rdf:RDF>")
        #expect(old.map(\.id) == ["https://a.test/2"] && old[0].title == "A & B win")
    }

    @Test func `names of characters that only HTML knows and old encodings do not refuse a feed`() throws {
        #expect(try items(rss("<title>Caf&eacute;&nbsp;&ndash; &euro;5 R&D & &bogus;</title>")).first?.title == "Café – €5 R&D & &bogus;")
        let latin = Array("<?xml version=\"1.0\" encoding=\"windows-1252\"?><rss><channel><item><title>".utf8) + [0x80, 0x35, 0x20, 0x93, 0xE9, 0x94] + Array("</title></item></channel></rss>".utf8)
        #expect(try FeedDocument.items(latin).first?.title == "€5 “é”")
    }

    @Test func `a document type with entities is refused, whatever it would expand to or fetch`() {
        let bombs = [
            "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>", "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>",
            "<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/x\"> %p;]>",
        ]
        for bomb in bombs { #expect(throws: FeedError.definesEntities) { try items(rss("<title>&a;</title>", head: bomb)) } }
    }

    @Test func `what is too deep, too large or broken is an error that says so`() {
        let deep = rss("<title>t</title>" + String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100))
        #expect(throws: FeedError.tooLarge("more than \(FeedLimits.depth) elements within one another")) { try items(deep) }
        #expect(throws: FeedError.self) { try items("<rss><channel><item><title>t</title></item>") }
        #expect(throws: FeedError.notAFeed) { try items("<html><body/></html>") }
        #expect(throws: FeedError.notAFeed) { try items("{\"version\":\"1\"}") }
        #expect(throws: FeedError.self) { try items("") }
        #expect(throws: FeedError.tooLarge("\(FeedLimits.bytes + 1) bytes")) { try FeedDocument.items([UInt8](repeating: 32, count: FeedLimits.bytes + 1)) }
    }

    @Test func `items, and the text of each, are bounded`() throws {
        let many = String(repeating: "<item><title>t</title></item>", count: FeedLimits.items + 50)
        #expect(try items("<rss><channel>\(many)</channel></rss>").count == FeedLimits.items)
        let long = String(repeating: "long ", count: 50_000)
        #expect(try items(rss("<title>\(long)</title>"))[0].title.utf8.count <= FeedLimits.text)
    }

    @Test func `tags that never end cost no more than their length`() throws {
        let hostile = String(repeating: "<a", count: 2_000_000)
        let found = try items("{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\",\"title\":\"\(hostile)\",\"content_html\":\"x\"}]}")
        #expect(found.map(\.title.utf8.count) == [FeedLimits.text])
        let many = String(repeating: "<item><title><![CDATA[\(String(repeating: "<a", count: 8000))]]></title></item>", count: 200)
        #expect(try items("<rss><channel>\(many)</channel></rss>").count == 200)
    }

    @Test func `any damage to a feed is an error or a feed, never a crash`() {
        let whole = Array(rss("<title>Profit &amp; loss &#8364;</title><guid>g</guid><description><![CDATA[<p>x</p>]]></description>").utf8)
        var random = SeededRandom(seed: 9)
        for _ in 0..<3000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) { bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            do { _ = try FeedDocument.items(bytes) } catch {}  // Either is right; what is tested is that it returns.
        }
    }
}

@Suite struct FeedTextTests {
    @Test(arguments: [
        ("<p>One</p><p>two</p>", "One two"), ("<b>pro</b>fit", "profit"), ("a &lt; b &amp;amp; c", "a < b &amp; c"), ("5 < 6 and 7 > 2", "5 < 6 and 7 > 2"),
        ("x<script>alert(\"</p>\")</script>y", "x y"), ("<style>p{}</style>text", "text"), ("<!-- no -->yes", "yes"), ("&#8364;5 &#x20AC;6 &bogus; &", "€5 €6 &bogus; &"),
        ("<script>never closed", ""), ("  a \n\t b  ", "a b"), ("&#0;&#xD800;&#1114112;", "&#xD800;&#1114112;"), ("line<br/>break", "line break"),
    ])
    func `HTML becomes the text that a reader sees`(_ html: String, _ text: String) { #expect(PlainText.of(html, limit: FeedLimits.text) == text) }

    @Test(arguments: [
        ("Tue, 03 Mar 2026 14:05:00 GMT", "2026-03-03T14:05:00Z"), ("Tue, 3 Mar 2026 14:05:00 +0100", "2026-03-03T13:05:00Z"), ("03 Mar 26 14:05 EST", "2026-03-03T19:05:00Z"),
        ("Tuesday, 03-Mar-26 14:05:00 GMT", "2026-03-03T14:05:00Z"), ("Tue Mar  3 14:05:00 2026", "2026-03-03T14:05:00Z"), ("2026-03-03T14:05:00Z", "2026-03-03T14:05:00Z"),
        ("2026-03-03T14:05:00.123+01:00", "2026-03-03T13:05:00Z"), ("2026-03-03T14:05Z", "2026-03-03T14:05:00Z"), ("2026-03-03 14:05:00", "2026-03-03T14:05:00Z"),
        ("2026-03-03 14:05:00 +0100", "2026-03-03T13:05:00Z"), ("2026-03-03", "2026-03-03T00:00:00Z"), ("Mar 3, 2026", "2026-03-03T00:00:00Z"), ("3 March 2026 14:05:00 PDT", "2026-03-03T21:05:00Z"),
        ("2026-03-03T14:05:00-0500", "2026-03-03T19:05:00Z"),
    ])
    func `the dates of feeds are read in all their shapes`(_ text: String, _ moment: String) throws {
        let expected = try #require(CivilTime.parse(moment))
        #expect(FeedDate.parse(text) == expected)
    }

    @Test(arguments: ["", "yesterday", "32 Mar 2026", "31 Feb 2026 10:00:00 GMT", "Tue, 03 Mar 2026 25:00:00 GMT", "2026-13-01", "03 Mar 2026 14:05:00 XYZ", "1", "2026-03-03T14:05:00+99:00", "Mar", "99999999999999999999 Mar 2026"])
    func `what is no date is none, never a guess`(_ text: String) { #expect(FeedDate.parse(text) == nil) }
}
