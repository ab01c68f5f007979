import MCP
import MCPHosting
import Notation

struct FixtureResources: ResourceSource {
    let resources = [
        ResourceDescription(uri: "test://static-text", name: "Static Text Resource", description: "A text that never changes.", mimeType: "text/plain"),
        ResourceDescription(uri: "test://static-binary", name: "Static Binary Resource", description: "A picture that never changes.", mimeType: "image/png"),
        ResourceDescription(uri: "test://watched-resource", name: "Watched Resource", description: "A text that can be watched.", mimeType: "text/plain"),
        ResourceDescription(uri: "test://example-resource", name: "Example Resource", description: "What a prompt may embed.", mimeType: "text/plain"),
    ]

    let templates = [
        ResourceTemplateDescription(uriTemplate: "test://template/{id}/data", name: "Resource Template", description: "Data by id.", mimeType: "application/json")
    ]

    func read(_ uri: String, _ context: CallContext) async throws -> [ResourceContents]? {
        switch uri {
        case "test://static-text": return [.text(uri, "text/plain", "This is the content of the static text resource.")]
        case "test://static-binary": return [.blob(uri, "image/png", Samples.png)]
        case "test://watched-resource", "test://example-resource": return [.text(uri, "text/plain", "This is the content of \(uri).")]
        default:
            // An id is letters, digits and dashes: no path leads out of here.
            guard let match = uri.wholeMatch(of: /test:\/\/template\/([A-Za-z0-9\-]{1,64})\/data/) else { return nil }
            return [.text(uri, "application/json", #"{"id":"\#(match.1)","templateTest":true,"data":"Data for ID: \#(match.1)"}"#)]
        }
    }

    func complete(_ template: String, variable: String, value: String, others: [String: String]) async -> [String] {
        ["1", "12", "123"].filter { $0.hasPrefix(value) }
    }
}

struct FixturePrompt: ServedPrompt {
    let description: PromptDescription
    let body: @Sendable ([String: String], CallContext) async throws -> [PromptMessage]

    func messages(_ arguments: [String: String], _ context: CallContext) async throws -> [PromptMessage] { try await body(arguments, context) }

    func complete(_ argument: String, value: String, others: [String: String]) async -> [String] {
        ["paris", "park", "party", "test", "test2"].filter { $0.hasPrefix(value) }
    }

    static let all: [any ServedPrompt] = [
        FixturePrompt(description: PromptDescription(name: "test_simple_prompt", description: "One message.")) { _, _ in
            [PromptMessage(.user, .text("This is a simple prompt for testing."))]
        },
        FixturePrompt(
            description: PromptDescription(
                name: "test_prompt_with_arguments", description: "A message with two arguments in it.",
                arguments: [.init("arg1", "First test argument"), .init("arg2", "Second test argument")])
        ) { arguments, _ in [PromptMessage(.user, .text("Prompt with arguments: arg1='\(arguments["arg1"] ?? "")', arg2='\(arguments["arg2"] ?? "")'"))] },
        FixturePrompt(
            description: PromptDescription(
                name: "test_prompt_with_embedded_resource", description: "A message with a resource in it.", arguments: [.init("resourceUri", "URI of the resource to embed")])
        ) { arguments, _ in
            [
                PromptMessage(.user, .resource(.text(arguments["resourceUri"] ?? "", "text/plain", "Embedded resource content for testing."))),
                PromptMessage(.user, .text("Please process the embedded resource above.")),
            ]
        },
        FixturePrompt(description: PromptDescription(name: "test_prompt_with_image", description: "A message with a picture in it.")) { _, _ in
            [PromptMessage(.user, .image(data: Samples.png, mimeType: "image/png")), PromptMessage(.user, .text("Please analyze the image above."))]
        },
        FixturePrompt(description: PromptDescription(name: "test_input_required_result_prompt", description: "A prompt that asks before it is made.")) { _, context in
            let asked = InputRequiredTools.elicitation
            // A client that cannot be asked gets the prompt all the same.
            let answer = context.client.can(asked.question) ? try await context.ask(asked.key, asked.question) : .null
            return [PromptMessage(.user, .text("Hello, I am \(InputRequiredTools.name(answer))."))]
        },
    ]
}
