import Healing
import MCPHosting

/// The healer of the server's data folder, where there is one.
struct HealingDesk: Sendable {
    let line: HealerLine?

    func report(entries: Int) async throws -> HealerReport { try await told { try await $0.report(entries: entries) } }

    func command(_ command: HealerLine.Command, reason: String?) async throws -> HealerStatus { try await told { try await $0.command(command, reason: reason) } }

    /// What it says; nil where no healer runs, or none answers.
    func quietly() async -> HealerStatus? {
        guard let line, line.healer != nil else { return nil }
        // A list of services is worth something without it.
        return try? await line.report(entries: 0).status
    }

    private func told<Answer>(_ ask: (HealerLine) async throws -> Answer) async throws -> Answer {
        guard let line else { throw ToolFailure("this server has no data folder, so there is no healer to ask") }
        do { return try await ask(line) } catch { throw ToolFailure("\(error)") }
    }
}
