import Foundation
import Kubernetes
import MCP
import MCPHosting
import MCPOrchestration
import MCPServing
import Notation
import Synchronization
import Testing

/// What an assistant sees of a cluster, and what it never sees.
@Suite(.timeLimit(.minutes(3))) struct OrchestrationReadingTests {
    @Test func `the lists of tools stay small, and what is off is not in them`() async throws {
        try await Seat.run(modes: .readOnly, kubelet: false) { seat in
            let tools = try await seat.client.tools()
            #expect(tools.count == 16 && tools.allSatisfy { $0.annotations?.readOnlyHint == true && $0.outputSchema != nil })
            let size = try JSON(encoding: tools).bytes.count
            #expect(size < 16_000, "\(size) bytes by default")
        }
        try await Seat.run(policy: { _ in OrchestrationPolicy(commands: ["/bin/echo"]) }, kubelet: false) { seat in
            let tools = try await seat.client.tools()
            #expect(tools.count == 29 && tools.contains { $0.name == "pod_exec" })
            let size = try JSON(encoding: tools).bytes.count
            #expect(size < 32_000, "\(size) bytes with everything on")
        }
        try await Seat.run(kubelet: false) { seat in
            let tools = try await seat.client.tools()
            #expect(!tools.contains { $0.name == "pod_exec" }, "no program is allowed, so there is no such tool")
        }
    }

    @Test(arguments: Ground.all) func `pods, nodes and kinds are told in short rows`(ground: Ground) async throws {
        try await Seat.run(ground) { seat in
            let bench = seat.bench
            _ = try await bench.client.create(.deployments, Sample.deployment("web"), namespace: bench.namespace)
            try await bench.until(.deployments, "the rollout") { Sample.isComplete($0, "web") }
            let pods = try await seat.call("pods_list")
            #expect(pods["pods"]?.asArray?.count == 2 && pods["pods"]?.asArray?.allSatisfy { $0["ready"] == "1/1" && $0["status"] == "Running" } == true)
            let names = try await seat.call("pods_list", ["fields": .array(["name"])])
            #expect(names["pods"]?.asArray?.allSatisfy { $0.asObject?.map(\.key) == ["name"] } == true)
            let few = try await seat.call("pods_list", ["max_bytes": 256])
            #expect(few["pods"]?.asArray?.count == 1 && few["truncated"] == true)
            #expect(try await seat.call("pods_list", ["troubled": true])["pods"] == .array([]))
            let node = try await seat.call("node_get", ["name": .text(bench.node)])
            #expect(node["node"]?["ready"] == true && node["pods"]?.asArray?.count ?? 0 >= 2)
            #expect(try await seat.call("nodes_list", ["selector": .text("bench=\(bench.namespace)")])["nodes"]?.asArray?.count == 1)
            let kinds = try await seat.call("api_resources", ["match": "deploy"])
            #expect(kinds["kinds"]?.asArray?.contains { $0["name"] == "deployments.apps" && $0["visible"] == true } == true)
            let rows = try await seat.call("resources_list", ["kind": "deploy", "columns": .array(["spec.replicas", "spec.template.spec.containers[0].image"])])
            #expect(rows["rows"]?.asArray?.first?["spec.template.spec.containers[0].image"] == "engine:1" && rows["rows"]?.asArray?.first?["spec.replicas"] == 2)
            let part = try await seat.call("resource_get", ["kind": "deployment", "name": "web", "path": "spec.replicas"])
            #expect(part["object"] == 2)
            let cut = try await seat.call("resource_get", ["kind": "deployment", "name": "web", "max_bytes": 256])
            #expect(cut["truncated"] == true && cut["object"] == nil && cut["members"]?.asArray?.contains("spec") == true)
            let meaning = try await seat.call("explain", ["kind": "deployment", "path": "spec"])
            #expect(meaning["fields"]?.asArray?.contains { $0["name"] == "replicas" && $0["type"] == "integer" } == true)
            #expect(await seat.failure("explain", ["kind": "deployment", "path": "spec.replica"]).contains("replicas"), "a near miss says what there is")
            let status = try await seat.call("rollout_status", ["kind": "deploy", "name": "web"])
            #expect(status["state"] == "complete" && status["available"] == 2)
            let clusters = try await seat.call("clusters_list", ["cluster": "in-cluster"])
            #expect(clusters["clusters"]?.asArray?.first?["reachable"] == true && clusters["clusters"]?.asArray?.first?["may"]?.asArray?.isEmpty == false)
        }
    }

    @Test(arguments: Ground.all) func `a diagnosis names the image that is not there and the memory that was not enough`(ground: Ground) async throws {
        try await Seat.run(ground) { seat in
            let bench = seat.bench
            _ = try await bench.client.create(.deployments, Sample.deployment("sick", image: "broken:1"), namespace: bench.namespace)
            _ = try await bench.client.create(.deployments, Sample.deployment("hungry", image: "greedy:1", replicas: 1), namespace: bench.namespace)
            try await bench.until(.pods, "three pods that wait") { $0.count == 3 && $0.allSatisfy { $0.at("status", "containerStatuses") != nil } }
            let sick = try await seat.call("diagnose", ["kind": "deployment", "name": "sick"])
            let first = sick["findings"]?.asArray?.first
            #expect(first?["level"] == "critical" && first?["what"]?.asText?.contains("broken:1 cannot be pulled") == true && first?["about"]?.asText?.hasSuffix("and 1 more") == true, "\(sick.rendered)")
            let hungry = try await seat.call("diagnose", ["kind": "deployment", "name": "hungry"])
            #expect(hungry.rendered.contains("OOMKilled") && hungry.rendered.contains("CrashLoopBackOff") == false && hungry.rendered.contains("again and again"))
            #expect(try await seat.call("diagnose")["pods"] == 3, "the whole namespace")
        }
    }

    private static let canary = "canary-9c41f7"

    /// Wherever a secret may stand in a cluster, and by every tool that could tell it.
    @Test(arguments: Ground.all) func `no tool tells a secret`(ground: Ground) async throws {
        try await Seat.run(ground, policy: { _ in OrchestrationPolicy(allowedKinds: ["secrets"]) }) { seat in
            let (bench, canary) = (seat.bench, Self.canary)
            let hidden = Base64.standard.encode(Array(canary.utf8))
            let secret = JSON.object([
                "apiVersion": "v1", "kind": "Secret", "metadata": .object(["name": "vault", "annotations": .object(["note": .text(canary)])]), "data": .object(["key": .text(hidden)]),
            ])
            let lastApplied = JSON.object(["kubectl.kubernetes.io/last-applied-configuration": .text(secret.rendered)])
            let metadata = JSON.object(["name": "vault", "annotations": lastApplied.setting("note", .text(canary)), "labels": .object(["owner": "helm", "name": "rel", "version": "1", "status": "deployed"])])
            _ = try await bench.client.create(.secrets, secret.setting("metadata", metadata), namespace: bench.namespace)
            _ = try await bench.client.create(.configMaps, Sample.settings("settings", ["db_password": .text(canary)]), namespace: bench.namespace)
            let variable = JSON.array([.object(["name": "API_TOKEN", "value": .text(canary)])])
            _ = try await bench.client.create(.deployments, Sample.deployment("app", replicas: 1, extra: ["env": variable]), namespace: bench.namespace)
            let pods = try await bench.until(.pods, "a pod") { $0.count == 1 && $0[0].at("status", "phase") == "Running" }
            var told: [String] = []
            for (kind, name) in [("secret", "vault"), ("configmap", "settings"), ("deployment", "app"), ("pod", pods[0].objectName)] {
                told.append(try await seat.call("resource_get", ["kind": .text(kind), "name": .text(name), "max_bytes": 200_000]).rendered)
                told.append(try await seat.call("resources_list", ["kind": .text(kind), "columns": .array(["data", "metadata", "stringData", "spec"]), "max_bytes": 200_000]).rendered)
                told += try await seat.client.read("k8s://in-cluster/\(bench.namespace)/\(kind)/\(name)").compactMap(\.text)
            }
            told.append(try await seat.call("resource_get", ["kind": "secret", "name": "vault", "path": "data.key"]).rendered)
            told.append(try await seat.call("release_list").rendered)
            #expect(told.last?.contains(#""name":"rel""#) == true)
            // Changed in a manifest: that it changes is told, and not from what to what.
            let changed = secret.setting("data", .object(["key": .text(Base64.standard.encode(Array("\(canary)2".utf8)))])).setting("metadata", .object(["name": "vault"]))
            told.append(try await seat.call("manifest_diff", ["manifest": .text(changed.rendered)]).rendered)
            #expect(told.last?.contains("data.key") == true && told.last?.contains(Masking.mark) == true)
            told.append(try await seat.call("manifest_diff", ["manifest": .text(Sample.deployment("app", replicas: 1, extra: ["env": .array([.object(["name": "API_TOKEN", "value": .text("\(canary)3")])])]).rendered)]).rendered)
            _ = try await seat.call("manifest_apply", ["manifest": .text(changed.rendered), "force": true])
            told += seat.person.shown
            #expect(told.count > 16 && seat.person.shown.count == 1)
            for text in told { #expect(!text.contains(canary) && !text.contains(hidden) && !text.contains(Base64.standard.encode(Array("\(canary)2".utf8))), "\(text.prefix(400))") }
        }
    }

    @Test func `what the operator has not allowed is refused before the cluster is asked`() async throws {
        try await Seat.run(policy: { OrchestrationPolicy(namespaces: [$0.namespace]) }, kubelet: false) { seat in
            _ = try await seat.call("api_resources")
            let before = seat.bench.fake?.state.withLock { $0.requests.count } ?? 0
            let attempts: [(String, KeyValuePairs<String, JSON?>)] = [
                ("pods_list", ["namespace": "default"]), ("pods_list", ["namespace": "kube-system"]), ("resources_list", ["kind": "secrets"]), ("resource_get", ["kind": "secret", "name": "x"]),
                ("resources_list", ["kind": "clusterrolebindings"]), ("pod_logs", ["pod": "x", "namespace": "kube-system"]), ("diagnose", ["namespace": "default"]),
                ("events_list", ["namespace": "kube-system"]), ("resource_delete", ["kind": "role", "name": "x"]), ("resource_delete", ["kind": "namespace", "name": "default"]),
                ("scale", ["kind": "deploy", "name": "x", "namespace": "default", "replicas": 1]), ("scale", ["kind": "deploy", "name": "x", "replicas": 21]),
                ("resource_get", ["kind": "pod", "name": "--server=https://evil"]), ("resource_get", ["kind": "pod", "name": "../../secrets/x"]), ("resource_get", ["kind": "../secrets", "name": "x"]),
                ("pods_list", ["selector": "a=b&limit=1"]), ("pod_exec", ["pod": "x", "command": .array(["/bin/sh"])]), ("rollout_restart", ["kind": "job", "name": "x"]),
            ]
            for (tool, arguments) in attempts {
                let why = await seat.failure(tool, arguments)
                #expect(!why.hasPrefix("(it did"), "\(tool) \(arguments): \(why)")
            }
            let after = seat.bench.fake?.state.withLock { $0.requests.count } ?? 0
            #expect(after - before <= 6, "a kind that does not exist is looked for once more, and nothing else")
            #expect(seat.writes == ["POST /api/v1/namespaces", "POST /api/v1/nodes", "PATCH /api/v1/nodes/\(seat.bench.node)/status"].map { path in seat.writes.first { $0.hasPrefix(path) } ?? path })
            #expect(seat.person.shown.isEmpty)
        }
    }

    @Test func `with all namespaces only those that may be seen are told`() async throws {
        try await Seat.run(kubelet: false) { seat in
            seat.bench.fake?.state.withLock { state in
                for namespace in ["kube-system", "default"] { state.seed("configmaps", .object(["metadata": .object(["name": .text("in-\(namespace)"), "namespace": .text(namespace)])])) }
            }
            let rows = try await seat.call("resources_list", ["kind": "configmaps", "namespace": "*"])["rows"]?.asArray ?? []
            #expect(rows.map { $0["name"] } == ["in-default"])
        }
    }

    @Test(arguments: Ground.all) func `a refusal of the cluster's rules reads as one`(ground: Ground) async throws {
        try await Bench.run(ground, kubelet: false) { bench in
            let (nobody, unknown) = try bench.strangers()
            for (client, words) in [(nobody, "access rules do not allow it (403)"), (unknown, "does not accept these credentials (401)")] {
                let fleet = Fleet(policy: OrchestrationPolicy(), config: nil, own: (client, bench.namespace), parse: { _ in [] })
                let host = try OrchestrationServer.make(fleet).host(.readOnly, version: "1", audit: nil)
                let assistant = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1"))
                _ = try await assistant.connect()
                let result = try await assistant.call("pods_list")
                #expect(result.isError && Seat.text(result).contains(words), "\(Seat.text(result))")
                await assistant.close()
                await client.shutdown()
            }
        }
    }

    @Test func `without a cluster every tool says how to get one`() async throws {
        let fleet = Fleet(policy: OrchestrationPolicy(), config: nil, parse: { _ in [] })
        let host = try OrchestrationServer.make(fleet).host(.readOnly, version: "1", audit: nil)
        let assistant = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1"))
        _ = try await assistant.connect()
        let result = try await assistant.call("pods_list")
        #expect(result.isError && Seat.text(result).contains("--kubeconfig"))
        #expect(try await assistant.call("clusters_list").structured?["clusters"] == .array([]))
        await assistant.close()
    }

    @Test(arguments: Seat.eras) func `who has subscribed to an object hears of its changes`(era: ClientDialogue.Era) async throws {
        try await Seat.run(.fake, era, kubelet: false) { seat in
            let bench = seat.bench
            let settings = try Manifest(Sample.settings("watched", ["v": "1"])).inNamespace(bench.namespace)
            _ = try await bench.client.apply(settings, as: .configMaps)
            let uri = "k8s://in-cluster/\(bench.namespace)/configmap/watched"
            let first = try await seat.client.read(uri)
            #expect(first.first?.text?.contains(#""v":"1""#) == true)
            let watching = Task { try await seat.client.watch([uri]) }
            if era == .sessions { try await watching.value } else { await seat.heard.wait(for: "notifications/subscriptions/acknowledged ") }
            try await eventually { if bench.fake?.state.withLock({ $0.watching }) == 0 { throw KubernetesError.tooFast(retryAfterMilliseconds: 1) } }
            _ = try await bench.client.apply(try Manifest(Sample.settings("watched", ["v": "2"])).inNamespace(bench.namespace), as: .configMaps)
            await seat.heard.wait(for: "notifications/resources/updated \(uri)")
            #expect(try await seat.client.read(uri).first?.text?.contains(#""v":"2""#) == true)
            watching.cancel()
            await #expect(throws: ClientError.self) { try await seat.client.read("k8s://in-cluster/\(bench.namespace)/configmap/none") }
            await #expect(throws: ClientError.self) { try await seat.client.read("k8s://in-cluster/kube-system/configmap/x") }
            await #expect(throws: ClientError.self) { try await seat.client.read("k8s://elsewhere/events") }
        }
    }

    @Test func `names are completed, and prompts say which tools to use`() async throws {
        try await Seat.run(kubelet: false) { seat in
            _ = try await seat.bench.client.create(.configMaps, Sample.settings("complete-me", [:]), namespace: seat.bench.namespace)
            let template = Call.Completion.Reference.template("k8s://{cluster}/{namespace}/{kind}/{name}")
            #expect(try await seat.client.complete(template, argument: "cluster", value: "in") == ["in-cluster"])
            #expect(try await seat.client.complete(template, argument: "namespace", value: "t") == [seat.bench.namespace])
            let kinds = try await seat.client.complete(template, argument: "kind", value: "")
            #expect(kinds.contains("pods") && !kinds.contains("secrets"))
            let prompts = try await seat.client.prompts()
            #expect(prompts.map(\.name) == ["diagnose_workload", "deploy_review", "cost_review"])
            let told = try await seat.client.prompt("diagnose_workload", ["kind": "deployment", "name": "web", "namespace": "shop"])
            #expect("\(told)".contains("deployment web") && "\(told)".contains("in the namespace shop"))
        }
    }
}
