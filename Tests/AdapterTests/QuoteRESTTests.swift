import Keys
import Matching
import Model
import Notation
import Ports
import Testing
import Transport

@testable import Exchange

@Suite struct QuoteRESTTests {
    private static let (asker, maker) = (AccountID("asker"), AccountID("maker"))

    private func ask(
        _ house: ExchangeHouse, _ operation: Exchange.Operation, _ body: JSON? = nil, by account: AccountID = QuoteRESTTests.asker
    ) async throws -> JSON {
        try await house.answer(operation, HTTPRequest(method: "POST", path: "", body: body?.bytes ?? []), account: account).body ?? .null
    }

    /// A living morning with both accounts, and a market that is quoted.
    private func house(_ clock: ExchangeLifeTests.TestClock, _ ledger: any ExchangeLedger) async throws -> (house: ExchangeHouse, market: JSON) {
        let house = try ExchangeHouse(ExchangeConfiguration(liquidity: .living(seed: 3), ledger: ledger, now: { clock.now }), keys: KeyRing())
        for account in [QuoteRESTTests.asker, QuoteRESTTests.maker] { try await house.register(account.text, try SigningKey.generate(.ed25519).verifyingKey) }
        clock.move(.seconds(2))
        await house.catchUp()
        let markets = try await ask(house, .markets)["markets"]?.array ?? []
        let quoted = markets.first { market in
            guard let bid = market["yes_bid_dollars"]?.text.flatMap({ Price($0) }) else { return false }
            return bid >= .cents(20) && bid <= .cents(80)
        }
        return (house, try #require(quoted))
    }

    @Test func `what was agreed is in the book after fifteen seconds, through a restart as well`() async throws {
        let clock = ExchangeLifeTests.TestClock(MorningClock.wednesday)
        let ledger = MemoryLedger()
        var (house, market) = try await house(clock, ledger)
        let ticker = try #require(market["ticker"]?.text)
        let rfq = try #require(
            try await ask(house, .createRFQ, .object(["market_ticker": .text(ticker), "contracts_fp": "5.00", "rest_remainder": false]))["id"]?.text)
        // Above the crowd's bid, so that the maker stands first; inside the spread it meets nobody.
        let bid = try #require(market["yes_bid_dollars"]?.text)
        let offer = JSON.object(["rfq_id": .text(rfq), "yes_bid": .text(bid), "no_bid": "0", "rest_remainder": true])
        let quote = try #require(try await ask(house, .createQuote, offer, by: QuoteRESTTests.maker)["id"]?.text)
        _ = try await ask(house, .acceptQuote(quote, rfq: rfq), .object(["accepted_side": "yes"]))
        clock.move(.seconds(20))
        _ = try await ask(house, .confirmQuote(quote, rfq: rfq), by: QuoteRESTTests.maker)

        house = try ExchangeHouse(ExchangeConfiguration(liquidity: .living(seed: 3), ledger: ledger, now: { clock.now }), keys: KeyRing())
        clock.move(.seconds(14))
        await house.catchUp()
        #expect(try await ask(house, .quote(quote, rfq: nil))["quote"]?["status"] == "confirmed")
        clock.move(.seconds(2))
        await house.catchUp()
        let done = try await ask(house, .quote(quote, rfq: nil))["quote"]
        #expect(done?["status"] == "executed" && done?["creator_order_id"] == nil)
        let order = try await ask(house, .order(try #require(done?["rfq_creator_order_id"]?.text)))["order"]
        #expect(order?["outcome_side"] == "no" && order?["initial_count_fp"] == "5.00")
        #expect(try await ask(house, .rfq(rfq))["rfq"]?["status"] == "closed")
        let theirs = try await ask(house, .quote(quote, rfq: nil), by: QuoteRESTTests.maker)["quote"]
        #expect(theirs?["creator_order_id"]?.text != nil && theirs?["rfq_creator_order_id"] == nil)
    }

    @Test(arguments: [false, true])
    func `an agreement that one of the two cannot pay is off, and leaves nothing in the book`(_ rests: Bool) async throws {
        let clock = ExchangeLifeTests.TestClock(MorningClock.wednesday)
        let (house, market) = try await house(clock, MemoryLedger())
        let ticker = try #require(market["ticker"]?.text)
        let rfq = try #require(
            try await ask(house, .createRFQ, .object(["market_ticker": .text(ticker), "contracts_fp": "90000.00", "rest_remainder": false]))["id"]?.text)
        let offer = JSON.object(["rfq_id": .text(rfq), "yes_bid": "0.1000", "no_bid": "0", "rest_remainder": .bool(rests)])
        let quote = try #require(try await ask(house, .createQuote, offer, by: QuoteRESTTests.maker)["id"]?.text)
        _ = try await ask(house, .acceptQuote(quote, rfq: nil), .object(["accepted_side": "yes"]))
        _ = try await ask(house, .confirmQuote(quote, rfq: nil), by: QuoteRESTTests.maker)
        clock.move(.seconds(16))
        await house.catchUp()
        let off = try await ask(house, .quote(quote, rfq: nil))["quote"]
        #expect(off?["status"] == "cancelled" && off?["cancellation_reason"] == "insufficient_balance")
        for account in [QuoteRESTTests.asker, QuoteRESTTests.maker] {
            let resting = try await ask(house, .orders, by: account)["orders"]?.array?.filter { $0["status"] == "resting" }
            #expect(resting == [])
        }
        #expect(try await ask(house, .rfq(rfq))["rfq"]?["status"] == "open")
    }

    @Test func `who asks can stay unnamed until a quote is executed, and quotes are seen by those whom they concern`() async throws {
        let clock = ExchangeLifeTests.TestClock(MorningClock.wednesday)
        let (house, market) = try await house(clock, MemoryLedger())
        try await house.register("other", try SigningKey.generate(.ed25519).verifyingKey)
        let request = JSON.object([
            "market_ticker": .text(market["ticker"]?.text ?? ""), "contracts": 2, "rest_remainder": false, "obscure_creator_id": true,
        ])
        let rfq = try #require(try await ask(house, .createRFQ, request)["id"]?.text)
        let own = try await ask(house, .communicationsID)["communications_id"]
        #expect(try await ask(house, .rfq(rfq))["rfq"]?["creator_id"] == own)
        #expect(try await ask(house, .rfq(rfq), by: QuoteRESTTests.maker)["rfq"]?["creator_id"]?.text == ExchangeHouse.obscured)
        let offer = JSON.object(["rfq_id": .text(rfq), "yes_bid": "0.1000", "no_bid": "0.1000", "rest_remainder": false])
        let quote = try #require(try await ask(house, .createQuote, offer, by: QuoteRESTTests.maker)["id"]?.text)
        #expect(try await ask(house, .quote(quote, rfq: nil), by: QuoteRESTTests.maker)["quote"]?["rfq_creator_id"]?.text == ExchangeHouse.obscured)
        await #expect(throws: APIError.notFound) { try await ask(house, .quote(quote, rfq: nil), by: AccountID("other")) }
        #expect(try await ask(house, .quotes, by: AccountID("other"))["quotes"] == [])
    }

    @Test func `a key that is locked to a subaccount neither sees nor moves the requests and quotes of another`() async throws {
        let clock = ExchangeLifeTests.TestClock(MorningClock.wednesday)
        let (house, market) = try await house(clock, MemoryLedger())
        let ticker = market["ticker"]?.text ?? ""
        for account in [QuoteRESTTests.asker, QuoteRESTTests.maker] { _ = try await ask(house, .createSubaccount, by: account) }
        func locked(_ operation: Exchange.Operation, _ body: JSON? = nil, query: String = "", by account: AccountID) async throws -> JSON {
            let query = Query(HTTPRequest(method: "GET", path: "", query: query, body: []).queryItems, operation: "Test")
            let call = Call(operation: operation, query: query, body: body?.bytes ?? [], caller: Caller(account: account, subaccount: 1))
            return try await house.answer(call).body ?? .null
        }
        let request = JSON.object(["market_ticker": .text(ticker), "contracts": 2, "rest_remainder": false])
        let rfq = try #require(try await ask(house, .createRFQ, request)["id"]?.text)
        let offer = JSON.object(["rfq_id": .text(rfq), "yes_bid": "0.1000", "no_bid": "0.1000", "rest_remainder": false])
        let quote = try #require(try await ask(house, .createQuote, offer, by: QuoteRESTTests.maker)["id"]?.text)
        let (asker, maker) = (QuoteRESTTests.asker, QuoteRESTTests.maker)
        for account in [asker, maker] {
            await #expect(throws: APIError.notFound) { try await locked(.quote(quote, rfq: nil), by: account) }
            #expect(try await locked(.quotes, by: account)["quotes"] == [])
        }
        // The request itself is public; whose it is, is not.
        let seen = try await locked(.rfq(rfq), by: asker)["rfq"]
        #expect(seen?["status"] == "open" && seen?["creator_subaccount"] == nil)
        #expect(try await locked(.rfqs, query: "user_filter=self", by: asker)["rfqs"] == [])
        await #expect(throws: APIError.lockedKey) { try await locked(.rfqs, query: "subaccount=0", by: asker) }
        let taking: JSON = .object(["accepted_side": "yes"])
        await #expect(throws: APIError.notFound) { try await locked(.acceptQuote(quote, rfq: nil), taking, by: asker) }
        await #expect(throws: APIError.notFound) { try await locked(.deleteQuote(quote, rfq: nil), by: maker) }
        await #expect(throws: APIError.notFound) { try await locked(.deleteRFQ(rfq), by: asker) }
        _ = try await ask(house, .acceptQuote(quote, rfq: nil), taking)
        await #expect(throws: APIError.notFound) { try await locked(.confirmQuote(quote, rfq: nil), by: maker) }
        #expect(try await ask(house, .quote(quote, rfq: nil))["quote"]?["status"] == "accepted")

        // What is its own, it moves.
        let own = try #require(try await locked(.createRFQ, request, by: maker)["id"]?.text)
        #expect(try await locked(.rfqs, query: "subaccount=1", by: maker)["rfqs"]?.array?.count == 1)
        _ = try await locked(.deleteRFQ(own), by: maker)
        #expect(try await ask(house, .rfq(own))["rfq"]?["status"] == "closed")
    }
}
