import Model
@testable import Notation
import Testing

/// Patterns that take the time of their text, and no more.
@Suite(.timeLimit(.minutes(1))) struct TextPatternTests {
    @Test(arguments: [
        ("", "", true), ("", "x", true), ("^$", "x", false), ("b", "abc", true), ("^b", "abc", false), ("c$", "abc", true), ("^a.c$", "a\nc", false), ("^a.c$", "aéc", true),
        ("^(a|bc)+$", "abcbca", true), ("^(a|bc)+$", "abb", false), ("^a{2,3}$", "aa", true), ("^a{2,3}$", "aaaa", false), ("^a{2}$", "aaa", false), ("^a{2,}$", "aaaaa", true),
        ("a{", "a{", true), ("^(?<year>[0-9]{4})-\\d\\d$", "2026-11", true), ("[^a-c]", "abc", false), ("[^a-c]", "abcd", true), ("^[\\w-]+$", "a-b_c", true), ("^[]$", "", false), ("^[^]$", "\n", true),
        ("\\bcat\\b", "a cat.", true), ("\\bcat\\b", "concat", false), ("\\Bcat", "concat", true), ("^\\u{1F600}$", "😀", true), ("^\\uD83D\\uDE00$", "😀", true), ("^\\x41$", "A", true),
        ("^\\p{Lu}\\p{L}*$", "Äther", true), ("^\\p{Lu}", "äther", false), ("^\\P{N}+$", "abc", true), ("^\\P{N}+$", "ab1", false), ("^[\\p{N}x]+$", "1x²", true), ("^\\S+$", "a b", false),
        ("^(a*)*$", "aaa", true), ("^(a*)*b$", "aaa", false), ("^(?:)*$", "", true), ("^a??b+?$", "bb", true), ("\\.\\/\\$", "a./$", true), ("a|b|", "c", true), ("[a\\]]b", "]b", true),
        ("[+--]", "-", true), ("[a-]", "-", true), ("[\\b]", "\u{8}", true), ("^\\cX$", "x", nil), ("^[\\d-x]+$", "1-x", true),
    ] as [(String, String, Bool?)])
    func `a match is found where there is one`(pattern: String, text: String, isFound: Bool?) {
        // Nil: it is refused.
        #expect((try? TextPattern(pattern))?.isFound(in: text) == isFound)
    }

    @Test(arguments: [("KXBTC", "kxbtc"), ("[a-z]+ERROR", "an error: xError"), ("straße", "STRAßE"), ("^É$", "é")])
    func `capitals do not matter when they are not to`(pattern: String, text: String) throws {
        #expect(try TextPattern(pattern, ignoringCase: true).isFound(in: text) && !TextPattern(pattern).isFound(in: text))
        #expect(try !TextPattern("^[^a]$", ignoringCase: true).isFound(in: "A"))
    }

    @Test(arguments: [
        ("(a", "a ) is missing at character 3 of the pattern"), ("a)", "an unmatched ) at character 2 of the pattern"), ("*a", "nothing to repeat at character 1 of the pattern"),
        ("a**", "nothing to repeat at character 3 of the pattern"), ("(?=a)", "look-around is not taken: at character 4 of the pattern"), ("(a)\\1", "references to groups are not taken: at character 6 of the pattern"),
        ("[b-a]", "a range that ends before it begins at character 5 of the pattern"), ("[a", "a ] is missing at character 3 of the pattern"), ("\\", "a \\ with nothing behind it at character 2 of the pattern"),
        ("a{3,2}", "a count that ends before it begins at character 7 of the pattern"), ("a{1001}", "a count above 1000 at character 8 of the pattern"), ("(?i)a", "an unknown kind of group at character 3 of the pattern"),
        ("\\p{Greek}", "not one of Unicode's general categories (L, Lu, Nd ...) at character 7 of the pattern"), ("((a{100}){100}){100}", "the pattern is too large once its counts are written out"),
        ("((){1000}){1000}", "the pattern is too large once its counts are written out"),
    ])
    func `what is no pattern is refused with its place`(pattern: String, sentence: String) {
        #expect(throws: TextPattern.Fault(description: sentence)) { try TextPattern(pattern) }
    }

    @Test func `depth and length have bounds`() {
        #expect(throws: TextPattern.Fault.self) { try TextPattern(String(repeating: "(", count: 4000)) }
        #expect(throws: TextPattern.Fault.self) { try TextPattern(String(repeating: "a", count: 5000)) }
    }

    /// Each of these takes a matcher that goes back longer than anybody lives.
    @Test(arguments: ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(.*a){20}$", "^((a*)*)*$", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a?){64}a{64}$"])
    func `patterns that make others go back take the steps of their text`(pattern: String) throws {
        let text = String(repeating: "a", count: 2000) + "!"
        var steps = 1 << 40
        #expect(try TextPattern(pattern).isFound(in: text, steps: &steps) == false)
        #expect((1 << 40) - steps < 2002 * 2 * 400)
    }

    @Test func `without steps there is no answer`() throws {
        var steps = 1000
        #expect(try TextPattern("^(a|b)*c").isFound(in: String(repeating: "ab", count: 5000), steps: &steps) == nil)
    }

    /// Swift's own matcher, which goes back, on small texts where it can.
    @Test(arguments: 0..<20) func `a matcher that goes back finds the same`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<15 {
            let pattern = Self.expression(&random, 2)
            let twin = try Regex(pattern).matchingSemantics(.unicodeScalar).wordBoundaryKind(.simple)
            let ours = try TextPattern(pattern)
            for _ in 0..<6 {
                let text = String((0..<Int(random.next() % 7)).map { _ in ["a", "b", "c", " "][Int(random.next() % 4)] })
                #expect(ours.isFound(in: text) == (text.firstMatch(of: twin) != nil), "\(pattern) in '\(text)'")
            }
        }
    }

    private static func expression(_ random: inout SeededRandom, _ depth: Int) -> String {
        let atoms = ["a", "b", "c", ".", "[ab]", "[^b]", "\\w", "\\s", "^", "$", "\\b", "[a-c]"]
        var text = ""
        for _ in 0...(random.next() % 3) {
            switch depth > 0 ? random.next() % 4 : 3 {
            case 0: text += "(\(expression(&random, depth - 1))|\(expression(&random, depth - 1)))" + ["", "*", "+", "?", "{1,2}", "{2}"][Int(random.next() % 6)]
            case 1: text += "(?:\(expression(&random, depth - 1)))" + ["", "?", "{0,2}"][Int(random.next() % 3)]
            default:
                let atom = atoms[Int(random.next() % UInt64(atoms.count))]
                text += atom + (["^", "$", "\\b"].contains(atom) ? "" : ["", "", "*", "+", "?", "+?"][Int(random.next() % 6)])
            }
        }
        return text
    }

    @Test func `a schema with a pattern that makes others go back judges a long text at once`() throws {
        let schema = Schema(.object(["type": "string", "pattern": "^(a+)+$"]))
        #expect(schema.faults(in: .text(String(repeating: "a", count: 20_000) + "!")).map(\.message) == ["must match ^(a+)+$"])
        #expect(schema.faults(in: .text(String(repeating: "a", count: 20_000))) == [])
        let greedy = Schema(.object(["pattern": "^(a?){1000}(a*){500}!$"]))
        #expect(greedy.faults(in: .text(String(repeating: "a", count: 2000))).map(\.message) == ["the schema asks for too much work to judge this"])
    }

    @Test func `a schema tells which of its patterns cannot be read`() {
        let schema = Schema(.object([
            "properties": .object(["a": .object(["pattern": "(?=x)"]), "pattern": .object(["type": "string"])]), "patternProperties": .object(["(": .bool(true)]), "const": .object(["pattern": "("]),
        ]))
        #expect(schema.unreadable.map(\.description) == [
            "properties/a/pattern: look-around is not taken: at character 4 of the pattern", "patternProperties: a ) is missing at character 2 of the pattern",
        ])
    }
}
