import MCPServing
import Synchronization

/// Watches behind resources that have been read: 32 at most, each for half an hour after its last reading; the one that was read longest ago goes first.
final class ResourceWatches: Sendable {
    static let limit = 32
    static let lifetime = Duration.seconds(1800)
    /// Changes that come closer together are told as one.
    static let pause = Duration.milliseconds(250)

    private struct Entry {
        let number: Int
        let task: Task<Void, Never>
        var lastRead: ContinuousClock.Instant
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var next = 0
    }

    private let state = Mutex(State())
    private let relay: ChangeRelay

    init(_ relay: ChangeRelay) { self.relay = relay }

    deinit { state.withLock { state in state.entries.values.forEach { $0.task.cancel() } } }

    var count: Int { state.withLock { $0.entries.count } }

    /// Begins to watch what the address shows, or goes on.
    func keep(_ uri: String, _ watch: @escaping @Sendable (_ changed: @escaping @Sendable () -> Void) async throws -> Void) {
        state.withLock { state in
            let now = ContinuousClock.now
            for (old, entry) in state.entries where now - entry.lastRead > Self.lifetime {
                entry.task.cancel()
                state.entries[old] = nil
            }
            if state.entries[uri] != nil {
                state.entries[uri]?.lastRead = now
                return
            }
            if state.entries.count >= Self.limit, let oldest = state.entries.min(by: { $0.value.lastRead < $1.value.lastRead })?.key { state.entries.removeValue(forKey: oldest)?.task.cancel() }
            state.next += 1
            let number = state.next
            let task = Task { [weak self, relay] in
                await withDiscardingTaskGroup { group in
                    let (changes, report) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
                    group.addTask {
                        for await _ in changes {
                            relay.resourceChanged(uri)
                            // Cancelled with the watch.
                            try? await Task.sleep(for: Self.pause)
                        }
                    }
                    // What ends a watch is told by the next reading: there is nobody else to tell.
                    try? await watch { report.yield() }
                    report.finish()
                }
                self?.ended(uri, number)
            }
            state.entries[uri] = Entry(number: number, task: task, lastRead: now)
        }
    }

    private func ended(_ uri: String, _ number: Int) { state.withLock { state in if state.entries[uri]?.number == number { state.entries[uri] = nil } } }
}
