import MCP
import MCPHosting
import Notation

/// Tools that ask the client, or the person behind it.
enum AskingTools {
    static let all: [any ServedTool] = [
        FixtureTool(
            "test_sampling", "Has the client's model answer a prompt.", hints: FixtureTool.touchesTheClient,
            schema: FixtureTool.object(["prompt": FixtureTool.text("What the model is asked.")], required: ["prompt"])
        ) { arguments, context in
            let message = JSON.object(["role": "user", "content": .object(["type": "text", "text": arguments["prompt"]])])
            let answer = try await context.ask("sampling", .sampling(params: .object(["messages": .array([message]), "maxTokens": 100])))
            return ToolResult([.text("LLM response: \(answer["content"]?["text"]?.asText ?? "")")])
        },
        FixtureTool(
            "test_elicitation", "Asks the person for a name and an address.", hints: FixtureTool.touchesTheClient,
            schema: FixtureTool.object(["message": FixtureTool.text("What the person reads.")], required: ["message"])
        ) { arguments, context in
            let form = object(["username": text("Your name"), "email": text("Where mail reaches you")], required: ["username", "email"])
            return told(try await context.ask("elicitation", .form(message: arguments["message"]?.asText ?? "", schema: form)))
        },
        FixtureTool("test_elicitation_sep1034_defaults", "Asks with a form whose fields are filled in.", hints: FixtureTool.touchesTheClient) { _, context in
            told(try await context.ask("elicitation", .form(message: "Please review and update the form fields with defaults", schema: defaults)))
        },
        FixtureTool("test_elicitation_sep1330_enums", "Asks with every form of a choice.", hints: FixtureTool.touchesTheClient) { _, context in
            told(try await context.ask("elicitation", .form(message: "Please select options from the enum fields", schema: choices)))
        },
        FixtureTool("test_streaming_elicitation", "Says something, then asks.", hints: FixtureTool.touchesTheClient) { _, context in
            context.report(Progress(1, of: 2, "about to ask"))
            return told(try await context.ask("user_name", .form(message: "What is your name?", schema: object(["name": text("Your name")], required: ["name"]))))
        },
        FixtureTool("test_missing_capability", "Needs a client with a model.", hints: FixtureTool.touchesTheClient) { _, context in
            guard context.client.can(.sampling(params: .null)) else { throw ProtocolError.missingCapability(.object(["sampling": .object([])])) }
            return ToolResult([.text("The client can sample.")])
        },
        FixtureTool(
            "test_confirmation", "Does something that cannot be undone, if a person says so.",
            hints: ToolHints(readOnly: false, destructive: true, idempotent: false, openWorld: false),
            schema: FixtureTool.object(["what": FixtureTool.text("What is to be done.")], required: ["what"])
        ) { arguments, context in
            let what = arguments["what"]?.asText ?? ""
            switch try await context.confirm("Do it: \(what)?", schema: object(["sure": .object(["type": "boolean", "title": "I am sure"])], required: ["sure"])) {
            case .accepted(let answer) where answer["sure"] == true: return ToolResult([.text("Done: \(what)")])
            case .accepted: return .failure("Not done: the person is not sure.")
            case .declined: return .failure("Not done: the person declined.")
            case .cancelled: return .failure("Not done: the question was put aside.")
            }
        },
    ]

    static func object(_ properties: KeyValuePairs<String, JSON?>, required: [String] = []) -> JSON {
        .object(["type": "object", "properties": .object(properties), "required": required.isEmpty ? nil : .array(required.map { .text($0) })])
    }

    static func text(_ title: String) -> JSON { .object(["type": "string", "description": .text(title)]) }

    private static func told(_ answer: JSON) -> ToolResult {
        ToolResult([.text("User response: action=\(answer["action"]?.asText ?? ""), content=\((answer["content"] ?? .object([])).rendered)")])
    }

    private static let defaults = object([
        "name": .object(["type": "string", "description": "User name", "default": "John Doe"]),
        "age": .object(["type": "integer", "description": "User age", "default": 30]),
        "score": .object(["type": "number", "description": "User score", "default": .number(95.5)]),
        "status": .object(["type": "string", "description": "User status", "enum": .array(["active", "inactive", "pending"]), "default": "active"]),
        "verified": .object(["type": "boolean", "description": "Verification status", "default": true]),
    ])

    private static func titled(_ values: [String]) -> JSON { .array(values.map { .object(["const": .text($0), "title": .text($0.uppercased())]) }) }

    private static let choices = object([
        "untitledSingle": .object(["type": "string", "enum": .array(["option1", "option2", "option3"])]),
        "titledSingle": .object(["type": "string", "oneOf": titled(["value1", "value2", "value3"])]),
        "legacyEnum": .object(["type": "string", "enum": .array(["opt1", "opt2", "opt3"]), "enumNames": .array(["Option One", "Option Two", "Option Three"])]),
        "untitledMulti": .object(["type": "array", "items": .object(["type": "string", "enum": .array(["option1", "option2", "option3"])])]),
        "titledMulti": .object(["type": "array", "items": .object(["anyOf": titled(["value1", "value2", "value3"])])]),
    ])
}
