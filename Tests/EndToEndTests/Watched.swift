import Synchronization

/// A condition that did not come in its time.
struct Missed: Error, CustomStringConvertible {
    let description: String
}

/// A value that changes while others wait for what they need of it, with a bound.
final class Watched<Value: Sendable>: Sendable {
    private struct Inner {
        var value: Value
        var version = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let inner: Mutex<Inner>

    init(_ value: Value) { inner = Mutex(Inner(value: value)) }

    var value: Value { inner.withLock { $0.value } }

    func update(_ change: (inout Value) -> Void) {
        let woken = inner.withLock { inner in
            change(&inner.value)
            inner.version += 1
            defer { inner.waiting = [] }
            return inner.waiting
        }
        for each in woken { each.resume() }
    }

    /// Returns the first value that `holds`, looking at every change.
    @discardableResult
    func wait(_ what: String, within limit: Duration = .seconds(20), until holds: (Value) throws -> Bool) async throws -> Value {
        let deadline = ContinuousClock.now + limit
        let alarm = Task {
            // The bound itself, not a wait for the condition.
            try await Task.sleep(for: limit)
            self.update { _ in }
        }
        defer { alarm.cancel() }
        while true {
            let (value, version) = inner.withLock { ($0.value, $0.version) }
            if try holds(value) { return value }
            guard ContinuousClock.now < deadline else { throw Missed(description: "\(what): not within \(limit); last: \(String(describing: value).prefix(2000))") }
            await change(after: version)
        }
    }

    private func change(after version: Int) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isThere = inner.withLock { inner in
                if inner.version == version { inner.waiting.append(continuation) }
                return inner.version != version
            }
            if isThere { continuation.resume() }
        }
    }
}
