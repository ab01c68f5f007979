import Accounting
import Matching
import Model

/// A socket that is open: what it subscribed to, and what waits to be sent.
struct OpenSession {
    var socket: SocketSession
    let outbox: Outbox
}

extension ExchangeHouse {
    /// More handshakes of one account than this are answered with 429 (the exchange's lowest tier).
    static let socketLimit = 200

    // MARK: - Sockets

    func hasRoom(for account: String) -> Bool { sessions.values.count { $0.socket.account == account } < ExchangeHouse.socketLimit }

    func open(account: String, outbox: Outbox) -> Int {
        lastSession += 1
        sessions[lastSession] = OpenSession(socket: SocketSession(account: account), outbox: outbox)
        return lastSession
    }

    func closed(_ session: Int) { sessions[session] = nil }

    /// Answers one command. Snapshots and what changes after them leave in the right order, because both pass through here.
    func receive(_ bytes: [UInt8], from session: Int) {
        // While the ledger is in trouble a snapshot would show what subscribers have not been told yet.
        guard catchUp() else { return send(SocketSession.refusal(.commandTimeout, of: bytes), to: session) }
        guard let frames = sessions[session]?.socket.receive(bytes, board: board) else { return }
        for frame in frames { send(frame, to: session) }
    }

    private var board: Board {
        Board(book: { self.levels($0) }, ticker: { self.facts($0)?.ticker(at: self.time) }, indices: indices.map(\.id))
    }

    private func send(_ frame: [UInt8], to session: Int) {
        if case .none? = sessions[session]?.outbox.put(frame) { drop(session) }
    }

    /// Not even the reserve has room: there is no telling this client anything.
    private func drop(_ session: Int) {
        sessions[session]?.outbox.close()
        sessions[session] = nil
    }

    // MARK: - Telling

    func publish(_ events: [VenueEvent]) {
        let listened = Set(Channel.allCases.filter { channel in sessions.values.contains { $0.socket.listens(to: channel) } })
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
        for session in sessions.keys.sorted() {
            guard let (channel, frame) = sessions[session]?.socket.frame(for: bulletin), let room = sessions[session]?.outbox.put(frame) else { continue }
            switch room {
            case .plenty: break
            case .reserveOnly: if let last = sessions[session]?.socket.overflow(channel) { send(last, to: session) }
            case .none: drop(session)
            }
        }
    }

    private func tell(_ record: MarketRecord, _ change: MarketChange) {
        guard let facts = facts(record.market.ticker, as: record) else { return }
        if let message = facts.lifecycle(change, at: time) { tell(.lifecycle(message: message)) }
        guard change == .listed else { return }
        for session in sessions.keys.sorted() {
            if let frame = sessions[session]?.socket.snapshot(ofNew: record.market.ticker) { send(frame, to: session) }
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
