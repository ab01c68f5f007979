import Accounting
import Keys
import Matching
import Model
import Notation
import Ports
import Synchronization
import Testing
import Transport

@testable import Exchange

/// What an account holds, as the ledger keeps it: one record for each market, so that a fill writes what it changed.
@Suite struct LedgerStakeTests {
    /// Remembers what was written since it was last asked.
    private final class Watched: ExchangeLedger {
        private let memory = MemoryLedger()
        private let written = Mutex<[LedgerRecord]>([])

        func upsert(_ records: [LedgerRecord]) throws(JournalError) {
            written.withLock { $0 += records }
            try memory.upsert(records)
        }

        func load(kind: String) throws(JournalError) -> [LedgerRecord] { try memory.load(kind: kind) }

        func takeWritten() -> [LedgerRecord] {
            written.withLock { records in
                defer { records = [] }
                return records
            }
        }
    }

    private let me = AccountID("desk-1")
    private let start = Timestamp.seconds(1_790_175_720)

    private func market(_ number: Int) -> Market {
        Market(
            ticker: Ticker("KX-\(number)"), event: EventTicker("KX"), series: SeriesTicker("KX"), title: "A", strike: .other, openTime: .zero,
            closeTime: start + .seconds(86_400), grid: .cents, fees: .ordinary, mutuallyExclusive: false, underlying: nil)
    }

    /// A ledger as it was before there were stakes: the account's record holds a position in each of so many markets.
    private func oldLedger(_ count: Int) throws -> (ledger: Watched, venue: Venue) {
        var venue = Venue(seed: 1)
        var events: [VenueEvent] = []
        venue.open(me, cash: .dollars(10_000))
        let ledger = Watched()
        for number in 0..<count {
            venue.list(market(number), status: .active, at: start, into: &events)
            _ = venue.houseQuote(Ticker("KX-\(number)"), .no, at: .cents(60), .contracts(3), time: start, into: &events)
            _ = try venue.create(
                OrderRequest(market: Ticker("KX-\(number)"), side: .yes, limit: .cents(40), quantity: .contracts(2)), for: me, at: start, into: &events
            ).get()
        }
        let record = try #require(venue.account(me))
        try ledger.upsert([try LedgerCodec.record(.account, me.text, LedgerCodec.StoredAccount(record: record))])
        for fill in venue.fills(me) { try ledger.upsert([try LedgerCodec.record(.fill, "\(fill.fill.trade.text)/\(fill.fill.order.text)", fill)]) }
        for order in venue.orders(me) { try ledger.upsert([try LedgerCodec.record(.order, order.id.text, order)]) }
        for market in venue.allMarkets { try ledger.upsert([try LedgerCodec.record(.market, market.market.ticker.text, market)]) }
        _ = ledger.takeWritten()
        return (ledger, venue)
    }

    private func house(_ ledger: Watched) throws -> ExchangeHouse {
        let now = start + .seconds(10)
        return try ExchangeHouse(ExchangeConfiguration(liquidity: .recorded(seed: 1), ledger: ledger, now: { now }), keys: KeyRing())
    }

    private func ask(_ house: ExchangeHouse, _ operation: Exchange.Operation, _ body: JSON? = nil) async throws -> JSON {
        try await house.answer(operation, HTTPRequest(method: "POST", path: "", body: body?.bytes ?? []), account: me).body ?? .null
    }

    /// Two orders that would meet: the second cancels the first instead, so that nothing trades.
    private func quote(_ house: ExchangeHouse, _ ticker: String, _ client: String) async throws {
        for (side, price, name) in [("ask", "0.4000", "\(client)-a"), ("bid", "0.4000", "\(client)-b")] {
            let order = JSON.object([
                "ticker": .text(ticker), "side": .text(side), "count": "1.00", "price": .text(price), "client_order_id": .text(name),
                "time_in_force": "good_till_canceled", "self_trade_prevention_type": "maker",
            ])
            _ = try await ask(house, .createOrder, order)
        }
    }

    @Test func `a ledger of before there were stakes is read as it was, and goes on with one record for each market`() async throws {
        let (ledger, venue) = try oldLedger(40)
        let house = try house(ledger)
        let shown = try await ask(house, .positions)["market_positions"]?.array
        #expect(shown?.count == 40 && shown?.allSatisfy { $0["position_fp"] == "2.00" && $0["total_traded_dollars"] == "0.800000" } == true)
        try await quote(house, "KX-7", "first")
        #expect(ledger.takeWritten().count { $0.kind == "stake" } == 40, "what was in the account's record has its own now")
        try await quote(house, "KX-7", "second")
        let written = ledger.takeWritten()
        #expect(written.allSatisfy { $0.kind != "stake" }, "nothing traded")
        let account = try #require(written.last { $0.kind == "account" })
        #expect(account.body.count < 500, "\(String(decoding: account.body, as: UTF8.self))")
        let record = try #require(await house.venue.account(me))
        #expect(try LedgerCodec.accounts(from: ledger) == [record])
        #expect(Set(try LedgerCodec.state(from: ledger).fills.map(\.fill.trade)) == Set(venue.fills(me).map(\.fill.trade)))
        #expect(try await ask(self.house(ledger), .positions)["market_positions"]?.array == shown)
    }

    @Test func `a fill writes the stake that it changed and no other, also where nothing is left of it`() async throws {
        let (ledger, _) = try oldLedger(3)
        let house = try house(ledger)
        await house.feed([.connected(connection: 1), .listed(market(9))], at: start + .seconds(11))
        let subscription = SubscriptionID(connection: 1, sid: 1)
        let snapshot = BookSnapshot(
            market: Ticker("KX-9"), subscription: subscription, sequence: 1, yes: [Level(price: .cents(40), quantity: .contracts(9))],
            no: [Level(price: .cents(60), quantity: .contracts(9))])
        await house.feed([.subscribed(subscription, channel: "orderbook_delta", complete: true), .snapshot(snapshot)], at: start + .seconds(11))
        _ = ledger.takeWritten()
        for (number, side) in ["bid", "ask"].enumerated() {
            let order = JSON.object([
                "ticker": "KX-9", "side": .text(side), "count": "1.00", "price": "0.4000", "client_order_id": .text(side),
                "time_in_force": "immediate_or_cancel", "self_trade_prevention_type": "maker",
            ])
            #expect(try await ask(house, .createOrder, order)["fill_count"] == "1.00")
            #expect(ledger.takeWritten().filter { $0.kind == "stake" }.map(\.key) == ["desk-1/0/KX-9"])
            let shown = try await ask(house, .positions)["market_positions"]?.array?.first { $0["ticker"] == "KX-9" }
            #expect(shown?["position_fp"]?.text == (number == 0 ? "1.00" : "0.00"))
            let record = try #require(await house.venue.account(me))
        #expect(try LedgerCodec.accounts(from: ledger) == [record])
        }
    }
}
