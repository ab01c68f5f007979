import Synchronization

/// The newest of something that a watch tells, and how many there were.
final class Latest<Value: Sendable>: Sendable {
    private let state: Mutex<(value: Value, steps: Int)>

    init(_ value: Value) { state = Mutex((value, 0)) }
    var value: Value { state.withLock { $0.value } }
    var steps: Int { state.withLock { $0.steps } }
    func set(_ value: Value) { state.withLock { $0 = (value, $0.steps + 1) } }
}
