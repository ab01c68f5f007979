import Foundation
import Kubernetes
import Notation
import Synchronization
import Testing
import Transport
import YAML

/// Who one is at which cluster, and what is refused on the way there.
@Suite(.timeLimit(.minutes(1))) struct KubeconfigTests {
    private func config(user: String, cluster: String = "server: 'https://127.0.0.1:1'") throws -> Kubeconfig {
        let text = """
            apiVersion: v1
            kind: Config
            current-context: one
            clusters:
            - name: c
              cluster: {\(cluster)}
            contexts:
            - name: one
              context: {cluster: c, user: u, namespace: shop}
            - name: lost
              context: {cluster: elsewhere, user: u}
            users:
            - name: u
              user: {\(user)}
            """
        return try Kubeconfig(try YAMLReader.json(text)[0], folder: "/nowhere")
    }

    private func failure(_ config: Kubeconfig, _ context: String = "one") async -> String {
        do {
            let client = try config.client(try #require(config.context(context)))
            _ = try await client.get(.namespaces, "default")
            return "(it did)"
        } catch { return "\(error)" }
    }

    @Test func `contexts are read with their namespaces, and the current one is known`() throws {
        let config = try config(user: "token: abc")
        #expect(config.contexts.map(\.name) == ["one", "lost"] && config.contexts.map(\.namespace) == ["shop", "default"] && config.current == "one")
        #expect(config.server(of: config.contexts[0]) == "https://127.0.0.1:1" && config.server(of: config.contexts[1]) == nil)
    }

    private static let refused: [(user: String, cluster: String?, words: String)] = [
        ("token: x", "server: 'http://example.com'", "must be https://"), ("token: x", "server: 'https://u:p@host'", "must be https://"),
        ("token: x", "server: 'https://h', insecure-skip-tls-verify: true", "insecure-skip-tls-verify"), ("token: x", "server: 'https://h', proxy-url: 'http://p'", "proxy-url"),
        ("token: x", "server: 'https://h', certificate-authority-data: '!!'", "not base64"), ("token: x", "server: 'https://h', certificate-authority: gone.crt", "/nowhere/gone.crt"),
        ("token: x", "server: 'https://h', certificate-authority-data: aGVsbG8=", "not in PEM form"), ("username: a, password: b", nil, "not supported"),
        ("exec: {command: aws, apiVersion: client.authentication.k8s.io/v1}", nil, "absolute path"), ("exec: {command: ./aws, apiVersion: client.authentication.k8s.io/v1}", nil, "absolute path"),
        ("exec: {command: /bin/true, apiVersion: client.authentication.k8s.io/v1alpha1}", nil, "v1beta1 are understood"),
        ("exec: {command: /bin/true, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}", nil, "nobody sits here"),
        ("exec: {command: /bin/true, apiVersion: client.authentication.k8s.io/v1}", nil, "did not answer with an ExecCredential"),
        ("exec: {command: /bin/false, apiVersion: client.authentication.k8s.io/v1}", nil, "ended with 1"), ("exec: {command: /no/such/program, apiVersion: client.authentication.k8s.io/v1}", nil, "cannot be run"),
        ("tokenFile: gone", nil, "/nowhere/gone cannot be read"), ("client-certificate-data: aGVsbG8=", nil, "not in PEM form"),
    ]

    @Test(arguments: refused.indices) func `what cannot be trusted or used is refused in a sentence`(index: Int) async throws {
        let (user, cluster, words) = Self.refused[index]
        let config = try cluster.map { try self.config(user: user, cluster: $0) } ?? config(user: user)
        let why = await failure(config)
        #expect(why.contains(words), "\(why)")
    }

    @Test func `a context without its cluster says so`() async throws {
        #expect(await failure(try config(user: "token: x"), "lost").contains("elsewhere"))
        #expect(throws: KubernetesError.self) { try Kubeconfig(.object(["kind": "Pod"]), folder: "/") }
    }

    @Test func `a plug-in's token is used until the cluster does not take it any more, and then it is asked again`() async throws {
        try await Bench.run(.fake, kubelet: false) { bench in
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("plugin-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let program = folder.appendingPathComponent("plugin").path
            // Counts its runs, and gives out the number as its token.
            let script = """
                #!/bin/sh
                echo x >> "\(folder.path)/runs"
                n=$(wc -l < "\(folder.path)/runs")
                [ "$MOOD" = good ] && [ -n "$KUBERNETES_EXEC_INFO" ] || exit 9
                echo "{\\"apiVersion\\":\\"client.authentication.k8s.io/v1\\",\\"kind\\":\\"ExecCredential\\",\\"status\\":{\\"token\\":\\"t$((n))\\"}}"
                """
            try script.write(toFile: program, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: program)
            bench.fake?.state.withLock { $0.users = ["t1": "admin", "t2": "admin"] }
            let plugin = try ExecPlugin(command: program, environment: ["MOOD": "good"], apiVersion: "client.authentication.k8s.io/v1")
            let client = try KubernetesClient(server: bench.client.server, credentials: .plugin(plugin))
            for _ in 0..<3 { _ = try await client.get(.namespaces, "default") }
            #expect(try String(contentsOfFile: "\(folder.path)/runs", encoding: .utf8) == "x\n", "asked once for three requests")
            bench.fake?.state.withLock { $0.users = ["t2": "admin"] }
            _ = try await client.get(.namespaces, "default")
            bench.fake?.state.withLock { $0.users = ["other": "admin"] }
            await #expect { try await client.get(.namespaces, "default") } throws: { ($0 as? KubernetesError)?.isRefusal == true }
            await client.shutdown()
        }
    }

    @Test func `a pod's own account is found by its environment`() throws {
        #expect(try KubeconfigFile.inCluster(environment: [:]) == nil)
        #expect(throws: KubernetesError.self) { try KubeconfigFile.inCluster(environment: ["KUBERNETES_SERVICE_HOST": "h", "KUBERNETES_SERVICE_PORT": "1"], account: "/nowhere") }
        #expect(try KubeconfigFile.read(nil, environment: ["HOME": "/nowhere"]) { _ in [] } == nil)
        #expect(throws: KubernetesError.self) { try KubeconfigFile.read("/nowhere/config", environment: [:]) { _ in [] } }
    }

    /// With the real API server: the same cluster by certificate and by token, under its own authority.
    @Test(.enabled(if: Ground.folder != nil)) func `a client's certificate opens the real cluster`() async throws {
        let client = try Bench.real("certificate")
        #expect(try await client.get(.namespaces, "default").objectName == "default")
        let stranger = try KubernetesClient(server: client.server, credentials: .token("x"))
        await #expect { try await stranger.get(.namespaces, "default") } throws: { error in
            guard let error = error as? KubernetesError, case .unreachable(let why) = error else { return false }
            return why.nothingWasSent
        }
        await client.shutdown()
        await stranger.shutdown()
    }
}
