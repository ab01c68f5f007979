import Accounting
import Model

// Which orders of an account rest: in the book, and in the queue of their leg.

extension Venue {
    /// Puts an order at the back of its queue.
    mutating func enter(_ a: Int, _ o: Int, _ m: Int, at time: Timestamp) {
        let (side, limit) = (accounts[a].orders[o].side, accounts[a].orders[o].record.limit)
        if markets[m].record.isRecorded {
            markets[m].tape.rest(account: Int32(a), order: Int32(o), side, limit, at: time)
        } else {
            accounts[a].orders[o].handle = markets[m].book.add(
                side, slot: markets[m].book.slot(limit), remaining: accounts[a].orders[o].record.remaining.hundredths, account: Int32(a),
                order: Int32(o), group: accounts[a].orders[o].group)
        }
        link(a, o)
        price(a, o)
    }

    /// Takes an order out of its book and its list. What it needed is given back by `reserve`, which the caller calls.
    mutating func leave(_ a: Int, _ o: Int, _ m: Int) {
        if markets[m].record.isRecorded {
            markets[m].tape.leave(account: Int32(a), order: Int32(o))
        } else {
            markets[m].book.reduce(accounts[a].orders[o].handle, by: accounts[a].orders[o].record.remaining.hundredths)
        }
        unlink(a, o)
    }

    private mutating func link(_ a: Int, _ o: Int) {
        let (k, side) = (Int(accounts[a].orders[o].stake), accounts[a].orders[o].side)
        let last = accounts[a].stakes[k][side].tail
        accounts[a].orders[o].isResting = true
        accounts[a].orders[o].previous = last
        accounts[a].orders[o].next = -1
        if last >= 0 { accounts[a].orders[Int(last)].next = Int32(o) } else { accounts[a].stakes[k][side].head = Int32(o) }
        accounts[a].stakes[k][side].tail = Int32(o)
        accounts[a].resting += 1
    }

    /// The order rests no more: out of the list, and without a need for cash.
    mutating func unlink(_ a: Int, _ o: Int) {
        let (k, side) = (Int(accounts[a].orders[o].stake), accounts[a].orders[o].side)
        let (previous, next) = (accounts[a].orders[o].previous, accounts[a].orders[o].next)
        if previous >= 0 { accounts[a].orders[Int(previous)].next = next } else { accounts[a].stakes[k][side].head = next }
        if next >= 0 { accounts[a].orders[Int(next)].previous = previous } else { accounts[a].stakes[k][side].tail = previous }
        accounts[a].orders[o].isResting = false
        accounts[a].orders[o].handle = -1
        accounts[a].resting -= 1
        count(a, o, .zero, .zero)
    }

    /// States anew what a resting order would need if it did not reduce the position.
    mutating func price(_ a: Int, _ o: Int) {
        let (limit, remaining) = (accounts[a].orders[o].record.limit, accounts[a].orders[o].record.remaining)
        guard let fees = markets[Int(accounts[a].orders[o].market)].fees else { return count(a, o, remaining, .zero) }
        count(a, o, remaining, limit * remaining + fees.upperBound(price: limit, quantity: remaining, liquidity: .maker))
    }

    private mutating func count(_ a: Int, _ o: Int, _ quantity: Quantity, _ full: Money) {
        let (k, side) = (Int(accounts[a].orders[o].stake), accounts[a].orders[o].side)
        accounts[a].stakes[k][side].quantity += quantity - accounts[a].orders[o].quantity
        accounts[a].stakes[k][side].full += full - accounts[a].orders[o].full
        accounts[a].orders[o].quantity = quantity
        accounts[a].orders[o].full = full
    }

    /// Places of the resting orders of a stake: YES before NO, oldest first in each.
    func restingOrders(_ a: Int, _ k: Int) -> [Int] {
        var result: [Int] = []
        for var o in [accounts[a].stakes[k].yes.head, accounts[a].stakes[k].no.head] {
            while o >= 0 {
                result.append(Int(o))
                o = accounts[a].orders[Int(o)].next
            }
        }
        return result
    }

    /// Places of an account's resting orders, market by market.
    func restingOrders(_ a: Int, where wanted: (Stake) -> Bool = { _ in true }) -> [Int] {
        let touched = accounts[a].stakes.indices.filter { accounts[a].stakes[$0].isResting && wanted(accounts[a].stakes[$0]) }
        return touched.sorted { (accounts[a].stakes[$0].market, $0) < (accounts[a].stakes[$1].market, $1) }.flatMap { restingOrders(a, $0) }
    }

    /// Places of the resting orders that all subaccounts of an account have in a market.
    func restingOrders(_ a: Int, in m: Int) -> [Int] {
        accounts[a].subaccounts.flatMap { $0.stake(m).map { restingOrders(a, $0) } ?? [] }
    }
}
