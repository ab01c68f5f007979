import ArgumentParser

/// The one executable: every command of the desk is a subcommand.
@main
struct AuraCommand: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "aura",
        abstract: "A trading desk for prediction markets. It starts on simulated money, with no account and no key.",
        version: version,
        subcommands: [
            RunCommand.self, HealCommand.self, ExchangeCommand.self, RecordCommand.self, ImportCommand.self, RecordingCommand.self, BacktestCommand.self, ScoreCommand.self,
            OptimizeCommand.self, ReplayCommand.self, JournalCommand.self, LearnCommand.self, ConfigCommand.self, MCPCommand.self, GPUCommand.self, ProbeCommand.self,
        ]
    )
}
