import Accounting
import Model

extension Venue {
    /// Price, then time: the incoming order trades with the best of the other leg while the two prices reach $1, at the resting order's price.
    mutating func match(_ incoming: inout Incoming, _ m: Int, at time: Timestamp, into events: inout [VenueEvent]) {
        let other = incoming.side.opposite
        while incoming.remaining > 0, let slot = markets[m].book.best(other) {
            let price = markets[m].book.price(slot)
            guard price.tenThousandths + incoming.limit.tenThousandths >= 10_000 else { return }
            let handle = markets[m].book.head(other, slot)
            let node = markets[m].book.nodes[Int(handle)]
            if node.account == incoming.account, node.account >= 0 {
                if incoming.selfTrade == .takerAtCross {
                    incoming.stopped = true
                    return
                }
                cancelResting(Int(node.account), Int(node.order), m, .selfTrade, at: time, into: &events)
                continue
            }
            let quantity = min(node.remaining, incoming.remaining)
            incoming.remaining -= quantity
            markets[m].book.reduce(handle, by: quantity)
            trade(incoming, with: node, price, Quantity(hundredths: quantity), m, at: time, into: &events)
        }
    }

    private mutating func trade(
        _ incoming: Incoming, with node: MatchingBook.Node, _ price: Price, _ quantity: Quantity, _ m: Int, at time: Timestamp,
        into events: inout [VenueEvent]
    ) {
        let ticker = markets[m].record.market.ticker
        events.append(.bookDelta(ticker, node.side, price, change: -quantity, owner: owner(node)))
        let id = printTape(incoming.side, price.complement, quantity, m, at: time, into: &events)
        if node.account >= 0 {
            fill(Int(node.account), Int(node.order), price, quantity, .maker, id, m, at: time, into: &events)
        } else if incoming.account >= 0 {
            house.buy(ticker, node.side, price: price, quantity: quantity, fee: .zero)
        }
        if incoming.account >= 0 {
            fill(Int(incoming.account), Int(incoming.order), price.complement, quantity, .taker, id, m, at: time, into: &events)
        } else if node.account >= 0 {
            house.buy(ticker, incoming.side, price: price.complement, quantity: quantity, fee: .zero)
        }
    }

    private func owner(_ node: MatchingBook.Node) -> BookOwner? {
        guard node.account >= 0 else { return nil }
        let account = accounts[Int(node.account)]
        return BookOwner(account: account.id, client: account.orders[Int(node.order)].client)
    }

    /// Puts a trade on the public tape. `price` is the taker's leg's.
    mutating func printTape(_ taker: Side, _ price: Price, _ quantity: Quantity, _ m: Int, at time: Timestamp, into events: inout [VenueEvent]) -> TradeID {
        let id = TradeID(ids.next())
        let yesPrice = taker == .yes ? price : price.complement
        markets[m].record.lastPrice = yesPrice
        markets[m].record.volume += quantity
        events.append(
            .trade(
                PublicTrade(market: markets[m].record.market.ticker, id: id, yesPrice: yesPrice, quantity: quantity, takerSide: taker, time: time)))
        return id
    }

    /// One account's part of a trade: fee, money, position, the order's record. `price` is the bought leg's.
    mutating func fill(
        _ a: Int, _ o: Int, _ price: Price, _ quantity: Quantity, _ liquidity: Liquidity, _ trade: TradeID, _ m: Int, at time: Timestamp,
        into events: inout [VenueEvent]
    ) {
        let ticker = markets[m].record.market.ticker
        let charge = accounts[a].orders[o].charge(price, quantity, liquidity, at: time)
        let order = accounts[a].orders[o]
        accounts[a].portfolio.buy(ticker, order.side, price: price, quantity: quantity, fee: charge.net)
        let record = FillRecord(
            account: order.account,
            fill: Fill(
                trade: trade, order: order.id, clientOrder: order.client, market: ticker, side: order.side, price: price, quantity: quantity,
                liquidity: liquidity, fee: charge.net, time: time),
            charge: charge, position: accounts[a].portfolio.position(ticker).net)
        accounts[a].fills.append(record)
        events.append(.fill(record))
        guard liquidity == .maker else { return }
        if order.remaining.isZero { forgetOpen(a, o, m) }
        reserve(a, m)
        events.append(.order(order))
        events.append(.account(order.account))
    }

    /// The order rests no more: no queue, no cash set aside.
    mutating func forgetOpen(_ a: Int, _ o: Int, _ m: Int) {
        accounts[a].open[m]?.removeAll { $0 == o }
        if accounts[a].open[m]?.isEmpty == true { accounts[a].open[m] = nil }
        accounts[a].handles[o] = -1
        accounts[a].portfolio.release(accounts[a].orders[o].client)
    }

    // MARK: - What stands in an order's way

    /// Whether an order at this price would meet anything at all.
    func crosses(_ side: Side, _ limit: Price, _ m: Int, account a: Int) -> Bool {
        let reach = reachable(side, limit, m, account: a)
        return reach.quantity > 0 || reach.meetsItself
    }

    /// What strangers offer up to the limit, and whether an order of the same account stands there too.
    func reachable(_ side: Side, _ limit: Price, _ m: Int, account a: Int) -> (quantity: Int64, meetsItself: Bool) {
        let other = side.opposite
        let own = (accounts[a].open[m] ?? []).filter { o in
            accounts[a].orders[o].side == other && accounts[a].orders[o].limit.tenThousandths + limit.tenThousandths >= 10_000
        }
        let ownQuantity = own.reduce(0) { $0 + accounts[a].orders[$1].remaining.hundredths }
        if markets[m].record.isRecorded { return (markets[m].tape.available(other, reaching: limit), !own.isEmpty) }
        var sum: Int64 = 0
        var slot = markets[m].book.best(other) ?? -1
        while slot >= 0, markets[m].book.price(slot).tenThousandths + limit.tenThousandths >= 10_000 {
            sum += markets[m].book.total(other, slot)
            slot -= 1
        }
        return (sum - ownQuantity, !own.isEmpty)
    }
}

extension OrderRecord {
    mutating func charge(_ price: Price, _ quantity: Quantity, _ liquidity: Liquidity, at time: Timestamp) -> FeeCharge {
        let charge = feeAccount.charge(price: price, quantity: quantity, liquidity: liquidity)
        filled += quantity
        remaining -= quantity
        updated = time
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
