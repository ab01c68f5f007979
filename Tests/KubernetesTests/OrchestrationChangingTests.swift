import Foundation
import Kubernetes
import MCP
import MCPHosting
import MCPOrchestration
import MCPServing
import Notation
import Synchronization
import Testing

/// Changes through the server: a person sees what will happen, and it happens once, or not at all.
@Suite(.timeLimit(.minutes(4))) struct OrchestrationChangingTests {
    private static let manifest = Sample.settings("made", ["a": "1"]).rendered

    private func made(_ seat: Seat, _ name: String = "made") async -> Bool { (try? await seat.bench.client.get(.configMaps, name, namespace: seat.bench.namespace)) != nil }

    @Test(arguments: Seat.eras) func `without somebody to ask, nothing is changed`(era: ClientDialogue.Era) async throws {
        try await Seat.run(.fake, era, canBeAsked: false, kubelet: false) { seat in
            let before = seat.writes
            #expect(await !seat.failure("manifest_apply", ["manifest": .text(Self.manifest)]).hasPrefix("(it did"))
            #expect(seat.writes == before)
            let dry = try await seat.call("manifest_apply", ["manifest": .text(Self.manifest), "dry_run": true])
            #expect(dry["applied"] == false && dry["objects"]?.asArray?.first?["verb"] == "create", "a dry run needs nobody")
            #expect(seat.writes == before)
        }
    }

    @Test(arguments: Seat.eras) func `a person who declines or looks away leaves everything as it was`(era: ClientDialogue.Era) async throws {
        try await Seat.run(.fake, era, kubelet: false) { seat in
            let before = seat.writes
            for action in ["decline", "cancel"] {
                seat.person.will(action)
                #expect(await seat.failure("manifest_apply", ["manifest": .text(Self.manifest)]).contains("Nothing was changed"))
            }
            #expect(seat.writes == before && seat.person.shown.count == 2)
        }
    }

    @Test(arguments: Ground.all, Seat.eras) func `a person sees the difference, and what they agree to is done once`(ground: Ground, era: ClientDialogue.Era) async throws {
        try await Seat.run(ground, era, kubelet: false) { seat in
            let result = try await seat.call("manifest_apply", ["manifest": .text("\(Self.manifest)\n---\nkind: ConfigMap\napiVersion: v1\nmetadata:\n  name: second\ndata:\n  k: 'v'\n")])
            #expect(result["applied"] == true && result["objects"]?.asArray?.count == 2)
            let shown = seat.person.shown
            #expect(shown.count == 1 && shown[0].contains("create ConfigMap \(seat.bench.namespace)/made") && shown[0].contains(#"+ data.a: "1""#) && shown[0].contains("second"), "\(shown)")
            let (first, second) = (await made(seat), await made(seat, "second"))
            #expect(first && second)
            if ground == .fake { #expect(seat.writes.count { $0.contains("/configmaps/made") } == 1) }
            let again = try await seat.call("manifest_apply", ["manifest": .text(Self.manifest)])
            #expect(again["applied"] == false && seat.person.shown.count == 1, "nothing to change is nothing to ask")
        }
    }

    @Test func `an agreement is for one call: it cannot be used again, for other arguments, or forged`() async throws {
        try await Seat.run(.fake, .modern, kubelet: false) { seat in
            _ = try await seat.call("manifest_apply", ["manifest": .text(Self.manifest)])
            let agreed = try #require(seat.sent.params("tools/call").last { $0["requestState"] != nil })
            _ = try await seat.bench.client.delete(.configMaps, "made", namespace: seat.bench.namespace, uid: nil)
            seat.person.will("decline")
            let before = seat.writes
            let other = JSON.object(["manifest": .text(Sample.settings("other", [:]).rendered)])
            let attempts = [
                agreed, agreed.setting("arguments", other), agreed.setting("requestState", .text("x" + (agreed["requestState"]?.asText ?? ""))),
                agreed.setting("name", "resource_delete").setting("arguments", .object(["kind": "configmap", "name": "made"])),
            ]
            for params in attempts {
                // Refused, or asked anew (and declined): never done.
                let result = try? await seat.client.request("tools/call", params.setting("_meta", nil))
                #expect(result == nil || result?["isError"] == true, "\(result?.rendered ?? "")")
            }
            #expect(seat.writes == before)
        }
    }

    @Test(arguments: Seat.eras) func `what changed while the person was asked is not overwritten`(era: ClientDialogue.Era) async throws {
        try await Seat.run(.fake, era, kubelet: false) { seat in
            let bench = seat.bench
            _ = try await bench.client.create(.configMaps, Sample.settings("made", ["a": "0"]), namespace: bench.namespace)
            seat.person.thinking.withLock {
                $0 = {
                    _ = try? await bench.client.patch(.configMaps, "made", namespace: bench.namespace, .merge(.object(["data": .object(["a": "somebody's"])])))
                }
            }
            let why = await seat.failure("manifest_apply", ["manifest": .text(Self.manifest), "force": true])
            // In the new era the question is put again with what is true now, and answered again.
            if era == .sessions { #expect(why.contains("changed while the person was asked"), "\(why)") }
            if era == .modern { #expect(seat.person.shown.last?.contains("somebody's") == true, "\(seat.person.shown)") }
        }
    }

    @Test(arguments: Ground.all) func `a workload is scaled, restarted and taken back, each with its question`(ground: Ground) async throws {
        try await Seat.run(ground) { seat in
            let bench = seat.bench
            func apply(_ image: String) async throws {
                _ = try await seat.call("manifest_apply", ["manifest": .text(Sample.deployment("web", image: image).rendered)])
                let status = try await seat.call("rollout_status", ["kind": "deploy", "name": "web", "wait_seconds": 60])
                #expect(status["state"] == "complete", "\(status.rendered)")
            }
            try await apply("engine:1")
            try await apply("engine:2")
            let history = try await seat.call("rollout_history", ["kind": "deploy", "name": "web"])
            #expect(history["revisions"]?.asArray?.map { $0["revision"] } == [2, 1])
            _ = try await seat.call("rollout_undo", ["kind": "deploy", "name": "web"])
            #expect(seat.person.shown.last?.contains(#""engine:2" -> "engine:1""#) == true)
            let back = try await seat.call("rollout_status", ["kind": "deploy", "name": "web", "wait_seconds": 60])
            #expect(back["state"] == "complete")
            _ = try await seat.call("scale", ["kind": "deploy", "name": "web", "replicas": 3])
            #expect(seat.person.shown.last?.contains("from 2 to 3") == true)
            try await bench.until(.pods, "three pods") { $0.count { !$0.isEnding } == 3 }
            #expect(try await seat.call("scale", ["kind": "deploy", "name": "web", "replicas": 3])["done"] == false)
            _ = try await seat.call("rollout_restart", ["kind": "deploy", "name": "web"])
            let uid = try await bench.client.get(.deployments, "web", namespace: bench.namespace).objectUID
            #expect(await seat.failure("resource_delete", ["kind": "deploy", "name": "web", "uid": "another"]).contains("not the object that was meant"))
            _ = try await seat.call("resource_delete", ["kind": "deploy", "name": "web", "uid": uid.map { .text($0) }])
            try await bench.until(.deployments, "no deployment") { $0.isEmpty }
        }
    }

    @Test(arguments: Ground.all) func `a node is drained with progress, and pods that would be lost are named first`(ground: Ground) async throws {
        try await Seat.run(ground) { seat in
            let bench = seat.bench
            _ = try await seat.call("manifest_apply", ["manifest": .text(Sample.deployment("web").rendered)])
            try await bench.until(.deployments, "the rollout") { Sample.isComplete($0, "web") }
            let bare = JSON.object([
                "metadata": .object(["name": "bare"]), "spec": .object(["nodeName": .text(bench.node), "containers": .array([.object(["name": "main", "image": "x"])])]),
            ])
            _ = try await bench.client.create(.pods, bare, namespace: bench.namespace)
            let node: KeyValuePairs<String, JSON?> = ["name": .text(bench.node)]
            #expect(await seat.failure("node_drain", node).contains("bare has no controller"))
            let told = Notes()
            let result = try await seat.call("node_drain", ["name": .text(bench.node), "lose_bare_pods": true, "timeout_seconds": 60]) { told.add($0.message ?? "") }
            #expect(result["done"] == true && result["gone"]?.asArray?.count == 3, "\(result.rendered)")
            #expect(told.all.count { $0.hasSuffix("is gone") } == 3)
            #expect(try await seat.call("node_get", node)["node"]?["schedulable"] == false)
            _ = try await seat.call("node_cordon", ["name": .text(bench.node), "cordoned": false])
            #expect(try await seat.call("node_get", node)["node"]?["schedulable"] == true)
        }
    }

    @Test(arguments: Ground.all) func `a job is run once from its schedule, however often it is asked for`(ground: Ground) async throws {
        try await Seat.run(ground, kubelet: false) { seat in
            let bench = seat.bench
            let type = try await Discovery(bench.client).find("cronjobs")
            let pod = JSON.object(["restartPolicy": "Never", "containers": .array([.object(["name": "main", "image": "report:1"])])])
            let template = JSON.object(["spec": .object(["template": .object(["spec": pod])])])
            let cron = JSON.object([
                "apiVersion": .text(type.apiVersion), "kind": "CronJob", "metadata": .object(["name": "nightly"]), "spec": .object(["schedule": "0 3 * * *", "jobTemplate": template]),
            ])
            _ = try await bench.client.create(type, cron, namespace: bench.namespace)
            _ = try await seat.call("job_run", ["cronjob": "nightly", "name": "now"])
            #expect(seat.person.shown.last?.contains("report:1") == true)
            #expect(await seat.failure("job_run", ["cronjob": "nightly", "name": "now"]).contains("409"))
            #expect(try await bench.client.list(.jobs, ObjectQuery(namespace: bench.namespace)).items.map(\.objectName) == ["now"])
        }
    }

    private static let takeovers: [(String, JSON)] = [
        ("privileged", .object(["containers": .array([.object(["name": "c", "image": "x", "securityContext": .object(["privileged": true])])])])),
        ("hostPath", .object(["containers": .array([.object(["name": "c", "image": "x"])]), "volumes": .array([.object(["name": "v", "hostPath": .object(["path": "/"])])])])),
        ("PID", .object(["hostPID": true, "containers": .array([.object(["name": "c", "image": "x"])])])),
        ("SYS_ADMIN", .object(["containers": .array([.object(["name": "c", "image": "x", "securityContext": .object(["capabilities": .object(["add": .array(["SYS_ADMIN"])])])])])])),
        ("port 22 of the node", .object(["containers": .array([.object(["name": "c", "image": "x", "ports": .array([.object(["containerPort": 1, "hostPort": 22])])])])])),
    ]

    @Test(arguments: takeovers) func `a pod that could take its node over is not made, whoever agrees`(words: String, spec: JSON) async throws {
        try await Seat.run(kubelet: false) { seat in
            let before = seat.writes
            let pod = JSON.object(["apiVersion": "v1", "kind": "Pod", "metadata": .object(["name": "p"]), "spec": spec])
            let template = JSON.object(["spec": spec])
            let job = JSON.object(["apiVersion": "batch/v1", "kind": "Job", "metadata": .object(["name": "p"]), "spec": .object(["template": template])])
            for object in [pod, job] {
                let why = await seat.failure("manifest_apply", ["manifest": .text(object.rendered)])
                #expect(why.contains(words) && why.contains("not made from here"), "\(why)")
            }
            #expect(seat.writes == before && seat.person.shown.isEmpty)
        }
    }

    @Test func `a manifest that is none is refused in a sentence`() async throws {
        try await Seat.run(kubelet: false) { seat in
            for (text, words) in [
                ("a: [", "neither YAML nor JSON"), ("[]", "a manifest is an object"), ("kind: Pod", "no apiVersion"), ("apiVersion: v1\nkind: ConfigMap", "no metadata.name"),
                ("apiVersion: v1\nkind: List\nmetadata: {name: x}", "give them one by one"), ("apiVersion: v1\nkind: Unicorn\nmetadata: {name: x}", "no kind"),
                ("apiVersion: v1\nkind: Namespace\nmetadata: {name: x}", "whole cluster"), ("apiVersion: v1\nkind: Secret\nmetadata: {name: x}", "hold secrets"),
                ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: kube-system}", "outside of what this server may see"),
                ("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {replicas: 999}", "limit is 20"), ("", "no manifest"),
            ] {
                let why = await seat.failure("manifest_validate", ["manifest": .text(text.isEmpty ? "---" : text)])
                #expect(why.contains(words), "\(text): \(why)")
            }
            let bad = try await seat.call("manifest_validate", ["manifest": .text(Sample.deployment("bad", extra: ["image": nil]).rendered)])
            #expect(bad["valid"] == false && bad["objects"]?.asArray?.first?["trouble"]?.asText?.contains("image") == true)
        }
    }
}

/// Words in the order they came.
final class Notes: Sendable {
    private let words = Mutex<[String]>([])
    var all: [String] { words.withLock { $0 } }
    func add(_ word: String) { words.withLock { $0.append(word) } }
}
