public import Model

/// Orders that stop together: no more than `limit` contracts of them trade in any 15 seconds (Kalshi reference, section 9.3).
public struct OrderGroupRecord: Hashable, Sendable, Codable {
    public let account: AccountID
    public let subaccount: Int
    public let id: OrderGroupID
    public let created: Timestamp
    public internal(set) var limit: Quantity
    /// Takes no orders until it is reset.
    public internal(set) var isTriggered = false
    /// Gone for its owner; kept, because its orders name it.
    public internal(set) var isDeleted = false
    /// Fills whose trade was numbered after this one count against the limit: a reset forgets the earlier ones.
    var countsAfter: UInt64 = 0
}

/// What of a group traded lately: sums over a window that rolls with the time that is passed in.
struct FillWindow: Sendable {
    static let length = OrderGroupRule.window

    private struct Entry: Sendable {
        let time: Timestamp
        var hundredths: Int64
    }

    /// Oldest first from `first` on; fills of one moment are one entry. No longer than what can be filled in 15 seconds.
    private var entries: [Entry] = []
    private var first = 0
    private var sum: Int64 = 0

    /// A fill counts from its moment on, for 15 seconds; a moment that is 15 seconds back counts no more.
    mutating func total(at time: Timestamp) -> Int64 {
        while first < entries.count, time - entries[first].time >= Self.length {
            sum -= entries[first].hundredths
            first += 1
        }
        if first > 64, first * 2 > entries.count {
            entries.removeFirst(first)
            first = 0
        }
        return sum
    }

    mutating func add(_ hundredths: Int64, at time: Timestamp) {
        sum += hundredths
        if first < entries.count, entries[entries.count - 1].time == time {
            entries[entries.count - 1].hundredths += hundredths
        } else {
            entries.append(Entry(time: time, hundredths: hundredths))
        }
    }

    mutating func clear() { self = FillWindow() }
}

/// A group and its window.
struct GroupState: Sendable {
    var record: OrderGroupRecord
    var window = FillWindow()

    /// What may still trade now.
    mutating func room(at time: Timestamp) -> Int64 { max(0, record.limit.hundredths - window.total(at: time)) }
}
