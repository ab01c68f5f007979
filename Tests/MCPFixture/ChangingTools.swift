import MCP
import MCPHosting
import Notation

/// Tools that change what the server offers, so that those who listen hear of it.
enum ChangingTools {
    private static let hints = ToolHints(readOnly: false, destructive: false, idempotent: false, openWorld: false)

    static func all(_ host: ServiceHost) -> [any ServedTool] {
        [
            FixtureTool("test_trigger_tool_change", "Says that the list of tools has changed.", hints: hints) { _, _ in
                host.update(.tools) { _ in }
                return ToolResult([.text("Told.")])
            },
            FixtureTool("test_trigger_prompt_change", "Says that the list of prompts has changed.", hints: hints) { _, _ in
                host.update(.prompts) { _ in }
                return ToolResult([.text("Told.")])
            },
            FixtureTool("test_touch_watched_resource", "Changes the watched resource.", hints: hints) { _, _ in
                host.resourceChanged("test://watched-resource")
                return ToolResult([.text("Touched.")])
            },
        ]
    }
}
