@testable import Kubernetes
import Notation
import Synchronization
import Testing

/// Reading a cluster, on both grounds.
@Suite(.timeLimit(.minutes(2))) struct ClusterReadingTests {
    @Test(arguments: Ground.all) func `a kind is found by any name that people have for it`(ground: Ground) async throws {
        try await Bench.run(ground, kubelet: false) { bench in
            let discovery = Discovery(bench.client)
            for name in ["Deployment", "deployments", "deploy", "deployments.apps", "apps/v1/Deployment", "DEPLOYMENT"] {
                let type = try await discovery.find(name)
                #expect(type.resource == "deployments" && type.group == "apps" && type.isNamespaced, "\(name)")
            }
            let pod = try await discovery.find("po")
            #expect(pod.apiVersion == "v1" && pod.subresources["eviction"]?.hasPrefix("policy/") == true)
            #expect(try await discovery.find("events").group == "", "the core's, not that of events.k8s.io")
            await #expect(throws: KubernetesError.self) { try await discovery.find("unicorn") }
        }
    }

    @Test(arguments: Ground.all) func `a list of many pages comes whole, and a bound is told`(ground: Ground) async throws {
        try await Bench.run(ground, kubelet: false) { bench in
            for number in 0..<7 { _ = try await bench.client.create(.configMaps, Sample.settings("c\(number)", ["n": .text("\(number)")]), namespace: bench.namespace) }
            let query = ObjectQuery(namespace: bench.namespace)
            let first = try await bench.client.page(.configMaps, query, limit: 3)
            #expect(first.items.count == 3 && first.next != nil)
            let second = try await bench.client.page(.configMaps, query, limit: 3, after: first.next)
            #expect(Set(first.items.map(\.objectName)).isDisjoint(with: second.items.map(\.objectName)))
            // A real cluster adds its authority to every namespace.
            let all = try await bench.client.list(.configMaps, query).items.filter { $0.objectName.hasPrefix("c") }
            #expect(all.map(\.objectName) == (0..<7).map { "c\($0)" })
            // The API leaves the kind out of a list's items.
            #expect(all.allSatisfy { $0["kind"] == "ConfigMap" && $0["apiVersion"] == "v1" })
            let some = try await bench.client.list(.configMaps, query, bound: 2)
            #expect(some.items.count == 2 && some.next != nil)
        }
    }

    @Test(arguments: Ground.all) func `what the cluster refuses, lacks and cannot take are different errors`(ground: Ground) async throws {
        try await Bench.run(ground, kubelet: false) { bench in
            await #expect { try await bench.client.get(.pods, "none", namespace: bench.namespace) } throws: { if case KubernetesError.notFound = $0 { true } else { false } }
            let settings = Sample.settings("twice", [:])
            _ = try await bench.client.create(.configMaps, settings, namespace: bench.namespace)
            await #expect { try await bench.client.create(.configMaps, settings, namespace: bench.namespace) } throws: { if case KubernetesError.conflict = $0 { true } else { false } }
            let broken = try Manifest(Sample.deployment("bad", extra: ["image": nil])).inNamespace(bench.namespace)
            await #expect { try await bench.client.apply(broken, as: .deployments) } throws: {
                if case KubernetesError.invalid(_, let fields) = $0 { fields.contains { $0.contains("image") } } else { false }
            }
        }
    }

    @Test(arguments: Ground.all) func `refusals by the cluster's rules are told apart from failures`(ground: Ground) async throws {
        try await Bench.run(ground, kubelet: false) { bench in
            let (nobody, unknown) = try bench.strangers()
            await #expect { try await nobody.list(.pods, ObjectQuery(namespace: bench.namespace)) } throws: { error in
                guard let error = error as? KubernetesError, case .forbidden(let why) = error else { return false }
                return error.isRefusal && !error.mayPass && why.contains("cannot list resource")
            }
            await #expect { try await unknown.list(.pods, ObjectQuery(namespace: bench.namespace)) } throws: { error in
                guard let error = error as? KubernetesError, case .notAuthenticated = error else { return false }
                return error.isRefusal
            }
            // A watch is refused as well, and not tried again for ever.
            await #expect { try await nobody.watch(.pods) { _ in true } } throws: { ($0 as? KubernetesError)?.isRefusal == true }
            await nobody.shutdown()
            await unknown.shutdown()
        }
    }

    @Test func `a cluster that is not there is unreachable, which may pass`() async throws {
        let client = try KubernetesClient(server: "http://127.0.0.1:9")
        await #expect { try await client.get(.namespaces, "default") } throws: { error in
            guard let error = error as? KubernetesError, case .unreachable = error else { return false }
            return !error.isRefusal && error.mayPass
        }
        await client.shutdown()
    }

    @Test func `a request that is cancelled while it waits for its turn ends, and leaves its turn to the next`() async throws {
        // One at once, and the next in four seconds.
        let budget = RequestBudget(perSecond: 0.25, burst: 1)
        try await budget.take()
        for _ in 0..<3 {
            let waiting = Task { () -> KubernetesError? in
                do throws(KubernetesError) { try await budget.take() } catch { return error }
                return nil
            }
            waiting.cancel()
            #expect(await waiting.value == .cancelled)
        }
    }

    @Test func `names that would be more than names never reach the cluster`() async throws {
        try await Bench.run(.fake, kubelet: false) { bench in
            let before = bench.fake?.state.withLock { $0.requests.count }
            for name in ["--server=https://evil", "../secrets/x", "a/b", "a%2Fb", "A", "", "a b", "a?watch=true", String(repeating: "a", count: 254), "x;rm", ".", ".."] {
                await #expect(throws: KubernetesError.self, "\(name)") { try await bench.client.get(.pods, name, namespace: bench.namespace) }
                await #expect(throws: KubernetesError.self, "\(name)") { try await bench.client.list(.pods, ObjectQuery(namespace: name)) }
            }
            for selector in ["a=b&watch=true", "a\nb", "a=b#", "a=%20"] {
                await #expect(throws: KubernetesError.self, "\(selector)") { try await bench.client.list(.pods, ObjectQuery(labels: selector)) }
            }
            #expect(bench.fake?.state.withLock { $0.requests.count } == before)
        }
    }

    @Test func `logs come by line, with the bounds that were asked for`() async throws {
        try await Bench.run(.fake) { bench in
            _ = try await bench.client.create(.deployments, Sample.deployment("talk", replicas: 1), namespace: bench.namespace)
            let pods = try await bench.until(.pods, "a running pod") { $0.count == 1 && $0[0].at("status", "phase") == "Running" }
            let pod = pods[0].objectName
            bench.fake?.state.withLock { $0.logs["\(pod)/main"] = "one\ntwo\nthree\n" }
            #expect(try await bench.client.logs(pod, namespace: bench.namespace) == ["one", "two", "three"])
            #expect(try await bench.client.logs(pod, namespace: bench.namespace, LogQuery(tailLines: 1)) == ["three"])
            await #expect { try await bench.client.logs(pod, namespace: bench.namespace, LogQuery(previous: true)) } throws: { if case KubernetesError.invalid = $0 { true } else { false } }
            await #expect(throws: KubernetesError.self) { try await bench.client.logs(pod, namespace: bench.namespace, LogQuery(container: "no such")) }
        }
    }
}

extension Bench {
    /// Somebody who may do nothing, and somebody whom the cluster does not know.
    func strangers() throws -> (nobody: KubernetesClient, unknown: KubernetesClient) {
        let address = client.server
        guard let fake else { return (try Bench.real("nobody"), try KubernetesClient(server: address, credentials: .token("wrong"), tls: client.trust)) }
        fake.state.withLock { state in
            state.users = ["n": "nobody", "a": "admin"]
            state.mayDo = { user, _, _, _ in user == "admin" }
        }
        return (try KubernetesClient(server: address, credentials: .token("n")), try KubernetesClient(server: address, credentials: .token("wrong")))
    }
}
