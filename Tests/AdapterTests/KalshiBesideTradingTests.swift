import Exchange
@testable import Kalshi
import Model
import Testing

/// What the client asks beside trading, of our own exchange over a socket: collections, quotes, subaccounts, the account's papers.
@Suite struct KalshiBesideTradingTests {
    @Test func `what the simulated world does not have is an empty list, and what it has is read`() async throws {
        try await ExchangeRig.withClient { client, _, _ in
            #expect(try await client.incentives().isEmpty)
            #expect(try await client.milestones().isEmpty)
            #expect(try await client.targets().isEmpty)
            for id in ["milestone", "target"] {
                let error = await #expect(throws: KalshiError.self) {
                    if id == "target" { _ = try await client.target(id) } else { _ = try await client.milestone(id) }
                }
                #expect(error?.status == 404)
            }
            #expect(try await client.deposits().isEmpty)
            #expect(try await client.withdrawals().isEmpty)
            #expect(try await client.tags().isEmpty == false)
            _ = try await client.sports()
            #expect(try await client.apiKeys().map(\.id).isEmpty == false)
            #expect(try await client.volumeProgress().isEmpty == false)
            #expect(try await client.communicationsID().isEmpty == false)
            // Only members that clear for others may ask, there as here (recorded in January 2026).
            let refused = await #expect(throws: KalshiError.self) { try await client.restingValue() }
            #expect(refused?.status == 403 && refused?.code == "permission_denied")
        }
    }

    @Test func `two markets are combined into one, and the same legs are the same market`() async throws {
        try await ExchangeRig.withClient { client, market, _ in
            let collection = try #require(try await client.collections().first)
            #expect(try await client.collection(collection.ticker) == collection)
            let first = try await client.market(market)
            let second = try #require(try await client.markets(status: .open).first { other in
                other.event != first.event && collection.parts.contains { $0.event == other.event }
            })
            let legs = [KalshiLeg(market: first.ticker, event: first.event, side: .yes), KalshiLeg(market: second.ticker, event: second.event, side: .no)]
            let combined = try await client.combine(legs, in: collection.ticker)
            #expect(try await client.combine(legs.reversed(), in: collection.ticker) == combined)
            let row = try await client.market(combined)
            #expect(try await client.combinedEvents(collection: collection.ticker).map(\.ticker) == [row.event])
        }
    }

    @Test func `a request for quotes is made, seen and taken back`() async throws {
        try await ExchangeRig.withClient { client, market, _ in
            let id = try await client.createRFQ(market, .contracts(25), restRemainder: false)
            let rfq = try await client.rfq(id)
            #expect(rfq.market == market && rfq.quantity == .contracts(25) && rfq.status == .open)
            #expect(try await client.rfqs(market: market, status: .open) == [rfq])
            #expect(try await client.quotes(rfq: id).isEmpty)
            #expect(try await client.quotes().isEmpty)
            let error = await #expect(throws: KalshiError.self) { try await client.acceptQuote("5f3c0f7e-6f43-4f2f-9d52-0a3b6f1f2d11", .yes) }
            #expect(error?.status == 404 && error?.outcome == .refused)
            try await client.deleteRFQ(id)
            #expect(try await client.rfq(id).status == .closed)
        }
    }

    @Test func `cash moves to a subaccount once, however often the same transfer is sent`() async throws {
        try await ExchangeRig.withClient { client, _, _ in
            let number = try await client.createSubaccount()
            for _ in 0..<2 {
                do throws(KalshiError) {
                    try await client.transfer("5f3c0f7e-6f43-4f2f-9d52-0a3b6f1f2d11", from: 0, to: number, .dollars(250))
                } catch {
                    #expect(error.status == 409, "\(error)")
                }
            }
            #expect(try await client.subaccountBalances().first { $0.subaccount == number }?.balance == .dollars(250))
            #expect(try await client.transfers().map(\.amount) == [.dollars(250)])
            try await client.setNetting(false, of: number)
            #expect(try await client.netting().first { $0.subaccount == number }?.isEnabled == false)
        }
    }

    @Test(arguments: [
        (#"{"id":"q","rfq_id":"r","market_ticker":"T","contracts_fp":"5.00","yes_bid_dollars":"0.4000","no_bid_dollars":"0.0000","created_ts":"2026-01-15T14:02:19Z","updated_ts":"2026-01-15T14:02:19Z","status":"open"}"#, Price.cents(40), Price?.none),
        (#"{"id":"q","rfq_id":"r","market_ticker":"T","contracts_fp":"5.00","yes_bid_dollars":"0.0000","no_bid_dollars":"0.5500","created_ts":"2026-01-15T14:02:19Z","updated_ts":"2026-01-15T14:02:19Z","status":"open"}"#, Price?.none, Price.cents(55)),
    ] as [(String, Price?, Price?)])
    func `a bid of nothing is no bid`(json: String, yes: Price?, no: Price?) throws {
        let quote = try Reading.read(KalshiQuote.self, json)
        #expect(quote.yesBid == yes && quote.noBid == no)
    }

    @Test(arguments: ["9223372036854775807", "-9223372036854775808"]) func `an amount beyond any is a break of the contract, not a crash`(cents: String) {
        let json = #"{"id":"d","status":"applied","type":"ach","amount_cents":\#(cents),"fee_cents":0,"created_ts":1768485718}"#
        #expect(throws: ContractBreak("Payment has a amount_cents that cannot be read")) { try Reading.read(KalshiPayment.self, json) }
        let late = #"{"id":"d","status":"applied","type":"ach","amount_cents":1,"fee_cents":0,"created_ts":\#(cents)}"#
        #expect(throws: ContractBreak("Payment has a created_ts that cannot be read")) { try Reading.read(KalshiPayment.self, late) }
        // A year that the calendar has and nanoseconds do not.
        let year9999 = late.replacing(cents, with: "253402300799")
        #expect(throws: ContractBreak("Payment has a created_ts that cannot be read")) { try Reading.read(KalshiPayment.self, year9999) }
    }
}
