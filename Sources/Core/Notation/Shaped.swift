/// A type whose JSON Schema follows from its declaration: names, kinds, optionality and order from the properties, the rest from `notes`.
///
/// The properties are the ones that synthesized `Codable` sees. Every property needs its note, and every note its property: `Shape` stops the
/// program otherwise, when it is made.
public protocol Shaped: Codable, Sendable, SchemaSource {
    static var notes: [String: Note] { get }
}

/// A closed choice of words: an `enum` in the schema.
public protocol Choice: RawRepresentable, CaseIterable, Codable, Sendable, SchemaSource where RawValue == String {}

/// A type of one's own that stands as something simple in JSON: money as a string, say.
public protocol SchemaDescribed: Codable, SchemaSource {
    static var schema: JSON { get }
    /// Any valid value: what the deriving of schemas decodes it to.
    static var example: Self { get }
}

/// What the three above have in common. Whether a type has a conformance is asked of the running program, which looks through all that it has: with one protocol
/// it is asked once for each type. Five questions a type were nine tenths of the instructions until a server's first answer.
public protocol SchemaSource {
    /// The schema of a type that is not a record of properties.
    static var leaf: SchemaLeaf? { get }
    static var remarks: [String: Note]? { get }
}

public struct SchemaLeaf {
    let schema: JSON
    let example: Any

    init(_ schema: JSON, _ example: Any) {
        self.schema = schema
        self.example = example
    }
}

extension Shaped {
    public static var leaf: SchemaLeaf? { nil }
    public static var remarks: [String: Note]? { notes }
}

extension Choice {
    public static var leaf: SchemaLeaf? {
        allCases.first.map { SchemaLeaf(.object(["type": "string", "enum": .array(allCases.map { .text($0.rawValue) })]), $0) }
    }
    public static var remarks: [String: Note]? { nil }
}

extension SchemaDescribed {
    public static var leaf: SchemaLeaf? { SchemaLeaf(schema, example) }
    public static var remarks: [String: Note]? { nil }
}

/// What the declaration of a property does not say: what it means, and which values are allowed.
public struct Note: Sendable, ExpressibleByStringLiteral {
    let words: [JSON.Member]
    let defaultValue: JSON?

    public init(stringLiteral text: String) { self.init(text) }

    /// For a property whose name says all there is to say: a list of tools is read by models, and every word of it costs.
    public static var plain: Note { Note("") }

    /// - Parameters:
    ///   - range: for numbers.
    ///   - lengths: characters of a text, or items of an array.
    ///   - pattern: a regular expression that the text must match.
    ///   - defaultValue: what is taken when the member is missing; the property need not be optional then.
    ///   - header: the name under which the argument is repeated in the HTTP headers (`x-mcp-header`).
    public init(
        _ text: String, range: ClosedRange<Int64>? = nil, lengths: ClosedRange<Int64>? = nil, items: ClosedRange<Int64>? = nil, pattern: String? = nil,
        format: String? = nil, default defaultValue: JSON? = nil, header: String? = nil
    ) {
        let words: KeyValuePairs<String, JSON?> = [
            "description": text.isEmpty ? nil : .text(text), "minimum": range.map { .integer($0.lowerBound) }, "maximum": range.map { .integer($0.upperBound) },
            "minLength": lengths.map { .integer($0.lowerBound) }, "maxLength": lengths.map { .integer($0.upperBound) },
            "minItems": items.map { .integer($0.lowerBound) }, "maxItems": items.map { .integer($0.upperBound) },
            "pattern": pattern.map { .text($0) }, "format": format.map { .text($0) }, "default": defaultValue, "x-mcp-header": header.map { .text($0) },
        ]
        self.words = JSON.object(words).asObject ?? []
        self.defaultValue = defaultValue
    }
}

/// The schema of a `Shaped` type, made once, and the way from JSON to the type.
public struct Shape<Value: Shaped>: Sendable {
    public let schema: Schema
    private let defaults: [JSON.Member]

    public init(_ type: Value.Type = Value.self) {
        schema = Schema(ShapeProbe.schema(of: type))
        defaults = type.notes.sorted { $0.key < $1.key }.compactMap { key, note in note.defaultValue.map { JSON.Member(key: key, value: $0) } }
    }

    /// The value, or why the JSON is none: nothing that breaks the schema is decoded.
    public func read(_ json: JSON) -> Result<Value, SchemaError> {
        let faults = schema.faults(in: json)
        guard faults.isEmpty else { return .failure(SchemaError(faults: faults)) }
        do {
            return .success(try filled(json).decode())
        } catch {
            return .failure(SchemaError(faults: [Schema.Fault(path: "", message: "\(error)")]))
        }
    }

    private func filled(_ json: JSON) -> JSON {
        let missing = defaults.filter { json[$0.key] == nil }
        guard !missing.isEmpty, let members = json.asObject else { return json }
        return .object(members + missing)
    }
}

/// A value does not fit its schema; the text is for whoever wrote the value.
public struct SchemaError: Error, Sendable, CustomStringConvertible {
    public let faults: [Schema.Fault]
    public init(faults: [Schema.Fault]) { self.faults = faults }
    public var description: String { faults.map(\.description).joined(separator: "; ") }
}
