import ArgumentParser
import Transport

/// `aura probe`: asks a desk on this machine how it is, for whoever restarts it.
struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Asks a running desk whether it is alive (/healthz) or ready (/readyz): exit code 0 for yes, 1 for no.",
        discussion: "For containers: the bridge listens on the loopback alone, so that the question has to be put from inside.")

    @Option(help: "The bridge's port.") var port: Int
    @Option(help: "/healthz or /readyz.") var path = "/readyz"

    func run() async throws {
        guard (1...65_535).contains(port) else { throw Refused("--port must be from 1 to 65535, not \(port)") }
        guard ["/healthz", "/readyz"].contains(path) else { throw Refused("--path is /healthz or /readyz, not '\(path)'") }
        let web = WebClient(connectTimeout: .seconds(2))
        let status: Int?
        // Why it does not answer matters to nobody here: it is not well.
        do { status = try await web.request("GET", "http://127.0.0.1:\(port)\(path)", timeout: .seconds(4)).status } catch { status = nil }
        await web.shutdown()
        guard status == 200 else {
            print(status.map { "\(path) says \($0)" } ?? "nothing answers on port \(port)")
            throw ExitCode(1)
        }
    }
}
