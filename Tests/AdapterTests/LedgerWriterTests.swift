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
}
