import Accounting
import Model

// The lists of an account's resting orders, and what these need: all inside of the account, so that it is looked up once.

extension AccountState {
    @inline(__always) func rests(_ o: Int) -> (side: Side, limit: Price, group: Int32) { (orders[o].side, orders[o].limit, orders[o].group) }

    mutating func link(_ o: Int) {
        let (k, side) = (Int(orders[o].stake), orders[o].side)
        var queue = stakes[k][side]
        orders[o].isResting = true
        orders[o].previous = queue.tail
        orders[o].next = -1
        if queue.tail >= 0 { orders[Int(queue.tail)].next = Int32(o) } else { queue.head = Int32(o) }
        queue.tail = Int32(o)
        stakes[k][side] = queue
        resting += 1
    }

    /// The order rests no more: out of the list, and without a need for cash.
    mutating func unlink(_ o: Int) {
        let (k, side) = (Int(orders[o].stake), orders[o].side)
        let (previous, next) = (orders[o].previous, orders[o].next)
        var queue = stakes[k][side]
        if previous >= 0 { orders[Int(previous)].next = next } else { queue.head = next }
        if next >= 0 { orders[Int(next)].previous = previous } else { queue.tail = previous }
        stakes[k][side] = queue
        orders[o].isResting = false
        orders[o].handle = -1
        resting -= 1
        count(o, .zero, .zero)
    }

    /// States anew what a resting order would need if it did not reduce the position.
    mutating func price(_ o: Int, _ remaining: Quantity, _ fees: FeeSchedule?) {
        guard let fees else { return count(o, remaining, .zero) }
        let limit = orders[o].limit
        count(o, remaining, limit * remaining + fees.upperBound(price: limit, quantity: remaining, liquidity: .maker))
    }

    private mutating func count(_ o: Int, _ quantity: Quantity, _ full: Money) {
        let (k, side) = (Int(orders[o].stake), orders[o].side)
        var queue = stakes[k][side]
        queue.quantity += quantity - orders[o].quantity
        queue.full += full - orders[o].full
        stakes[k][side] = queue
        orders[o].quantity = quantity
        orders[o].full = full
    }

    // MARK: - What is set aside

    /// What one resting order needs now.
    struct Need {
        /// For the part that opens.
        var opening: Money = .zero
        /// The price of the part that reduces a position. It counts where collateral is netted: there, reducing may take returned collateral away.
        var closing: Money = .zero
    }

    /// Sets aside what a stake's resting orders may cost: nothing for what only reduces the position, oldest order first. Returns by how much the price of the
    /// parts that reduce has changed.
    mutating func reserve(_ k: Int, _ fees: FeeSchedule?) -> Money {
        let stake = stakes[k]
        let (yes, no) = (needs(stake, .yes, fees), needs(stake, .no, fees))
        let (opening, closing) = (yes.opening + no.opening, yes.closing + no.closing)
        subaccounts[stake.subaccount].reserved += opening - stake.opening
        stakes[k].opening = opening
        stakes[k].closing = closing
        return closing - stake.closing
    }

    /// What all resting orders of a leg need: the oldest reduce the position. Only where it ends among them, they are gone through, up to there.
    @inline(__always) private func needs(_ stake: Stake, _ side: Side, _ fees: FeeSchedule?) -> Need {
        let queue = stake[side]
        var held = stake.held(against: side)
        if held.isZero { return Need(opening: queue.full) }
        if held >= queue.quantity { return Need(closing: queue.full) }
        var sum = Need(opening: queue.full)
        var o = queue.head
        while held > .zero, o >= 0 {
            let reducing = min(held, orders[Int(o)].quantity)
            let part = need(Int(o), reducing, fees)
            sum.opening += part.opening - orders[Int(o)].full
            sum.closing += part.closing
            held -= reducing
            o = orders[Int(o)].next
        }
        return sum
    }

    /// What is set aside for one resting order.
    func needs(_ wanted: Int, _ fees: FeeSchedule?) -> Need {
        let (stake, side) = (stakes[Int(orders[wanted].stake)], orders[wanted].side)
        var held = stake.held(against: side)
        var o = stake[side].head
        while o >= 0, Int(o) != wanted {
            held -= min(held, orders[Int(o)].quantity)
            o = orders[Int(o)].next
        }
        return need(wanted, min(held, orders[wanted].quantity), fees)
    }

    /// What a resting order needs of which so much reduces the position.
    private func need(_ o: Int, _ reducing: Quantity, _ fees: FeeSchedule?) -> Need {
        let (full, quantity) = (orders[o].full, orders[o].quantity)
        if reducing.isZero { return Need(opening: full) }
        if reducing == quantity { return Need(closing: full) }
        guard let fees else { return Need() }
        let limit = orders[o].limit
        func price(_ quantity: Quantity) -> Money { limit * quantity + fees.upperBound(price: limit, quantity: quantity, liquidity: .maker) }
        return Need(opening: price(quantity - reducing), closing: price(reducing))
    }

    /// The part of the position against `side` that no resting order covers yet, but for one.
    @inline(__always) func uncovered(_ side: Side, _ k: Int, except own: Int?) -> Quantity {
        var covered = stakes[k][side].quantity
        if let own { covered -= orders[own].quantity }
        return max(stakes[k].held(against: side) - covered, .zero)
    }
}
