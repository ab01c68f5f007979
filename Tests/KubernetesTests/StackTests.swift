import Foundation
import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation
import Testing
import YAML
@testable import MCPOrchestration

/// Our own manifests, as they lie in the repository, on clusters that have never heard of us.
@Suite(.timeLimit(.minutes(4))) struct StackTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Deploy/kubernetes").standardizedFileURL
    private func ours(_ image: String = "registry.test/aura") throws -> Stack { try Stack(folder: Self.folder, image: image) }

    /// The real scheduler waits for the claim's volume, and nothing here makes volumes.
    private static func makeDisk(_ bench: Bench) async throws {
        let disk = JSON.object([
            "metadata": .object(["name": .text(bench.namespace)]),
            "spec": .object([
                "capacity": .object(["storage": "20Gi"]), "accessModes": .array(["ReadWriteOnce"]), "hostPath": .object(["path": "/nowhere"]),
                "claimRef": .object(["namespace": .text(bench.namespace), "name": "aura-data"]),
            ]),
        ])
        _ = try await bench.client.create(try await Discovery(bench.client).find("persistentvolumes"), disk)
    }

    @Test(arguments: Ground.all) func `a version is deployed, the next one too, and a rollback goes back to the first`(ground: Ground) async throws {
        try await Seat.run(ground, stack: ours()) { seat in
            if ground == .real { try await Self.makeDisk(seat.bench) }
            func image() async throws -> String? {
                try await seat.bench.client.get(.deployments, "aura-engine", namespace: seat.bench.namespace).at("spec", "template", "spec", "containers")?.asArray?.first?["image"]?.asText
            }
            let told = Notes()
            let first = try await seat.call("stack_deploy", ["version": "1.0.0", "wait_seconds": 60]) { told.add($0.message ?? "") }
            #expect(first["healthy"] == true && first["workloads"]?.asArray?.count == 2, "\(first.rendered)")
            #expect(seat.person.shown.count == 1 && seat.person.shown[0].contains("registry.test/aura:1.0.0"))
            #expect(told.all.contains { $0.hasPrefix("aura-engine: ") })
            let again = try await seat.call("stack_deploy", ["version": "1.0.0"])
            #expect(again["changed"] == false && again["healthy"] == true && seat.person.shown.count == 1, "\(again.rendered)")
            let second = try await seat.call("stack_deploy", ["version": "1.1.0", "wait_seconds": 60])
            #expect(second["healthy"] == true && seat.person.shown.last?.contains(#""registry.test/aura:1.0.0" -> "registry.test/aura:1.1.0""#) == true, "\(second.rendered)")
            let status = try await seat.call("stack_status")
            #expect(status["services"]?.asArray?.first { $0["name"] == "aura-engine" }?["version"] == "1.1.0")
            let back = try await seat.call("stack_rollback", ["wait_seconds": 60])
            #expect(back["healthy"] == true && back["version"] == "1.0.0", "\(back.rendered)")
            #expect(try await image() == "registry.test/aura:1.0.0")
            #expect(await seat.failure("stack_rollback", ["version": "9.9"]).contains("no version 9.9"))
            // What the rollback took into its hands is the stack's again.
            #expect(try await seat.call("stack_deploy", ["version": "1.1.0", "wait_seconds": 60])["healthy"] == true)
            #expect(try await image() == "registry.test/aura:1.1.0")
        }
    }

    @Test(arguments: Ground.all) func `a workload that does not come to be well stops what follows it, and says so`(ground: Ground) async throws {
        // Without a kubelet no pod ever runs.
        try await Seat.run(ground, kubelet: false, stack: ours()) { seat in
            let result = try await seat.call("stack_deploy", ["version": "1.0.0", "wait_seconds": 1])
            #expect(result["healthy"] == false && result["text"]?.asText?.contains("aura-redis did not come to be well") == true, "\(result.rendered)")
            #expect(try await seat.bench.client.list(.deployments, ObjectQuery(namespace: seat.bench.namespace)).items.map(\.objectName) == ["aura-redis"])
        }
    }

    @Test(arguments: Seat.eras) func `nothing of ours is deployed or taken back without a person's word`(era: ClientDialogue.Era) async throws {
        try await Seat.run(.fake, era, kubelet: false, stack: ours()) { seat in
            let before = seat.writes
            seat.person.will("decline")
            #expect(await seat.failure("stack_deploy", ["version": "1.0.0"]).contains("declined"))
            let dry = try await seat.call("stack_deploy", ["version": "1.0.0", "dry_run": true])
            #expect(dry["text"]?.asText?.contains("create Deployment") == true)
            for version in ["", "latest;x", "-1", "a b", "1/2"] { #expect(await seat.failure("stack_deploy", ["version": .text(version)]).contains("is no version"), "\(version)") }
            #expect(await seat.failure("stack_rollback").contains("Nothing in the namespace"))
            #expect(seat.writes == before)
        }
        try await Seat.run(.fake, era, canBeAsked: false, kubelet: false, stack: ours()) { seat in
            let before = seat.writes
            #expect(await !seat.failure("stack_deploy", ["version": "1.0.0"]).hasPrefix("(it did"))
            #expect(seat.writes == before)
        }
    }

    @Test func `without manifests there is no tool that deploys them`() async throws {
        try await Seat.run(kubelet: false) { seat in #expect(await !seat.failure("stack_deploy", ["version": "1"]).hasPrefix("(it did")) }
    }

    @Test(arguments: ["", "Aura", "a/b:tag", "a b", "-x", "a/", "$(x)"]) func `what is no image is refused when the server starts`(image: String) {
        #expect(throws: ToolFailure.self) { try ours(image) }
    }

    @Test func `our pods keep the restricted standard: no root, no privileges, no token of the cluster`() throws {
        for name in ["aura", "localhost:5000/desk/aura"] { _ = try ours(name) }
        let objects = try YAMLReader.json(try ours().text(version: "1.0.0"))
        let pods = objects.compactMap { $0.at("spec", "template", "spec") }
        #expect(pods.count == 2)
        for pod in pods {
            #expect(pod["automountServiceAccountToken"] == false && pod.at("securityContext", "runAsNonRoot") == true && pod.at("securityContext", "seccompProfile", "type") == "RuntimeDefault")
            for container in pod["containers"]?.asArray ?? [] {
                let rights = container["securityContext"]
                #expect(rights?["allowPrivilegeEscalation"] == false && rights?["readOnlyRootFilesystem"] == true && rights?.at("capabilities", "drop") == .array(["ALL"]), "\(container.rendered)")
                #expect(container.at("resources", "limits", "memory") != nil)
            }
        }
        let engine = objects.first { $0["kind"] == "Deployment" && $0.objectName == "aura-engine" }
        #expect(engine?.at("spec", "replicas") == 1 && engine?.at("spec", "strategy", "type") == "Recreate", "two desks on one journal must never be")
    }
}
