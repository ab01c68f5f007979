import Model

/// Judges the sequence numbers of a recording, as the desk's own books do: one lost message blinds every market its subscription feeds.
struct SequenceGate: Sendable {
    enum Verdict { case next, repeated, gap }

    private struct Subscription: Sendable {
        let id: SubscriptionID
        var last: UInt64
        var complete: Bool
    }

    /// A handful: searched from the one that spoke last, which is quicker than hashing.
    private var subscriptions: [Subscription] = []
    private var latest = 0

    mutating func begin(_ id: SubscriptionID, complete: Bool) {
        let fresh = Subscription(id: id, last: 0, complete: complete)
        if let s = find(id) { subscriptions[s] = fresh } else { subscriptions.append(fresh) }
    }

    mutating func drop(_ gone: (UInt32) -> Bool) { subscriptions.removeAll { gone($0.id.connection) } }

    mutating func judge(_ id: SubscriptionID, _ sequence: UInt64) -> Verdict {
        guard let s = find(id) else {
            subscriptions.append(Subscription(id: id, last: sequence, complete: true))
            return .next
        }
        latest = s
        let last = subscriptions[s].last
        if sequence <= last { return .repeated }
        subscriptions[s].last = sequence
        return sequence == last + 1 || !subscriptions[s].complete ? .next : .gap
    }

    private func find(_ id: SubscriptionID) -> Int? {
        if latest < subscriptions.count, subscriptions[latest].id == id { return latest }
        return subscriptions.firstIndex { $0.id == id }
    }
}
