import Model
import Notation
import Testing

@Suite struct JSONTests {
    private func parse(_ text: String, depthLimit: Int = 32, _ broken: JSON.BrokenText = .refused) throws(JSONError) -> JSON {
        try JSON(parsing: Array(text.utf8), depthLimit: depthLimit, brokenText: broken)
    }

    @Test(arguments: [
        ("null", JSON.null), ("true", true), ("0", 0), ("-0", 0), ("-12", -12), ("9223372036854775807", .integer(.max)), ("1.5", .number(1.5)), ("1e3", .number(1000)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)), (#""""#, ""), (#""\u00e9\ud83d\ude00\n\/""#, "é😀\n/"), ("[]", .array([])), (" [1, [2]] ", .array([1, .array([2])])),
        (#"{"b":1,"a":{}}"#, .object([.init(key: "b", value: 1), .init(key: "a", value: .object([]))])),
    ])
    func `a text is one value`(text: String, value: JSON) throws {
        #expect(try parse(text) == value)
        #expect(try parse(value.rendered).means(value))
    }

    @Test(arguments: [
        "", " ", "nul", "True", "01", "-", "1.", ".5", "+1", "1e", "1e+", "1e999999", "-1e999", "NaN", "\"", "\"\\x\"", "\"\\u12g4\"", "\"\\u+123\"", "\"a\nb\"", "[1,]", "[1 2]", "{", "{1:2}",
        "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "1 2", "[", "\u{FEFF}1",
    ])
    func `what breaks the grammar is refused with its place`(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test func `text that is not Unicode is refused, or repaired where the exchange's decoder repairs`() throws {
        let halves = [#""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud800x""#]
        for half in halves { #expect(throws: JSONError.self) { try parse(half) } }
        #expect(try parse(#""\ud800x""#, .repaired) == "\u{FFFD}x")
        #expect(try parse(#""\ud83d\ud83d\ude00""#, .repaired) == "\u{FFFD}😀")
        for bytes: [UInt8] in [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF5, 0x80, 0x80, 0x80]] {
            let quoted = [0x22] + bytes + [0x22]
            #expect(throws: JSONError.self) { try JSON(parsing: quoted, brokenText: .refused) }
            #expect(try JSON(parsing: quoted).kind == "string")
        }
    }

    @Test func `nesting is bounded before the stack is`() throws {
        func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        #expect(try parse(nested(32)).kind == "array")
        #expect(throws: JSONError(offset: 32)) { try parse(nested(33)) }
        #expect(throws: JSONError(offset: 100)) { try parse(nested(20_000), depthLimit: 100) }
        #expect(throws: JSONError.self) { try parse(String(repeating: #"{"a":"#, count: 20_000)) }
    }

    @Test func `a value is written on one line, whatever its text holds`() throws {
        let text = "a\"\\\n\r\t\u{0}\u{85}\u{2028}\u{2029}é😀"
        let written = JSON.text(text).rendered
        #expect(written == #""a\"\\\n\u000d\u0009\u0000\u0085\u2028\u2029é😀""#)
        #expect(try parse(written) == .text(text))
    }

    @Test func `order and the spelling of a number do not change what an object means`() throws {
        #expect(try parse(#"{"a":1,"b":[2]}"#).means(try parse(#"{"b":[2.0],"a":1.0}"#)))
        #expect(try !parse(#"{"a":1}"#).means(try parse(#"{"a":1,"b":null}"#)))
        #expect(try !parse(#"[1,2]"#).means(try parse(#"[2,1]"#)))
        // Composed and decomposed are two texts to JSON, though one to Swift.
        #expect(!JSON.text("\u{e9}").means(.text("e\u{301}")))
    }

    @Test(arguments: 0..<200) func `what is written is read back the same`(seed: Int) throws {
        var generator = SeededRandom(seed: UInt64(seed))
        let value = JSON.sample(&generator, depth: 5)
        #expect(try parse(value.rendered) == value)
    }
}

extension JSON {
    fileprivate static func sample(_ generator: inout SeededRandom, depth: Int) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &generator))
        case 3: return .number(Double.random(in: -1e18...1e18, using: &generator) + 0.5e-3)
        case 4: return .text(String((0..<Int.random(in: 0..<8, using: &generator)).map { _ in "aZ\"\\\n\u{2028}é😀".randomElement(using: &generator) ?? "x" }))
        case 5: return .array((0..<Int.random(in: 0..<4, using: &generator)).map { _ in sample(&generator, depth: depth - 1) })
        default:
            return .object((0..<Int.random(in: 0..<4, using: &generator)).map { JSON.Member(key: "k\($0)", value: sample(&generator, depth: depth - 1)) })
        }
    }
}
