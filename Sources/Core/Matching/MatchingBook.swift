import Model

/// The orders of one simulated market by price, then time: dense levels over the price grid, each a linked queue of nodes in one slab.
///
/// It knows sizes and queues, nothing of accounts or money. A node's handle is valid until it is removed.
struct MatchingBook: Sendable {
    struct Node: Sendable {
        /// Tells this use of a slab place from earlier ones.
        var serial: UInt64
        /// Place of the account, or -1 for the house.
        var account: Int32
        /// Place of the order in its account; 0 for the house.
        var order: Int32
        /// Place of its order group in the account; -1 without one.
        var group: Int32
        var side: Side
        var slot: Int32
        var remaining: Int64
        var next: Int32
        var previous: Int32
    }

    struct LevelQueue: Sendable {
        var total: Int64 = 0
        var head: Int32 = -1
        var tail: Int32 = -1
    }

    /// Ten-thousandths of a dollar between two slots.
    private(set) var tick: Int32
    private(set) var slots: Int
    private(set) var nodes: [Node] = []
    private var freePlaces: [Int32] = []
    /// YES at 0..<slots, NO after it.
    private var levels: [LevelQueue]
    /// The highest occupied slot of a side; -1 when it is empty.
    private(set) var bestYes = -1
    private(set) var bestNo = -1
    private var serial: UInt64 = 0
    /// How many nodes belong to an order group.
    private(set) var grouped = 0

    init(tick: Int32) {
        self.tick = tick
        slots = Int(10_000 / tick) + 1
        levels = Array(repeating: LevelQueue(), count: 2 * slots)
    }

    @inline(__always) func slot(_ price: Price) -> Int { Int(price.tenThousandths / tick) }
    @inline(__always) func price(_ slot: Int) -> Price { Price(tenThousandths: Int32(slot) * tick) }
    @inline(__always) private func place(_ side: Side, _ slot: Int) -> Int { side == .yes ? slot : slots + slot }

    @inline(__always) func best(_ side: Side) -> Int? {
        let slot = side == .yes ? bestYes : bestNo
        return slot < 0 ? nil : slot
    }

    @inline(__always) func total(_ side: Side, _ slot: Int) -> Int64 { levels[place(side, slot)].total }
    @inline(__always) func head(_ side: Side, _ slot: Int) -> Int32 { levels[place(side, slot)].head }

    mutating func add(_ side: Side, slot: Int, remaining: Int64, account: Int32, order: Int32, group: Int32 = -1) -> Int32 {
        serial += 1
        if group >= 0 { grouped += 1 }
        let index = place(side, slot)
        let node = Node(
            serial: serial, account: account, order: order, group: group, side: side, slot: Int32(slot), remaining: remaining, next: -1,
            previous: levels[index].tail)
        let handle: Int32
        if let free = freePlaces.popLast() {
            handle = free
            nodes[Int(free)] = node
        } else {
            handle = Int32(nodes.count)
            nodes.append(node)
        }
        if levels[index].tail >= 0 { nodes[Int(levels[index].tail)].next = handle } else { levels[index].head = handle }
        levels[index].tail = handle
        levels[index].total += remaining
        if side == .yes { bestYes = max(bestYes, slot) } else { bestNo = max(bestNo, slot) }
        return handle
    }

    /// Takes `quantity` off a node, and the node off the book when nothing is left.
    mutating func reduce(_ handle: Int32, by quantity: Int64) {
        let node = nodes[Int(handle)]
        levels[place(node.side, Int(node.slot))].total -= quantity
        if node.remaining > quantity { nodes[Int(handle)].remaining -= quantity } else { unlink(handle, node) }
    }

    private mutating func unlink(_ handle: Int32, _ node: Node) {
        let index = place(node.side, Int(node.slot))
        if node.previous >= 0 { nodes[Int(node.previous)].next = node.next } else { levels[index].head = node.next }
        if node.next >= 0 { nodes[Int(node.next)].previous = node.previous } else { levels[index].tail = node.previous }
        if node.group >= 0 { grouped -= 1 }
        nodes[Int(handle)].serial = 0
        nodes[Int(handle)].remaining = 0
        freePlaces.append(handle)
        if levels[index].head < 0 { lowerBest(node.side, from: Int(node.slot)) }
    }

    private mutating func lowerBest(_ side: Side, from slot: Int) {
        guard best(side) == slot else { return }
        var next = slot - 1
        while next >= 0, levels[place(side, next)].head < 0 { next -= 1 }
        if side == .yes { bestYes = next } else { bestNo = next }
    }

    /// The live node with this serial; nil once it is gone.
    func node(_ handle: Int32, serial: UInt64) -> Node? {
        guard handle >= 0, Int(handle) < nodes.count, nodes[Int(handle)].serial == serial, serial != 0 else { return nil }
        return nodes[Int(handle)]
    }

    /// What stands before a node in its queue.
    func ahead(of handle: Int32) -> Int64 {
        var sum: Int64 = 0
        var previous = nodes[Int(handle)].previous
        while previous >= 0 {
            sum += nodes[Int(previous)].remaining
            previous = nodes[Int(previous)].previous
        }
        return sum
    }

    /// Lays the same queues over another grid: every price in the book must be on it. Handles stay valid.
    mutating func regrid(tick newTick: Int32) {
        guard newTick != tick else { return }
        let old = (levels: levels, tick: tick, slots: slots)
        tick = newTick
        slots = Int(10_000 / newTick) + 1
        levels = Array(repeating: LevelQueue(), count: 2 * slots)
        for (index, level) in old.levels.enumerated() where level.head >= 0 {
            let side: Side = index < old.slots ? .yes : .no
            let price = Int32(index % old.slots) * old.tick
            precondition(price % newTick == 0, "orders off the new grid leave before it")
            let slot = Int(price / newTick)
            levels[place(side, slot)] = level
            var handle = level.head
            while handle >= 0 {
                nodes[Int(handle)].slot = Int32(slot)
                handle = nodes[Int(handle)].next
            }
        }
        bestYes = levels[0..<slots].lastIndex { $0.head >= 0 } ?? -1
        bestNo = levels[slots...].lastIndex { $0.head >= 0 }.map { $0 - slots } ?? -1
    }

    /// Every node of a side, best price first, oldest first.
    func queue(_ side: Side) -> [Int32] {
        var result: [Int32] = []
        var slot = best(side) ?? -1
        while slot >= 0 {
            var handle = head(side, slot)
            while handle >= 0 {
                result.append(handle)
                handle = nodes[Int(handle)].next
            }
            slot -= 1
        }
        return result
    }

    /// Occupied levels, ascending by price.
    func levels(_ side: Side) -> [Level] {
        guard let top = best(side) else { return [] }
        return (0...top).compactMap { slot in
            let total = total(side, slot)
            return total == 0 ? nil : Level(price: price(slot), quantity: Quantity(hundredths: total))
        }
    }
}
