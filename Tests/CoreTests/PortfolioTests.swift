import Accounting
import Model
import Testing

private let market = Ticker("KX-A")

private func fill(_ side: Side, _ quantity: Int64, at cents: Int32, fee: Money = .zero, in ticker: Ticker = market) -> Fill {
    Fill(
        trade: TradeID("t"), order: OrderID("o"), clientOrder: nil, market: ticker, side: side, price: .cents(cents), quantity: .contracts(quantity),
        liquidity: .taker, fee: fee, time: .zero)
}

@Suite struct PortfolioTests {
    @Test func `buying the other leg closes first and releases a dollar a pair`() {
        var portfolio = Portfolio(cash: .dollars(100))
        portfolio.apply(fill(.yes, 10, at: 40))
        #expect(portfolio.cash == .dollars(96))
        let change = portfolio.apply(fill(.no, 4, at: 50, fee: .cents(7)))
        #expect(change.closed == .contracts(4))
        #expect(change.realized == .cents(40))
        #expect(change.cash == .cents(193))
        #expect(portfolio.position(market).net == .contracts(6))
        #expect(portfolio.exposure(market) == .cents(240))
        #expect(portfolio.fees == .cents(7))
    }

    @Test func `a larger purchase of the other leg turns the position`() {
        var portfolio = Portfolio(cash: .dollars(100))
        portfolio.apply(fill(.yes, 5, at: 40))
        portfolio.apply(fill(.no, 8, at: 55))
        let position = portfolio.position(market)
        #expect(position.net == .contracts(-3))
        #expect(position.side == .no)
        #expect(position.cost == .cents(165))
        #expect(position.realized == .cents(25))
        #expect(position.unrealized(at: .cents(40)) == .cents(15))
    }

    @Test func `a partial close takes cost out in proportion, rounded down, and leaves the rest exact`() {
        var position = Position()
        _ = position.buy(.yes, price: Price(tenThousandths: 3333), quantity: Quantity(hundredths: 100), fee: .zero)
        _ = position.buy(.yes, price: Price(tenThousandths: 3334), quantity: Quantity(hundredths: 200), fee: .zero)
        #expect(position.cost == Money(millionths: 1_000_100))
        _ = position.buy(.no, price: .cents(50), quantity: Quantity(hundredths: 100), fee: .zero)
        #expect(position.cost == Money(millionths: 1_000_100 - 333_366))
        _ = position.buy(.no, price: .cents(50), quantity: Quantity(hundredths: 200), fee: .zero)
        #expect(position.cost == .zero)
        #expect(position.realized == Money(millionths: 1_500_000 - 1_000_100))
    }

    @Test(arguments: [
        (MarketResult.yes, Int64(10_000_000), Int64(6_000_000)), (.no, 0, -4_000_000), (.scalar(.cents(70)), 7_000_000, 3_000_000), (.void, 4_000_000, 0),
    ])
    func `a settlement pays by result, once`(result: MarketResult, payout: Int64, realized: Int64) {
        var portfolio = Portfolio(cash: .dollars(100))
        portfolio.apply(fill(.yes, 10, at: 40))
        let settlement = portfolio.settle(market, result)
        #expect(settlement?.payout == Money(millionths: payout))
        #expect(settlement?.realized == Money(millionths: realized))
        #expect(portfolio.cash == .dollars(96) + Money(millionths: payout))
        #expect(portfolio.settle(market, result) == nil)
        #expect(portfolio.exposure(market) == .zero)
    }

    @Test func `a scalar payout is whole cents and the remainder is its fee`() {
        var portfolio = Portfolio(cash: .dollars(1))
        portfolio.buy(market, .no, price: .cents(40), quantity: .contracts(1), fee: .zero)
        let settlement = portfolio.settle(market, .scalar(Price(tenThousandths: 4_449)))
        #expect(settlement?.payout == .cents(55))
        #expect(settlement?.fee == Money(millionths: 5_100))
        #expect(portfolio.cash == .cents(115))
    }

    @Test func `a fill of nothing changes nothing`() {
        var portfolio = Portfolio(cash: .dollars(1))
        for contracts in [0, -3] as [Int64] { portfolio.apply(fill(.yes, contracts, at: 40, fee: .cents(1))) }
        #expect(portfolio.position(market) == Position())
        #expect(portfolio.cash == .dollars(1))
    }

    @Test func `cash set aside is not free, and comes back once`() {
        var portfolio = Portfolio(cash: .dollars(10))
        let order = ClientOrderID("a")
        portfolio.reserve(.dollars(4), for: order)
        portfolio.reserve(.dollars(3), for: order)
        #expect(portfolio.reserved == .dollars(3))
        #expect(portfolio.free == .dollars(7))
        portfolio.release(order)
        portfolio.release(order)
        #expect(portfolio.free == .dollars(10))
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `cash and cost are explained by fills, fees and payouts`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let start = Money.dollars(1_000_000)
        var portfolio = Portfolio(cash: start)
        var fills: [Fill] = []
        let tickers = ["KX-A", "KX-B", "KX-C"].map { Ticker($0) }
        for _ in 0..<2000 {
            let next = Fill(
                trade: TradeID("t"), order: OrderID("o"), clientOrder: nil, market: tickers[Int.random(in: 0..<3, using: &random)],
                side: Bool.random(using: &random) ? .yes : .no, price: Price(tenThousandths: .random(in: 1...9999, using: &random)),
                quantity: Quantity(hundredths: .random(in: 1...5000, using: &random)), liquidity: .taker,
                fee: Money(millionths: .random(in: -9999...99_999, using: &random)), time: .zero)
            fills.append(next)
            portfolio.apply(next)
            #expect(portfolio.cash + portfolio.totalExposure == start + portfolio.realized - portfolio.fees)
            #expect(portfolio.positions.allSatisfy { $0.position.cost >= .zero && $0.position.cost <= Price.one * $0.position.net.magnitude })
        }
        // The naive twin keeps every fill: what each is worth at the end is all there is to know.
        let results: [MarketResult] = [.yes, .no, .scalar(.cents(37))]
        var expected = start
        for (ticker, result) in zip(tickers, results) {
            let mine = fills.filter { $0.market == ticker }
            let net = mine.reduce(Quantity.zero) { $1.side == .yes ? $0 + $1.quantity : $0 - $1.quantity }
            #expect(portfolio.position(ticker).net == net)
            guard let value = result.yesValue else { continue }
            for fill in mine { expected += (fill.side == .yes ? value : value.complement) * fill.quantity - fill.price * fill.quantity - fill.fee }
            expected -= portfolio.settle(ticker, result)?.fee ?? .zero
        }
        #expect(portfolio.cash == expected)
        #expect(portfolio.totalExposure == .zero)
        #expect(portfolio.cash == start + portfolio.realized - portfolio.fees)
    }

    @Test func `two portfolios with one history have one digest, and positions come in order`() {
        var a = Portfolio(cash: .dollars(100))
        var b = Portfolio(cash: .dollars(100))
        a.apply(fill(.yes, 1, at: 40, in: Ticker("B")))
        a.apply(fill(.yes, 1, at: 40, in: Ticker("A")))
        b.apply(fill(.yes, 1, at: 40, in: Ticker("A")))
        b.apply(fill(.yes, 1, at: 40, in: Ticker("B")))
        var one = Digest()
        var two = Digest()
        a.feed(into: &one)
        b.feed(into: &two)
        #expect(one.value == two.value)
        #expect(a.positions.map(\.market.text) == ["A", "B"])
    }
}
