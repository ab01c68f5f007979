import Accounting
import Engine
import Model
import Risk
import Strategies
import Testing

struct AttributionTests {
    private static let market = Ticker("M")
    private static let family = SeriesTicker("KX")

    private func fill(_ number: Int, _ side: Side, _ price: Int32, hundredths: Int64, fee: Int64, market: Ticker = Self.market) -> Fill {
        Fill(
            trade: TradeID("t\(number)"), order: OrderID("o"), clientOrder: nil, market: market, side: side, price: .cents(price), quantity: Quantity(hundredths: hundredths),
            liquidity: .taker, fee: Money(millionths: fee), time: .zero)
    }

    private func credit(_ moves: [(String, Double)], _ side: Side = .yes) -> OrderCredit { OrderCredit(moves: moves.map { (strategy: $0.0, logOdds: $0.1) }, bought: side) }

    // MARK: - Parts of a whole

    private static let wholes: [(total: Int64, weights: [Double], parts: [Int64])] = [
        (10, [1, 1, 1], [4, 3, 3]), (-10, [1, 1, 1], [-4, -3, -3]), (7, [0, 3, 1], [0, 5, 2]), (0, [2, 1], [0, 0]), (1, [0.2, 0.8], [0, 1]),
        (100, [0.47, 0.16, 0.16, 0.21], [47, 16, 16, 21]),
    ]

    @Test(arguments: wholes)
    func `a whole is shared by largest remainders, of equal ones the first`(one: (total: Int64, weights: [Double], parts: [Int64])) {
        #expect(Apportionment.parts(of: one.total, weights: one.weights) == one.parts)
    }

    @Test func `parts sum to the whole, and each is within one of its exact share`() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<2000 {
            let weights = (0..<Int.random(in: 1...6, using: &random)).map { _ in random.uniform() < 0.2 ? 0 : random.uniform() }
            guard weights.contains(where: { $0 > 0 }) else { continue }
            let total = Int64.random(in: -5_000_000...5_000_000, using: &random)
            let parts = Apportionment.parts(of: total, weights: weights)
            #expect(parts.reduce(0, +) == total)
            let sum = weights.reduce(0, +)
            #expect(zip(parts, weights).allSatisfy { abs(Double($0) - Double(total) * $1 / sum) < 1.01 })
        }
    }

    // MARK: - Credit

    @Test func `what moved the pool to the bought side has a share by how far it moved it; who leaned against has none`() {
        #expect(credit([("weather", 0.3), ("fundamental", 0.1), ("nowcast", -0.2)]).shares == ["weather": 0.3, "fundamental": 0.1])
        #expect(credit([("weather", 0.3), ("nowcast", -0.2)], .no).shares == ["nowcast": 0.2])
        #expect(credit([("weather", -0.3)]) == OrderCredit(.nobody))
    }

    @Test func `the moves of a pool sum to its whole move from the market`() {
        let forecasts = [("a", 0.7), ("b", 0.2)].map { Forecast(strategy: $0.0, probability: $0.1, uncertainty: 0.1, inputs: []) }
        let pooled = Pool.combine(market: 0.4, spoken: (0.45, 0.01, by: "quotes"), forecasts: forecasts, weights: ["a": 0.3, "b": 0.1])
        let whole = Pool.logit(pooled.probability) - Pool.logit(0.4)
        #expect(pooled.moves.map(\.strategy) == ["a", "b", "quotes"])
        #expect(abs(pooled.moves.reduce(0) { $0 + $1.logOdds } - whole) < 1e-12)
        #expect(pooled.moves[0].logOdds > 0 && pooled.moves[1].logOdds < 0 && pooled.moves[2].logOdds > 0)
    }

    // MARK: - Money

    @Test func `a bet of two strategies, three parts to one, worked by hand`() {
        var attribution = Attribution()
        var position = Position()
        let one = fill(1, .yes, 40, hundredths: 1000, fee: 170_001)
        _ = position.buy(one.side, price: one.price, quantity: one.quantity, fee: one.fee)
        attribution.bought(one, family: Self.family, credit: credit([("a", 0.3), ("b", 0.1)]))
        #expect(attribution.rows.isEmpty, "nothing is known before the market has paid")
        _ = position.settle(Self.market, .yes)
        attribution.settled(Self.market, family: Self.family, result: .yes, position: position)
        let rows = attribution.rows
        #expect(rows.map(\.name) == ["a", "b"])
        // 7.5 and 2.5 contracts at a gain of 60 cents; of the fee 127,501 and 42,500 millionths.
        #expect(rows[0].record.gain == Money(millionths: 4_500_000 - 127_501) && rows[1].record.gain == Money(millionths: 1_500_000 - 42_500))
        #expect(rows[0].record.contracts == Quantity(hundredths: 750) && rows[0].record.markets == 1)
        #expect(attribution.gain == position.realized - position.fees)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `whatever is bought and however it settles, the shares sum to the portfolio's profit to the millionth`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var attribution = Attribution()
        var total = Money.zero
        for number in 0..<400 {
            let ticker = Ticker("M\(number)")
            var position = Position()
            for trade in 0..<Int.random(in: 1...6, using: &random) {
                let one = fill(
                    trade, Bool.random(using: &random) ? .yes : .no, Int32.random(in: 1...99, using: &random), hundredths: Int64.random(in: 1...5000, using: &random),
                    fee: Int64.random(in: -9000...300_000, using: &random), market: ticker)
                _ = position.buy(one.side, price: one.price, quantity: one.quantity, fee: one.fee)
                attribution.bought(one, family: Self.family, credit: credit(["a", "b", "c"].map { ($0, random.uniform() - 0.4) }, one.side))
            }
            let result: MarketResult = [.yes, .no, .scalar(Price(tenThousandths: Int32.random(in: 1...9999, using: &random))), .void][Int.random(in: 0..<4, using: &random)]
            _ = position.settle(ticker, result)
            attribution.settled(ticker, family: Self.family, result: result, position: position)
            total += position.realized - position.fees
            if Bool.random(using: &random) { attribution.forget(ticker) }
        }
        #expect(attribution.gain == total)
        #expect(!attribution.rows.contains { $0.name == OrderCredit.Other.takenOver.rawValue })
    }

    @Test func `contracts that no fill explains are taken over, not given to a strategy`() {
        var attribution = Attribution()
        var position = Position()
        position.restate(net: .contracts(10), cost: .dollars(4))
        _ = position.settle(Self.market, .yes)
        for _ in 0..<2 { attribution.settled(Self.market, family: Self.family, result: .yes, position: position) }
        #expect(attribution.rows.map(\.name) == ["taken_over"])
        #expect(attribution.gain == .dollars(6))
    }

    // MARK: - The desk

    @Test func `the desk's own orders are credited to the strategy that wanted them, and a payout that is paid again is credited anew`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.fill(order, order.intent.quantity.hundredths / 100, trade: "t1")
        #expect(desk.engine.attribution.rows.isEmpty)
        for (result, won) in [(MarketResult.yes, true), (.no, false)] {
            desk.give(.market(.determined(Desk.market.ticker, result)))
            desk.give(.market(.settled(Desk.market.ticker)))
            let rows = desk.engine.attribution.rows
            #expect(rows.map(\.name) == ["fundamental"])
            #expect(rows[0].family == Desk.market.series && (rows[0].record.gain > .zero) == won)
            #expect(desk.engine.attribution.gain == desk.engine.portfolio.realized - desk.engine.portfolio.fees)
        }
    }
}
