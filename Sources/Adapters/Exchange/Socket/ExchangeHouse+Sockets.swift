import Matching
import Model
import Transport

/// A socket that is open: what it subscribed to, and what waits to be sent.
struct OpenSession {
    let id: Int
    var socket: SocketSession
    let outbox: Outbox
    /// Where the exchange has a plan of faults.
    var line: FaultyLine?
    /// Something was put into the outbox since the last flush.
    var isFresh = false
}

extension ExchangeHouse {
    func hasRoom(for account: String) -> Bool { sessions.count { $0.socket.reader.account == account } < configuration.socketLimit }

    func open(_ reader: SocketSession.Reader, outbox: Outbox) -> Int {
        lastSession += 1
        sessions.append(OpenSession(id: lastSession, socket: SocketSession(reader), outbox: outbox, line: faults.map { _ in FaultyLine() }))
        return lastSession
    }

    func closed(_ id: Int) { place(of: id).map { _ = sessions.remove(at: $0) } }

    /// Answers one command. Snapshots and what changes after them leave in the right order, because both pass through here.
    func receive(_ bytes: [UInt8], from id: Int) {
        // While the ledger is in trouble a snapshot would show what subscribers have not been told yet.
        let isWell = catchUp()
        guard let i = place(of: id) else { return }
        if isWell {
            for frame in sessions[i].socket.receive(bytes, board: board) { send(frame, on: nil, to: i) }
        } else {
            send(SocketSession.refusal(.commandTimeout, of: bytes, at: time), on: nil, to: i)
        }
        afterTelling()
    }

    private var board: Board {
        Board(
            time: time, now: configuration.now(), book: { self.levels($0) }, ticker: { self.facts($0)?.ticker(at: self.time) },
            market: { id in self.venue.allMarkets.first { self.parts.market($0.market.ticker).id == id }?.market.ticker }, indices: indices.map(\.id),
            underlyings: pyth.streamed)
    }

    /// Ids only grow, so the newest are at the end.
    private func place(of id: Int) -> Int? { sessions.lastIndex { $0.id == id } }

    // MARK: - Frames out

    /// - Parameter channel: of a frame that tells something; nil for one that answers a command.
    func send(_ frame: [UInt8], on channel: Channel?, to i: Int) {
        guard let faults else { return put(frame, channel, i) }
        sendFaulty(frame, channel, i, faults)
    }

    func put(_ frame: [UInt8], _ channel: Channel?, _ i: Int) {
        sessions[i].isFresh = true
        switch sessions[i].outbox.put(frame) {
        case .plenty: break
        case .reserveOnly:
            // An answer may use the reserve. What tells something ends its subscription there: the client is told that it missed something.
            if let channel, let last = sessions[i].socket.end(channel, .bufferOverflow, at: time) { put(last, nil, i) }
        case .none:
            // Not even the reserve has room: there is no telling this client anything.
            sessions[i].outbox.close(code: 1008, reason: "too slow")
            gone.append(sessions[i].id)
        }
    }

    /// Lets everything that was put leave, and forgets the clients that had to go.
    func afterTelling() {
        for i in sessions.indices where sessions[i].isFresh {
            sessions[i].isFresh = false
            sessions[i].outbox.flush()
        }
        guard !gone.isEmpty else { return }
        sessions.removeAll { gone.contains($0.id) }
        gone = []
    }
}
