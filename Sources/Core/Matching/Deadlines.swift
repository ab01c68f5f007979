import Model

/// When orders lapse: a binary heap, earliest first, first come first at equal times.
///
/// An order that ended or got another time leaves its entry behind until that entry is due: at most one for each time an order was given one.
struct Deadlines: Sendable {
    struct Entry: Sendable {
        let time: Timestamp
        let serial: UInt64
        let account: Int32
        let order: Int32

        static func < (a: Entry, b: Entry) -> Bool { (a.time, a.serial) < (b.time, b.serial) }
    }

    private var heap: [Entry] = []
    private var serial: UInt64 = 0

    mutating func add(_ time: Timestamp, account: Int, order: Int) {
        serial += 1
        heap.append(Entry(time: time, serial: serial, account: Int32(account), order: Int32(order)))
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// The earliest entry that is due, taken out.
    mutating func take(dueAt time: Timestamp) -> Entry? {
        guard let first = heap.first, first.time <= time else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while let child = smaller(below: parent), heap[child] < heap[parent] {
            heap.swapAt(child, parent)
            parent = child
        }
        return first
    }

    private func smaller(below parent: Int) -> Int? {
        let left = 2 * parent + 1
        guard left < heap.count else { return nil }
        return left + 1 < heap.count && heap[left + 1] < heap[left] ? left + 1 : left
    }
}
