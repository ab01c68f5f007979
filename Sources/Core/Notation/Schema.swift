/// A JSON Schema (2020-12, and what draft 7 shares with it) that judges values.
///
/// References lead into the document itself and nowhere else: nothing is ever fetched. `format`, `contentEncoding` and the `unevaluated…` words
/// are notes to the reader and are not judged.
public struct Schema: Hashable, Sendable {
    /// One way in which a value does not fit: where (a JSON Pointer, "" for the whole), and why, in words for whoever wrote the value.
    public struct Fault: Hashable, Sendable, CustomStringConvertible {
        public let path: String
        public let message: String

        public var description: String { path.isEmpty ? message : "\(path.dropFirst()): \(message)" }
    }

    public let document: JSON
    /// Where in the document the judging starts.
    private let start: JSON

    public init(_ document: JSON) {
        self.document = document
        self.start = document
    }

    /// The definition `name` of a document that holds many, under `$defs` or `definitions`.
    public init?(_ document: JSON, definition name: String) {
        guard let definition = (document["$defs"] ?? document["definitions"])?[name] else { return nil }
        self.document = document
        self.start = definition
    }

    /// The patterns that cannot be read, each with the reason: they are not judged. Whoever takes a schema from elsewhere asks first.
    public var unreadable: [Fault] { Schema.unreadable(document, "") }

    private static func unreadable(_ place: JSON, _ path: String) -> [Fault] {
        let parts = place.asObject ?? (place.asArray ?? []).enumerated().map { JSON.Member(key: String($0.offset), value: $0.element) }
        return parts.flatMap { member -> [Fault] in
            switch (member.key, member.value) {
            case ("const", _), ("enum", _), ("default", _), ("examples", _): []
            case ("pattern", .text(let text)): fault(text, "\(path)/pattern")
            case ("patternProperties", .object(let rules)): rules.flatMap { fault($0.key, "\(path)/patternProperties") + unreadable($0.value, "\(path)/patternProperties/\($0.key)") }
            default: unreadable(member.value, "\(path)/\(member.key)")
            }
        }
    }

    private static func fault(_ pattern: String, _ path: String) -> [Fault] {
        do throws(TextPattern.Fault) { _ = try TextPattern(pattern) } catch { return [Fault(path: path, message: error.description)] }
        return []
    }

    /// Empty when the value fits. Stops looking after a few faults.
    public func faults(in value: JSON) -> [Fault] {
        var judge = SchemaJudge(document: document, effort: SchemaEffort(for: value))
        judge.judge(value, by: start, depth: 0)
        // Whatever else was found: what was not looked at is not known to fit.
        return judge.effort.isSpent ? [Fault(path: "", message: "the schema asks for too much work to judge this")] : judge.faults
    }
}

/// What one judging may cost, and what it need not find twice: shared by all that judge parts for it.
///
/// A schema from elsewhere can ask for work without end (two forms that both refer to the whole double it at every level). The bound grows with the value and
/// with nothing else.
final class SchemaEffort {
    /// More than a schema of a hundred words takes for one value.
    static let base = 100_000
    /// A hundred properties look at each value of a record once or twice.
    static let each = 64
    /// Steps of a pattern, which are small, for one of these; and bytes of a text that count as one more value.
    private static let perStep = 16

    private var left: Int
    private var references: [String: JSON?] = [:]
    private var patterns: [String: TextPattern?] = [:]

    init(for value: JSON) { left = SchemaEffort.base + SchemaEffort.each * SchemaEffort.size(value) }

    private static func size(_ value: JSON) -> Int {
        switch value {
        case .array(let values): values.reduce(1) { $0 + size($1) }
        case .object(let members): members.reduce(1) { $0 + size($1.value) }
        case .text(let text): 1 + text.utf8.count / perStep
        case .null, .bool, .integer, .number: 1
        }
    }

    var isSpent: Bool { left < 0 }

    /// False when there is nothing left to spend.
    func spend(_ steps: Int = 1) -> Bool {
        if left >= 0 { left -= steps }
        return left >= 0
    }

    func reference(_ text: String, _ find: () -> JSON?) -> JSON? {
        if let known = references[text] { return known }
        let found = find()
        references[text] = .some(found)
        return found
    }

    /// Nil for a pattern that cannot be read: that is the schema's fault, not the value's. `Schema.unreadable` tells of it beforehand.
    func pattern(_ text: String) -> TextPattern? {
        if let known = patterns[text] { return known }
        guard spend(1 + text.utf8.count / 16) else { return nil }
        // As said above.
        let found = try? TextPattern(text)
        patterns[text] = .some(found)
        return found
    }

    /// False as well when the work is spent on the way: then nothing that was found counts.
    func isFound(_ pattern: TextPattern, in text: String) -> Bool {
        var steps = max(left, 0) * SchemaEffort.perStep
        let before = steps
        let isFound = pattern.isFound(in: text, steps: &steps)
        guard spend((before - steps) / SchemaEffort.perStep), let isFound else {
            left = -1
            return false
        }
        return isFound
    }
}

struct SchemaJudge {
    /// More are not read by anyone.
    static let faultLimit = 8
    /// Deeper than any value that was parsed: only a schema that refers to itself without end gets there.
    static let depthLimit = 256

    let document: JSON
    let effort: SchemaEffort
    /// Where the judging is: written out only when there is something to report.
    private var trail: [Step] = []
    private(set) var faults: [Schema.Fault] = []

    enum Step {
        case member(String)
        case item(Int)
    }

    init(document: JSON, effort: SchemaEffort) {
        self.document = document
        self.effort = effort
    }

    /// Whether anybody would read what is found next.
    func goesOn(_ steps: Int = 1) -> Bool { faults.count < SchemaJudge.faultLimit && effort.spend(steps) }

    /// A part of the value, one step further in.
    mutating func judge(_ value: JSON, at step: Step, by schema: JSON, depth: Int) {
        trail.append(step)
        judge(value, by: schema, depth: depth)
        trail.removeLast()
    }

    mutating func judge(_ value: JSON, by schema: JSON, depth: Int) {
        guard goesOn() else { return }
        guard depth < SchemaJudge.depthLimit else { return report("the schema refers to itself without end") }
        switch schema {
        case .bool(let isAllowed): if !isAllowed { report("nothing is allowed here") }
        case .object(let words): for word in words { judge(value, by: word, of: schema, depth: depth + 1) }
        default: report("the schema is broken: neither an object nor a boolean")
        }
    }

    /// One keyword. Those that need their neighbours look them up in `schema`.
    private mutating func judge(_ value: JSON, by word: JSON.Member, of schema: JSON, depth: Int) {
        guard goesOn() else { return }
        switch word.key {
        case "$ref":
            guard let target = word.value.asText.flatMap({ text in effort.reference(text) { resolve(text) } }) else { return report("the schema refers to something that it does not hold") }
            judge(value, by: target, depth: depth)
        case "type": judgeType(value, word.value)
        // Words for the reader.
        case "description", "title", "default", "format", "$schema", "$defs": break
        case "enum": if !(word.value.asArray ?? []).contains(where: { goesOn() && $0.means(value) }) { report("must be one of \(word.value.rendered)") }
        case "const": if !word.value.means(value) { report("must be \(word.value.rendered)") }
        case "allOf": for part in word.value.asArray ?? [] { judge(value, by: part, depth: depth) }
        case "anyOf": judgeAny(value, word.value, depth)
        case "oneOf":
            let count = (word.value.asArray ?? []).count { fits(value, $0, depth) }
            if count != 1 { report(count == 0 ? "fits none of the forms that are allowed" : "fits \(count) forms, and only one is allowed") }
        case "not": if fits(value, word.value, depth) { report("has a form that is not allowed") }
        case "if":
            if let next = fits(value, word.value, depth) ? schema["then"] : schema["else"] { judge(value, by: next, depth: depth) }
        default:
            switch value {
            case .integer, .number: judgeNumber(value, word)
            case .text(let text): judgeText(text, word)
            case .array(let values): judgeArray(values, word, of: schema, depth)
            case .object(let members): judgeObject(value, members, word, of: schema, depth)
            case .null, .bool: break
            }
        }
    }

    func fits(_ value: JSON, _ schema: JSON, _ depth: Int) -> Bool {
        var other = SchemaJudge(document: document, effort: effort)
        other.judge(value, by: schema, depth: depth)
        return other.faults.isEmpty
    }

    /// The nearest miss is told when the forms are few: the one with the fewest faults.
    private mutating func judgeAny(_ value: JSON, _ forms: JSON, _ depth: Int) {
        var nearest: [Schema.Fault]?
        for form in forms.asArray ?? [] {
            var other = SchemaJudge(document: document, effort: effort)
            other.trail = trail
            other.judge(value, by: form, depth: depth)
            if other.faults.isEmpty { return }
            if other.faults.count < nearest?.count ?? .max { nearest = other.faults }
        }
        guard let nearest else { return report("fits none of the forms that are allowed") }
        for fault in nearest { report(fault) }
    }

    private mutating func judgeType(_ value: JSON, _ type: JSON) {
        if let name = type.asText, SchemaJudge.isKind(name, value) { return }
        let names = type.asArray?.compactMap(\.asText) ?? [type.asText ?? ""]
        guard !names.contains(where: { SchemaJudge.isKind($0, value) }) else { return }
        report("must be \(names.map(SchemaJudge.article).joined(separator: " or "))")
    }

    private static func isKind(_ name: String, _ value: JSON) -> Bool {
        switch (name, value) {
        case ("null", .null), ("boolean", .bool), ("string", .text), ("array", .array), ("object", .object), ("number", .integer), ("number", .number): true
        case ("integer", _): value.asInteger != nil
        default: false
        }
    }

    private static func article(_ type: String) -> String { ["array", "object", "integer"].contains(type) ? "an \(type)" : type == "null" ? type : "a \(type)" }

    mutating func report(_ message: String) {
        let path = trail.reduce(into: "") { path, step in
            switch step {
            case .member(let key): path += "/\(key)"
            case .item(let place): path += "/\(place)"
            }
        }
        report(Schema.Fault(path: path, message: message))
    }

    private mutating func report(_ fault: Schema.Fault) { if faults.count < SchemaJudge.faultLimit { faults.append(fault) } }
}
