import Foundation
import Kubernetes
import Notation
import Synchronization
import Testing

/// Changing a cluster, on both grounds: apply, plan, roll out, go back, scale, drain.
@Suite(.timeLimit(.minutes(4))) struct ChangingTests {
    private func manifest(_ object: JSON, _ bench: Bench) throws -> Manifest { try Manifest(object).inNamespace(bench.namespace) }

    @Test(arguments: Ground.all) func `a dry run says what would change, and changes nothing`(ground: Ground) async throws {
        try await Bench.run(ground, kubelet: false) { bench in
            let first = try manifest(Sample.deployment("plan"), bench)
            let new = try await bench.client.plan(first, as: .deployments)
            #expect(new.isNew && new.changes.contains { $0.path == "spec.template.spec.containers[name=main].image" && $0.after == "engine:1" })
            #expect(!new.changes.contains { $0.path.contains("progressDeadlineSeconds") }, "what the cluster fills in is not told")
            await #expect(throws: KubernetesError.self) { try await bench.client.get(.deployments, "plan", namespace: bench.namespace) }
            _ = try await bench.client.apply(first, as: .deployments)
            #expect(try await bench.client.plan(first, as: .deployments).changes.isEmpty)
            let second = try await bench.client.plan(try manifest(Sample.deployment("plan", image: "engine:2", replicas: 3), bench), as: .deployments)
            #expect(Set(second.changes.map(\.text)) == [#"~ spec.replicas: 2 -> 3"#, #"~ spec.template.spec.containers[name=main].image: "engine:1" -> "engine:2""#])
            #expect(try await bench.client.get(.deployments, "plan", namespace: bench.namespace).at("spec", "replicas") == 2)
        }
    }

    @Test(arguments: Ground.all) func `a field that is no longer in the manifest goes, and a field of somebody else stays`(ground: Ground) async throws {
        try await Bench.run(ground, kubelet: false) { bench in
            let (client, namespace) = (bench.client, bench.namespace)
            _ = try await client.apply(try manifest(Sample.settings("fields", ["ours": "1", "both": "1"]), bench), as: .configMaps)
            _ = try await client.patch(.configMaps, "fields", namespace: namespace, .merge(.object(["data": .object(["theirs": "1"])])))
            let after = try await client.apply(try manifest(Sample.settings("fields", ["both": "2"]), bench), as: .configMaps)
            #expect(after["data"]?["ours"] == nil && after["data"]?["both"] == "2" && after["data"]?["theirs"] == "1")
        }
    }

    @Test(arguments: Ground.all) func `a field that another manager owns is a conflict, which names it, unless it is forced`(ground: Ground) async throws {
        try await Bench.run(ground, kubelet: false) { bench in
            let (client, namespace) = (bench.client, bench.namespace)
            let path = ResourceType.configMaps.path(namespace: namespace, name: "owned")
            _ = try await client.send("PATCH", path, query: [("fieldManager", "somebody")], body: Sample.settings("owned", ["k": "theirs"]), contentType: "application/apply-patch+yaml")
            let ours = try manifest(Sample.settings("owned", ["k": "ours"]), bench)
            await #expect { try await client.apply(ours, as: .configMaps) } throws: { error in
                guard case KubernetesError.conflict(let why, let fields) = error else { return false }
                return why.contains("somebody") && fields.contains { $0.contains(".data.k") }
            }
            #expect(try await client.apply(ours, as: .configMaps, force: true)["data"]?["k"] == "ours")
        }
    }

    @Test(arguments: Ground.all) func `a rollout ends, has a history, and can be taken back`(ground: Ground) async throws {
        try await Bench.run(ground) { bench in
            let (client, namespace) = (bench.client, bench.namespace)
            _ = try await client.apply(try manifest(Sample.deployment("roll"), bench), as: .deployments)
            try await bench.until(.deployments, "the first rollout") { Sample.isComplete($0, "roll") }
            _ = try await client.apply(try manifest(Sample.deployment("roll", image: "engine:2"), bench), as: .deployments)
            let done = try await bench.until(.deployments, "the second rollout") { all in
                Sample.isComplete(all, "roll") && all[0].count("metadata", "generation") == all[0].count("status", "observedGeneration") && all[0].count("metadata", "generation") > 1
            }
            let history = try await client.history(of: done[0])
            #expect(history.map(\.number) == [2, 1] && history.map(\.images) == [["engine:2"], ["engine:1"]] && history.map(\.isCurrent) == [true, false])
            let plan = try await client.planUndo(done[0], as: .deployments, to: history[1])
            #expect(plan.map(\.text) == [#"~ spec.template.spec.containers[name=main].image: "engine:2" -> "engine:1""#])
            let live = try await client.get(.deployments, "roll", namespace: namespace)
            _ = try await client.undo(live, as: .deployments, to: history[1])
            // What was read before no longer is: going back from it again would undo what nobody has seen.
            await #expect(throws: KubernetesError.self) { try await client.undo(live, as: .deployments, to: history[1]) }
            let back = try await bench.until(.deployments, "the way back") { Sample.isComplete($0, "roll") && $0[0].at("spec", "template", "spec", "containers")?.asArray?[0]["image"] == "engine:1" }
            #expect(try await client.history(of: back[0]).map(\.images.first) == ["engine:1", "engine:2"])
        }
    }

    @Test(arguments: Ground.all) func `a restart replaces every pod, and a scale is refused when somebody was quicker`(ground: Ground) async throws {
        try await Bench.run(ground) { bench in
            let (client, namespace) = (bench.client, bench.namespace)
            let made = try await client.apply(try manifest(Sample.deployment("again"), bench), as: .deployments)
            try await bench.until(.deployments, "the first rollout") { Sample.isComplete($0, "again") }
            let before = Set(try await client.list(.pods, ObjectQuery(namespace: namespace)).items.compactMap(\.objectUID))
            _ = try await client.restart(made, as: .deployments, at: KubernetesTime.text(Date()))
            let after = try await bench.until(.pods, "two new pods") { pods in
                pods.count == 2 && pods.allSatisfy { !$0.isEnding && $0.at("status", "phase") == "Running" && !before.contains($0.objectUID ?? "") }
            }
            #expect(after.count == 2)
            try await bench.until(.deployments, "the restart") { Sample.isComplete($0, "again") }
            let scale = try await client.get(.deployments, "again", namespace: namespace, subresource: "scale")
            _ = try await client.scale(scale, as: .deployments, to: 3)
            await #expect { try await client.scale(scale, as: .deployments, to: 9) } throws: { if case KubernetesError.conflict = $0 { true } else { false } }
            #expect(try await client.get(.deployments, "again", namespace: namespace).at("spec", "replicas") == 3)
        }
    }

    @Test(arguments: Ground.all) func `a node is drained by evictions, and a disruption budget holds it up`(ground: Ground) async throws {
        try await Bench.run(ground) { bench in
            let (client, namespace) = (bench.client, bench.namespace)
            _ = try await client.apply(try manifest(Sample.deployment("guarded", replicas: 1), bench), as: .deployments)
            try await bench.until(.deployments, "the rollout") { Sample.isComplete($0, "guarded") }
            let type = try await Discovery(client).find("poddisruptionbudgets")
            let selector = JSON.object(["matchLabels": .object(["app": "guarded"])])
            let budget = JSON.object([
                "apiVersion": .text(type.apiVersion), "kind": "PodDisruptionBudget", "metadata": .object(["name": "budget"]),
                "spec": .object(["minAvailable": 1, "selector": selector]),
            ])
            _ = try await client.create(type, budget, namespace: namespace)
            if ground == .real { try await bench.until(type, "the budget's own count") { $0.contains { $0.count("status", "currentHealthy") == 1 } } }
            _ = try await client.cordon(bench.node, true)
            let pods = try await client.pods(on: bench.node)
            let plan = DrainPlan(node: bench.node, pods: pods, losesLocalData: false, losesBarePods: false)
            #expect(plan.evicted.map(\.namespace) == [namespace] && plan.obstacles.isEmpty)
            let held = try await client.drain(plan, timeout: .milliseconds(300), pause: .milliseconds(50))
            #expect(!held.isComplete && held.left[0].why.contains("disruption budget"), "\(held)")
            #expect(try await client.pods(on: bench.node).count == 1)
            _ = try await client.delete(type, "budget", namespace: namespace, uid: nil)
            let told = Mutex<[String]>([])
            let done = try await client.drain(plan, timeout: .seconds(40), pause: .milliseconds(100)) { _, text in told.withLock { $0.append(text) } }
            #expect(done.isComplete && done.gone.count == 1 && told.withLock { $0 } == ["\(plan.evicted[0].label) is gone"])
            // Draining again evicts nothing: the pods that were meant are gone.
            let again = try await client.drain(plan, timeout: .seconds(5), pause: .milliseconds(50))
            #expect(again.isComplete)
            _ = try await client.cordon(bench.node, false)
        }
    }

    @Test func `daemons and static pods stay, and pods that would be lost forbid a drain`() {
        func pod(_ name: String, owner: String? = nil, _ more: KeyValuePairs<String, JSON?> = [:], annotations: JSON? = nil, phase: JSON = "Running") -> JSON {
            let owners = owner.map { JSON.array([.object(["kind": .text($0), "name": "x", "uid": "u", "controller": true])]) }
            return .object([
                "metadata": .object(["name": .text(name), "namespace": "n", "uid": .text(name), "ownerReferences": owners, "annotations": annotations]), "spec": .object(more),
                "status": .object(["phase": phase]),
            ])
        }
        let local: KeyValuePairs<String, JSON?> = ["volumes": .array([.object(["name": "v", "emptyDir": .object([])])])]
        let pods = [
            pod("daemon", owner: "DaemonSet"), pod("static", annotations: .object(["kubernetes.io/config.mirror": "x"])), pod("plain", owner: "ReplicaSet"), pod("bare"),
            pod("local", owner: "ReplicaSet", local), pod("over", phase: "Succeeded"),
        ]
        let careful = DrainPlan(node: "n", pods: pods, losesLocalData: false, losesBarePods: false)
        #expect(careful.staying.map(\.name) == ["daemon", "static"] && careful.evicted.map(\.name) == ["plain", "over"] && careful.obstacles.count == 2)
        let bold = DrainPlan(node: "n", pods: pods, losesLocalData: true, losesBarePods: true)
        #expect(bold.obstacles.isEmpty && bold.evicted.map(\.name) == ["plain", "bare", "local", "over"])
    }
}
