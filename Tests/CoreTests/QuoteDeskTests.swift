import Matching
import Model
import Testing

@Suite final class QuoteDeskTests {
    private let asker = AccountID("asker")
    private let maker = AccountID("maker")
    private let other = AccountID("other")
    private let market = Ticker("KXA-26-T1")
    private var desk = QuoteDesk(seed: 1)
    private var events: [QuoteEvent] = []

    private func second(_ seconds: Int64) -> Timestamp { .seconds(seconds) }

    private func ask(_ contracts: Int64 = 100, replacing: Bool = false, by account: AccountID? = nil, at seconds: Int64 = 0) throws -> RFQRecord {
        try desk.request(
            market, .contracts(.contracts(contracts)), restsRemainder: false, replacing: replacing, for: account ?? asker, at: second(seconds), into: &events
        ).get()
    }

    private func offer(_ yes: Int32, _ no: Int32, on rfq: RFQRecord, by account: AccountID? = nil, at seconds: Int64 = 1) throws -> QuoteRecord {
        let offer = QuoteDesk.Offer(
            yesBid: .cents(yes), noBid: .cents(no), yesContracts: .contracts(100), noContracts: .contracts(100), restsRemainder: false, isPostOnly: false)
        return try desk.quote(rfq.id, offer, for: account ?? maker, at: second(seconds), into: &events).get()
    }

    private func due(_ seconds: Int64) -> [QuoteID] {
        desk.due(at: second(seconds), timers: { _ in .ordinary }, into: &events).map(\.id)
    }

    private func accept(_ id: QuoteID, _ side: Side, by account: AccountID, at seconds: Int64) -> Result<QuoteRecord, QuoteRefusal> {
        desk.accept(id, side, for: account, at: second(seconds), into: &events)
    }

    private func confirm(_ id: QuoteID, by account: AccountID, at seconds: Int64) -> Result<QuoteRecord, QuoteRefusal> {
        desk.confirm(id, for: account, at: second(seconds), into: &events)
    }

    private func withdraw(_ id: QuoteID, by account: AccountID) -> QuoteRefusal? { desk.withdraw(id, for: account, at: second(2), into: &events) }
    private func withdraw(_ id: RFQID, by account: AccountID) -> QuoteRefusal? { desk.withdraw(id, for: account, at: second(2), into: &events) }

    @Test func `a quote goes from open over accepted and confirmed to executed, and the request with it`() throws {
        let rfq = try ask()
        let quote = try offer(35, 64, on: rfq)
        #expect(try accept(quote.id, .yes, by: asker, at: 10).get().contracts == .contracts(100))
        #expect(try confirm(quote.id, by: maker, at: 20).get().status == .confirmed)
        #expect(due(34) == [])
        #expect(due(35) == [quote.id])
        desk.executed(quote.id, maker: OrderID("m"), requester: OrderID("r"), at: second(35), into: &events)
        #expect(desk.quote(quote.id)?.status == .executed && desk.rfq(rfq.id)?.status == .closed)
        #expect(due(36) == [])
        #expect(
            events.map(name) == ["rfqCreated", "quoteCreated", "quoteAccepted", "quoteConfirmed", "quoteExecuted", "rfqClosed"])
    }

    @Test func `an acceptance that is not confirmed within thirty seconds lapses, and the request takes another`() throws {
        let rfq = try ask()
        let (first, second) = (try offer(35, 64, on: rfq), try offer(34, 0, on: rfq, by: other))
        _ = try accept(first.id, .yes, by: asker, at: 10).get()
        #expect(accept(second.id, .yes, by: asker, at: 11) == .failure(.rfqClosed), "one at a time")
        #expect(due(39) == [] && desk.quote(first.id)?.status == .accepted)
        #expect(due(40) == [] && desk.quote(first.id)?.status == .cancelled)
        #expect(confirm(first.id, by: maker, at: 41) == .failure(.wrongState(.cancelled)))
        #expect(try accept(second.id, .yes, by: asker, at: 41).get().status == .accepted)
    }

    @Test func `a maker's new quote takes the place of its old one, and others stay`() throws {
        let rfq = try ask()
        let (old, theirs) = (try offer(35, 64, on: rfq), try offer(30, 0, on: rfq, by: other))
        let new = try offer(36, 64, on: rfq)
        #expect(desk.quote(old.id)?.status == .cancelled && desk.quote(new.id)?.status == .open && desk.quote(theirs.id)?.status == .open)
    }

    @Test func `what makes no sense is refused and changes nothing`() throws {
        let rfq = try ask()
        let quote = try offer(35, 0, on: rfq)
        let before = events.count
        #expect(throws: QuoteRefusal.rfqExists) { try ask() }
        #expect(throws: QuoteRefusal.ownRFQ) { try offer(35, 64, on: rfq, by: asker) }
        #expect(throws: QuoteRefusal.invalidPrice) { try offer(40, 61, on: rfq) }
        #expect(throws: QuoteRefusal.invalidPrice) { try offer(0, 0, on: rfq) }
        #expect(accept(quote.id, .no, by: asker, at: 2) == .failure(.sideDeclined))
        #expect(accept(quote.id, .yes, by: other, at: 2) == .failure(.notFound))
        #expect(confirm(quote.id, by: maker, at: 2) == .failure(.wrongState(.open)))
        #expect(withdraw(quote.id, by: other) == .notFound)
        #expect(withdraw(rfq.id, by: other) == .notFound)
        #expect(events.count == before)
    }

    @Test func `replacing closes the old request with its quotes, and so does deleting it and the market's close`() throws {
        var rfq = try ask()
        for end in ["replaced", "deleted", "market closed"] {
            let quote = try offer(35, 64, on: rfq)
            switch end {
            case "replaced": rfq = try ask(replacing: true)
            case "deleted":
                #expect(withdraw(rfq.id, by: asker) == nil)
                rfq = try ask()
            default: desk.closeMarket(market, at: second(3), into: &events)
            }
            #expect(desk.quote(quote.id)?.status == .cancelled && desk.rfq(quote.rfq)?.reason == end)
        }
        #expect(throws: QuoteRefusal.rfqClosed) { try offer(35, 64, on: rfq) }
    }

    @Test func `a maker that quotes anew with every move leaves few cancelled quotes behind, after a restart too`() throws {
        let rfq = try ask()
        let first = try offer(35, 0, on: rfq, by: other)
        let quotes = try (0..<500).map { try offer(Int32(1 + $0 % 50), 0, on: rfq, at: Int64($0)) }
        let kept = quotes.suffix(QuoteDesk.cancelledMemory + 1).map(\.id)
        #expect(desk.allQuotes.filter { $0.account == maker }.map(\.id) == kept && desk.quotes(on: rfq.id).map(\.id) == [first.id] + kept)
        #expect(desk.quote(first.id)?.status == .open && desk.quote(kept.last ?? first.id)?.status == .open)
        var all: [QuoteID: QuoteRecord] = [:]
        for event in events {
            switch event {
            case .quoteCreated(let quote), .quoteCancelled(let quote): all[quote.id] = quote
            default: continue
            }
        }
        let again = QuoteDesk(seed: 1, rfqs: desk.allRFQs, quotes: Array(all.values))
        #expect(all.count == 501 && again.allQuotes == desk.allQuotes)
    }

    @Test func `a full desk replaces a request, and one more is refused and closes none`() throws {
        func ask(_ market: Int, replacing: Bool) -> Result<RFQRecord, QuoteRefusal> {
            desk.request(Ticker("KX-\(market)"), .contracts(.contracts(1)), restsRemainder: false, replacing: replacing, for: asker, at: second(1), into: &events)
        }
        for market in 0..<QuoteDesk.openLimit { _ = try ask(market, replacing: false).get() }
        #expect(ask(QuoteDesk.openLimit, replacing: true) == .failure(.tooMany))
        #expect(desk.allRFQs.count { $0.status == .open } == QuoteDesk.openLimit)
        let new = try ask(5, replacing: true).get()
        #expect(desk.rfq(new.id)?.status == .open && desk.allRFQs.count { $0.status == .open } == QuoteDesk.openLimit)
    }

    @Test func `the requests that were closed first are forgotten first, with their quotes`() throws {
        let oldest = try ask()
        let quote = try offer(35, 0, on: oldest)
        for _ in 0...(QuoteDesk.memory + QuoteDesk.memory / 8) { _ = try ask(replacing: true) }
        #expect(desk.rfq(oldest.id) == nil && desk.quote(quote.id) == nil && desk.quotes(on: oldest.id) == [])
        #expect(desk.allRFQs.count <= QuoteDesk.memory + QuoteDesk.memory / 8 + 1 && desk.allRFQs.last?.status == .open)
    }

    @Test func `a desk that was stored goes on where it was`() throws {
        let rfq = try ask()
        let quote = try offer(35, 64, on: rfq)
        _ = try accept(quote.id, .yes, by: asker, at: 10).get()
        var again = QuoteDesk(seed: 1, rfqs: desk.allRFQs, quotes: desk.allQuotes)
        #expect(again.allRFQs == desk.allRFQs && again.allQuotes == desk.allQuotes)
        _ = try again.confirm(quote.id, for: maker, at: second(12), into: &events).get()
        #expect(again.due(at: second(27), timers: { _ in .ordinary }, into: &events).map(\.id) == [quote.id])
        let next = try again.request(Ticker("KXB"), .contracts(.contracts(1)), restsRemainder: false, for: asker, at: second(30), into: &events).get()
        #expect(next.id != rfq.id && again.rfq(next.id) == next)
    }

    @Test func `at any moment of a random life at most one quote of a request is taken, and what is over stays over`() throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            var random = SeededRandom(seed: seed)
            var desk = QuoteDesk(seed: seed)
            var events: [QuoteEvent] = []
            var over: [QuoteID: QuoteRecord] = [:]
            let accounts = [asker, maker, other]
            for step in 0..<400 as Range<Int64> {
                let time = second(step * 3)
                let account = accounts[Int(random.next() % 3)]
                let rfq = desk.allRFQs.isEmpty ? RFQID("none") : desk.allRFQs[Int(random.next() % UInt64(desk.allRFQs.count))].id
                let quote = desk.allQuotes.isEmpty ? QuoteID("none") : desk.allQuotes[Int(random.next() % UInt64(desk.allQuotes.count))].id
                switch random.next() % 7 {
                case 0: _ = desk.request(market, .contracts(.contracts(1)), restsRemainder: false, replacing: random.next() % 2 == 0, for: account, at: time, into: &events)
                case 1, 2:
                    let offer = QuoteDesk.Offer(
                        yesBid: .cents(Int32(random.next() % 60)), noBid: .cents(Int32(random.next() % 60)), yesContracts: .contracts(1),
                        noContracts: .contracts(1), restsRemainder: false, isPostOnly: false)
                    _ = desk.quote(rfq, offer, for: account, at: time, into: &events)
                case 3: _ = desk.accept(quote, random.next() % 2 == 0 ? .yes : .no, for: account, at: time, into: &events)
                case 4: _ = desk.confirm(quote, for: account, at: time, into: &events)
                case 5: _ = desk.withdraw(quote, for: account, at: time, into: &events)
                default:
                    for due in desk.due(at: time, timers: { _ in .ordinary }, into: &events) {
                        #expect(due.status == .confirmed && time - (due.confirmed ?? time) >= .seconds(15))
                        desk.executed(due.id, maker: OrderID("m"), requester: OrderID("r"), at: time, into: &events)
                    }
                }
                for rfq in desk.allRFQs {
                    let own = desk.allQuotes.filter { $0.rfq == rfq.id }
                    #expect(own.count { $0.status == .accepted || $0.status == .confirmed || $0.status == .executed } <= 1)
                    #expect(rfq.status == .open || own.allSatisfy { $0.status == .executed || $0.status == .cancelled })
                }
                for quote in desk.allQuotes where quote.status == .executed || quote.status == .cancelled {
                    #expect(over[quote.id] == nil || over[quote.id] == quote)
                    over[quote.id] = quote
                }
            }
        }
    }

    private func name(_ event: QuoteEvent) -> String { String("\(event)".prefix { $0 != "(" }) }
}
