import ArgumentParser
import Foundation
import MCPServing

/// `aura mcp audit`: checks the hash chain of a server's audit trail.
struct MCPAuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "audit", abstract: "Checks the audit trail of one of the servers.")

    @Argument(help: "The server: kalshi, system, browser or orchestration.") var server: String
    @Option(help: "The folder that holds the trail (default: the configuration's, else ~/.aura).") var dataDir: String?

    func run() throws {
        guard ["kalshi", "system", "browser", "orchestration"].contains(server) else { throw Refused("there is no server '\(server)'") }
        let given = try dataDir ?? Configuration.load(file: nil).dataFolder
        let folder = (given as NSString).expandingTildeInPath
        do {
            let verdict = try AuditTrail.verify("\(folder)/audit/\(server).jsonl")
            print("whole: \(verdict.lines) lines, head \(verdict.head)")
        } catch { throw Refused("\(error)") }
    }
}
