import Accounting
import Model

extension Venue {
    /// Price, then time: the incoming order trades with the best of the other leg while the two prices reach $1, at the resting order's price.
    ///
    /// A match that would take an order group above its limit is cut to what the group may still trade; then the group triggers.
    mutating func match(_ incoming: inout Incoming, _ m: Int, at time: Timestamp, into events: inout [VenueEvent]) {
        let other = incoming.side.opposite
        while incoming.remaining > 0, incoming.stopped == nil, let slot = markets[m].book.best(other) {
            let price = markets[m].book.price(slot)
            guard price.tenThousandths + incoming.limit.tenThousandths >= 10_000 else { return }
            let handle = markets[m].book.head(other, slot)
            let node = markets[m].book.nodes[Int(handle)]
            if node.account == incoming.account, node.account >= 0 {
                if incoming.selfTrade == .takerAtCross {
                    incoming.stopped = .selfTrade
                    return
                }
                cancelResting(Int(node.account), Int(node.order), .selfTrade, at: time, into: &events)
                continue
            }
            var quantity = min(node.remaining, incoming.remaining)
            if node.group >= 0 {
                quantity = min(quantity, accounts[Int(node.account)].groups[Int(node.group)].room(at: time))
                if quantity == 0 {
                    trigger(Int(node.account), Int(node.group), at: time, into: &events)
                    continue
                }
            }
            quantity = allowed(&incoming, quantity, price.complement, at: time, into: &events)
            guard quantity > 0 else { return }
            incoming.remaining -= quantity
            markets[m].book.reduce(handle, by: quantity)
            trade(&incoming, with: node, price, Quantity(hundredths: quantity), m, at: time, into: &events)
        }
    }

    /// What of a match the incoming order's group and budget let through, at its own leg's price. Where the budget ends, and where the group lets nothing
    /// through, the order is stopped: this is its last match.
    mutating func allowed(_ incoming: inout Incoming, _ quantity: Int64, _ price: Price, at time: Timestamp, into events: inout [VenueEvent]) -> Int64 {
        var allowed = quantity
        if incoming.group >= 0 {
            allowed = min(allowed, accounts[Int(incoming.account)].groups[Int(incoming.group)].room(at: time))
            if allowed == 0 {
                incoming.stopped = .orderGroup
                trigger(Int(incoming.account), Int(incoming.group), at: time, into: &events)
                return 0
            }
        }
        if let budget = incoming.budget {
            let affordable = accounts[Int(incoming.account)].orders[Int(incoming.order)].record.affordable(allowed, at: price, for: budget)
            if affordable < allowed { incoming.stopped = .costLimit }
            allowed = affordable
        }
        return allowed
    }

    private mutating func trade(
        _ incoming: inout Incoming, with node: MatchingBook.Node, _ price: Price, _ quantity: Quantity, _ m: Int, at time: Timestamp,
        into events: inout [VenueEvent]
    ) {
        let maker = node.account < 0 ? nil : accounts[Int(node.account)].charge(Int(node.order), price, quantity, .maker, at: time)
        let owner = node.account < 0 ? nil : BookOwner(accounts[Int(node.account)].record(Int(node.order)))
        events.append(.bookDelta(markets[m].ticker, node.side, price, change: -quantity, owner: owner))
        let id = printTape(incoming.side, price.complement, quantity, m, at: time, into: &events)
        if let maker {
            fill(Int(node.account), Int(node.order), price, quantity, .maker, maker, id, m, at: time, into: &events)
        } else if incoming.account >= 0 {
            houseBuys(m, node.side, price, quantity)
        }
        if incoming.account >= 0 {
            let (a, o) = (Int(incoming.account), Int(incoming.order))
            let charge = accounts[a].charge(o, price.complement, quantity, .taker, at: time)
            let spent = fill(a, o, price.complement, quantity, .taker, charge, id, m, at: time, into: &events)
            if let budget = incoming.budget { incoming.budget = budget - spent }
        } else if node.account >= 0 {
            houseBuys(m, incoming.side, price.complement, quantity)
        }
    }

    /// The house takes the other side of a trade of an account.
    mutating func houseBuys(_ m: Int, _ side: Side, _ price: Price, _ quantity: Quantity) {
        houseCash += markets[m].house.buy(side, price: price, quantity: quantity, fee: .zero).cash
    }

    /// Puts a trade on the public tape. `price` is the taker's leg's.
    mutating func printTape(_ taker: Side, _ price: Price, _ quantity: Quantity, _ m: Int, at time: Timestamp, into events: inout [VenueEvent]) -> TradeID {
        let id = TradeID(ids.next())
        let yesPrice = taker == .yes ? price : price.complement
        markets[m].record.lastPrice = yesPrice
        markets[m].record.volume += quantity
        events.append(
            .trade(
                PublicTrade(market: markets[m].ticker, id: id, yesPrice: yesPrice, quantity: quantity, takerSide: taker, time: time)))
        return id
    }

    /// One account's part of a trade, after its order was charged: money, position, history. `price` is the bought leg's. Returns what it cost, fee included.
    @discardableResult
    mutating func fill(
        _ a: Int, _ o: Int, _ price: Price, _ quantity: Quantity, _ liquidity: Liquidity, _ charge: FeeCharge, _ trade: TradeID, _ m: Int, at time: Timestamp,
        into events: inout [VenueEvent]
    ) -> Money {
        let record = accounts[a].fill(o, price, quantity, liquidity, charge, trade, at: time)
        events.append(.fill(record))
        let k = Int(accounts[a].orders[o].stake)
        if liquidity == .maker { accounts[a].takeOff(o, quantity, markets[m].fees) }
        settleCollateral(a, k)
        // A taker's is done once, when its order is through.
        if liquidity == .maker {
            reserve(a, k, m)
            events.append(.order(accounts[a].record(o)))
            events.append(.account(accounts[a].id))
        }
        return price * quantity + charge.net
    }

    // MARK: - What stands in an order's way

    /// Whether an order at this price would meet anything at all.
    func crosses(_ side: Side, _ limit: Price, _ m: Int, account a: Int) -> Bool {
        if !markets[m].record.isRecorded {
            guard let slot = markets[m].book.best(side.opposite) else { return false }
            return markets[m].book.price(slot).tenThousandths + limit.tenThousandths >= 10_000
        }
        return markets[m].tape.available(side.opposite, reaching: limit) > 0 || !ownInTheWay(side, limit, m, account: a).isEmpty
    }

    private func ownInTheWay(_ side: Side, _ limit: Price, _ m: Int, account a: Int) -> [Int] {
        restingOrders(a, in: m).filter { o in
            let order = accounts[a].orders[o].record
            return order.side == side.opposite && order.limit.tenThousandths + limit.tenThousandths >= 10_000
        }
    }

    /// What strangers offer up to the limit and can trade now, and whether an order of the same account stands there too.
    mutating func reachable(_ side: Side, _ limit: Price, _ m: Int, account a: Int, at time: Timestamp) -> (quantity: Int64, meetsItself: Bool) {
        let other = side.opposite
        let own = ownInTheWay(side, limit, m, account: a)
        if markets[m].record.isRecorded { return (markets[m].tape.available(other, reaching: limit), !own.isEmpty) }
        if markets[m].book.grouped > 0 { return (reachableInGroups(other, limit, m, account: Int32(a), at: time), !own.isEmpty) }
        var sum: Int64 = 0
        var slot = markets[m].book.best(other) ?? -1
        while slot >= 0, markets[m].book.price(slot).tenThousandths + limit.tenThousandths >= 10_000 {
            sum += markets[m].book.total(other, slot)
            slot -= 1
        }
        return (own.reduce(sum) { $0 - accounts[a].orders[$1].record.remaining.hundredths }, !own.isEmpty)
    }

    /// The same, order by order: a group trades no more than it may, whatever rests of it.
    private mutating func reachableInGroups(_ other: Side, _ limit: Price, _ m: Int, account a: Int32, at time: Timestamp) -> Int64 {
        var sum: Int64 = 0
        var rooms: [Int64: Int64] = [:]
        for handle in markets[m].book.queue(other) {
            let node = markets[m].book.nodes[Int(handle)]
            guard markets[m].book.price(Int(node.slot)).tenThousandths + limit.tenThousandths >= 10_000 else { break }
            if node.account == a, a >= 0 { continue }
            guard node.group >= 0 else {
                sum += node.remaining
                continue
            }
            let key = Int64(node.account) << 32 | Int64(node.group)
            let room = rooms[key] ?? accounts[Int(node.account)].groups[Int(node.group)].room(at: time)
            let part = min(room, node.remaining)
            rooms[key] = room - part
            sum += part
        }
        return sum
    }
}

extension AccountState {
    /// Takes a fill down in its order: first of all, before anybody holds the record. What is shared is copied when it changes.
    mutating func charge(_ o: Int, _ price: Price, _ quantity: Quantity, _ liquidity: Liquidity, at time: Timestamp) -> FeeCharge {
        orders[o].record.values.charge(price, quantity, liquidity, at: time)
    }

    /// The fill's money and position.
    fileprivate mutating func fill(
        _ o: Int, _ price: Price, _ quantity: Quantity, _ liquidity: Liquidity, _ charge: FeeCharge, _ trade: TradeID, at time: Timestamp
    ) -> FillRecord {
        let (k, g, side) = (Int(orders[o].stake), Int(orders[o].group), orders[o].side)
        let change = stakes[k].buy(side, price, quantity, fee: charge.net, at: time)
        let (s, net) = (stakes[k].subaccount, stakes[k].position.net)
        subaccounts[s].cash += change.cash
        if g >= 0 { groups[g].window.add(quantity.hundredths, at: time) }
        let record = FillRecord(orders[o].record.values.filled(trade, price, quantity, liquidity, charge, position: net, at: time))
        fills.append(record)
        return record
    }

    /// What of a resting order traded rests no more.
    fileprivate mutating func takeOff(_ o: Int, _ quantity: Quantity, _ fees: FeeSchedule?) {
        let remaining = orders[o].quantity - quantity
        if remaining.isZero { unlink(o) } else { price(o, remaining, fees) }
    }
}

extension OrderRecord.Values {
    @inline(__always) fileprivate func filled(
        _ trade: TradeID, _ price: Price, _ quantity: Quantity, _ liquidity: Liquidity, _ charge: FeeCharge, position: Quantity, at time: Timestamp
    ) -> FillRecord.Values {
        FillRecord.Values(
            account: account, subaccount: request.subaccount,
            fill: Fill(
                trade: trade, order: id, clientOrder: client, market: request.market, side: request.side, price: price, quantity: quantity,
                liquidity: liquidity, fee: charge.net, time: time),
            charge: charge, position: position)
    }
}

extension OrderRecord.Values {
    mutating func charge(_ price: Price, _ quantity: Quantity, _ liquidity: Liquidity, at time: Timestamp) -> FeeCharge {
        let charge = feeAccount.charge(price: price, quantity: quantity, liquidity: liquidity)
        filled += quantity
        remaining -= quantity
        updated = time
        lastUpdate = .trade
        switch liquidity {
        case .taker:
            takerCost += price * quantity
            takerFees += charge.net
        case .maker:
            makerCost += price * quantity
            makerFees += charge.net
        }
        if remaining.isZero { status = .executed }
        return charge
    }
}

extension OrderRecord {
    /// The most of `hundredths` that costs no more than `budget` at this price, fee included. A rebate can make a little more cheaper; it is not sought.
    func affordable(_ hundredths: Int64, at price: Price, for budget: Money) -> Int64 {
        func fits(_ part: Int64) -> Bool {
            var fees = feeAccount
            let quantity = Quantity(hundredths: part)
            return price * quantity + fees.charge(price: price, quantity: quantity, liquidity: .taker).net <= budget
        }
        if fits(hundredths) { return hundredths }
        var (low, high) = (Int64(0), hundredths)
        while high - low > 1 {
            let middle = (low + high) / 2
            if fits(middle) { low = middle } else { high = middle }
        }
        return low
    }
}
