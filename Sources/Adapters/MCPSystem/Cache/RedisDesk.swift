import Dispatch
import MCPHosting
import Redis
import Synchronization

/// Our Redis, as the tools ask it: one connection for each call, on a thread of its own.
final class RedisDesk: Sendable {
    /// Calls at once; more are refused.
    static let limit = 4

    let address: RedisAddress
    private let running = Mutex(0)
    private let queue = DispatchQueue(label: "mcp.system.redis", attributes: .concurrent)

    init(_ address: RedisAddress) { self.address = address }

    /// Cancelling does not wait: what is read within its time limit is then nobody's.
    func ask<T: Sendable>(_ work: @escaping @Sendable (RedisConnection) throws -> T) async throws -> T {
        let isFull = running.withLock { running in
            guard running < RedisDesk.limit else { return true }
            running += 1
            return false
        }
        if isFull { throw ToolFailure("\(RedisDesk.limit) questions to Redis are under way; try again in a moment") }
        defer { running.withLock { $0 -= 1 } }
        let address = address
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work(RedisConnection(address)) }) }
        }
    }
}
