import Foundation
import Testing
import Transport

/// `aura probe` as a container calls it: the exit code is the answer.
@Suite struct ProbeTests {
    @Test func `a probe says whether the desk is alive and ready, and nothing that answers is not well`() async throws {
        let desk = WebServer(host: "127.0.0.1", port: 0, requestBodyLimit: 1) { request in
            request.path == "/healthz" ? .text(200, "alive\n") : .text(503, "behind\n")
        }
        let port = try await desk.start()
        try await Scratch.with { scratch in
            func probe(_ arguments: String...) async throws -> AuraProcess.Output { try await AuraProcess.result(["probe"] + arguments, in: scratch.path) }
            #expect(try await probe("--port", "\(port)", "--path", "/healthz").code == 0)
            let behind = try await probe("--port", "\(port)")
            #expect(behind.code == 1 && behind.text == "/readyz says 503\n")
            await desk.stop()
            let gone = try await probe("--port", "\(port)", "--path", "/healthz")
            #expect(gone.code == 1 && gone.text == "nothing answers on port \(port)\n")
            #expect(try await probe("--port", "0").errors.contains("--port must be from 1 to 65535, not 0"))
            #expect(try await probe("--port", "1", "--path", "/").errors.contains("--path is /healthz or /readyz, not '/'"))
        }
    }
}
