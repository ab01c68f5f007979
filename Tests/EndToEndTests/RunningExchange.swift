import Foundation

/// An `aura exchange` that has said that it is ready.
struct RunningExchange: Sendable {
    /// The line that says so.
    struct Ready: Decodable, Sendable {
        let url: String
        let key_id: String
        let private_key_path: String
    }

    let process: AuraProcess
    let ready: Ready

    /// The caller ends the process.
    static func start(_ scratch: Scratch, dataDir: String, port: Int = 0, _ arguments: [String] = []) async throws -> RunningExchange {
        let process = try AuraProcess(["exchange", "--port", "\(port)", "--data-dir", dataDir] + arguments, in: scratch.path)
        let said = try await process.seen.wait("the exchange's line") { $0.out.contains(10) || $0.code != nil }
        do {
            return RunningExchange(process: process, ready: try JSONDecoder().decode(Ready.self, from: said.out.prefix { $0 != 10 }))
        } catch {
            process.send(SIGKILL)
            throw Missed(description: "aura exchange ended at once: \(process.seen.value.errors)")
        }
    }

    var port: Int { URL(string: ready.url)?.port ?? 0 }

    /// What a desk is told to trade there.
    var forDesk: [String] { ["--exchange", ready.url, "--key-id", ready.key_id, "--key-file", ready.private_key_path] }
}
