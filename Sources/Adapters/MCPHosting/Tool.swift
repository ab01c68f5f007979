public import MCP
public import Notation

/// A tool, declared once: what `tools/list` shows, what is checked and what is run all come from this one type.
///
/// The arguments reach `call` only if they fit the schema that follows from `Arguments`; what it returns becomes the structured content. Throw
/// `ToolFailure` for what the model should read and can act on.
public protocol Tool: Sendable {
    associatedtype Arguments: Shaped
    associatedtype Output: Shaped

    /// `[a-zA-Z0-9_.-]`, 64 at most.
    static var name: String { get }
    /// For people; empty where the name says it.
    static var title: String { get }
    /// For the model: what it gets, and when to use this.
    static var summary: String { get }
    static var hints: ToolHints { get }

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output
}

extension Tool {
    public static var title: String { "" }
}

/// No arguments, or nothing to tell.
public struct Nothing: Shaped {
    public static let notes: [String: Note] = [:]
    public init() {}
}

/// Why a tool did not do what it was asked, in a sentence for the model.
public struct ToolFailure: Error, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ why: String) { description = why }
}

/// A tool as a service holds it.
///
/// Our tools are declared as a `Tool`; this is for those whose schema or content is not of our making. The description may be made when it is asked for: a
/// conversation begins, and a call is made, by the name alone.
public protocol ServedTool: Sendable {
    var name: String { get }
    var hints: ToolHints? { get }
    var description: ToolDescription { get }
    func serve(_ arguments: JSON, _ context: CallContext) async throws -> ToolResult
}

extension ServedTool {
    public var name: String { description.name }
    public var hints: ToolHints? { description.annotations }
}

/// A `Tool` with its schemas derived, when one of them is first needed.
public struct Declared<T: Tool>: ServedTool {
    private struct Shapes: Sendable {
        let arguments = Shape(T.Arguments.self)
        let output = Shape(T.Output.self)
        let description: ToolDescription

        init() {
            let unreadable = arguments.schema.unreadable + output.schema.unreadable
            precondition(unreadable.isEmpty, "\(T.name) has a pattern that cannot be read: \(unreadable)")
            description = ToolDescription(
                name: T.name, title: T.title.isEmpty ? nil : T.title, description: T.summary, inputSchema: arguments.schema.document, outputSchema: Declared.opened(output.schema.document),
                annotations: T.hints)
        }
    }

    private let tool: T
    private let shapes = Late { Shapes() }

    public init(_ tool: T) {
        precondition(Declared.isName(T.name), "\(T.name) is no name for a tool")
        self.tool = tool
    }

    public var name: String { T.name }
    public var hints: ToolHints? { T.hints }
    public var description: ToolDescription { shapes.value.description }

    private static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"): true
            default: false
            }
        }
    }

    /// What is answered is held against the closed schema here; a client that reads it needs no word on every object for what is missing and what else is not in it.
    private static func opened(_ schema: JSON) -> JSON {
        switch schema {
        case .object(let members) where schema["type"] == "object":
            .object(members.filter { $0.key != "required" && ($0.key != "additionalProperties" || $0.value != false) }.map { JSON.Member(key: $0.key, value: opened($0.value)) })
        case .object(let members): .object(members.map { JSON.Member(key: $0.key, value: opened($0.value)) })
        case .array(let values): .array(values.map(opened))
        default: schema
        }
    }

    public func serve(_ json: JSON, _ context: CallContext) async throws -> ToolResult {
        let shapes = shapes.value
        switch shapes.arguments.read(json) {
        case .failure(let error): return .failure("The arguments of \(T.name) do not fit: \(error)")
        case .success(let arguments):
            let result = try JSON(encoding: try await tool.call(arguments, context))
            let faults = shapes.output.schema.faults(in: result)
            guard faults.isEmpty else { return .failure("The tool answered with something that it did not announce: \(SchemaError(faults: faults))") }
            return .structured(result)
        }
    }
}
