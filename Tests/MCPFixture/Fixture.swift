import Glibc
import MCP
import MCPHosting
import Notation

/// A server with which the library proves itself: the tools, prompts and resources that conformance suites ask for by name. No part of the product.
@main struct Fixture {
    static func main() async {
        do {
            try await Fixture(CommandLine.arguments.dropFirst()).run()
        } catch {
            let line = "aura-mcp-fixture: \(error)\n"
            write(STDERR_FILENO, line, line.utf8.count)
            exit(2)
        }
    }

    struct BadArgument: Error, CustomStringConvertible {
        let description: String
    }

    private var port: Int?
    private var token: String?
    private var issuers: [String] = []
    private var pageSize = 100

    private init(_ arguments: ArraySlice<String>) throws {
        var rest = arguments
        while let option = rest.popFirst() {
            guard let value = rest.popFirst() else { throw BadArgument(description: "\(option) needs a value; [--http PORT] [--token T] [--issuer URL] [--page-size N]") }
            switch (option, Int(value)) {
            case ("--http", let number?): port = number
            case ("--page-size", let number?): pageSize = number
            case ("--token", _): token = value
            case ("--issuer", _): issuers.append(value)
            default: throw BadArgument(description: "\(option) \(value) is not understood")
            }
        }
    }

    private func run() async throws {
        let host = ServiceHost(Service(identity: Implementation(name: "aura-mcp-fixture", version: "1.0.0")))
        host.update(.tools) { service in
            service.instructions = "A server for conformance tests: every tool shows one feature of the protocol."
            service.tools = ContentTools.all + AskingTools.all + InputRequiredTools.all + ChangingTools.all(host) + [Declared(AddTool())]
            service.prompts = FixturePrompt.all
            service.resources = [FixtureResources()]
            service.pageSize = pageSize
        }
        guard let port else { return await StdioServer(host).run() }
        let access = token.map { AccessPolicy.token($0, issuers: issuers, scopes: ["mcp"]) } ?? .open
        let server = StreamableServer(port: port, endpoints: [StreamableEndpoint(host, access: access)])
        let bound = try await server.start()
        print("{\"url\":\"http://127.0.0.1:\(bound)/mcp\"}")
        fflush(nil)
        // Ended by a signal.
        while true { try await Task.sleep(for: .seconds(3600)) }
    }
}

/// A tool made of its description and what it does; its arguments are judged by its schema like those of any other.
struct FixtureTool: ServedTool {
    let description: ToolDescription
    private let schema: Schema
    private let body: @Sendable (JSON, CallContext) async throws -> ToolResult

    static let changesNothing = ToolHints.readsHere
    static let touchesTheClient = ToolHints(readOnly: false, destructive: false, idempotent: false, openWorld: true)

    init(
        _ name: String, _ summary: String, hints: ToolHints = changesNothing, schema: JSON = FixtureTool.object([:]),
        _ body: @escaping @Sendable (JSON, CallContext) async throws -> ToolResult
    ) {
        description = ToolDescription(name: name, description: summary, inputSchema: schema, annotations: hints)
        self.schema = Schema(schema)
        self.body = body
    }

    func serve(_ arguments: JSON, _ context: CallContext) async throws -> ToolResult {
        let faults = schema.faults(in: arguments)
        guard faults.isEmpty else { return .failure("The arguments of \(description.name) do not fit: \(SchemaError(faults: faults))") }
        return try await body(arguments, context)
    }

    static func object(_ properties: KeyValuePairs<String, JSON?>, required: [String] = []) -> JSON {
        .object([
            "type": "object", "properties": .object(properties), "required": required.isEmpty ? nil : .array(required.map { .text($0) }),
            "additionalProperties": false,
        ])
    }

    static func text(_ description: String) -> JSON { .object(["type": "string", "description": .text(description)]) }
}

/// A tool as the product declares its own: one type, from which everything else follows.
struct AddTool: Tool {
    struct Arguments: Shaped {
        let a: Int
        let b: Int
        static let notes: [String: Note] = ["a": Note("The first summand.", range: -1_000_000...1_000_000), "b": Note("The second.", range: -1_000_000...1_000_000, default: 1)]
    }

    struct Output: Shaped {
        let sum: Int
        static let notes: [String: Note] = ["sum": "What both come to."]
    }

    static let name = "test_structured_add"
    static let title = "Add"
    static let summary = "Adds two whole numbers, and answers with structure."
    static let hints = ToolHints.readsHere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output { Output(sum: arguments.a + arguments.b) }
}
