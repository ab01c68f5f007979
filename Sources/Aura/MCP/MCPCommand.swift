import ArgumentParser

/// `aura mcp`: the servers through which assistants help. Each is a subcommand in a file of its own.
struct MCPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mcp", abstract: "Serves assistants over the Model Context Protocol.",
        discussion: "Over standard input and output, or with --http over Streamable HTTP on this machine. Without --allow-writes nothing that changes something is even listed.",
        subcommands: [MCPBrowserCommand.self, MCPKalshiCommand.self, MCPSystemCommand.self, MCPOrchestrationCommand.self, MCPAuditCommand.self])
}
