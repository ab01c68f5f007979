import Synchronization

/// Bytes that are left to send.
final class Counter: Sendable {
    private let left: Mutex<Int>
    init(_ count: Int) { left = Mutex(count) }

    func take(_ most: Int) -> Int? {
        left.withLock { left in
            guard left > 0 else { return nil }
            let part = min(most, left)
            left -= part
            return part
        }
    }

    func end() { left.withLock { $0 = 0 } }
}
