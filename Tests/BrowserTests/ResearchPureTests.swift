import MCPServing
import Model
import Ports
import Testing
@testable import Browser
@testable import MCPBrowser

/// What is kept of what was read, without a browser.
struct ResearchPureTests {
    private static let words = ShownWords(redactor: Redactor(secrets: ["the-desk's-own-token"]))
    private static let noon = Timestamp.seconds(1_795_694_400)

    @Test(arguments: [
        ("The figure is 4.1 percent", "The figure is 4.2 percent", "The figure is 4.1 percent", "The figure is 4.2 percent"),
        ("a\nb\nc", "a\nbb\nc", "b", "bb"),
        ("a\nb\nc", "a\nc", "b\nc", "c"),
        ("", "first words", "", "first words"),
        ("same same", "same", "same same", "same"),
        (String(repeating: "x", count: 100) + "1", String(repeating: "x", count: 100) + "2", "…" + String(repeating: "x", count: 40) + "1", "…" + String(repeating: "x", count: 40) + "2"),
        ("", String(repeating: "y", count: 9_000), "", String(repeating: "y", count: 240) + "…"),
    ])
    func `a change is where two readings differ, with some of its line around it`(old: String, new: String, before: String, after: String) {
        let change = TextChange(from: old, to: new)
        #expect(change.before == before && change.after == after)
    }

    @Test func `whatever the texts, a change holds what is new between what both begin and end with, and keeps to its bound`() {
        var state: UInt64 = 41
        func next(_ bound: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % bound)
        }
        func text() -> String { String((0..<next(400)).map { _ in Array("ab\n é👩‍👩‍👧")[next(6)] }) }
        for _ in 0..<400 {
            let (old, new) = (text(), text())
            let change = TextChange(from: old, to: new)
            #expect(change.before.count <= TextChange.bound + 2 && change.after.count <= TextChange.bound + 2)
            #expect(old.contains(change.before.filter { $0 != "…" }) && new.contains(change.after.filter { $0 != "…" }))
            if old != new { #expect(change.before != change.after || change.before.count > TextChange.bound) }
        }
    }

    @Test(arguments: [
        ("https://example.org/a?id=3#part", "https://example.org/a?id=3#part", true),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/", true),
        ("https://example.org/?api_key=abc&id=3", "https://example.org/?api_key=[redacted]&id=3", false),
        ("https://example.org/?id=3&sid=abc;key=d", "https://example.org/?id=3&sid=[redacted];key=[redacted]", false),
        ("https://example.org/?%74oken=abc", "https://example.org/?%74oken=[redacted]", false),
        ("https://example.org/#access_token=abc&state=7", "https://example.org/#access_token=[redacted]&state=7", false),
        ("https://example.org/?X-Amz-Signature=abc", "https://example.org/?X-Amz-Signature=[redacted]", false),
        ("https://user:word@example.org/", "https://user:[redacted]@example.org/", false),
        ("https://example.org/the-desk's-own-token", "https://example.org/[redacted]", false),
        ("https://example.org/\u{202E}gro.elpmaxe", "https://example.org/gro.elpmaxe", false),
        ("javascript:alert(1)", "javascript:alert(1)", false),
        ("ws://example.org/", "ws://example.org/", false),
        ("https://example.org/?key", "https://example.org/?key", true),
    ])
    func `an address is shown without what lets somebody in, and leads there only when it is whole`(url: String, shown: String, opens: Bool) {
        let address = Self.words.address(url)
        #expect(address == ResearchView.Address(text: shown, opens: opens))
    }

    @Test func `a long address is cut, and leads nowhere`() {
        let address = Self.words.address("https://example.org/" + String(repeating: "é", count: 3_000))
        #expect(address.text.utf8.count <= 512 && address.text.hasSuffix("é…") && !address.opens)
    }

    @Test func `words of strangers lose what has no shape and what is secret, and keep to their bytes`() {
        #expect(Self.words.line("<script>alert(1)</script>\u{7}\u{1B}[31m \u{202E}evil\u{2066}\n\n next", bytes: 320) == "<script>alert(1)</script> [31m evil next")
        #expect(Self.words.line("password: hunter22 and the-desk's-own-token", bytes: 320) == "password: [redacted] and [redacted]")
        #expect(Self.words.line("see \(String(repeating: "x", count: 20)) the-desk's-own-token", bytes: 40) == "see xxxxxxxxxxxxxxxxxxxx [redacted]", "a secret goes before the end does")
        let long = Self.words.line(String(repeating: "👩‍👩‍👧", count: 50_000), bytes: 320)
        #expect(long.utf8.count <= 320 && long.hasSuffix("…"))
        #expect(Self.words.line("a" + String(repeating: "\u{301}", count: 100_000), bytes: 320).utf8.count <= 320, "one character may be as long as it likes")
    }

    @Test func `a source's lines are those that hold what is sought, whatever their capitals`() {
        func lines(_ text: String?) -> [String] {
            SettlementQuestion(market: "M", url: "u", selector: nil, text: text).lines(of: "Month\tCPI\n\nApril\t 3.1\r\nMay\t3.4\u{2028}  \nmay be revised")
        }
        #expect(lines("MAY") == ["May 3.4", "may be revised"])
        #expect(lines("June") == [])
        #expect(lines(nil) == ["Month CPI", "April 3.1", "May 3.4", "may be revised"])
    }

    @Test func `pages and checks are kept newest first, one of each, and the oldest go`() {
        let book = ResearchBook()
        for number in 0..<30 { book.note("https://example.org/\(number)", title: "T\(number)", .opened, at: Self.noon) }
        book.note("https://example.org/25", title: "T25", .read, at: Self.noon)
        #expect(book.research.pages.count == ResearchBook.pageBound)
        #expect(book.research.pages.map(\.title).prefix(3) == ["T25", "T29", "T28"] && book.research.pages[0].how == "read")
        #expect(book.research.pages.filter { $0.title == "T25" }.count == 1)

        func ask(_ market: String, _ answer: SettlementQuestion.Answer) {
            book.note(SettlementQuestion(market: market, url: "https://example.org/", selector: "td", text: "May"), answer, at: Self.noon)
        }
        for number in 0..<30 { ask("M\(number)", .trouble("gone")) }
        ask("M20", .found(url: "https://example.org/", lines: (0..<9).map { "May \($0)" }))
        let checks = book.research.checks
        #expect(checks.count == ResearchBook.checkBound && checks.filter { $0.market == "M20" }.count == 1)
        #expect(checks[0] == ResearchView.Check(
            market: "M20", address: .init(text: "https://example.org/", opens: true), selector: "td", sought: "May", time: Self.noon.nanoseconds, found: ["May 0", "May 1", "May 2", "May 3"], more: 5))
        book.note(SettlementQuestion(market: "M20", url: "https://example.org/", selector: "td", text: "May"), .found(url: "https://example.org/moved", lines: []), at: Self.noon)
        #expect(book.research.checks.filter { $0.market == "M20" }.map(\.address.text) == ["https://example.org/moved"], "one answer to one question, wherever it ended")
        #expect(checks[1].market == "M29" && checks[1].trouble == "gone" && checks[1].found.isEmpty)
    }
}
