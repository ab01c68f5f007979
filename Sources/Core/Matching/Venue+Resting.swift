import Accounting
import Model

// Which orders of an account rest: in the book, and in the queue of their leg.

extension Venue {
    /// Puts an order at the back of its queue.
    mutating func enter(_ a: Int, _ o: Int, _ m: Int, _ remaining: Quantity, at time: Timestamp) {
        let (side, limit, group) = accounts[a].rests(o)
        if markets[m].record.isRecorded {
            markets[m].tape.rest(account: Int32(a), order: Int32(o), side, limit, at: time)
        } else {
            let slot = markets[m].book.slot(limit)
            let handle = markets[m].book.add(side, slot: slot, remaining: remaining.hundredths, account: Int32(a), order: Int32(o), group: group)
            accounts[a].orders[o].handle = handle
        }
        accounts[a].link(o)
        accounts[a].price(o, remaining, markets[m].fees)
    }

    /// Takes an order out of its book and its list. What it needed is given back by `reserve`, which the caller calls.
    mutating func leave(_ a: Int, _ o: Int, _ m: Int) {
        if markets[m].record.isRecorded {
            markets[m].tape.leave(account: Int32(a), order: Int32(o))
        } else {
            markets[m].book.reduce(accounts[a].orders[o].handle, by: accounts[a].orders[o].quantity.hundredths)
        }
        accounts[a].unlink(o)
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
