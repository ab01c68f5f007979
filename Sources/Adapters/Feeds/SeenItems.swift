import Model

/// Which items of a feed have been handed on: bounded, the oldest forgotten first.
struct SeenItems: Sendable {
    private let bound: Int
    private var ids: Set<String> = []
    private var order: [String] = []
    private var oldest = 0

    init(bound: Int) { self.bound = bound }

    var isEmpty: Bool { ids.isEmpty }

    /// True when the id is new.
    mutating func insert(_ id: String) -> Bool {
        guard ids.insert(id).inserted else { return false }
        if order.count < bound { order.append(id) } else {
            ids.remove(order[oldest])
            order[oldest] = id
            oldest = (oldest + 1) % bound
        }
        return true
    }
}

/// The header by which a server asks for patience: seconds, or a date (RFC 9110, 10.2.3).
enum RetryAfter {
    static func seconds(_ text: String?, at now: Timestamp) -> Double? {
        guard let text else { return nil }
        if let seconds = Double(text) { return seconds >= 0 && seconds.isFinite ? seconds : nil }
        return FeedDate.parse(text).map { max(0, ($0 - now).seconds) }
    }
}
