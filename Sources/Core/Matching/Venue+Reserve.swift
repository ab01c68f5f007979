import Accounting
import Model

// The cash that resting orders need: all of it is there before an order is taken, so no fill can ask for more.

extension Venue {
    /// What one resting order needs now.
    struct Need {
        /// For the part that opens.
        var opening: Money = .zero
        /// The price of the part that reduces a position. It counts where collateral is netted: there, reducing may take returned collateral away.
        var closing: Money = .zero
    }

    /// What a new order needs: nothing for what reduces the position, after all that rests already.
    func need(_ a: Int, _ k: Int, _ side: Side, _ limit: Price, _ quantity: Quantity, _ fees: FeeSchedule, _ liquidity: Liquidity, except own: Int? = nil) -> Money {
        let stake = accounts[a].stakes[k]
        let reducing = min(quantity, uncovered(side, a, k, except: own))
        let opening = quantity - reducing
        let price = limit * opening + fees.upperBound(price: limit, quantity: opening, liquidity: liquidity)
        guard !reducing.isZero, let net = net(a, stake) else { return price }
        let closing = limit * reducing + fees.upperBound(price: limit, quantity: reducing, liquidity: liquidity)
        let others = net.closing - (own.map { needs(a, k, $0).closing } ?? .zero)
        return price + min(net.returned, others + closing) - min(net.returned, others)
    }

    /// The part of the position against `side` that no resting order covers yet.
    private func uncovered(_ side: Side, _ a: Int, _ k: Int, except own: Int?) -> Quantity {
        let covered = accounts[a].stakes[k][side].quantity - (own.map { accounts[a].orders[$0].quantity } ?? .zero)
        return max(accounts[a].stakes[k].held(against: side) - covered, .zero)
    }

    /// What is set aside for one resting order.
    func needs(_ a: Int, _ k: Int, _ wanted: Int) -> Need {
        let side = accounts[a].orders[wanted].side
        var held = accounts[a].stakes[k].held(against: side)
        var o = accounts[a].stakes[k][side].head
        while o >= 0, Int(o) != wanted {
            held -= min(held, accounts[a].orders[Int(o)].quantity)
            o = accounts[a].orders[Int(o)].next
        }
        return need(a, wanted, min(held, accounts[a].orders[wanted].quantity))
    }

    /// What would be free again without one resting order.
    func reservation(_ a: Int, _ k: Int, _ o: Int) -> Money {
        let need = needs(a, k, o)
        guard let net = net(a, accounts[a].stakes[k]) else { return need.opening }
        return need.opening + net.reserved - min(net.returned, net.closing - need.closing)
    }

    /// What a resting order needs of which so much reduces the position.
    private func need(_ a: Int, _ o: Int, _ reducing: Quantity) -> Need {
        let (full, quantity) = (accounts[a].orders[o].full, accounts[a].orders[o].quantity)
        if reducing.isZero { return Need(opening: full) }
        if reducing == quantity { return Need(closing: full) }
        guard let fees = markets[Int(accounts[a].orders[o].market)].fees else { return Need() }
        let limit = accounts[a].orders[o].record.limit
        func price(_ quantity: Quantity) -> Money { limit * quantity + fees.upperBound(price: limit, quantity: quantity, liquidity: .maker) }
        return Need(opening: price(quantity - reducing), closing: price(reducing))
    }

    /// Sets aside what a stake's resting orders may cost: nothing for what only reduces the position, oldest order first.
    mutating func reserve(_ a: Int, _ k: Int) {
        let stake = accounts[a].stakes[k]
        let (yes, no) = (needs(a, k, .yes), needs(a, k, .no))
        let (opening, closing) = (yes.opening + no.opening, yes.closing + no.closing)
        accounts[a].subaccounts[stake.subaccount].reserved += opening - stake.opening
        accounts[a].stakes[k].opening = opening
        accounts[a].stakes[k].closing = closing
        if closing != stake.closing { setClosing(a, stake, change: closing - stake.closing) }
    }

    /// What all resting orders of a leg need: the oldest reduce the position. Only where it ends among them, they are gone through, up to there.
    private func needs(_ a: Int, _ k: Int, _ side: Side) -> Need {
        let queue = accounts[a].stakes[k][side]
        var held = accounts[a].stakes[k].held(against: side)
        if held.isZero { return Need(opening: queue.full) }
        if held >= queue.quantity { return Need(closing: queue.full) }
        var sum = Need(opening: queue.full)
        var o = queue.head
        while held > .zero, o >= 0 {
            let reducing = min(held, accounts[a].orders[Int(o)].quantity)
            let part = need(a, Int(o), reducing)
            sum.opening += part.opening - accounts[a].orders[Int(o)].full
            sum.closing += part.closing
            held -= reducing
            o = accounts[a].orders[Int(o)].next
        }
        return sum
    }

    private mutating func setClosing(_ a: Int, _ stake: Stake, change: Money) {
        guard let n = netPlace(a, stake) else { return }
        let before = accounts[a].subaccounts[stake.subaccount].nets[n].reserved
        accounts[a].subaccounts[stake.subaccount].nets[n].closing += change
        accounts[a].subaccounts[stake.subaccount].reserved += accounts[a].subaccounts[stake.subaccount].nets[n].reserved - before
    }
}
