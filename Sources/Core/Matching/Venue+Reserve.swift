import Accounting
import Model

// The cash that resting orders need: all of it is there before an order is taken, so no fill can ask for more.

extension Venue {
    /// What a new order needs: nothing for what reduces the position, after all that rests already.
    func need(_ a: Int, _ k: Int, _ side: Side, _ limit: Price, _ quantity: Quantity, _ fees: FeeSchedule, _ liquidity: Liquidity, except own: Int? = nil) -> Money {
        let reducing = min(quantity, accounts[a].uncovered(side, k, except: own))
        let opening = quantity - reducing
        let price = limit * opening + fees.upperBound(price: limit, quantity: opening, liquidity: liquidity)
        if reducing.isZero { return price }
        guard let net = net(a, accounts[a].stakes[k]) else { return price }
        let closing = limit * reducing + fees.upperBound(price: limit, quantity: reducing, liquidity: liquidity)
        var others = net.closing
        if let own { others -= accounts[a].needs(own, fees).closing }
        return price + min(net.returned, others + closing) - min(net.returned, others)
    }

    /// What would be free again without one resting order.
    func reservation(_ a: Int, _ k: Int, _ o: Int) -> Money {
        let need = accounts[a].needs(o, markets[accounts[a].stakes[k].market].fees)
        guard let net = net(a, accounts[a].stakes[k]) else { return need.opening }
        return need.opening + net.reserved - min(net.returned, net.closing - need.closing)
    }

    /// Sets aside what a stake's resting orders may cost.
    mutating func reserve(_ a: Int, _ k: Int, _ m: Int) {
        let change = accounts[a].reserve(k, markets[m].fees)
        if change != .zero { setClosing(a, accounts[a].stakes[k], change: change) }
    }

    private mutating func setClosing(_ a: Int, _ stake: Stake, change: Money) {
        guard let n = netPlace(a, stake) else { return }
        let before = accounts[a].subaccounts[stake.subaccount].nets[n].reserved
        accounts[a].subaccounts[stake.subaccount].nets[n].closing += change
        accounts[a].subaccounts[stake.subaccount].reserved += accounts[a].subaccounts[stake.subaccount].nets[n].reserved - before
    }
}
