import Model
import Testing

@testable import Accounting

private func money(_ text: String) throws -> Money { try #require(Money(text)) }
private func price(_ text: String) throws -> Price { try #require(Price(text)) }
private func quantity(_ text: String) throws -> Quantity { try #require(Quantity(text)) }
private func schedule(_ rounding: FeeRounding, _ terms: FeeTerms = .ordinary) throws -> FeeSchedule { try #require(FeeSchedule(terms, rounding: rounding)) }

@Suite struct FeeTests {
    // Kalshi reference, section 12: the first two vectors give the trade fee and test the rounding alone.
    @Test(arguments: [
        ("0.0550", "1.00", "0.0085", ["0.0065", "0.0130", "0.0095"], ["0.0150", "0.0050", "0.0150"]),
        ("0.5000", "0.30", "0.0041", ["0.0059", "0.0118", "0.0077"], ["0.0100", "0.0000", "0.0100"]),
        ("0.3301", "0.03", "0.0005", ["0.009597", "0.019194", "0.018791"], ["0.010097", "0.000097", "0.000097"]),
    ])
    func `the rounding account follows the published vectors`(p: String, q: String, fee: String, accumulators: [String], nets: [String]) throws {
        var account = OrderFeeAccount(try schedule(.current(precision: .cent)))
        for (accumulator, net) in zip(accumulators, nets) {
            let charge = account.settle(tradeFee: try money(fee), revenue: -(try price(p) * quantity(q)))
            #expect(account.accumulator + charge.rebate == (try money(accumulator)))
            #expect(charge.net == (try money(net)))
        }
    }

    @Test func `the third vector's trade fee is the rule's own`() throws {
        var account = OrderFeeAccount(try schedule(.current(precision: .cent)))
        for net in ["0.010097", "0.000097", "0.000097"] {
            let charge = account.charge(price: try price("0.3301"), quantity: try quantity("0.03"), liquidity: .taker)
            #expect(charge.tradeFee == (try money("0.0005")))
            #expect(charge.net == (try money(net)))
        }
    }

    @Test(arguments: [("0.52", "0.0175"), ("0.99", "0.0007"), ("0.48", "0.0175")])
    func `a direct member pays one contract to a hundredth of a cent`(p: String, fee: String) throws {
        var account = OrderFeeAccount(try schedule(.current(precision: .tenThousandth)))
        #expect(account.charge(price: try price(p), quantity: .contracts(1), liquidity: .taker).net == (try money(fee)))
    }

    @Test func `makers pay nothing, or a quarter where the series says so`() throws {
        let ordinary = try schedule(.current(precision: .tenThousandth))
        let makers = try schedule(.current(precision: .tenThousandth), FeeTerms(kind: .quadraticWithMakerFees))
        #expect(ordinary.tradeFee(price: .cents(50), quantity: .contracts(100), liquidity: .maker) == .zero)
        #expect(makers.tradeFee(price: .cents(50), quantity: .contracts(100), liquidity: .maker) == (try money("0.4375")))
        #expect(makers.tradeFee(price: .cents(50), quantity: .contracts(100), liquidity: .taker) == (try money("1.75")))
        #expect(ordinary.expectedFeePerContract(price: .cents(50), liquidity: .taker) == 0.0175)
    }

    @Test func `an unknown rule has no schedule`() {
        #expect(FeeSchedule(FeeTerms(kind: .unknown)) == nil)
    }

    @Test(arguments: [FeeRounding.centPerOrder, .current(precision: .cent), .current(precision: .tenThousandth)])
    func `cost and bound at the limit always suffice, however an order fills`(rounding: FeeRounding) throws {
        var random = SeededRandom(seed: 12)
        for _ in 0..<3000 {
            let terms = FeeTerms(kind: Bool.random(using: &random) ? .quadratic : .quadraticWithMakerFees, multiplierThousandths: .random(in: 0...2000, using: &random))
            let schedule = try schedule(rounding, terms)
            let limit = Price(tenThousandths: .random(in: 1...9999, using: &random))
            let total = Quantity(hundredths: .random(in: 1...3000, using: &random))
            let bound = limit * total + schedule.upperBound(price: limit, quantity: total)
            var account = OrderFeeAccount(schedule)
            var left = total.hundredths
            var spent = Money.zero
            while left > 0 {
                let part = Quantity(hundredths: min(left, .random(in: 1...400, using: &random)))
                let price = Price(tenThousandths: .random(in: 1...limit.tenThousandths, using: &random))
                let liquidity: Liquidity = Bool.random(using: &random) ? .taker : .maker
                spent += price * part + account.charge(price: price, quantity: part, liquidity: liquidity).net
                left -= part.hundredths
                #expect(spent <= bound)
            }
        }
    }

    @Test(arguments: [FeeRounding.centPerOrder, .current(precision: .cent)])
    func `the balance moves by whole cents, or by its rebate`(rounding: FeeRounding) throws {
        var account = OrderFeeAccount(try schedule(rounding))
        var random = SeededRandom(seed: 3)
        for _ in 0..<500 {
            let price = Price.cents(.random(in: 1...99, using: &random))
            let size = Quantity.contracts(.random(in: 1...50, using: &random))
            let moved = price * size + account.charge(price: price, quantity: size, liquidity: .taker).net
            #expect(moved.floored(to: .cents(1)) == moved)
        }
    }
}

@Suite struct RecordedFillsTests {
    @Test func `a real account was charged a cent-rounded fee for each order and nothing as a maker`() throws {
        guard let fills = try RecordedFill.all() else { return }
        #expect(fills.filter { !$0.is_taker }.allSatisfy { Money($0.fee_cost) == .zero })
        let schedule = try #require(FeeSchedule(.ordinary, rounding: .centPerOrder))
        var accounts: [String: OrderFeeAccount] = [:]
        var charged: [String: Money] = [:]
        var paid: [String: Money] = [:]
        for fill in fills where fill.is_taker {
            let price = try price(fill.yes_price_fixed)
            let charge = accounts[fill.order_id, default: OrderFeeAccount(schedule)].charge(
                price: price, quantity: try quantity(fill.count_fp), liquidity: .taker)
            charged[fill.order_id, default: .zero] += charge.net
            paid[fill.order_id, default: .zero] += try money(fill.fee_cost)
        }
        #expect(charged.count == 515)
        #expect(charged.keys.filter { charged[$0] != paid[$0] } == [])
    }
}
