import MCP
import Notation
import Testing

/// The 129 examples of the protocol's authors, where their folder lies beside the repository.
@Suite(.enabled(if: ProtocolFiles.areHere, "the protocol's schemas are not at ../shared/mcp")) struct ExampleTests {
    @Test func `every example fits the schema of its type, and without a required member it does not`() throws {
        let document = try ProtocolFiles.schema("2026-07-28")
        let examples = try ProtocolFiles.examples()
        #expect(examples.count == 129)
        var dropped = 0
        for example in examples {
            let schema = try #require(Schema(document, definition: example.type))
            #expect(schema.faults(in: example.json).isEmpty, "\(example.type)/\(example.name): \(schema.faults(in: example.json))")
            let required = (document["$defs"]?[example.type]?["required"]?.asArray ?? []).compactMap(\.asText)
            for name in required {
                #expect(!schema.faults(in: example.json.setting(name, nil)).isEmpty, "\(example.type)/\(example.name) without \(name)")
                dropped += 1
            }
        }
        #expect(dropped > 200)
    }

    @Test func `every message comes back from its envelope as it was`() throws {
        var count = 0
        for example in try ProtocolFiles.examples() where example.json["jsonrpc"] != nil {
            let envelope = try Envelope(parsing: example.json.bytes[...])
            // An empty object says as much as no params at all.
            let json = example.json["params"] == .object([]) ? example.json.setting("params", nil) : example.json
            #expect(envelope.json.means(json), "\(example.type)/\(example.name)")
            count += 1
        }
        #expect(count == 32)
    }

    private static let types: [String: @Sendable (JSON) throws -> JSON] = [
        "AudioContent": { try Content($0).json }, "ImageContent": { try Content($0).json }, "TextContent": { try Content($0).json },
        "EmbeddedResource": { try Content($0).json }, "ResourceLink": { try Content($0).json }, "ToolUseContent": { try Content($0).json },
        "ToolResultContent": { try Content($0).json }, "TextResourceContents": { try through(ResourceContents.self, $0) },
        "BlobResourceContents": { try through(ResourceContents.self, $0) }, "Resource": { try through(ResourceDescription.self, $0) },
    ]

    private static func through<T: Codable>(_ type: T.Type, _ json: JSON) throws -> JSON { try JSON(encoding: json.decode(type)) }

    @Test func `every noun comes back from its type as it was`() throws {
        var count = 0
        for example in try ProtocolFiles.examples() {
            guard let type = Self.types[example.type] else { continue }
            #expect(try type(example.json).means(example.json), "\(example.type)/\(example.name)")
            count += 1
        }
        #expect(count >= Self.types.count)
    }

    @Test func `tools, lists and results of examples are read and written without loss`() throws {
        for example in try ProtocolFiles.examples() {
            func same(_ json: JSON?, _ original: JSON?) { #expect(json.map { original?.means($0) ?? false } ?? (original == nil), "\(example.type)/\(example.name)") }
            switch example.type {
            case "Tool":
                // What a server leaves unsaid about a tool, we say: the hints have the protocol's defaults.
                var tool: ToolDescription = try example.json.decode()
                tool.annotations = nil
                same(try JSON(encoding: tool), example.json.setting("annotations", nil))
            case "ListResourcesResult":
                let list: [ResourceDescription] = try #require(example.json["resources"]).decode()
                same(try JSON(encoding: list), example.json["resources"])
            case "ListResourceTemplatesResult":
                let list: [ResourceTemplateDescription] = try #require(example.json["resourceTemplates"]).decode()
                same(try JSON(encoding: list), example.json["resourceTemplates"])
            case "ListPromptsResult":
                let list: [PromptDescription] = try #require(example.json["prompts"]).decode()
                same(try JSON(encoding: list), example.json["prompts"])
            case "GetPromptResult":
                let list: [PromptMessage] = try #require(example.json["messages"]).decode()
                same(try JSON(encoding: list), example.json["messages"])
            case "CallToolResult":
                let result = try ToolResult(example.json)
                same(.array(result.content.map(\.json)), example.json["content"])
                same(result.structured, example.json["structuredContent"])
            default: break
            }
        }
    }

    @Test func `every request of the examples gets an answer that fits the schema, or becomes a call`() throws {
        let document = try ProtocolFiles.schema("2026-07-28")
        let answer = try #require(Schema(document, definition: "JSONRPCResponse"))
        var count = 0
        for example in try ProtocolFiles.examples() where example.json["method"] != nil && example.json["id"] != nil {
            var dialogue = ServerDialogue(offer: .everything)
            for action in dialogue.receive(example.json.bytes[...]) {
                switch action {
                case .reply(_, let json, _): #expect(answer.faults(in: json).isEmpty, "\(example.name): \(json.rendered)")
                case .tell(_, let json): #expect(json["method"] == "notifications/subscriptions/acknowledged")
                case .run, .stop, .drop, .answered: break
                }
            }
            count += 1
        }
        #expect(count == 11)
    }
}

extension Offer {
    /// One of each, with the names that the examples use.
    static var everything: Offer {
        let object = JSON.object(["type": "object"])
        return Offer(
            identity: Implementation(name: "test", version: "1"), instructions: "Be kind.",
            tools: ToolShelf([
                ToolDescription(name: "get_weather", description: "Weather.", inputSchema: object, outputSchema: object, annotations: .readsElsewhere),
                ToolDescription(
                    name: "route", description: "Routed.",
                    inputSchema: .object(["type": "object", "properties": .object(["region": .object(["type": "string", "x-mcp-header": "Region"])])]), annotations: .readsHere),
            ]),
            resources: [ResourceDescription(uri: "test://one", name: "one", description: "The first.", mimeType: "text/plain")],
            templates: [ResourceTemplateDescription(uriTemplate: "test://{id}", name: "any", description: "Each.", mimeType: "text/plain")],
            prompts: [PromptDescription(name: "code_review", description: "Review.", arguments: [.init("code", "The code."), .init("language", "Its language.", required: false)])])
    }
}
