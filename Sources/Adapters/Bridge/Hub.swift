import Model
import Ports

/// The clients of the bridge and the desk's newest view: looks, encodes what changed once, and puts it into every client's outbox.
///
/// It never waits for a client: each client's own task takes from its outbox as fast as its socket allows.
actor Hub {
    typealias ClientID = Int

    private struct Client {
        var outbox: Outbox
        var watched: Ticker?
        var book: BookView?
        var window: (second: Int64, requests: Int) = (0, 0)
        /// The client's sending task, when it waits for something to send.
        var waiter: CheckedContinuation<[[UInt8]]?, Never>?
    }

    private let desk: any DeskPort
    private let research: (any ResearchPort)?
    private let limits: BridgeLimits
    private var clients: [ClientID: Client] = [:]
    private var lastID = 0
    private var latest: DeskView?
    private var latestTime: Int64 = 0
    private var researched: (at: ContinuousClock.Instant, view: ResearchView)?
    private var snapshot: [UInt8]?
    private var looks = 0
    private var lastLook = 0
    private var counters = BridgeCounters()

    init(desk: any DeskPort, research: (any ResearchPort)?, limits: BridgeLimits) {
        self.desk = desk
        self.research = research
        self.limits = limits
    }

    var figures: BridgeCounters {
        var figures = counters
        figures.clients = clients.count
        figures.overflows += clients.values.reduce(0) { $0 + $1.outbox.overflows }
        return figures
    }

    // MARK: - Clients

    /// Takes a client in: its hello is answered and a snapshot follows. Nil when the house is full.
    func join(helloID: String?) async -> ClientID? {
        guard clients.count < limits.clients else { return nil }
        lastID += 1
        let id = lastID
        var client = Client(outbox: Outbox(messageLimit: limits.queuedMessages, byteLimit: limits.queuedBytes, lastSequence: 0))
        client.outbox.answer(Answer.done(helloID, "welcome").payload, at: WallClock.now())
        client.outbox.oweSnapshot()
        clients[id] = client
        await look()
        return id
    }

    func leave(_ id: ClientID) {
        guard let client = clients.removeValue(forKey: id) else { return }
        counters.overflows += client.outbox.overflows
        client.waiter?.resume(returning: nil)
    }

    /// The next messages for a client, waiting until there are some; nil once it has left. One caller a client.
    func next(for id: ClientID) async -> [[UInt8]]? {
        guard var client = clients[id] else { return nil }
        let messages = take(&client)
        clients[id] = client
        if !messages.isEmpty { return messages }
        return await withCheckedContinuation { clients[id]?.waiter = $0 }
    }

    /// Counts a request against the client's limit; false when it is over.
    func mayAsk(_ id: ClientID) -> Bool {
        guard var client = clients[id] else { return false }
        let second = WallClock.now() / 1_000_000_000
        if client.window.second != second { client.window = (second, 0) }
        client.window.requests += 1
        clients[id] = client
        return client.window.requests <= limits.requestsPerSecond
    }

    /// False when the client has let so many answers pile up that it has to go.
    func answer(_ id: ClientID, _ answer: Answer) -> Bool {
        update(id) { $0.outbox.answer(answer.payload, at: WallClock.now()) }
        return clients[id].map { !$0.outbox.isHopeless } ?? false
    }

    func owe(snapshotTo id: ClientID) async {
        await look()
        update(id) {
            $0.outbox.oweSnapshot()
            $0.book = nil
        }
    }

    /// Follows one market's book for a client: the answer goes out, then the book. False when the desk does not know the market.
    func watch(_ market: Ticker, for id: ClientID, requestID: String?) async -> Bool {
        guard let book = await desk.book(market, depth: limits.bookDepth) else { return false }
        update(id) { client in
            client.watched = market
            client.book = nil
            client.outbox.answer(Answer.done(requestID, market.text).payload, at: WallClock.now())
            Self.show(book, to: &client, JSONText.encode(book))
        }
        return true
    }

    func unwatch(_ id: ClientID) {
        update(id) { client in
            client.watched = nil
            client.book = nil
        }
    }

    // MARK: - The desk

    /// Looks at the desk and tells every client what changed. Two looks may overlap; the one that began last counts.
    func look() async {
        guard !clients.isEmpty else {
            // Nobody to tell: the next client starts with a snapshot of its own.
            latest = nil
            return
        }
        looks += 1
        let number = looks
        var view = await desk.view()
        guard number > lastLook else { return }
        lastLook = number
        view.research = researchNow()
        tell(view)
        await tellBooks()
    }

    private func tell(_ view: DeskView) {
        let now = WallClock.now()
        let (increments, failures) = latest.map { ViewDiff.increments(from: $0, to: view) } ?? ([], 0)
        counters.unwritable += failures
        counters.increments += increments.count
        latest = view
        latestTime = now
        snapshot = nil
        for id in clients.keys {
            update(id) { client in for increment in increments { client.outbox.add(increment, at: now) } }
        }
    }

    /// No newer than its interval allows; nil where there is none.
    private func researchNow() -> ResearchView? {
        guard let research else { return nil }
        if let researched, researched.at.duration(to: .now) < limits.researchInterval { return researched.view }
        let view = research.research
        researched = (.now, view)
        return view
    }

    private func tellBooks() async {
        for market in Set(clients.values.compactMap(\.watched)).sorted() {
            guard let book = await desk.book(market, depth: limits.bookDepth) else { continue }
            var payload: [UInt8]?
            for (id, client) in clients where client.watched == market && client.book != book {
                payload = payload ?? JSONText.encode(book)
                update(id) { Self.show(book, to: &$0, payload) }
            }
        }
    }

    // MARK: - Steps

    /// Changes a client and, if its sending task waits and there is something now, hands it over.
    private func update(_ id: ClientID, _ change: (inout Client) -> Void) {
        guard var client = clients[id] else { return }
        change(&client)
        if let waiter = client.waiter {
            let messages = take(&client)
            if !messages.isEmpty {
                client.waiter = nil
                waiter.resume(returning: messages)
            }
        }
        clients[id] = client
    }

    private func take(_ client: inout Client) -> [[UInt8]] {
        guard client.outbox.isReady else { return [] }
        let isBehind = client.outbox.owesSnapshot
        let messages = client.outbox.take(snapshot: isBehind ? currentSnapshot() : nil)
        // After a snapshot the watched book is told again.
        if isBehind && !client.outbox.owesSnapshot { client.book = nil }
        return messages
    }

    /// Encoded at most once a look, and only if somebody needs it.
    private func currentSnapshot() -> (payload: [UInt8], time: Int64)? {
        if snapshot == nil, let latest {
            snapshot = JSONText.encode(latest)
            if snapshot == nil { counters.unwritable += 1 }
        }
        return snapshot.map { ($0, latestTime) }
    }

    private static func show(_ book: BookView, to client: inout Client, _ payload: [UInt8]?) {
        guard let payload, client.watched?.text == book.market else { return }
        client.book = book
        client.outbox.add(Increment(type: "book", payload: payload), at: WallClock.now())
    }
}

/// What the bridge has done so far, for its metrics.
struct BridgeCounters: Hashable, Sendable {
    var clients = 0
    var increments = 0
    /// Times that a client was too slow and was given a snapshot instead.
    var overflows = 0
    /// Messages left out because JSON cannot say them.
    var unwritable = 0
}
