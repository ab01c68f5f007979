import Accounting
import Matching
import Model
import Notation

// What happened, in the words of the WebSocket, to everyone who listens.

extension ExchangeHouse {
    func publish(_ events: [VenueEvent]) {
        let heard = sessions.reduce(0) { $0 | $1.socket.channels }
        func isHeard(_ channel: Channel) -> Bool { heard & channel.bit != 0 }
        var moved: Set<Ticker> = []
        var held: Set<StakeKey> = []
        for event in events {
            switch event {
            case .bookDelta(let market, let side, let price, let change, let owner):
                moved.insert(market)
                if isHeard(.book) { tell(.book(bookChange(market, side, price, change, owner))) }
            case .trade(let trade):
                tape.note(trade)
                moved.insert(trade.market)
                if isHeard(.trade) { tell(.trade(trade.market, message: trade.message.bytes)) }
            case .fill(let fill):
                held.insert(StakeKey(fill))
                if isHeard(.fill) { tell(.own(Owner(fill.account, fill.subaccount), .fill, fill.fill.market, message: fill.message.bytes)) }
            case .order(let order):
                if isHeard(.order) { tell(.own(Owner(order.account, order.subaccount), .order, order.market, message: order.message.bytes)) }
            case .settled(let paid): held.insert(StakeKey(paid))
            case .market(let market, let change): tell(market, change)
            case .group(let group, let change):
                if isHeard(.group) { tell(.own(Owner(group.account, group.subaccount), .group, nil, message: message(group, change).bytes)) }
            case .transfer, .account: break
            }
        }
        if isHeard(.position) { for key in held.sorted() { tellPosition(key) } }
        if isHeard(.ticker) { for market in moved.sorted() { tellTicker(market) } }
        afterTelling()
    }

    func tell(_ bulletin: Bulletin) {
        for i in sessions.indices {
            guard let frame = sessions[i].socket.frame(for: bulletin, at: time) else { continue }
            send(frame, on: bulletin.channel, to: i)
        }
    }

    private func bookChange(_ market: Ticker, _ side: Side, _ price: Price, _ change: Quantity, _ owner: BookOwner?) -> BookChange {
        BookChange(
            market: market, marketText: parts.market(market).text, side: side, price: price, change: change, timeText: parts.time(time),
            owner: owner.map { Owner($0.account, $0.subaccount) }, clientOrder: owner?.client)
    }

    // MARK: - Accounts

    private func tellPosition(_ key: StakeKey) {
        guard let facts = position(key) else { return }
        tell(.own(Owner(key.account, key.subaccount), .position, key.market, message: facts.message(key.account, key.subaccount).bytes))
    }

    private func message(_ group: OrderGroupRecord, _ change: OrderGroupChange) -> JSON {
        .object([
            "event_type": .text(change.rawValue),
            "order_group_id": .text(group.id.text),
            "contracts_limit_fp": change == .created || change == .limitUpdated ? .text(group.limit.description) : nil,
            "ts_ms": .integer(time.wholeMilliseconds),
        ])
    }

    // MARK: - Markets

    private func tell(_ record: MarketRecord, _ change: MarketChange) {
        let market = record.market
        guard let facts = facts(market.ticker, as: record) else { return }
        let isCombo = market.ticker.isCombo || isCombo(market.ticker)
        let known = eventFees.updateValue(market.fees, forKey: market.event)
        if known == nil { tell(.lifecycle(.event, isCombo: isCombo, message: facts.eventLifecycle.bytes)) }
        if let known, known != market.fees, !isCombo { tell(.lifecycle(.fees, isCombo: false, message: facts.eventFees.bytes)) }
        if let message = facts.lifecycle(change, at: time) { tell(.lifecycle(.market, isCombo: isCombo, message: message.bytes)) }
        guard change == .listed else { return }
        for i in sessions.indices {
            if let frame = sessions[i].socket.snapshot(ofNew: market.ticker, at: time) { send(frame, on: .book, to: i) }
        }
    }

    private func tellTicker(_ market: Ticker) {
        guard let facts = facts(market), lastQuotes[market] != facts.quote else { return }
        lastQuotes[market] = facts.record.status == .finalized ? nil : facts.quote
        tell(.ticker(market, id: parts.market(market).id, message: facts.ticker(at: time).bytes))
    }

    // MARK: - Prices of the world

    func tell(_ spot: SpotTick, at moment: Timestamp) {
        if let place = indices.firstIndex(where: { $0.underlying == spot.underlying }) {
            let id = indices[place].id
            let (value, fast) = indices[place].tick(spot.price, at: moment)
            if let value { tell(.index(.index, id: id, message: value.bytes)) }
            if let fast { tell(.index(.fastIndex, id: id, message: fast.bytes)) }
        }
        if let (ticker, message) = pyth.tick(spot, at: moment) { tell(.index(.pyth, id: ticker, message: message.bytes)) }
    }
}

extension Ticker {
    /// Combinations of other markets; the exchange tells of their lives on a channel of their own.
    var isCombo: Bool { text.hasPrefix("KXMVE") }
}
