import Accounting
import Engine
import Model
@testable import Node
import Ports
import Risk
import Sentiment
import Strategies
import Synchronization
import Testing

/// A journal in memory that can be told to fail, and remembers the order of things beside the gateway.
final class MemoryJournal: SnapshotJournal {
    let kept = Mutex<[(mark: JournalMark, body: StoredSnapshot)]>([])
    let rows = Mutex<[JournalRow]>([])
    let fails = Mutex(false)

    func append(_ new: [JournalRow]) throws(JournalError) {
        if fails.withLock({ $0 }) { throw JournalError("the disk is full") }
        rows.withLock { $0 += new }
    }

    func read(_ body: (JournalRow) throws -> Void) throws {
        for row in rows.withLock({ $0 }) { try body(row) }
    }

    func mark() -> JournalMark { rows.withLock { rows in JournalMark(row: Int64(rows.count), events: rows.reduce(0) { $0 + Int64($1.events) }) } }
    func saveSnapshot(_ body: [UInt8], at mark: JournalMark) { kept.withLock { $0.append((mark, .whole(body))) } }
    func snapshots() -> [JournalMark] { kept.withLock { $0.map(\.mark) } }
    func snapshot(at mark: JournalMark) -> StoredSnapshot { kept.withLock { kept in kept.first { $0.mark == mark }?.body ?? .gone } }
    func readAfter(_ row: Int64, _ body: (JournalRow) throws -> Void) throws { for row in rows.withLock({ $0 }).dropFirst(Int(row)) { try body(row) } }

    func holds(_ text: String) -> Bool { rows.withLock { $0.contains { $0.kind == .effect && String(decoding: $0.body, as: UTF8.self).contains(text) } } }
}

/// An exchange that accepts everything, and notes whether the order was in the journal when it came.
final class NotingGateway: OrderGateway {
    struct Seen {
        var placed: [ClientOrderID] = []
        var journalled: [Bool] = []
        var cancelAlls = 0
        var cancelAllsToFail = 0
    }

    let journal: MemoryJournal
    let seen = Mutex(Seen())
    init(_ journal: MemoryJournal) { self.journal = journal }

    func place(_ order: ApprovedOrder) async -> OrderReport {
        let written = journal.holds("\"\(order.id)\"")
        seen.withLock {
            $0.placed.append(order.id)
            $0.journalled.append(written)
        }
        return .accepted(order.id, OrderID("x-\(order.id)"), remaining: order.intent.quantity)
    }

    func cancel(_ order: OrderID, _ client: ClientOrderID, market: Ticker) async -> OrderReport { .canceled(client, remaining: .contracts(1)) }
    func amend(_ change: ApprovedChange) async -> OrderReport { .change(change.id, .amended(limit: change.intent.limit, total: change.intent.quantity)) }
    func decrease(_ order: OrderID, _ client: ClientOrderID, market: Ticker, to rest: Quantity) async -> OrderReport { .change(client, .decreased(to: rest)) }
    func set(_ group: GroupRequest) async -> GroupReport { GroupReport(group, .refused(code: "none", message: "there are no groups here")) }
    func cancelAll() async throws(VenueError) {
        let fails = seen.withLock { seen in
            seen.cancelAlls += 1
            seen.cancelAllsToFail -= 1
            return seen.cancelAllsToFail >= 0
        }
        if fails { throw VenueError(attempted: "cancelling all", reason: "too many requests", canRetry: true) }
    }
    func find(_ client: ClientOrderID, market: Ticker) async -> OrderReport { .absent(client) }
    func account(fillsSince since: Timestamp) async throws(VenueError) -> AccountReport {
        AccountReport(cash: .dollars(10_000), positions: [], orders: [], fills: [])
    }
}

/// A feed that says what it is told to say, then stays silent.
private struct ScriptedFeed: MarketFeed {
    let script: [MarketEvent]
    let clock: StepClock

    func run(deliver: @escaping @Sendable (Stamped) async -> Void) async {
        for event in script { await deliver(Stamped(.market(event), at: clock.now())) }
        // Silent until the run ends: cancellation is the only way out.
        while !Task.isCancelled { do { try await Task.sleep(for: .milliseconds(20)) } catch { return } }
    }

    func requestSnapshots(of subscription: SubscriptionID) async {}
}

/// A news feed that tells one headline, then stays silent.
private struct ScriptedNews: NewsFeed {
    let headline: Headline
    let clock: StepClock

    func run(deliver: @escaping @Sendable (Stamped) async -> Void) async {
        await deliver(Stamped(.headline(headline), at: clock.now()))
        // Silent until the run ends: cancellation is the only way out.
        while !Task.isCancelled { do { try await Task.sleep(for: .milliseconds(20)) } catch { return } }
    }
}

/// Every look at it is a second later: two minutes of warming up pass in no time.
private final class StepClock: Ports.Clock {
    private let time = Mutex<Int64>(1_000)
    func now() -> Timestamp { time.withLock { $0 += 1; return .seconds($0) } }
}

private let market = Market(
    ticker: Ticker("KXBTC15M-A"), event: EventTicker("KXBTC15M"), series: SeriesTicker("KXBTC15M"), title: "BTC up?", strike: .greaterOrEqual(60_000),
    openTime: .zero, closeTime: .seconds(100_000), grid: .taperedTenths, fees: .ordinary, mutuallyExclusive: false, underlying: Underlying("BTC"))

private func script() -> [MarketEvent] {
    let id = SubscriptionID(connection: 1, sid: 1)
    let spots = (0..<130).map { MarketEvent.spot(SpotTick(underlying: Underlying("BTC"), price: 60_900 + Double($0 % 2))) }
    let book = MarketEvent.snapshot(
        BookSnapshot(
            market: market.ticker, subscription: id, sequence: 1, yes: [Level(price: .cents(40), quantity: .contracts(100))],
            no: [Level(price: .cents(55), quantity: .contracts(100))]))
    return [.connected(connection: 1), .subscribed(id, channel: "orderbook_delta", complete: true), .listed(market), .status(market.ticker, .active)] + spots + [book]
}

struct Rig {
    let journal = MemoryJournal()
    let gateway: NotingGateway
    let node: DeskNode

    init(journal: MemoryJournal = MemoryJournal(), headline: Headline? = nil, snapshots: SnapshotPlan? = nil) {
        let clock = StepClock()
        gateway = NotingGateway(journal)
        node = DeskNode(
            journal: journal, gateway: gateway, feed: ScriptedFeed(script: script(), clock: clock),
            news: headline.map { ScriptedNews(headline: $0, clock: clock) }, clock: clock, tick: .milliseconds(5), version: "test",
            snapshots: snapshots)
    }

    /// Runs until `done` or for ten seconds at most, then closes.
    func run(until done: @Sendable () -> Bool) async throws {
        var settings = DeskSettings()
        settings.spotStaleness = .seconds(3600)
        settings.bookStaleness = .seconds(3600)
        _ = try await node.recover(desk: "t", mode: .simulated, settings: settings)
        let running = Task { try await node.run() }
        let deadline = ContinuousClock.now + .seconds(10)
        // A bounded wait on the condition.
        while !done(), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(5)) }
        await node.close(patience: .seconds(2))
        running.cancel()
        do { try await running.value } catch is CancellationError {}
    }
}

struct NodeTests {
    @Test func `an order is in the journal before it leaves, and the journal replays to the same state`() async throws {
        let journal = MemoryJournal()
        let rig = Rig(journal: journal)
        try await rig.run { rig.gateway.seen.withLock { !$0.placed.isEmpty } }
        let seen = rig.gateway.seen.withLock { $0 }
        #expect(!seen.placed.isEmpty)
        #expect(seen.journalled.allSatisfy { $0 })
        #expect(seen.cancelAlls >= 1)
        var replay = JournalReplay()
        try journal.read { try replay.take($0) }
        replay.finish()
        #expect(replay.firstDifference == nil)
        let hash = await rig.node.state.digest().text
        #expect(replay.engine.digest().text == hash)
    }

    @Test func `a headline is in the journal, and a replay hears the same news`() async throws {
        let journal = MemoryJournal()
        let rig = Rig(journal: journal, headline: Headline(source: "wire", id: "1", title: "Bitcoin plunges as exchange is hacked", published: .seconds(1)))
        @Sendable func isWritten() -> Bool { journal.rows.withLock { $0.contains { String(decoding: $0.body, as: UTF8.self).contains("exchange is hacked") } } }
        try await rig.run { isWritten() && rig.gateway.seen.withLock { !$0.placed.isEmpty } }
        #expect(isWritten())
        #expect(await rig.node.state.news.reader.memory.stories.map(\.headline.id) == ["1"])
        var replay = JournalReplay()
        try journal.read { try replay.take($0) }
        replay.finish()
        #expect(replay.engine.news.reader.memory.stories.map(\.headline.id) == ["1"])
        let hash = await rig.node.state.digest().text
        #expect(replay.engine.digest().text == hash)
    }

    @Test func `a second start goes on from the journal with the same intents`() async throws {
        let journal = MemoryJournal()
        let first = Rig(journal: journal)
        try await first.run { first.gateway.seen.withLock { !$0.placed.isEmpty } }
        let second = Rig(journal: journal)
        try await second.run { second.gateway.seen.withLock { !$0.placed.isEmpty } }
        let ids = first.gateway.seen.withLock { $0.placed } + second.gateway.seen.withLock { $0.placed }
        #expect(Set(ids).count == ids.count)
    }

    @Test func `a restart goes on following every market that is not paid, also without a position or an order in it`() async throws {
        let journal = MemoryJournal()
        let rig = Rig(journal: journal)
        try await rig.run { rig.gateway.seen.withLock { !$0.placed.isEmpty } }
        let past = try DeskNode.past(of: journal)
        #expect(past.engine.openOrders == 0 && past.engine.portfolio.positions.allSatisfy { $0.position.net.isZero })
        #expect(past.openMarkets == [market.ticker])
    }

    @Test func `a journal that was tampered with does not replay to itself`() async throws {
        let journal = MemoryJournal()
        let rig = Rig(journal: journal)
        try await rig.run { rig.gateway.seen.withLock { !$0.placed.isEmpty } }
        journal.rows.withLock { rows in rows.removeAll { $0.kind == .effect && String(decoding: $0.body, as: UTF8.self).contains("\"place\"") } }
        await #expect(throws: JournalError.self) { try await Rig(journal: journal).node.recover(desk: "t", mode: .simulated, settings: DeskSettings()) }
    }

    @Test func `a desk whose journal cannot be written sends nothing more and takes back what rests`() async throws {
        let journal = MemoryJournal()
        let rig = Rig(journal: journal)
        journal.fails.withLock { $0 = true }
        await #expect(throws: JournalError.self) { try await rig.run { rig.gateway.seen.withLock { $0.cancelAlls > 0 } } }
        #expect(rig.gateway.seen.withLock { $0.placed }.isEmpty)
        #expect(rig.gateway.seen.withLock { $0.cancelAlls } == 1)
        await #expect(throws: (any Error).self) { try await rig.node.command(.start) }
    }

    @Test func `what rests is taken back also where the exchange does not take the first word for it`() async throws {
        let journal = MemoryJournal()
        let rig = Rig(journal: journal)
        rig.gateway.seen.withLock { $0.cancelAllsToFail = 2 }
        journal.fails.withLock { $0 = true }
        await #expect(throws: JournalError.self) { try await rig.run { rig.gateway.seen.withLock { $0.cancelAlls > 2 } } }
        #expect(rig.gateway.seen.withLock { $0.cancelAlls } == 3)
    }

    @Test func `a data folder of one mode is refused in another`() async throws {
        let journal = MemoryJournal()
        let rig = Rig(journal: journal)
        try await rig.run { true }
        await #expect(throws: JournalError.self) { try await Rig(journal: journal).node.recover(desk: "t", mode: .live, settings: DeskSettings()) }
    }
}

struct MarketBlockTests {
    private static func events(_ seed: UInt64) -> [Stamped] {
        var random = SeededRandom(seed: seed)
        var time = Int64.random(in: 0...2_000_000_000_000_000_000, using: &random)
        func ticker() -> Ticker { Ticker("KX-\(Int.random(in: 0...5, using: &random))") }
        func price() -> Price { Price(tenThousandths: Int32.random(in: 0...10_000, using: &random)) }
        func quantity() -> Quantity { Quantity(hundredths: Int64.random(in: -1_000_000...1_000_000, using: &random)) }
        func subscription() -> SubscriptionID { SubscriptionID(connection: .random(in: 0 ... .max, using: &random), sid: .random(in: 0 ... .max, using: &random)) }
        func side() -> Side { Bool.random(using: &random) ? .yes : .no }
        func levels() -> [Level] { (0..<Int.random(in: 0...8, using: &random)).map { _ in Level(price: price(), quantity: quantity()) } }
        return (0..<500).map { _ in
            time += Int64.random(in: 0...5_000_000_000, using: &random)
            let sequence = UInt64.random(in: 0 ... .max, using: &random)
            let event: MarketEvent =
                switch Int.random(in: 0...5, using: &random) {
                case 0: .snapshot(BookSnapshot(market: ticker(), subscription: subscription(), sequence: sequence, yes: levels(), no: levels()))
                case 1:
                    .trade(
                        PublicTrade(market: ticker(), id: TradeID("t\(sequence)"), yesPrice: price(), quantity: quantity(), takerSide: side(), time: Timestamp(nanoseconds: time / 7)),
                        subscription(), sequence)
                case 2: .ticker(TickerUpdate(market: ticker(), lastPrice: price(), yesBid: price(), yesAsk: price(), volume: quantity()))
                case 3: .spot(SpotTick(underlying: Underlying("BTC"), price: Double(sequence % 1_000_000) / 7))
                case 4: .sequenced(subscription(), sequence)
                default: .delta(BookDelta(market: ticker(), subscription: subscription(), sequence: sequence, side: side(), price: price(), change: quantity()))
                }
            return Stamped(.market(event), at: Timestamp(nanoseconds: time))
        }
    }

    private static func packed(_ events: [Stamped]) throws -> JournalRow {
        var block = MarketBlock()
        for stamped in events {
            guard case .market(let event) = stamped.event else { continue }
            let taken = block.pack(event, at: stamped.time)
            #expect(taken)
        }
        let row = block.take()
        return try #require(row)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `what is packed is unpacked, event for event`(seed: UInt64) throws {
        let events = Self.events(seed)
        var back: [Stamped] = []
        try MarketBlock.unpack(try Self.packed(events)) { back.append($0) }
        #expect(back == events)
    }

    @Test func `a block cut anywhere is an error, never a crash`() throws {
        let row = try Self.packed(Array(Self.events(3).prefix(40)))
        for length in 0..<row.body.count {
            let cut = JournalRow(kind: .market, time: row.time, events: row.events, body: Array(row.body[..<length]))
            #expect(throws: (any Error).self) { try MarketBlock.unpack(cut) { _ in } }
        }
    }
}
