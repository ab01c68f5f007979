public import MCP
import Notation

/// Everything that one server serves, as a value: tools, resources, prompts, and who it is.
public struct Service: Sendable {
    public var identity: Implementation
    public var instructions: String?
    public var tools: [any ServedTool]
    public var resources: [any ResourceSource]
    public var prompts: [any ServedPrompt]
    public var pageSize = 100
    public var logs = true

    public init(
        identity: Implementation, instructions: String? = nil, tools: [any ServedTool] = [], resources: [any ResourceSource] = [], prompts: [any ServedPrompt] = []
    ) {
        self.identity = identity
        self.instructions = instructions
        self.tools = tools
        self.resources = resources
        self.prompts = prompts
    }

    /// What a dialogue shows of it.
    var offer: Offer {
        var offer = Offer(
            identity: identity, instructions: instructions, tools: tools.isEmpty ? nil : shelf,
            resources: resources.isEmpty ? nil : resources.flatMap(\.resources), templates: resources.flatMap(\.templates),
            prompts: prompts.isEmpty ? nil : prompts.map(\.description))
        offer.completes = !(resources.isEmpty && prompts.isEmpty)
        offer.logs = logs
        offer.pageSize = pageSize
        return offer
    }

    private var shelf: ToolShelf {
        let tools = tools
        let list = Late { tools.map(\.description.json) }
        return ToolShelf(names: tools.map(\.name), find: { name in tools.first { $0.name == name }?.description }, list: { list.value })
    }

    /// Carries a call out. Whatever goes wrong in a tool is a result that says so.
    func run(_ call: Call, _ context: CallContext) async -> Outcome {
        do {
            return try await outcome(call, context)
        } catch let needed as InputNeeded {
            return .inputRequired(needed.requests, state: needed.state)
        } catch let error as ProtocolError {
            return .failed(error)
        } catch is CancellationError {
            return .failed(.internal("cancelled"))
        } catch {
            if case .tool = call.target { return .tool(.failure("\(error)")) }
            return .failed(.internal("\(error)"))
        }
    }

    private func outcome(_ call: Call, _ context: CallContext) async throws -> Outcome {
        switch call.target {
        case .tool(let name, let arguments):
            guard let tool = tools.first(where: { $0.name == name }) else { throw ProtocolError.invalidParams("there is no tool \(name)") }
            return .tool(try await tool.serve(arguments, context))
        case .resource(let uri):
            for source in resources { if let contents = try await source.read(uri, context) { return .resource(contents) } }
            throw ProtocolError.unknownResource(uri, call.revision)
        case .prompt(let name, let arguments):
            guard let prompt = prompts.first(where: { $0.description.name == name }) else { throw ProtocolError.invalidParams("there is no prompt \(name)") }
            return .prompt(description: prompt.description.description, try await prompt.messages(arguments, context))
        case .completion(let completion): return .completion(await complete(completion), total: nil)
        }
    }

    private func complete(_ wanted: Call.Completion) async -> [String] {
        switch wanted.reference {
        case .prompt(let name):
            let prompt = prompts.first { $0.description.name == name }
            return await prompt?.complete(wanted.argument, value: wanted.value, others: wanted.others) ?? []
        case .template(let template):
            let source = resources.first { $0.templates.contains { $0.uriTemplate == template } }
            return await source?.complete(template, variable: wanted.argument, value: wanted.value, others: wanted.others) ?? []
        }
    }
}
