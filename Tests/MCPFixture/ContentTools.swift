import MCP
import MCPHosting
import Notation

/// Every kind of content, of progress and of failure.
enum ContentTools {
    static let all: [any ServedTool] = [
        FixtureTool("test_simple_text", "Answers with one text.") { _, _ in ToolResult([.text("This is a simple text response for testing.")]) },
        FixtureTool("test_image_content", "Answers with a picture.") { _, _ in ToolResult([image]) },
        FixtureTool("test_audio_content", "Answers with a sound.") { _, _ in ToolResult([.audio(data: Samples.wav, mimeType: "audio/wav")]) },
        FixtureTool("test_embedded_resource", "Answers with a resource.") { _, _ in
            ToolResult([.resource(.text("test://embedded-resource", "text/plain", "This is an embedded resource content."))])
        },
        FixtureTool("test_multiple_content_types", "Answers with text, a picture and a resource.") { _, _ in
            ToolResult([
                .text("Multiple content types test:"), image, .resource(.text("test://mixed-content-resource", "application/json", #"{"test":"data","value":123}"#)),
            ])
        },
        FixtureTool("test_tool_with_logging", "Writes three lines to the log while it works.") { _, context in
            for line in ["Tool execution started", "Tool processing data", "Tool execution completed"] {
                context.log(.info, line)
                try await Task.sleep(for: .milliseconds(50))
            }
            return ToolResult([.text("Tool with logging executed successfully")])
        },
        FixtureTool("test_logging_tool", "Writes one line to the log.") { _, context in
            context.log(.info, "A line for whoever asked for it", logger: "fixture")
            return ToolResult([.text("Logged.")])
        },
        FixtureTool("test_tool_with_progress", "Tells three times how far it is.") { _, context in
            for step in [0.0, 50, 100] {
                context.report(Progress(step, of: 100, "Completed step \(Int(step)) of 100"))
                try await Task.sleep(for: .milliseconds(50))
            }
            return ToolResult([.text("Done.")])
        },
        FixtureTool("test_slow", "Takes three seconds, and tells how far it is; for cancelling.", hints: FixtureTool.touchesTheClient) { _, context in
            for step in 1...30 {
                try await Task.sleep(for: .milliseconds(100))
                context.report(Progress(Double(step), of: 30))
            }
            return ToolResult([.text("Done at last.")])
        },
        FixtureTool("test_error_handling", "Always fails.") { _, _ in .failure("This tool intentionally returns an error for testing") },
        FixtureTool("test_reconnection", "Lets go of the connection in the middle of its work.", hints: FixtureTool.touchesTheClient) { _, context in
            context.letGo(retryMilliseconds: 300)
            try await Task.sleep(for: .milliseconds(100))
            return ToolResult([.text("Reconnection test completed successfully.")])
        },
        FixtureTool(
            "test_header_parameter", "Takes an argument that HTTP repeats in a header.",
            schema: FixtureTool.object(["region": .object(["type": "string", "description": "Where to route.", "x-mcp-header": "Region"])], required: ["region"])
        ) { arguments, _ in ToolResult([.text("Region: \(arguments["region"]?.asText ?? "")")]) },
        FixtureTool("json_schema_2020_12_tool", "Has a schema with everything that JSON Schema 2020-12 brought.", schema: Samples.schema) { arguments, _ in
            ToolResult([.text("JSON Schema 2020-12 tool called with: \(arguments.rendered)")])
        },
    ]

    private static let image = Content.image(data: Samples.png, mimeType: "image/png")
}

enum Samples {
    /// One red pixel.
    static let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="

    /// A hundredth of a second of silence: 8000 Hz, one channel, 8 bits.
    static let wav: String = {
        func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
        let samples = [UInt8](repeating: 128, count: 80)
        let format = Array("fmt ".utf8) + little(16, 4) + little(1, 2) + little(1, 2) + little(8000, 4) + little(8000, 4) + little(1, 2) + little(8, 2)
        let body = Array("WAVE".utf8) + format + Array("data".utf8) + little(samples.count, 4) + samples
        return Base64.standard.encode(Array("RIFF".utf8) + little(body.count, 4) + body)
    }()

    static let schema: JSON = .object([
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
        "$defs": .object([
            "address": .object([
                "$anchor": "addressDef", "type": "object",
                "properties": .object(["street": FixtureTool.text("The street."), "city": FixtureTool.text("The town.")]),
            ])
        ]),
        "properties": .object([
            "name": FixtureTool.text("Whose address it is."),
            "address": .object(["$ref": "#/$defs/address"]),
            "contactMethod": .object(["type": "string", "enum": .array(["phone", "email"]), "description": "How to reach them."]),
            "phone": FixtureTool.text("The number."), "email": FixtureTool.text("The address for mail."),
        ]),
        "allOf": .array([.object(["anyOf": .array([.object(["required": .array(["phone"])]), .object(["required": .array(["email"])]), .object(["type": "object"])])])]),
        "if": .object(["properties": .object(["contactMethod": .object(["const": "phone"])]), "required": .array(["contactMethod"])]),
        "then": .object(["required": .array(["phone"])]),
        "else": .object(["properties": .object(["phone": .bool(true)])]),
        "additionalProperties": false,
    ])
}
