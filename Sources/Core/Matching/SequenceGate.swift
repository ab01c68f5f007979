import Model

/// Judges the sequence numbers of a recording, as the desk's own books do: one lost message blinds every market its subscription feeds.
struct SequenceGate: Sendable {
    enum Verdict { case next, repeated, gap }

    private struct Subscription: Sendable {
        var last: UInt64
        var complete: Bool
    }

    private var subscriptions: [SubscriptionID: Subscription] = [:]

    mutating func begin(_ id: SubscriptionID, complete: Bool) { subscriptions[id] = Subscription(last: 0, complete: complete) }

    mutating func drop(_ gone: (UInt32) -> Bool) { subscriptions = subscriptions.filter { !gone($0.key.connection) } }

    mutating func judge(_ id: SubscriptionID, _ sequence: UInt64) -> Verdict {
        guard let index = subscriptions.index(forKey: id) else {
            subscriptions[id] = Subscription(last: sequence, complete: true)
            return .next
        }
        let last = subscriptions.values[index].last
        if sequence <= last { return .repeated }
        subscriptions.values[index].last = sequence
        return sequence == last + 1 || !subscriptions.values[index].complete ? .next : .gap
    }
}
