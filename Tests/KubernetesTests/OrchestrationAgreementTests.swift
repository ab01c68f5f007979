import Foundation
import Kubernetes
import MCP
import MCPHosting
import MCPOrchestration
import MCPServing
import MCPTestSupport
import Notation
import Synchronization
import Testing

/// One tool that changes something in a cluster: what it is called with, and what doing it once comes to.
private struct ClusterTool: Sendable {
    struct Call: Sendable {
        let arguments: JSON
        /// The same tool for something else.
        let other: JSON
    }

    /// Changes at the API server that one yes brings about.
    var once = 1
    /// Whether pods must run for it.
    var kubelet = false
    /// Brings about what the tool needs, past the server.
    let prepare: @Sendable (Seat) async throws -> Call

    private static let web = JSON.object(["kind": "deploy", "name": "web"])

    private static func deploy(_ seat: Seat, image: String = "engine:1") async throws {
        _ = try await seat.bench.client.create(.deployments, Sample.deployment("web", image: image, replicas: 1), namespace: seat.bench.namespace)
    }

    static let rows: [String: ClusterTool] = [
        "manifest_apply": ClusterTool { _ in
            Call(arguments: .object(["manifest": .text(Sample.settings("made", ["a": "1"]).rendered)]), other: .object(["manifest": .text(Sample.settings("made", ["a": "2"]).rendered)]))
        },
        "scale": ClusterTool { seat in
            try await deploy(seat)
            return Call(arguments: web.setting("replicas", 3), other: web.setting("replicas", 4))
        },
        "rollout_restart": ClusterTool { seat in
            try await deploy(seat)
            return Call(arguments: web, other: web.setting("name", "another"))
        },
        "rollout_undo": ClusterTool { seat in
            try await deploy(seat)
            let template = Sample.deployment("web", image: "engine:2").at("spec", "template") ?? .null
            _ = try await seat.bench.client.patch(.deployments, "web", namespace: seat.bench.namespace, .merge(.object(["spec": .object(["template": template])])))
            return Call(arguments: web.setting("revision", 1), other: web.setting("revision", 2))
        },
        "resource_delete": ClusterTool { seat in
            _ = try await seat.bench.client.create(.configMaps, Sample.settings("made", [:]), namespace: seat.bench.namespace)
            return Call(arguments: .object(["kind": "configmap", "name": "made"]), other: .object(["kind": "configmap", "name": "kept"]))
        },
        "job_run": ClusterTool { seat in
            let type = try await Discovery(seat.bench.client).find("cronjobs")
            let pod = JSON.object(["restartPolicy": "Never", "containers": .array([.object(["name": "main", "image": "report:1"])])])
            let template = JSON.object(["spec": .object(["template": .object(["spec": pod])])])
            let cron = JSON.object([
                "apiVersion": .text(type.apiVersion), "kind": "CronJob", "metadata": .object(["name": "nightly"]), "spec": .object(["schedule": "0 3 * * *", "jobTemplate": template]),
            ])
            _ = try await seat.bench.client.create(type, cron, namespace: seat.bench.namespace)
            return Call(arguments: .object(["cronjob": "nightly", "name": "now"]), other: .object(["cronjob": "nightly", "name": "then"]))
        },
        "node_cordon": ClusterTool { seat in
            Call(arguments: .object(["name": .text(seat.bench.node)]), other: .object(["name": .text(seat.bench.node), "cordoned": false]))
        },
        // An empty node is only cordoned.
        "node_drain": ClusterTool { seat in
            Call(arguments: .object(["name": .text(seat.bench.node), "timeout_seconds": 5]), other: .object(["name": .text(seat.bench.node), "lose_bare_pods": true, "timeout_seconds": 5]))
        },
        // The way into a pod is a socket, no change of an object: the kubelet counts.
        "pod_exec": ClusterTool(kubelet: true) { seat in
            try await deploy(seat)
            let pod = try await seat.bench.until(.pods, "a pod") { $0.count == 1 && $0[0].at("status", "phase") == "Running" }[0].objectName
            let command = JSON.object(["pod": .text(pod), "command": .array(["/bin/echo", "hello"])])
            return Call(arguments: command, other: command.setting("command", .array(["/bin/echo", "another"])))
        },
        "stack_deploy": ClusterTool(once: 0) { _ in Call(arguments: .object(["version": "1.0.0", "wait_seconds": 1]), other: .object(["version": "1.0.1", "wait_seconds": 1])) },
    ]

    /// Those that ask nobody, and why that is right; and the one whose question needs a stack that was deployed before.
    static let apart: [String: String] = [
        "port_forward_open": "a port of this machine alone, which ends by itself", "port_forward_close": "takes a way away", "stack_rollback": "as stack_deploy, by the same code: StackTests",
    ]
}

@Suite(.timeLimit(.minutes(3))) struct OrchestrationAgreementTests {
    private static let modes = ServerModes(allowsChanges: true, extraSets: ["all"])

    /// What is so already is answered without a question and without a change.
    private static func acted(_ reply: BluntCaller.Reply) -> Bool {
        guard case .done(let answer) = reply else { return false }
        return answer["done"] != false && answer["applied"] != false
    }

    private func seat(_ kubelet: Bool, _ body: @Sendable (Seat) async throws -> Void) async throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Deploy/kubernetes").standardizedFileURL
        try await Seat.run(.fake, policy: { _ in OrchestrationPolicy(commands: ["/bin/echo"]) }, kubelet: kubelet, stack: try Stack(folder: folder, image: "registry.test/aura"), body)
    }

    @Test func `every tool that changes something has a row here, or a reason`() async throws {
        try await seat(false) { seat in
            let changing = try await seat.client.tools().filter { $0.annotations?.readOnlyHint != true }.map(\.name)
            #expect(changing.sorted() == (Array(ClusterTool.rows.keys) + Array(ClusterTool.apart.keys)).sorted())
        }
    }

    @Test(arguments: ClusterTool.rows.keys.sorted()) func `a tool that asks does nothing without a person's yes to this very call, and then does it once`(name: String) async throws {
        let row = try #require(ClusterTool.rows[name])
        try await seat(row.kubelet) { seat in
            @Sendable func done() -> Int { name == "pod_exec" ? seat.bench.fake?.kubelet.asked.withLock { $0.count } ?? 0 : seat.writes.count }
            let call = try await row.prepare(seat)
            let before = done()
            for era in Seat.eras {
                let mute = Client(InProcessLink(seat.host), info: Implementation(name: "mute", version: "1"), answers: NoAnswers(), era: era)
                _ = try await mute.connect()
                await #expect(throws: ClientError.self, "\(name) asked nobody") { _ = try await mute.call(name, call.arguments) }
                await mute.close()
            }
            #expect(done() == before, "\(name) was done for a client that cannot ask")
            for action in ["decline", "cancel"] {
                seat.person.will(action)
                #expect(try await seat.client.call(name, call.arguments).isError)
                #expect(done() == before, "\(name) was done after \(action)")
            }
            let agreement = Agreement(name, call.arguments, other: call.other, another: name == "scale" ? "rollout_restart" : "scale")
            try await agreement.goAround(seat.host) { what, reply in
                #expect(!Self.acted(reply), "\(name) \(what): \(reply)")
                #expect(done() == before, "\(name) was done \(what)")
            }
            let replies = try await agreement.sendThrice(seat.host)
            #expect(replies.prefix(2).count(where: Self.acted) == 1 && !Self.acted(replies[2]), "\(name): \(replies)")
            // A stack is several objects, each applied once.
            if row.once > 0 { #expect(done() == before + row.once) } else { #expect(Set(seat.writes).count == seat.writes.count) }
        }
    }
}
