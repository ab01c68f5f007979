import Foundation
import Kubernetes
import Notation
import Synchronization
import Testing
import YAML

/// Where the suite is driven: in memory always, and on a real control plane where `Scripts/cluster` has started one.
enum Ground: String, CaseIterable, Sendable {
    case fake, real

    static let folder = ProcessInfo.processInfo.environment["AURA_TEST_CLUSTER"]
    static let all: [Ground] = folder == nil ? [.fake] : [.fake, .real]
}

/// One test's place: a cluster, a namespace of its own, and a node.
struct Bench: Sendable {
    let ground: Ground
    let client: KubernetesClient
    let fake: FakeCluster?
    let namespace: String
    let node: String

    private static let count = Mutex(0)

    /// Runs `body` on a cluster with a kubelet in it: pods that are put onto the node come to run, unless their image says otherwise.
    static func run(_ ground: Ground, kubelet: Bool = true, _ body: @Sendable (Bench) async throws -> Void) async throws {
        let number = count.withLock {
            $0 += 1
            return $0
        }
        let name = "t\(ProcessInfo.processInfo.processIdentifier)-\(number)"
        let fake = ground == .fake ? FakeCluster() : nil
        try await fake?.start()
        let client = try ground == .real ? real("admin") : KubernetesClient(server: fake?.address ?? "", budget: RequestBudget(perSecond: 1000, burst: 1000))
        let bench = Bench(ground: ground, client: client, fake: fake, namespace: name, node: "node-\(name)")
        _ = try await client.create(.namespaces, .object(["metadata": .object(["name": .text(name)])]))
        try await bench.addNode(bench.node)
        let keeper = kubelet ? Task { await bench.keepPods() } : nil
        do { try await body(bench) } catch { Issue.record(error) }
        keeper?.cancel()
        await keeper?.value
        if ground == .real {
            // Other tests must not find this one's node.
            _ = try await client.delete(.nodes, bench.node, uid: nil)
            _ = try await client.delete(.namespaces, name, uid: nil)
        }
        await client.shutdown()
        await fake?.stop()
    }

    static func real(_ context: String) throws -> KubernetesClient {
        let file = try #require(Ground.folder.map { "\($0)/kubeconfig" })
        let config = try #require(try KubeconfigFile.read(file, environment: [:]) { try YAMLReader.json($0) })
        return try config.client(try #require(config.context(context)), budget: RequestBudget(perSecond: 1000, burst: 1000))
    }

    func addNode(_ name: String) async throws {
        let labels = JSON.object(["bench": .text(namespace)])
        _ = try await client.create(.nodes, .object(["metadata": .object(["name": .text(name), "labels": labels])]))
        let conditions = JSON.array([.object(["type": "Ready", "status": "True", "reason": "KubeletReady"])])
        let room = JSON.object(["cpu": "4", "memory": "8Gi", "pods": "110"])
        _ = try await client.patch(.nodes, name, subresource: "status", .merge(.object(["status": .object(["conditions": conditions, "capacity": room, "allocatable": room])])))
    }

    // MARK: - The kubelet

    private func keepPods() async {
        do {
            try await client.watch(.pods, ObjectQuery(namespace: namespace)) { event in
                switch event {
                case .listed(let pods, _): for pod in pods { await keep(pod) }
                case .added(let pod), .modified(let pod): await keep(pod)
                case .deleted: break
                }
                return !Task.isCancelled
            }
        } catch { Issue.record(error) }
    }

    private func keep(_ pod: JSON) async {
        do throws(KubernetesError) {
            if pod.isEnding {
                _ = try await client.delete(.pods, pod.objectName, namespace: namespace, uid: pod.objectUID, graceSeconds: 0)
            } else if pod.at("spec", "nodeName") != nil, pod.at("status", "containerStatuses") == nil {
                _ = try await client.patch(.pods, pod.objectName, namespace: namespace, subresource: "status", .merge(.object(["status": Bench.status(of: pod)])))
            }
        } catch {
            // It may have gone meanwhile.
            switch error {
            case .notFound, .conflict, .unreachable: break
            default: Issue.record(error)
            }
        }
    }

    /// An image called `broken` cannot be pulled; one called `greedy` is ended for its memory again and again.
    private static func status(of pod: JSON) -> JSON {
        let containers = pod.at("spec", "containers")?.asArray ?? []
        let image = containers.first?["image"]?.asText ?? ""
        let isWell = !image.hasPrefix("broken") && !image.hasPrefix("greedy")
        let now = JSON.text(KubernetesTime.text(Date()))
        let state: JSON = switch image.prefix(6) {
        case "broken": .object(["waiting": .object(["reason": "ImagePullBackOff", "message": "Back-off pulling image"])])
        case "greedy": .object(["waiting": .object(["reason": "CrashLoopBackOff", "message": "back-off 10s restarting failed container"])])
        default: .object(["running": .object(["startedAt": now])])
        }
        let last = image.hasPrefix("greedy") ? JSON.object(["terminated": .object(["reason": "OOMKilled", "exitCode": 137, "startedAt": now, "finishedAt": now])]) : nil
        let statuses = containers.map { container in
            JSON.object([
                "name": container["name"], "image": container["image"], "imageID": "", "ready": .bool(isWell), "started": .bool(isWell),
                "restartCount": image.hasPrefix("greedy") ? 4 : 0, "state": state, "lastState": last,
            ])
        }
        let conditions = ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map { type in
            JSON.object(["type": .text(type), "status": isWell || type == "PodScheduled" ? "True" : "False", "lastTransitionTime": now])
        }
        return .object([
            "phase": isWell ? "Running" : "Pending", "startTime": now, "conditions": .array(conditions), "containerStatuses": .array(statuses),
        ])
    }

    // MARK: - Waiting

    /// Returns the objects once they are as wanted; what they were last when that did not come in time.
    @discardableResult
    func until(
        _ type: ResourceType, _ what: String, _ query: ObjectQuery? = nil, seconds: Int = 40, _ isSo: @escaping @Sendable ([JSON]) -> Bool
    ) async throws -> [JSON] {
        let seen = Seen()
        let query = query ?? ObjectQuery(namespace: type.isNamespaced ? namespace : nil)
        let isDone = try await withThrowingTaskGroup(of: Bool.self) { [client] group in
            group.addTask {
                try await client.watch(type, query) { !isSo(seen.take($0)) }
                return true
            }
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
        let last = seen.all
        #expect(isDone, "\(what) did not come within \(seconds) s; last: \(last.map { $0["status"]?.rendered ?? $0.objectName })")
        return last
    }
}

/// What a watch has shown, as it stands now.
private final class Seen: Sendable {
    private let objects = Mutex<[String: JSON]>([:])
    var all: [JSON] { objects.withLock { Array($0.values) } }

    func take(_ event: WatchEvent) -> [JSON] {
        func key(_ object: JSON) -> String { "\(object.objectNamespace ?? "")/\(object.objectName)" }
        return objects.withLock { objects in
            switch event {
            case .listed(let all, _): objects = Dictionary(all.map { (key($0), $0) }, uniquingKeysWith: { $1 })
            case .added(let one), .modified(let one): objects[key(one)] = one
            case .deleted(let one): objects[key(one)] = nil
            }
            return Array(objects.values)
        }
    }
}

/// Objects as tests write them.
enum Sample {
    static func deployment(_ name: String, image: String = "engine:1", replicas: Int = 2, extra: KeyValuePairs<String, JSON?> = [:]) -> JSON {
        let labels = JSON.object(["app": .text(name)])
        var container = JSON.object(["name": "main", "image": .text(image), "ports": .array([.object(["containerPort": 8080])])])
        for (key, value) in extra { container = container.setting(key, value) }
        return .object([
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": .object(["name": .text(name)]),
            "spec": .object([
                "replicas": .integer(Int64(replicas)), "selector": .object(["matchLabels": labels]),
                "template": .object(["metadata": .object(["labels": labels]), "spec": .object(["containers": .array([container])])]),
            ]),
        ])
    }

    static func settings(_ name: String, _ data: KeyValuePairs<String, JSON?>) -> JSON {
        .object(["apiVersion": "v1", "kind": "ConfigMap", "metadata": .object(["name": .text(name)]), "data": .object(data)])
    }

    static func isComplete(_ objects: [JSON], _ name: String) -> Bool { objects.first { $0.objectName == name }.flatMap { Rollout($0) }?.state == .complete }
}
