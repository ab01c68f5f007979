import Accounting
import Matching
import Model
import Ports
import Testing

@testable import Exchange

@Suite struct LedgerCodecTests {
    @Test func `subaccounts, transfers, groups and settlements come back from the ledger as the venue told them`() throws {
        let (me, market, now) = (AccountID("me"), Ticker("KX-A"), Timestamp.seconds(10))
        var venue = Venue(seed: 1)
        var events: [VenueEvent] = []
        let definition = Market(
            ticker: market, event: EventTicker("KX"), series: SeriesTicker("KX"), title: "A", strike: .other, openTime: .zero, closeTime: .seconds(1000),
            grid: .cents, fees: .ordinary, mutuallyExclusive: true, underlying: nil)
        venue.list(definition, status: .active, at: now, into: &events)
        venue.open(me, cash: .dollars(100))
        _ = try venue.openSubaccount(me, into: &events).get()
        _ = try venue.transfer(.dollars(30), from: 0, to: 1, id: "t", for: me, at: now, into: &events).get()
        #expect(venue.setNetting(true, for: me, subaccount: 1, into: &events) == nil)
        let group = try venue.createGroup(limit: .contracts(5), subaccount: 1, for: me, at: now, into: &events).get()
        _ = venue.houseQuote(market, .no, at: .cents(60), .contracts(3), time: now, into: &events)
        let request = OrderRequest(market: market, side: .yes, limit: .cents(40), quantity: .contracts(4), cancelOnPause: true, subaccount: 1, group: group.id)
        _ = try venue.create(request, for: me, at: now, into: &events).get()
        _ = try venue.create(OrderRequest(market: market, side: .yes, limit: .cents(30), quantity: .contracts(1)), for: me, at: now, into: &events).get()
        venue.determine(market, .yes, at: now, into: &events)
        venue.settle(market, at: now, into: &events)

        let ledger = MemoryLedger()
        for event in events { try ledger.upsert(records(event, venue)) }
        let state = try LedgerCodec.state(from: ledger)
        #expect(state == venue.state)
        #expect(Venue(seed: 1, restoring: state).state == venue.state)
    }

    @Test func `an order that an older ledger keeps under its id alone is read once, as it was changed last`() throws {
        let (me, market) = (AccountID("me"), Ticker("KX-A"))
        var venue = Venue(seed: 1)
        var events: [VenueEvent] = []
        let definition = Market(
            ticker: market, event: EventTicker("KX"), series: SeriesTicker("KX"), title: "A", strike: .other, openTime: .zero, closeTime: .seconds(1000),
            grid: .cents, fees: .ordinary, mutuallyExclusive: true, underlying: nil)
        venue.list(definition, status: .active, at: .seconds(10), into: &events)
        venue.open(me, cash: .dollars(100))
        let before = try venue.create(OrderRequest(market: market, side: .yes, limit: .cents(30), quantity: .contracts(1)), for: me, at: .seconds(10), into: &events).get()
        let after = try venue.cancel(before.id, for: me, at: .seconds(20), into: &events).get()
        let ledger = MemoryLedger()
        try ledger.upsert([LedgerCodec.record(.order, before.id.text, before), LedgerCodec.record(.order, LedgerCodec.key(after), after)])
        #expect(try LedgerCodec.state(from: ledger).orders == [after])
    }

    private func records(_ event: VenueEvent, _ venue: Venue) throws -> [LedgerRecord] {
        switch event {
        case .order(let order): [try LedgerCodec.record(.order, LedgerCodec.key(order), order)]
        case .fill(let fill): [try LedgerCodec.record(.fill, LedgerCodec.key(fill), fill)]
        case .settled(let paid): [try LedgerCodec.record(.settlement, paid.key, paid)]
        case .market(let market, _): [try LedgerCodec.record(.market, market.market.ticker.text, market)]
        case .group(let group, _): [try LedgerCodec.record(.group, group.id.text, group)]
        case .transfer(let transfer): [try LedgerCodec.record(.transfer, transfer.id, transfer)]
        case .account(let id):
            [try LedgerCodec.record(.account, id.text, LedgerCodec.StoredAccount(record: #require(venue.account(id))))]
        case .bookDelta, .trade: []
        }
    }
}
