import Foundation
import Kubernetes
import Notation
import Synchronization
import Testing

/// Watching: nothing is missed and nothing is told twice, whatever happens to the connection.
@Suite(.timeLimit(.minutes(3))) struct WatchTests {
    /// What a watch has told, in order.
    final class Notes: Sendable {
        private let all = Mutex<[String]>([])
        private let waiters = Mutex<[(String, CheckedContinuation<Void, Never>)]>([])

        func add(_ event: WatchEvent) -> Bool {
            let text = switch event {
            case .listed(let objects, _): "listed " + objects.map(\.objectName).filter { $0.hasPrefix("w") }.sorted().joined(separator: " ")
            case .added(let object): "added \(object.objectName)"
            case .modified(let object): "modified \(object.objectName)"
            case .deleted(let object): "deleted \(object.objectName)"
            }
            all.withLock { $0.append(text) }
            let ready = waiters.withLock { waiters in
                defer { waiters.removeAll { $0.0 == text } }
                return waiters.filter { $0.0 == text }
            }
            for waiter in ready { waiter.1.resume() }
            return true
        }

        var told: [String] { all.withLock { $0.filter { !$0.contains("kube-root-ca") } } }

        /// The suite's time limit is the bound.
        func wait(for text: String) async {
            await withCheckedContinuation { continuation in
                waiters.withLock { $0.append((text, continuation)) }
                guard told.contains(text) else { return }
                let mine = waiters.withLock { waiters in
                    defer { waiters.removeAll { $0.0 == text } }
                    return waiters.filter { $0.0 == text }
                }
                for waiter in mine { waiter.1.resume() }
            }
        }
    }

    private func watching(_ bench: Bench, _ notes: Notes) -> Task<Void, any Error> {
        Task { try await bench.client.watch(.configMaps, ObjectQuery(namespace: bench.namespace)) { notes.add($0) } }
    }

    private func put(_ bench: Bench, _ name: String, _ value: String) async throws {
        _ = try await bench.client.apply(try Manifest(Sample.settings(name, ["v": .text(value)])).inNamespace(bench.namespace), as: .configMaps)
    }

    @Test(arguments: Ground.all) func `a watch tells what is there, and then what happens`(ground: Ground) async throws {
        try await Bench.run(ground, kubelet: false) { bench in
            try await put(bench, "w1", "a")
            let notes = Notes()
            let watch = watching(bench, notes)
            await notes.wait(for: "listed w1")
            try await put(bench, "w2", "a")
            try await put(bench, "w1", "b")
            _ = try await bench.client.delete(.configMaps, "w2", namespace: bench.namespace, uid: nil)
            await notes.wait(for: "deleted w2")
            watch.cancel()
            try? await watch.value
            #expect(notes.told == ["listed w1", "added w2", "modified w1", "deleted w2"])
        }
    }

    @Test(arguments: Ground.all) func `a watch goes on where it stood when the API server has restarted`(ground: Ground) async throws {
        try await Bench.run(ground, kubelet: false) { bench in
            let notes = Notes()
            let watch = watching(bench, notes)
            await notes.wait(for: "listed ")
            try await put(bench, "w1", "a")
            await notes.wait(for: "added w1")
            try await bench.restartServer()
            try await eventually { try await put(bench, "w2", "a") }
            await notes.wait(for: "added w2")
            watch.cancel()
            try? await watch.value
            #expect(notes.told == ["listed ", "added w1", "added w2"], "nothing is told again")
        }
    }

    @Test func `when the history is lost, the list is read anew`() async throws {
        try await Bench.run(.fake, kubelet: false) { bench in
            let notes = Notes()
            let watch = watching(bench, notes)
            await notes.wait(for: "listed ")
            try await put(bench, "w1", "a")
            await notes.wait(for: "added w1")
            bench.fake?.state.withLock { $0.endWatches() }
            bench.fake?.state.withLock { state in
                // Gone and made while nobody looked, and the history of it is forgotten.
                state.seed("configmaps", Sample.settings("w3", [:]).setting("metadata", .object(["name": "w3", "namespace": .text(bench.namespace)])))
                state.compact()
            }
            await notes.wait(for: "listed w1 w3")
            watch.cancel()
            try? await watch.value
            #expect(notes.told == ["listed ", "added w1", "listed w1 w3"])
        }
    }

    @Test func `a bookmark moves the position, so that an old history does not matter`() async throws {
        try await Bench.run(.fake, kubelet: false) { bench in
            let notes = Notes()
            let watch = watching(bench, notes)
            await notes.wait(for: "listed ")
            try await put(bench, "w1", "a")
            await notes.wait(for: "added w1")
            bench.fake?.state.withLock { state in
                state.seed("secrets", .object(["metadata": .object(["name": "other", "namespace": .text(bench.namespace)])]))
                state.bookmark()
                state.compact()
            }
            try await put(bench, "w2", "a")
            await notes.wait(for: "added w2")
            bench.fake?.state.withLock { $0.endWatches() }
            try await put(bench, "w4", "a")
            await notes.wait(for: "added w4")
            watch.cancel()
            try? await watch.value
            #expect(notes.told == ["listed ", "added w1", "added w2", "added w4"])
        }
    }
}

/// Tries until it works; the suite's time limit is the bound.
func eventually(_ body: () async throws -> Void) async throws {
    for attempt in 0... {
        do { return try await body() } catch {
            guard attempt < 600, let error = error as? KubernetesError, error.mayPass || error.isRefusal else { throw error }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

extension Bench {
    /// Ends the API server in the hardest way; it comes back by itself.
    func restartServer() async throws {
        if let fake { return try await fake.restart() }
        let file = "\(try #require(Ground.folder))/apiserver.pid"
        let pid = try #require(pid_t(try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
        kill(pid, SIGKILL)
    }
}
