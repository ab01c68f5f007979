import Foundation

/// A desk that `aura run` has said is ready.
struct RunningDesk: Sendable {
    /// The line that says so.
    struct Ready: Decodable, Sendable {
        let mode: String
        let dashboard_port: Int
        let bridge_port: Int
        let exchange_url: String
        let data_dir: String
        let token_path: String
        let desk: String
    }

    let process: AuraProcess
    let ready: Ready
    let token: String

    static let ports = ["--dashboard-port", "0", "--bridge-port", "0", "--exchange-port", "0", "--json"]

    /// Starts a desk in the scratch folder's `data`; it does not outlive `body`, however that ends.
    @discardableResult
    static func with<Result>(_ scratch: Scratch, _ arguments: [String] = [], _ body: (RunningDesk) async throws -> Result) async throws -> Result {
        let process = try AuraProcess(["run", "--data-dir", "data"] + ports + arguments, in: scratch.path)
        defer { process.send(SIGKILL) }
        let output = try await process.seen.wait("the line that says that the desk is ready", within: .seconds(60)) { $0.out.contains(10) || $0.code != nil }
        guard let line = output.text.split(separator: "\n").first else { throw Missed(description: "aura run ended at once: \(output.errors)") }
        let ready = try JSONDecoder().decode(Ready.self, from: Data(line.utf8))
        let token = try String(contentsOfFile: ready.token_path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        return try await body(RunningDesk(process: process, ready: ready, token: token))
    }

    @discardableResult
    func bridge<Result>(_ body: (BridgeClient) async throws -> Result) async throws -> Result {
        try await BridgeClient.with(port: ready.bridge_port, token: token, body)
    }

    /// Ends it in good order; says how it ended and how long that took.
    func stop(_ signal: Int32) async throws -> (end: AuraProcess.Output, took: Duration) {
        let clock = ContinuousClock()
        let start = clock.now
        process.send(signal)
        return (try await process.ended(within: .seconds(10)), clock.now - start)
    }
}
