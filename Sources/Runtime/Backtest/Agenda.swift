import Model

/// What is on its way between the desk and the exchange, by time of arrival; of two with one time the first sent comes first.
struct Agenda: Sendable {
    enum Errand: Sendable {
        case deliver(Event)
        case place(OrderIntent, ClientOrderID)
        case cancel(OrderID, ClientOrderID)
        case cancelAll
        case find(ClientOrderID)
        case report(since: Timestamp)
    }

    /// Ascending in time. One latency for all means that new errands nearly always belong at the end.
    private var errands: [(due: Timestamp, errand: Errand)] = []
    private var done = 0

    var next: Timestamp? { done < errands.count ? errands[done].due : nil }

    mutating func add(_ errand: Errand, at due: Timestamp) {
        var place = errands.count
        while place > done, errands[place - 1].due > due { place -= 1 }
        errands.insert((due, errand), at: place)
    }

    mutating func take() -> Errand {
        defer {
            done += 1
            if done == errands.count {
                errands.removeAll(keepingCapacity: true)
                done = 0
            }
        }
        return errands[done].errand
    }
}
