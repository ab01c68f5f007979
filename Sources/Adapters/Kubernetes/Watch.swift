public import Notation
import Synchronization

/// What a watch tells, in the cluster's order.
public enum WatchEvent: Sendable {
    /// All that is there: at the beginning, and again whenever the history between was lost. Whatever is not in it is gone.
    case listed([JSON], version: String)
    case added(JSON)
    case modified(JSON)
    case deleted(JSON)
}

/// Where a watch stands in the cluster's history: a pure machine, from lines to events.
struct WatchCursor {
    /// Nil: the list has to be read (again).
    private(set) var version: String?

    enum Step {
        case event(WatchEvent)
        /// A bookmark: only the position moved.
        case moved
        /// The position is no longer known to the cluster.
        case lost
        case failed(KubernetesError)
    }

    mutating func listed(_ version: String) { self.version = version }

    /// One line of the stream.
    mutating func take(_ line: [UInt8]) -> Step {
        guard let event = try? JSON(parsing: line, depthLimit: 128), let type = event["type"]?.asText, let object = event["object"] else {
            return .failed(.unreadable("a watch's line is no event"))
        }
        if type == "ERROR" {
            let error = KubernetesError(object)
            guard case .expired = error else { return .failed(error) }
            version = nil
            return .lost
        }
        guard let moved = object.objectVersion else { return .failed(.unreadable("an event without a resourceVersion")) }
        version = moved
        switch type {
        case "ADDED": return .event(.added(object))
        case "MODIFIED": return .event(.modified(object))
        case "DELETED": return .event(.deleted(object))
        case "BOOKMARK": return .moved
        default: return .failed(.unreadable("an event of the unknown type \(type.prefix(40))"))
        }
    }

    mutating func lose() { version = nil }
}

/// How long to wait before the next attempt: doubling from 0.2 s to 10 s, until something came through.
struct Backoff {
    private var failures = 0
    var wait: Duration { .milliseconds(min(10_000, 200 << min(failures, 6))) }
    mutating func failed() { failures += 1 }
    mutating func succeeded() { failures = 0 }
}

extension KubernetesClient {
    /// The server ends a watch after so many seconds, and it is taken up again where it stood. A connection that has silently died is noticed by then.
    static let watchSeconds = 240

    /// Tells what happens to the objects of a kind until the task is cancelled or `onEvent` returns false. Outages are waited out; a refusal is thrown.
    public func watch(_ type: ResourceType, _ query: ObjectQuery = ObjectQuery(), onEvent: @escaping @Sendable (WatchEvent) async -> Bool) async throws(KubernetesError) {
        var cursor = WatchCursor()
        var backoff = Backoff()
        while !Task.isCancelled {
            do throws(KubernetesError) {
                if cursor.version == nil {
                    let all = try await list(type, query)
                    guard await onEvent(.listed(all.items, version: all.version)) else { return }
                    cursor.listed(all.version)
                }
                guard try await follow(type, query, &cursor, onEvent) else { return }
                backoff.succeeded()
            } catch {
                if case .cancelled = error { return }
                if case .expired = error { cursor.lose() } else if !error.mayPass { throw error }
                // Cancelled while waiting: the loop's condition sees it.
                try? await Task.sleep(for: backoff.wait)
                backoff.failed()
            }
        }
    }

    /// One connection's worth; false when no more is wanted.
    private func follow(
        _ type: ResourceType, _ query: ObjectQuery, _ cursor: inout WatchCursor, _ onEvent: @escaping @Sendable (WatchEvent) async -> Bool
    ) async throws(KubernetesError) -> Bool {
        let parameters = try query.items() + [
            ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", cursor.version ?? ""), ("timeoutSeconds", "\(Self.watchSeconds)"),
        ]
        let reading = WatchReading(cursor)
        let path = type.path(namespace: query.namespace)
        // The server should have ended it long before.
        let outcome = await within(.seconds(Self.watchSeconds + 30)) { [self] () async -> Result<Void, KubernetesError> in
            do throws(KubernetesError) {
                try await stream(path, query: parameters) { await reading.take($0, onEvent) }
                return .success(())
            } catch { return .failure(error) }
        }
        cursor = reading.cursor
        if let failure = reading.failure { throw failure }
        if reading.isDone { return false }
        if case .failure(let error)? = outcome { throw error }
        return true
    }

    /// The result of `body`, or nil once the time is over; `body` is cancelled then.
    private func within<R: Sendable>(_ limit: Duration, _ body: @escaping @Sendable () async -> R) async -> R? {
        await withTaskGroup(of: R?.self) { group in
            group.addTask { await body() }
            group.addTask {
                // Cancelled when the body was quicker.
                try? await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}

/// One connection of a watch while it is read.
private final class WatchReading: Sendable {
    private struct State {
        var cursor: WatchCursor
        var lines = LineSplitter(limit: KubernetesClient.answerLimit)
        var failure: KubernetesError?
        var isDone = false
    }
    private let state: Mutex<State>

    init(_ cursor: WatchCursor) { state = Mutex(State(cursor: cursor)) }
    var cursor: WatchCursor { state.withLock { $0.cursor } }
    var failure: KubernetesError? { state.withLock { $0.failure } }
    var isDone: Bool { state.withLock { $0.isDone } }

    func take(_ piece: [UInt8], _ onEvent: @Sendable (WatchEvent) async -> Bool) async -> Bool {
        guard let lines = state.withLock({ $0.lines.take(piece) }) else {
            state.withLock { $0.failure = .unreadable("an event of more than \(KubernetesClient.answerLimit) bytes") }
            return false
        }
        for line in lines where !line.isEmpty {
            switch state.withLock({ $0.cursor.take(line) }) {
            case .moved: continue
            case .lost: return false
            case .failed(let error):
                state.withLock { $0.failure = error }
                return false
            case .event(let event):
                guard await onEvent(event) else {
                    state.withLock { $0.isDone = true }
                    return false
                }
            }
        }
        return true
    }
}
