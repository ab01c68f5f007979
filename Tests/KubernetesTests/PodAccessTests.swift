import Foundation
import Kubernetes
import MCPHosting
import MCPOrchestration
import Notation
import Synchronization
import Testing
import Transport

/// Ways into a pod: exec and forwarded ports.
@Suite(.timeLimit(.minutes(1))) struct PodAccessTests {
    private func running(_ bench: Bench) async throws -> String {
        _ = try await bench.client.create(.deployments, Sample.deployment("web", replicas: 1), namespace: bench.namespace)
        return try await bench.until(.pods, "a pod") { $0.count == 1 && $0[0].at("status", "phase") == "Running" }[0].objectName
    }

    @Test func `a command runs with its arguments as they are, and its end is told`() async throws {
        try await Bench.run(.fake) { bench in
            let pod = try await running(bench)
            let said = try await bench.client.exec(pod, namespace: bench.namespace, command: ["/bin/echo", "a b", "$(reboot)", "&x=1"])
            #expect(String(decoding: said.output, as: UTF8.self) == "a b $(reboot) &x=1\n" && said.exitCode == 0 && !said.isCut)
            let failed = try await bench.client.exec(pod, namespace: bench.namespace, command: ["/bin/none"])
            #expect(failed.exitCode == 3 && String(decoding: failed.errors, as: UTF8.self) == "no such file\n")
            let flood = try await bench.client.exec(pod, namespace: bench.namespace, command: ["/bin/flood"], limit: 100_000)
            #expect(flood.isCut && flood.output.count == 100_000)
        }
    }

    @Test func `only programs that the operator allowed are run, and a person agrees to each`() async throws {
        try await Seat.run(policy: { _ in OrchestrationPolicy(commands: ["/bin/echo"]) }) { seat in
            let pod = try await running(seat.bench)
            #expect(await seat.failure("pod_exec", ["pod": .text(pod), "command": .array(["/bin/sh", "-c", "x"])]).contains("/bin/echo"))
            #expect(seat.person.shown.isEmpty)
            let said = try await seat.call("pod_exec", ["pod": .text(pod), "command": .array(["/bin/echo", "hello"])])
            #expect(said["output"] == "hello\n" && said["exit_code"] == 0)
            #expect(seat.person.shown.count == 1 && seat.person.shown[0].contains(#"["/bin/echo","hello"]"#))
            seat.person.will("decline")
            #expect(await seat.failure("pod_exec", ["pod": .text(pod), "command": .array(["/bin/echo", "again"])]).contains("declined"))
            #expect(seat.bench.fake?.kubelet.asked.withLock { $0.count } == 1)
        }
    }

    @Test func `a refusal of the stream by the cluster's rules is one`() async throws {
        try await Bench.run(.fake) { bench in
            let pod = try await running(bench)
            bench.fake?.state.withLock { state in
                // The bench's own kubelet comes without a token.
                state.users = ["r": "reader", "": "kubelet"]
                state.mayDo = { user, _, _, _ in user == "kubelet" }
            }
            let reader = try KubernetesClient(server: bench.client.server, credentials: .token("r"))
            await #expect { try await reader.exec(pod, namespace: bench.namespace, command: ["/bin/echo"]) } throws: { ($0 as? KubernetesError)?.isRefusal == true }
            await reader.shutdown()
            bench.fake?.state.withLock { $0.users = [:] }
        }
    }

    @Test func `a forwarded port carries bytes both ways, for as many connections as are made, until it is closed`() async throws {
        try await Seat.run { seat in
            let pod = try await running(seat.bench)
            let opened = try await seat.call("port_forward_open", ["pod": .text(pod), "port": 8080])
            let port = Int(try #require(opened["local_port"]?.asInteger))
            for word in ["hello", "again"] {
                // The pod answers in capitals.
                #expect(try await exchange(port, word) == word.uppercased())
            }
            let handle = try #require(opened["handle"]?.asText)
            #expect(try await seat.call("port_forward_close", ["handle": .text(handle)])["closed"] == true)
            #expect(try await seat.call("port_forward_close", ["handle": .text(handle)])["closed"] == false)
            #expect(try await seat.call("port_forward_close", ["handle": "pf-guessed"])["closed"] == false)
            await #expect(throws: (any Error).self) { try await exchange(port, "gone") }
            for _ in 0..<8 { _ = try await seat.call("port_forward_open", ["pod": .text(pod), "port": 8080]) }
            #expect(await seat.failure("port_forward_open", ["pod": .text(pod), "port": 8080]).contains("8 ports"))
        }
    }

    struct NoConnection: Error {}

    /// Says a word to a port of this machine and waits for as many bytes.
    private func exchange(_ port: Int, _ word: String) async throws -> String {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<String, any Error>) in
            DispatchQueue(label: "tcp").async {
                continuation.resume(with: Result { try PodAccessTests.talk(port, word) })
            }
        }
    }

    private static func talk(_ port: Int, _ word: String) throws -> String {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(file) }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let connected = withUnsafePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(file, $0, size) } }
        guard connected == 0 else { throw NoConnection() }
        guard write(file, word, word.utf8.count) == word.utf8.count else { throw NoConnection() }
        var bytes = [UInt8](repeating: 0, count: 100)
        var said: [UInt8] = []
        while said.count < word.utf8.count, case let count = read(file, &bytes, bytes.count), count > 0 { said += bytes.prefix(count) }
        guard !said.isEmpty else { throw NoConnection() }
        return String(decoding: said, as: UTF8.self)
    }
}
