import Accounting
import Foundation
import Matching
import Model
import Simulation
import Testing

@testable import Exchange

/// Foundation's decoder is the judge: what our writer wrote must be what Foundation's encoder would have written, read back.
@Suite struct LedgerWriterTests {
    private func read<Value: Codable & Equatable>(_ value: Value) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(try LedgerWriter.bytes(value)))
    }

    private enum Shape: Codable, Equatable {
        case none, one(Int), named(text: String, more: [Double?])
        indirect case nested(Shape, [String: Shape])
    }

    private struct Everything: Codable, Equatable {
        var text = "quote \" backslash \\ line \n bell \u{7} é 😀"
        var whole = [Int64.min, -1, 0, 7, .max]
        var unsigned = [UInt64.max, 0]
        var small: [UInt8] = [0, 255]
        var numbers = [0.1, -0.0, 1e300, Double.leastNonzeroMagnitude, 3]
        var flag = [true, false]
        var absent: String?
        var optional: Int? = 4
        var byName = ["a": 1, "": 2]
        var byNumber = [3: "c", 1: "a"]
        var shapes: [Shape] = [.none, .one(2), .named(text: "x", more: [1, nil]), .nested(.nested(.one(1), [:]), ["k": .none])]
        var empty: [Int] = []
    }

    @Test func `every shape of value comes back as it was`() throws {
        #expect(try read(Everything()) == Everything())
        #expect(try read([Everything?.none, Everything()]) == [nil, Everything()])
        #expect(throws: EncodingError.self) { try LedgerWriter.bytes([Double.nan]) }
    }

    @Test func `a world and what a venue remembers come back as they were`() throws {
        var living = LivingMarket(seed: 4, start: MorningClock.wednesday)
        var venue = Venue(seed: 4)
        let account = AccountID("a")
        venue.open(account, cash: .dollars(1000))
        var events: [VenueEvent] = []
        var spots: [LivingMarket.TimedSpot] = []
        living.advance(to: MorningClock.wednesday + .seconds(3), venue: &venue, into: &events, spots: &spots)
        for (i, market) in venue.allMarkets.enumerated() {
            let request = OrderRequest(
                market: market.market.ticker, client: ClientOrderID("c\(i)"), side: i % 2 == 0 ? .yes : .no, limit: .cents(60), quantity: .contracts(2),
                expiration: i % 3 == 0 ? MorningClock.wednesday + .seconds(3600) : nil)
            _ = venue.create(request, for: account, at: MorningClock.wednesday + .seconds(3), into: &events)
        }
        #expect(try read(venue.state) == venue.state)
        #expect(try read(living.memory) == living.memory)
    }

    /// Its own words, by the containers: what `putAtOnce` must not differ from in a byte. A dictionary of it is no `OrderRecord`, and so encodes it by itself.
    private struct Slowly: Encodable {
        let order: OrderRecord
        func encode(to encoder: any Encoder) throws { try order.encode(to: encoder) }
    }

    @Test(arguments: [FeeRounding.current(precision: .cent), .current(precision: .tenThousandth), .centPerOrder])
    func `an order's record is written at once in its own words`(rounding: FeeRounding) throws {
        var random = SeededRandom(seed: 9)
        var venue = Venue(seed: 9, rounding: rounding)
        let ticker = Ticker("KXTEST-1")
        let (a, b) = (AccountID("a"), AccountID("b \"quoted\""))
        var events: [VenueEvent] = []
        let market = Market(
            ticker: ticker, event: EventTicker("KXTEST"), series: SeriesTicker("KXTEST"), title: "", strike: .other, openTime: .zero, closeTime: .seconds(100_000), grid: .cents,
            fees: FeeTerms(kind: .quadraticWithMakerFees, multiplierThousandths: 1000), mutuallyExclusive: false, underlying: nil)
        venue.list(market, status: .active, at: .zero, into: &events)
        for account in [a, b] { venue.open(account, cash: .dollars(1_000_000)) }
        for i in 0..<300 {
            var request = OrderRequest(
                market: ticker, client: i % 5 == 0 ? nil : ClientOrderID("c\(i)"), side: Bool.random(using: &random) ? .yes : .no,
                limit: .cents(Int32.random(in: 30...70, using: &random)), quantity: .contracts(.random(in: 1...20, using: &random)),
                timeInForce: i % 3 == 0 ? .immediateOrCancel : .goodTillCanceled, selfTrade: i % 2 == 0 ? .maker : .takerAtCross)
            if request.timeInForce == .immediateOrCancel { request.maxCost = .dollars(5) } else if i % 4 == 0 { request.expiration = .seconds(Int64(1000 + i)) }
            _ = venue.create(request, for: i % 2 == 0 ? a : b, at: .seconds(Int64(i)), into: &events)
        }
        for order in venue.state.orders where order.status == .resting {
            let amendment = OrderAmendment(quantity: .contracts(30), client: ClientOrderID("n\(order.id.text)"))
            _ = venue.amend(order.id, amendment, for: order.account, at: .seconds(400), into: &events)
        }
        var kinds: Set<String> = []
        for order in venue.state.orders {
            #expect(String(decoding: try LedgerWriter.bytes(order), as: UTF8.self) == String(decoding: try LedgerWriter.bytes(Slowly(order: order)), as: UTF8.self))
            #expect(try read(order) == order)
            kinds.insert("\(order.status.rawValue) \(order.filled.isZero ? "unfilled" : "filled")")
        }
        #expect(kinds.count >= 4, "the stream shows too little: \(kinds.sorted())")
    }
}
