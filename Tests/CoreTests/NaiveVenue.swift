import Matching
import Model

/// The venue's matching, written so plainly that it is obviously right: one list of orders, searched from end to end.
struct NaiveVenue {
    struct Resting {
        let tag: Int
        /// An account's number; -1 for the house.
        let owner: Int
        let subaccount: Int
        let side: Side
        let cents: Int32
        var quantity: Int64
        let group: Int?
        let expires: Timestamp?
    }

    struct Trade: Equatable {
        /// Of the taker's leg.
        let cents: Int32
        let quantity: Int64
    }

    struct Group {
        let owner: Int
        let subaccount: Int
        var limit: Int64
        var fills: [(time: Timestamp, quantity: Int64)] = []
        var isTriggered = false
        var isDeleted = false

        func room(at time: Timestamp) -> Int64 {
            max(0, limit - fills.filter { time - $0.time < .seconds(15) }.reduce(0) { $0 + $1.quantity })
        }
    }

    enum Stop { case itself, group }

    /// In the order of arrival.
    var resting: [Resting] = []
    var trades: [Trade] = []
    var groups: [Group] = []
    /// What was filled, by tag.
    var filled: [Int: Int64] = [:]
    /// Net positions by "account/subaccount".
    var net: [String: Int64] = [:]

    /// The best order of the other leg that reaches $1 with this one: highest price, then first come.
    func best(_ side: Side, _ cents: Int32) -> Int? {
        var best: Int?
        for (i, order) in resting.enumerated() where order.side == side.opposite && order.cents + cents >= 100 {
            if best.map({ order.cents > resting[$0].cents }) ?? true { best = i }
        }
        return best
    }

    /// Returns what is left, and why it had to stop.
    mutating func take(_ order: Resting, _ prevention: SelfTradePrevention, at time: Timestamp) -> (left: Int64, stop: Stop?) {
        var left = order.quantity
        while left > 0, let i = best(order.side, order.cents) {
            let other = resting[i]
            if other.owner == order.owner, order.owner >= 0 {
                if prevention == .takerAtCross { return (left, .itself) }
                resting.remove(at: i)
                continue
            }
            if let g = other.group, groups[g].room(at: time) == 0 {
                trigger(g)
                continue
            }
            if let g = order.group, groups[g].room(at: time) == 0 {
                trigger(g)
                return (left, .group)
            }
            var size = min(left, other.quantity)
            for g in [other.group, order.group].compactMap({ $0 }) { size = min(size, groups[g].room(at: time)) }
            trades.append(Trade(cents: 100 - other.cents, quantity: size))
            note(other, size, at: time)
            note(order, size, at: time)
            left -= size
            resting[i].quantity -= size
            if resting[i].quantity == 0 { resting.remove(at: i) }
        }
        return (left, nil)
    }

    private mutating func note(_ order: Resting, _ size: Int64, at time: Timestamp) {
        filled[order.tag, default: 0] += size
        net["\(order.owner)/\(order.subaccount)", default: 0] += order.side == .yes ? size : -size
        if let g = order.group { groups[g].fills.append((time, size)) }
    }

    /// Whether an order could fill whole, and whether it would meet its own.
    func fillsWhole(_ order: Resting, at time: Timestamp) -> (whole: Bool, meetsItself: Bool) {
        var copy = self
        copy.resting.removeAll { $0.owner == order.owner && order.owner >= 0 }
        let meets = resting.contains { $0.owner == order.owner && $0.side == order.side.opposite && $0.cents + order.cents >= 100 }
        return (copy.take(order, .maker, at: time).left == 0, meets)
    }

    func crosses(_ side: Side, _ cents: Int32) -> Bool { best(side, cents) != nil }

    mutating func trigger(_ g: Int) {
        groups[g].isTriggered = true
        resting.removeAll { $0.group == g }
    }

    mutating func lapse(at time: Timestamp) { resting.removeAll { $0.expires.map { $0 <= time } ?? false } }

    func book(_ side: Side) -> [Level] {
        var sums: [Int32: Int64] = [:]
        for order in resting where order.side == side { sums[order.cents, default: 0] += order.quantity }
        return sums.keys.sorted().map { Level(price: .cents($0), quantity: Quantity(hundredths: sums[$0] ?? 0)) }
    }

    /// What stands before an order at its price.
    func ahead(_ tag: Int) -> Int64? {
        guard let mine = resting.first(where: { $0.tag == tag }) else { return nil }
        return resting.prefix { $0.tag != tag }.filter { $0.side == mine.side && $0.cents == mine.cents }.reduce(0) { $0 + $1.quantity }
    }
}
