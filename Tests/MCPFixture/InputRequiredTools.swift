import MCP
import MCPHosting
import Notation

/// Questions as results (2026-07-28): what is asked, what is remembered, and what is not believed.
enum InputRequiredTools {
    static let all: [any ServedTool] = [
        tool("elicitation", "Asks for a name.") { context in "Hello, \(name(try await context.ask(elicitation.key, elicitation.question)))!" },
        tool("sampling", "Asks the client's model.") { context in
            "The model says: \(try await context.ask(sampling.key, sampling.question)["content"]?["text"]?.asText ?? "")"
        },
        tool("list_roots", "Asks for the client's folders.") { context in
            let roots = try await context.ask(roots.key, roots.question)["roots"]?.asArray ?? []
            return "\(roots.count) roots: \(roots.compactMap { $0["uri"]?.asText }.joined(separator: ", "))"
        },
        tool("request_state", "Asks, and has the client carry a state.") { context in
            let state = try context.remembered()
            guard state != nil else { throw InputNeeded([elicitation], state: context.seal(.object(["step": 1]))) }
            return "state-ok, \(name(try await context.ask([elicitation], remembering: .object(["step": 1]))[elicitation.key] ?? .null))"
        },
        tool("multiple_inputs", "Asks three things at once.") { context in
            let state = try context.remembered()
            guard state != nil else { throw InputNeeded([elicitation, sampling, roots], state: context.seal(.object(["asked": 3]))) }
            let answers = try await context.ask([elicitation, sampling, roots], remembering: .object(["asked": 3]))
            return "\(answers.count) answers, \(name(answers[elicitation.key] ?? .null))"
        },
        tool("multi_round", "Asks twice, one question after the other.") { context in
            let first = InputRequest("step1", .form(message: "Step 1: what is your name?", schema: nameForm))
            let second = InputRequest("step2", .form(message: "Step 2: what is your favourite colour?", schema: AskingTools.object(["color": AskingTools.text("A colour")], required: ["color"])))
            guard let state = try context.remembered() else { throw InputNeeded([first], state: context.seal(.object(["round": 1]))) }
            guard state["round"] == 2 else {
                let answer = try await context.ask([first], remembering: .object(["round": 1]))
                throw InputNeeded([second], state: context.seal(.object(["round": 2, "name": .text(name(answer[first.key] ?? .null))])))
            }
            let colour = try await context.ask([second], remembering: state)[second.key]?["content"]?["color"]?.asText ?? "no colour"
            return "\(state["name"]?.asText ?? "") likes \(colour)"
        },
        tool("tampered_state", "Has the client carry a state, and believes no other.") { context in
            guard try context.remembered() != nil else { throw InputNeeded([elicitation], state: context.seal("untouched")) }
            return "The state came back untouched, \(name(try await context.ask([elicitation], remembering: "untouched")[elicitation.key] ?? .null))."
        },
        tool("capabilities", "Asks only what the client can answer.") { context in
            let able = [elicitation, sampling, roots].filter { context.client.can($0.question) }
            return "\(try await context.ask(able).count) answers"
        },
    ]

    static let nameForm = AskingTools.object(["name": AskingTools.text("Your name")], required: ["name"])
    static let elicitation = InputRequest("user_name", .form(message: "What is your name?", schema: nameForm))
    private static let roots = InputRequest("client_roots", .roots)
    private static let sampling = InputRequest(
        "capital",
        .sampling(params: .object([
            "messages": .array([.object(["role": "user", "content": .object(["type": "text", "text": "What is the capital of France?"])])]), "maxTokens": 100,
        ])))

    static func name(_ answer: JSON) -> String { answer["content"]?["name"]?.asText ?? "stranger" }

    private static func tool(_ name: String, _ summary: String, _ body: @escaping @Sendable (CallContext) async throws -> String) -> FixtureTool {
        FixtureTool("test_input_required_result_\(name)", summary, hints: FixtureTool.touchesTheClient) { _, context in ToolResult([.text(try await body(context))]) }
    }
}
