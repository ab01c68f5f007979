public import MCP
public import Notation

extension Client {
    // MARK: - Tools

    /// All of them, over all pages.
    public func tools() async throws -> [ToolDescription] {
        let tools: [ToolDescription] = try await list("tools/list", "tools")
        remember(tools)
        return tools
    }

    /// Calls a tool. A failure of the tool is in the result; a structured result is held against the schema that the tool announced.
    public func call(_ name: String, _ arguments: JSON = .object([]), onProgress: (@Sendable (Progress) -> Void)? = nil) async throws -> ToolResult {
        let result = try ToolResult(try await request("tools/call", .object(["name": .text(name), "arguments": arguments]), onProgress: onProgress))
        if let schema = tool(name)?.outputSchema, !result.isError {
            let faults = Schema(schema).faults(in: result.structured ?? .null)
            guard faults.isEmpty else { throw ClientError.unfit(tool: name, faults) }
        }
        return result
    }

    // MARK: - Resources

    public func resources() async throws -> [ResourceDescription] { try await list("resources/list", "resources") }
    public func templates() async throws -> [ResourceTemplateDescription] { try await list("resources/templates/list", "resourceTemplates") }

    public func read(_ uri: String) async throws -> [ResourceContents] {
        try await (request("resources/read", .object(["uri": .text(uri)]))["contents"] ?? .null).decode()
    }

    /// Hears of changes of these resources, through `onNotice`: for as long as the task that called this lives.
    ///
    /// Up to 2025-11-25 it returns when the server has agreed, and the subscription lasts; from 2026-07-28 on it waits until it is cancelled.
    public func watch(_ uris: [String]) async throws {
        guard server?.revision.isModern != true else {
            let filter = JSON.object(["resourceSubscriptions": .array(uris.map { .text($0) })])
            _ = try await request("subscriptions/listen", .object(["notifications": filter]))
            return
        }
        for uri in uris { _ = try await request("resources/subscribe", .object(["uri": .text(uri)])) }
    }

    // MARK: - Prompts and completion

    public func prompts() async throws -> [PromptDescription] { try await list("prompts/list", "prompts") }

    public func prompt(_ name: String, _ arguments: [String: String] = [:]) async throws -> [PromptMessage] {
        let members = arguments.sorted { $0.key < $1.key }.map { JSON.Member(key: $0.key, value: .text($0.value)) }
        return try await (request("prompts/get", .object(["name": .text(name), "arguments": .object(members)]))["messages"] ?? .null).decode()
    }

    public func complete(_ reference: Call.Completion.Reference, argument: String, value: String) async throws -> [String] {
        let ref =
            switch reference {
            case .prompt(let name): JSON.object(["type": "ref/prompt", "name": .text(name)])
            case .template(let uri): JSON.object(["type": "ref/resource", "uri": .text(uri)])
            }
        let params = JSON.object(["ref": ref, "argument": .object(["name": .text(argument), "value": .text(value)])])
        return try await (request("completion/complete", params)["completion"]?["values"] ?? .null).decode()
    }

    private func list<Item: Decodable>(_ method: String, _ key: String) async throws -> [Item] {
        var items: [Item] = []
        var cursor: JSON?
        for _ in 0..<Client.pageLimit {
            let page = try await request(method, .object(["cursor": cursor]))
            items += try (page[key] ?? .null).decode([Item].self)
            cursor = page["nextCursor"]
            if cursor == nil { return items }
        }
        throw ClientError.lost("\(method) has more than \(Client.pageLimit) pages")
    }
}
