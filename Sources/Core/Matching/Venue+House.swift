public import Model

/// A resting order of the house: of simulated makers and noise traders, who have no account and no history.
public struct HouseOrder: Hashable, Sendable {
    let market: Int
    let handle: Int32
    let serial: UInt64
}

extension Venue {
    /// Trades what crosses and rests what is left. Nil when nothing rests: all of it traded, or the market, price or size does not allow it.
    ///
    /// House orders trade with each other too: a maker that must not cross quotes less.
    public mutating func houseQuote(
        _ market: Ticker, _ side: Side, at limit: Price, _ quantity: Quantity, time: Timestamp, into events: inout [VenueEvent]
    ) -> HouseOrder? {
        guard let m = houseMarket(market, side, limit, quantity) else { return nil }
        var incoming = Incoming(side: side, limit: limit, remaining: quantity.hundredths)
        match(&incoming, m, at: time, into: &events)
        guard incoming.remaining > 0 else { return nil }
        let slot = markets[m].book.slot(limit)
        let handle = markets[m].book.add(side, slot: slot, remaining: incoming.remaining, account: -1, order: 0)
        events.append(.bookDelta(market, side, limit, change: Quantity(hundredths: incoming.remaining), owner: nil))
        return HouseOrder(market: m, handle: handle, serial: markets[m].book.nodes[Int(handle)].serial)
    }

    /// Trades what crosses and forgets the rest; returns what traded.
    @discardableResult
    public mutating func houseTake(
        _ market: Ticker, _ side: Side, at limit: Price, _ quantity: Quantity, time: Timestamp, into events: inout [VenueEvent]
    ) -> Quantity {
        guard let m = houseMarket(market, side, limit, quantity) else { return .zero }
        var incoming = Incoming(side: side, limit: limit, remaining: quantity.hundredths)
        match(&incoming, m, at: time, into: &events)
        return quantity - Quantity(hundredths: incoming.remaining)
    }

    /// Returns what was taken off the book: zero when it had traded or gone before.
    @discardableResult
    public mutating func houseCancel(_ order: HouseOrder, into events: inout [VenueEvent]) -> Quantity {
        guard order.market < markets.count, let node = markets[order.market].book.node(order.handle, serial: order.serial) else { return .zero }
        let price = markets[order.market].book.price(Int(node.slot))
        markets[order.market].book.reduce(order.handle, by: node.remaining)
        let quantity = Quantity(hundredths: node.remaining)
        events.append(.bookDelta(markets[order.market].record.market.ticker, node.side, price, change: -quantity, owner: nil))
        return quantity
    }

    private mutating func houseMarket(_ market: Ticker, _ side: Side, _ limit: Price, _ quantity: Quantity) -> Int? {
        guard exchangeActive, tradingActive, let m = place(market), !markets[m].record.isRecorded, markets[m].record.status == .active else { return nil }
        guard quantity > .zero, markets[m].record.market.grid.accepts(side == .yes ? limit : limit.complement) else { return nil }
        return m
    }
}
