import Dispatch
import MCPHosting
import Synchronization

/// The databases that the operator named, and the threads on which they are read.
final class DatabaseShelf: Sendable {
    /// Reading blocks a thread; more at once are refused.
    static let limit = 4

    /// Paths by name.
    let paths: [String: String]
    private let running = Mutex(0)
    private let queue = DispatchQueue(label: "mcp.system.database", attributes: .concurrent)

    init(_ paths: [String: String]) { self.paths = paths }

    func path(_ name: String?) throws -> (name: String, path: String) {
        if let name {
            guard let path = paths[name] else { throw ToolFailure("there is no database '\(name.prefix(64))'; there are \(paths.keys.sorted().joined(separator: ", "))") }
            return (name, path)
        }
        guard paths.count == 1, let only = paths.first else { throw ToolFailure("say which `database`: \(paths.keys.sorted().joined(separator: ", "))") }
        return (only.key, only.value)
    }

    /// Opens the database, lets `work` read it, and closes it, all on a thread of its own. Cancelling the task stops the statement.
    func read<T: Sendable>(_ path: String, within limit: Duration, _ work: @escaping @Sendable (ReadOnlyDatabase) throws -> T) async throws -> T {
        try await run(within: limit) { deadline, cancellation in try work(ReadOnlyDatabase(path, deadline: deadline, cancellation: cancellation)) }
    }

    /// Work on files that blocks, on a thread of its own. It looks at the deadline and at the cancellation itself.
    func run<T: Sendable>(within limit: Duration, _ work: @escaping @Sendable (ContinuousClock.Instant, Cancellation) throws -> T) async throws -> T {
        try begin()
        defer { running.withLock { $0 -= 1 } }
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async {
                    continuation.resume(with: Result { try work(.now + limit, cancellation) })
                }
            }
        } onCancel: {
            cancellation.raise()
        }
    }

    private func begin() throws {
        let isFull = running.withLock { running in
            guard running < DatabaseShelf.limit else { return true }
            running += 1
            return false
        }
        if isFull { throw ToolFailure("\(DatabaseShelf.limit) statements are running already; try again in a moment") }
    }
}
