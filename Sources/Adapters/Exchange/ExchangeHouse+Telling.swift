import Accounting
import Matching
import Model

extension ExchangeHouse {
    // MARK: - Telling

    func publish(_ events: [VenueEvent]) {
        let listened = Set(Channel.allCases.filter { channel in sessions.contains { $0.socket.listens(to: channel) } })
        var moved: Set<Ticker> = []
        var held: [Holding] = []
        for event in events {
            switch event {
            case .bookDelta(let market, let side, let price, let change, let owner):
                moved.insert(market)
                guard listened.contains(.book) else { continue }
                let change = BookChange(
                    market: market, side: side, price: price, change: change, time: time, account: owner?.account.text, clientOrder: owner?.client)
                tell(.book(change))
            case .trade(let trade):
                tape.note(trade)
                moved.insert(trade.market)
                if listened.contains(.trade) { tell(.trade(trade.market, message: trade.message)) }
            case .fill(let fill):
                note(Holding(account: fill.account, market: fill.fill.market), in: &held)
                if listened.contains(.fill) { tell(.fill(account: fill.account.text, fill.fill.market, message: fill.message)) }
            case .order(let order):
                if listened.contains(.order) { tell(.order(account: order.account.text, order.market, message: order.message)) }
            case .settled(let paid): note(Holding(account: paid.account, market: paid.settlement.market), in: &held)
            case .market(let market, let change): tell(market, change)
            case .account: break
            }
        }
        if listened.contains(.position) { for holding in held { tellPosition(holding) } }
        if listened.contains(.ticker) { for market in moved.sorted() { tellTicker(market) } }
        afterTelling()
    }

    /// An account's stake in a market.
    private struct Holding: Hashable {
        let account: AccountID
        let market: Ticker
    }

    private func note(_ holding: Holding, in held: inout [Holding]) {
        if !held.contains(holding) { held.append(holding) }
    }

    private func tell(_ bulletin: Bulletin) {
        for i in sessions.indices {
            guard let (channel, frame) = sessions[i].socket.frame(for: bulletin) else { continue }
            send(frame, on: channel, to: i)
        }
    }

    private func tell(_ record: MarketRecord, _ change: MarketChange) {
        guard let facts = facts(record.market.ticker, as: record) else { return }
        if let message = facts.lifecycle(change, at: time) { tell(.lifecycle(message: message)) }
        guard change == .listed else { return }
        for i in sessions.indices {
            if let frame = sessions[i].socket.snapshot(ofNew: record.market.ticker) { send(frame, on: .book, to: i) }
        }
    }

    private func tellPosition(_ holding: Holding) {
        guard let facts = position(holding.account, holding.market) else { return }
        tell(.position(account: holding.account.text, holding.market, message: facts.message(account: holding.account)))
    }

    private func tellTicker(_ market: Ticker) {
        guard let facts = facts(market), lastQuotes[market] != facts.quote else { return }
        lastQuotes[market] = facts.record.status == .finalized ? nil : facts.quote
        tell(.ticker(market, message: facts.ticker(at: time)))
    }

    func tell(_ spot: SpotTick, at moment: Timestamp) {
        guard let place = indices.firstIndex(where: { $0.underlying == spot.underlying }) else { return }
        let message = indices[place].tick(spot.price, at: moment)
        tell(.index(id: indices[place].id, message: message))
    }
}
