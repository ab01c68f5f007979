import Notation
import Testing

@Suite(.timeLimit(.minutes(1))) struct SchemaTests {
    private func judge(_ schema: String, _ value: String) throws -> [String] {
        try Schema(JSON(parsing: Array(schema.utf8))).faults(in: JSON(parsing: Array(value.utf8))).map(\.description)
    }

    @Test(arguments: [
        (#"{"type":"integer"}"#, "3", "3.0"), (#"{"type":"integer"}"#, "3", "-1e3"), (#"{"type":["string","null"]}"#, "null", #""x""#), (#"{"enum":[1,"a"]}"#, "1.0", #""a""#),
        (#"{"const":{"a":[1]}}"#, #"{"a":[1]}"#, #"{"a":[1.0]}"#), (#"{"minimum":1,"maximum":3}"#, "1", "3"), (#"{"exclusiveMinimum":1}"#, "1.1", #""other kind""#),
        (#"{"multipleOf":0.5}"#, "1.5", "0"), (#"{"minLength":2,"maxLength":2}"#, #""é😀""#, "5"), (#"{"pattern":"^a+$"}"#, #""aa""#, "[]"),
        (#"{"items":{"type":"string"},"minItems":1}"#, #"["a"]"#, "{}"), (#"{"prefixItems":[{"type":"string"}],"items":false}"#, #"["a"]"#, "[]"),
        (#"{"contains":{"type":"null"},"maxContains":1}"#, "[null,1]", "3"), (#"{"uniqueItems":true}"#, "[1,2]", #"["1",1]"#),
        (#"{"required":["a"],"properties":{"a":{"type":"string"}},"additionalProperties":false}"#, #"{"a":""}"#, "7"),
        (#"{"patternProperties":{"^x":{"type":"integer"}},"additionalProperties":{"type":"string"}}"#, #"{"xa":1,"b":"c"}"#, "{}"),
        (#"{"propertyNames":{"maxLength":1}}"#, #"{"a":1}"#, "{}"), (#"{"dependentRequired":{"a":["b"]}}"#, #"{"a":1,"b":2}"#, #"{"b":2}"#),
        (#"{"allOf":[{"minimum":1},{"maximum":2}]}"#, "1", "2"), (#"{"anyOf":[{"type":"string"},{"minimum":5}]}"#, #""x""#, "6"),
        (#"{"oneOf":[{"multipleOf":2},{"multipleOf":3}]}"#, "2", "3"), (#"{"not":{"type":"string"}}"#, "1", "null"),
        (#"{"if":{"type":"string"},"then":{"minLength":1},"else":{"minimum":1}}"#, #""a""#, "1"),
        (##"{"$defs":{"a/b":{"type":"string"}},"$ref":"#/$defs/a~1b"}"##, #""x""#, #""y""#), (##"{"$defs":{"x":{"$anchor":"here","type":"string"}},"$ref":"#here"}"##, #""x""#, #""""#),
        (##"{"type":"object","properties":{"next":{"$ref":"#"}}}"##, #"{"next":{"next":{}}}"#, "{}"), ("true", "1", "null"),
    ])
    func `values that fit have no fault`(schema: String, one: String, other: String) throws {
        #expect(try judge(schema, one) == [] && judge(schema, other) == [])
    }

    @Test(arguments: [
        (#"{"type":"integer"}"#, "3.5", "must be an integer"), (#"{"type":["string","null"]}"#, "1", "must be a string or null"), (#"{"enum":[1,"a"]}"#, "2", #"must be one of [1,"a"]"#),
        (#"{"minimum":1}"#, "0", "must be at least 1"), (#"{"exclusiveMaximum":1}"#, "1", "must be less than 1"), (#"{"maxLength":1}"#, #""ab""#, "must have at most 1 characters"),
        (#"{"pattern":"^a+$"}"#, #""b""#, "must match ^a+$"), (#"{"items":{"type":"string"}}"#, #"["a",1]"#, "1: must be a string"),
        (#"{"properties":{"a":{"items":{"minimum":3}}}}"#, #"{"a":[5,2]}"#, "a/1: must be at least 3"), (#"{"required":["a"]}"#, "{}", #""a" is missing"#),
        (#"{"properties":{"a":{}},"additionalProperties":false}"#, #"{"b":1}"#, #"unknown property "b"; the properties are "a""#),
        (#"{"additionalProperties":false}"#, #"{"b":1}"#, #"unknown property "b"; there are no properties"#), (#"{"oneOf":[{"multipleOf":2},{"multipleOf":3}]}"#, "6", "fits 2 forms, and only one is allowed"),
        (#"{"not":{}}"#, "1", "has a form that is not allowed"), (#"{"uniqueItems":true}"#, "[1,1.0]", "must not hold an item twice"), ("false", "1", "nothing is allowed here"),
        (#"{"$ref":"https://example.com/schema"}"#, "1", "the schema refers to something that it does not hold"), (##"{"$ref":"#"}"##, "1", "the schema refers to itself without end"),
    ])
    func `a fault says where and why`(schema: String, value: String, fault: String) throws {
        #expect(try judge(schema, value) == [fault])
    }

    @Test(arguments: [
        ##"{"anyOf":[{"$ref":"#"},{"$ref":"#"}]}"##, ##"{"not":{"anyOf":[{"$ref":"#"},{"not":{"$ref":"#"}}]}}"##, ##"{"oneOf":[{"$ref":"#"},{"$ref":"#"},{"$ref":"#"}]}"##,
    ])
    func `a schema that asks for work without end is not followed, and nothing fits it`(schema: String) throws {
        #expect(try judge(schema, "1") == ["the schema asks for too much work to judge this"])
    }

    @Test func `faults are counted no further than they are read`() throws {
        let many = JSON.object((0..<50_000).map { JSON.Member(key: "k\($0)", value: 1) })
        for schema in [JSON.object(["additionalProperties": false]), .object(["additionalProperties": .object(["type": "string"])]), .object(["propertyNames": .object(["maxLength": 1])])] {
            #expect(Schema(schema).faults(in: many).count == 8)
        }
        let names = JSON.object(["required": .array((0..<100).map { .text("n\($0)") })])
        #expect(Schema(names).faults(in: .object([])).count == 8)
    }

    @Test func `large values cost what they are long, not the square of it`() throws {
        let members = (0..<100_000).map { JSON.Member(key: "k\($0)", value: .integer(Int64($0))) }
        let json = JSON.object(members)
        #expect(Schema(.object(["additionalProperties": .object(["type": "integer"])])).faults(in: json).isEmpty)
        #expect(try json.decode([String: Int].self).count == members.count)
        #expect(Schema(.object(["uniqueItems": true])).faults(in: .array(members.map(\.value))).isEmpty)
        #expect(Schema(.object(["properties": json.mapped { _ in .object(["type": "integer"]) }])).faults(in: json).isEmpty)
    }

    // MARK: - Schemas from declarations

    private enum Side: String, Choice { case yes, no }

    private struct Level: Shaped, Equatable {
        let price: Double
        let count: Int
        static let notes: [String: Note] = ["price": "Dollars.", "count": "Contracts."]
    }

    private struct Order: Shaped, Equatable {
        let ticker: String
        let side: Side
        let limit: Int
        let tags: [String]?
        let levels: [Level]
        let isDry: Bool
        let facts: [String: Int]
        static let notes: [String: Note] = [
            "ticker": Note("The market.", lengths: 1...64, header: "Ticker"), "side": "Which side.", "limit": Note("At most.", range: 1...100, default: 20),
            "tags": Note("Words.", items: 0...4), "levels": "The book.", "isDry": "Only look.", "facts": "By name.",
        ]
    }

    @Test func `a schema follows from a type's declaration`() throws {
        let expected = #"""
            {"type":"object","properties":{"ticker":{"type":"string","description":"The market.","minLength":1,"maxLength":64,"x-mcp-header":"Ticker"},
            "side":{"type":"string","enum":["yes","no"],"description":"Which side."},"limit":{"type":"integer","description":"At most.","minimum":1,"maximum":100,"default":20},
            "tags":{"type":"array","items":{"type":"string"},"description":"Words.","minItems":0,"maxItems":4},
            "levels":{"type":"array","items":{"type":"object","properties":{"price":{"type":"number","description":"Dollars."},"count":{"type":"integer","description":"Contracts."}},
            "required":["price","count"],"additionalProperties":false},"description":"The book."},
            "isDry":{"type":"boolean","description":"Only look."},"facts":{"type":"object","additionalProperties":{"type":"integer"},"description":"By name."}},
            "required":["ticker","side","levels","isDry","facts"],"additionalProperties":false}
            """#
        #expect(try Shape(Order.self).schema.document.means(JSON(parsing: Array(expected.utf8))))
    }

    @Test func `what fits the schema is read with its defaults, and written as it was`() throws {
        let json = try JSON(parsing: Array(#"{"ticker":"T","side":"no","levels":[{"price":1.5,"count":2}],"isDry":true,"facts":{"a":1}}"#.utf8))
        let order = try Shape(Order.self).read(json).get()
        #expect(order == Order(ticker: "T", side: .no, limit: 20, tags: nil, levels: [Level(price: 1.5, count: 2)], isDry: true, facts: ["a": 1]))
        #expect(try JSON(encoding: order).means(json.setting("limit", 20)))
    }

    @Test(arguments: [#"{"ticker":""}"#, #"{"ticker":"T","side":"maybe","levels":[],"isDry":true,"facts":{}}"#, "[]", #"{"ticker":"T","side":"no","levels":[{}],"isDry":1,"facts":{"a":"b"}}"#])
    func `what does not fit is not read`(text: String) throws {
        let json = try JSON(parsing: Array(text.utf8))
        #expect(throws: SchemaError.self) { try Shape(Order.self).read(json).get() }
    }

    @Test func `bytes become text and come back; what no encoder writes is refused`() {
        for count in 0..<40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64.standard.decode(Base64.standard.encode(bytes)) == bytes && Base64.url.decode(Base64.url.encode(bytes)) == bytes)
        }
        #expect(Base64.standard.encode("any carnal pleas".utf8) == "YW55IGNhcm5hbCBwbGVhcw==" && Base64.url.encode([0xFB, 0xFF]) == "-_8")
        for bad in ["A", "A===", "AA=A", "A A=", "AB==", "-_8=", "AAA"] { #expect(Base64.standard.decode(bad) == nil, "\(bad)") }
        for bad in ["A", "AB", "+/8", "AA=="] { #expect(Base64.url.decode(bad) == nil, "\(bad)") }
    }
}

extension JSON {
    fileprivate func mapped(_ change: (JSON) -> JSON) -> JSON { .object((asObject ?? []).map { Member(key: $0.key, value: change($0.value)) }) }
}
