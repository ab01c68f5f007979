import Accounting
import Books
public import Engine
import Learning
public import Model
public import Ports
public import Risk

/// The one owner of the engine: it takes events in line, journals them with their effects, and only then carries the effects out.
///
/// Start with `recover`, then `run`. It ends by `close`, which cancels what rests and waits, with a bound, until the exchange has confirmed it.
public actor DeskNode {
    private var engine = TradingEngine()
    private var writer = JournalWriter()
    private var chronicle = Chronicle()
    private let journal: any Journal
    private let gateway: any OrderGateway
    private let feed: any MarketFeed
    private let news: (any NewsFeed)?
    private let clock: any Clock
    private let version: String
    private let snapshotPlan: SnapshotPlan?
    private var snapshots: SnapshotWriter?
    private let inbox = Inbox()
    private var started: Timestamp
    private var effects: [Effect] = []
    private var failure: JournalError?
    private var lastCommit = ContinuousClock.now
    private var flow = TimeFlow()
    private var slow = SlowViews()
    private var cachedView: (view: DeskView, at: Timestamp)?
    /// Questions and cancels that are on their way: the same again would only stand in line behind itself.
    private var underway: Set<Errand> = []

    /// A view is made anew at most this often.
    static let viewEvery = Interval.milliseconds(150)

    /// What no effect and no command waits for is written at least this often.
    static let commitEvery = Duration.milliseconds(250)
    private let tickEvery: Duration

    private let onTrouble: @Sendable (String) -> Void

    /// - Parameters:
    ///   - tick: how often the clock's event comes, which is how often the desk decides.
    ///   - onTrouble: what the machine does to the desk, in a sentence. It is no part of what is decided, and so of no journal.
    public init(
        journal: any Journal, gateway: any OrderGateway, feed: any MarketFeed, news: (any NewsFeed)? = nil, clock: any Clock,
        tick: Duration = .milliseconds(500), version: String, snapshots: SnapshotPlan? = nil, onTrouble: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.onTrouble = onTrouble
        snapshotPlan = snapshots
        tickEvery = tick
        self.journal = journal
        self.gateway = gateway
        self.feed = feed
        self.news = news
        self.clock = clock
        self.version = version
        started = clock.now()
    }

    /// Takes up where the journal ends (replaying it, unless that was done); on a new one, writes its first event. Says in a sentence what it found.
    /// - Throws: `JournalError` when the journal is broken, or when replaying it would have sent other orders than were sent.
    public func recover(_ known: Past? = nil, desk: String, mode: TradingMode, settings: DeskSettings) throws -> String {
        let past = try known ?? Self.past(of: journal)
        if let difference = past.difference {
            throw JournalError("the journal does not replay to itself with this version: \(difference); keep the folder and start with another --data-dir")
        }
        engine = past.engine
        chronicle = past.chronicle
        snapshots = snapshotPlan.map { SnapshotWriter($0, last: past.snapshotEvents) }
        if past.rows == 0 {
            inbox.post(.opened(desk: desk, mode: mode, settings: settings), at: clock.now())
            return "a new journal"
        }
        guard engine.mode == mode else {
            throw JournalError("this data folder was traded in mode \(engine.mode.rawValue), not \(mode.rawValue): use another --data-dir")
        }
        inbox.post(.restarted(settings: settings), at: clock.now())
        let replayed = past.snapshotEvents == 0 ? "\(engine.events) events replayed" : "a snapshot of \(past.snapshotEvents) events, \(engine.events - past.snapshotEvents) replayed"
        return "\(replayed), state \(engine.digest().text)"
    }

    /// Trades until the task is canceled or the journal cannot be written.
    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let feed = feed
            let clock = clock
            let inbox = inbox
            // However it ends, nobody may be left waiting for a reader that is gone.
            defer { inbox.close() }
            let tickEvery = tickEvery
            group.addTask { await feed.run { stamped in await inbox.postWhenRoom(stamped.event, at: stamped.time) } }
            if let news { group.addTask { await news.run { stamped in await inbox.postWhenRoom(stamped.event, at: stamped.time) } } }
            group.addTask {
                while !Task.isCancelled {
                    inbox.post(.tick, at: clock.now())
                    // Cancellation ends the wait and with it the loop.
                    try await Task.sleep(for: tickEvery)
                }
            }
            group.addTask { try await self.work() }
            do {
                try await group.next()
            } catch is CancellationError {
                // The ordinary end.
            }
            group.cancelAll()
        }
        if failure == nil { await snapshots?.finish(engine, chronicle) }
    }

    /// Cancels what rests, waits up to `patience` for the exchange to confirm it, and ends `run`.
    public func close(patience: Duration) async {
        inbox.post(.closing, at: clock.now())
        let deadline = ContinuousClock.now + patience
        while failure == nil, !engine.closing || engine.openOrders > 0, ContinuousClock.now < deadline {
            // Bounded by `patience`; what it waits for arrives through the inbox.
            do { try await Task.sleep(for: .milliseconds(20)) } catch { break }
        }
        inbox.close()
    }

    public var openOrders: Int { engine.openOrders }
    public var state: TradingEngine { engine }

    // MARK: - The loop

    private func work() async throws {
        while true {
            let items = await inbox.take()
            do throws(JournalError) {
                if items.isEmpty { return try commit() }
                try process(items)
            } catch {
                failure = error
                // Without a journal nothing may be sent, but what rests can still be taken back.
                await cancelAllAtLast()
                throw error
            }
        }
    }

    /// Until the exchange has taken it, for half a minute: nobody watches what rests after this.
    private func cancelAllAtLast() async {
        for _ in 0..<30 {
            do { return try await gateway.cancelAll() } catch { chronicle.add("error", error.description, engine.now) }
            // Cut short where the process is being ended: then there is no time for another.
            do { try await Task.sleep(for: .seconds(1)) } catch { return }
        }
    }

    private func process(_ items: [Inbox.Item]) throws(JournalError) {
        var outgoing: [Effect] = []
        var answers: [(done: @Sendable (Result<Inbox.Receipt, any Error>) -> Void, receipt: Inbox.Receipt)] = []
        for item in items {
            let (time, setBack) = flow.time(of: item.received, after: engine.now)
            if let setBack {
                onTrouble("the machine's clock is \(Int64(setBack.seconds.rounded())) s behind the desk's own time, which goes on a tenth slower until the two agree")
            }
            let stamped = Stamped(item.event, at: time)
            effects.removeAll(keepingCapacity: true)
            engine.process(stamped, into: &effects)
            do {
                try writer.write(stamped)
                for effect in effects { try writer.write(effect, at: stamped.time) }
            } catch {
                throw JournalError("an event could not be written down: \(error)")
            }
            for effect in effects {
                chronicle.note(effect, at: stamped.time)
                if effect.leavesTheDesk { outgoing.append(effect) }
            }
            if let done = item.done { answers.append((done, Inbox.Receipt(number: engine.events, answer: effects.last?.answer))) }
        }
        chronicle.point(engine.equity, at: engine.now)
        // Nothing leaves and nobody waits: market data may gather for a moment, in one block and one write to the disk.
        if outgoing.isEmpty, answers.isEmpty, ContinuousClock.now - lastCommit < Self.commitEvery { return }
        do {
            try commit()
        } catch {
            for answer in answers { answer.done(.failure(error)) }
            throw error
        }
        for answer in answers { answer.done(.success(answer.receipt)) }
        for effect in outgoing { carryOut(effect) }
    }

    private func commit() throws(JournalError) {
        lastCommit = .now
        let rows = writer.take()
        if !rows.isEmpty { try journal.append(rows) }
        if let snapshots, snapshots.isDue(engine.events) { snapshots.write(engine, chronicle) }
    }

    private enum Errand: Hashable {
        case cancel(OrderID)
        case change(OrderID)
        case resolve(ClientOrderID)
    }

    /// Runs an errand unless the same is under way; its answer will do.
    private func run(_ errand: Errand, _ report: @escaping @Sendable () async -> OrderReport) {
        guard underway.insert(errand).inserted else { return }
        let inbox = inbox
        let clock = clock
        Task {
            inbox.post(.order(await report()), at: clock.now())
            underway.remove(errand)
        }
    }

    private static func account(_ gateway: any OrderGateway, _ clock: any Clock, since: Timestamp) async throws(VenueError) -> AccountReport {
        let began = clock.now()
        var report = try await gateway.account(fillsSince: since)
        report.began = began
        return report
    }

    /// Sends an effect on its way. Its outcome comes back through the inbox as an event.
    private func carryOut(_ effect: Effect) {
        let gateway = gateway
        let inbox = inbox
        let clock = clock
        let feed = feed
        switch effect {
        case .place(let order): Task { inbox.post(.order(await gateway.place(order)), at: clock.now()) }
        case .cancel(let order, let client, let market): run(.cancel(order)) { await gateway.cancel(order, client, market: market) }
        case .amend(let change): run(.change(change.order)) { await gateway.amend(change) }
        case .decrease(let order, let client, let market, let rest): run(.change(order)) { await gateway.decrease(order, client, market: market, to: rest) }
        case .setGroup(let request): Task { inbox.post(.group(await gateway.set(request)), at: clock.now()) }
        case .resolve(let client, let market): run(.resolve(client)) { await gateway.find(client, market: market) }
        case .requestSnapshots(let subscription): Task { await feed.requestSnapshots(of: subscription) }
        case .cancelAll:
            Task {
                do throws(VenueError) {
                    try await gateway.cancelAll()
                    inbox.post(.account(try await Self.account(gateway, clock, since: clock.now() - .seconds(300))), at: clock.now())
                } catch {
                    inbox.post(.accountUnavailable(reason: error.description), at: clock.now())
                }
            }
        case .reconcile(let since):
            Task {
                do throws(VenueError) {
                    inbox.post(.account(try await Self.account(gateway, clock, since: since)), at: clock.now())
                } catch {
                    inbox.post(.accountUnavailable(reason: error.description), at: clock.now())
                }
            }
        case .decided, .forecast, .scored, .settled, .filled, .breaker, .notice, .answered: break
        }
    }
}

extension DeskNode: DeskPort {
    public func view() -> DeskView {
        let now = clock.now()
        if let cached = cachedView, now - cached.at < Self.viewEvery { return cached.view }
        let view = DeskView(
            engine, chronicle, started: started, version: version, line: gateway.health, risks: slow.risks(engine, at: now.nanoseconds),
            learning: slow.learning(engine), news: slow.news(engine, at: now.nanoseconds))
        cachedView = (view, now)
        return view
    }

    public func book(_ market: Ticker, depth: Int) -> BookView? {
        guard engine.market(market) != nil else { return nil }
        return BookView(market, engine.books.book(market), depth: depth)
    }

    public func command(_ command: Command) async throws -> String {
        let receipt = try await hand(command)
        if let answer = receipt.answer { return "event \(receipt.number): \(answer.sentence)" }
        return "event \(receipt.number): the desk is \(StatusView(engine, started: started, version: version).state)"
    }

    public func answer(to command: Command) async throws -> CommandAnswer? { try await hand(command).answer }

    public func order(_ id: ClientOrderID) -> OrderView? { engine.orders[id].map { OrderView($0, engine) } }

    public func group(_ name: String) -> OrderGroupView? { engine.groups.first { $0.name == name }.map { OrderGroupView($0, at: engine.now) } }

    public var limits: DeskSettings { engine.risk.settings }
    public var correlations: EventCorrelations { engine.risk.correlations }

    /// Returns when the command is in the journal.
    private func hand(_ command: Command) async throws -> Inbox.Receipt {
        if let failure { throw failure }
        if case .rollBack(let version, _) = command, engine.learner.history.version(version) == nil { throw CommandRefused("there is no version \(version) to go back to") }
        let inbox = inbox
        let time = clock.now()
        let receipt = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Inbox.Receipt, any Error>) in
            inbox.post(.command(command), at: time) { continuation.resume(with: $0) }
        }
        // Whoever looks now must see what the command has made.
        cachedView = nil
        return receipt
    }
}

/// Why the desk does not even try what it was told.
public struct CommandRefused: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
