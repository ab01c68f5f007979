import Accounting
import Model
import Testing

@Suite struct BookWalkTests {
    private let offers = [Level(price: .cents(40), quantity: .contracts(5)), Level(price: .cents(42), quantity: .contracts(10)), Level(price: .cents(50), quantity: .contracts(1))]

    @Test func `an order takes the cheapest first, stops at its limit and leaves the rest`() throws {
        let fees = try #require(FeeSchedule(FeeTerms(kind: .quadratic, multiplierThousandths: 0)))
        let walk = BookWalk(offers: offers, quantity: .contracts(20), limit: .cents(45), fees: fees)
        #expect(walk.filled == .contracts(15) && walk.remaining == .contracts(5) && walk.cost == .cents(5 * 40 + 10 * 42) && walk.fee == .zero)
        #expect(BookWalk(offers: offers, quantity: .contracts(20), limit: nil, fees: fees).filled == .contracts(16))
        #expect(BookWalk(offers: offers, quantity: .contracts(1), limit: .cents(39), fees: fees).steps.isEmpty)
    }

    @Test(arguments: 0..<20) func `its fee is that of the same fills charged one by one, and within the bound`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let fees = try #require(FeeSchedule(FeeTerms(kind: seed % 2 == 0 ? .quadratic : .quadraticWithMakerFees)))
        let levels = (0..<6).map { i in Level(price: .cents(Int32(20 + 10 * i)), quantity: Quantity(hundredths: Int64.random(in: 1...5000, using: &random))) }
        let quantity = Quantity(hundredths: Int64.random(in: 1...20_000, using: &random))
        let walk = BookWalk(offers: levels, quantity: quantity, limit: nil, fees: fees)
        var account = OrderFeeAccount(fees)
        var left = quantity
        var fee = Money.zero
        for level in levels where left > .zero {
            let taken = min(left, level.quantity)
            fee += account.charge(price: level.price, quantity: taken, liquidity: .taker).net
            left -= taken
        }
        #expect(walk.fee == fee && walk.remaining == left && walk.filled + walk.remaining == quantity)
        if let worst = walk.steps.map(\.price).max() {
            #expect(walk.cost + walk.fee <= worst * walk.filled + fees.upperBound(price: worst, quantity: walk.filled))
        }
    }
}
