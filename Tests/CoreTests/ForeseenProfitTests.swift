import Accounting
import Engine
import Model
import Risk
import Strategies
import Testing

/// What the desk expects of its trades is kept beside what they bring, so that it can be held to it.
struct ForeseenProfitTests {
    private static let event = EventTicker("E")
    private static let nowhere = EventTies(group: nil, underlying: nil, day: nil)
    private let correlations = EventCorrelations()

    private func fill(_ number: Int, _ market: Ticker, _ side: Side, cents: Int32, contracts: Int64, fee: Money = .zero) -> Fill {
        Fill(
            trade: TradeID("t\(number)"), order: OrderID("o"), clientOrder: nil, market: market, side: side, price: .cents(cents), quantity: .contracts(contracts), liquidity: .taker,
            fee: fee, time: .zero)
    }

    /// Three brackets, one of which comes true.
    private func brackets(_ event: String, _ law: [Double], _ ties: EventTies = Self.nowhere) -> ForeseenProfit.Belief {
        ForeseenProfit.Belief(
            markets: (0..<3).map { Ticker("\(event)-\($0)") }, pays: (0..<3).map { state in (0..<3).map { $0 == state } }, law: law, isOrdered: true, ties: ties)
    }

    private func settle(_ profit: inout ForeseenProfit, _ event: String, winner: Int, at time: Timestamp) {
        for market in 0..<3 { profit.settled(Ticker("\(event)-\(market)"), result: market == winner ? .yes : .no, at: time) }
    }

    private func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-9 }

    // MARK: - One event

    @Test func `a purchase is worth its probability less its price and fee, and as uncertain as what it pays`() {
        var profit = ForeseenProfit()
        let market = Ticker("M")
        profit.bought(
            fill(1, market, .yes, cents: 40, contracts: 10, fee: .cents(2)), in: Self.event, probability: 0.5, deviation: 0.03,
            belief: .init(market, probability: 0.5, ties: Self.nowhere), at: .zero)
        #expect(profit.sums(correlations).events == 0, "nothing has come of it yet")
        profit.settled(market, result: .no, at: .seconds(9))
        let sums = profit.sums(correlations)
        #expect(sums.events == 1 && close(sums.expected, 0.98) && close(sums.variance, 25) && close(sums.doubt, 0.3) && sums.came == -.dollars(4) - .cents(2))
        #expect(close(sums.deviation, 25.09.squareRoot()))
    }

    @Test func `what a resting order is known to lose by being filled is not expected of it, on either side`() {
        for side in [Side.yes, .no] {
            var profit = ForeseenProfit()
            profit.bought(
                fill(1, Ticker("M"), side, cents: 40, contracts: 10), in: Self.event, probability: 0.5, deviation: 0, adverse: 0.03,
                belief: .init(Ticker("M"), probability: 0.5, ties: Self.nowhere), at: .zero)
            profit.settled(Ticker("M"), result: .yes, at: .seconds(9))
            #expect(close(profit.sums(correlations).expected, 0.7))
        }
    }

    @Test func `what is sold again leaves neither chance nor doubt, only what it brought`() {
        var profit = ForeseenProfit()
        let market = Ticker("M")
        for (number, side, cents) in [(1, Side.yes, Int32(40)), (2, .no, 55)] {
            profit.bought(
                fill(number, market, side, cents: cents, contracts: 10), in: Self.event, probability: 0.45, deviation: 0.02,
                belief: .init(market, probability: 0.45, ties: Self.nowhere), at: .seconds(Int64(number)))
        }
        profit.settled(market, result: .yes, at: .seconds(9))
        let sums = profit.sums(correlations)
        #expect(close(sums.expected, 0.5) && close(sums.variance, 0) && close(sums.doubt, 0) && sums.came == .cents(50))
    }

    @Test func `a whole set of brackets has no chance in it`() {
        var profit = ForeseenProfit()
        for market in 0..<3 {
            profit.bought(
                fill(market, Ticker("E-\(market)"), .yes, cents: 30, contracts: 10), in: Self.event, probability: [0.2, 0.5, 0.3][market], deviation: 0,
                belief: brackets("E", [0.2, 0.5, 0.3]), at: .zero)
        }
        settle(&profit, "E", winner: 1, at: .seconds(9))
        let sums = profit.sums(correlations)
        #expect(close(sums.variance, 0) && close(sums.expected, 1) && sums.came == .dollars(1))
    }

    @Test func `a payout that is taken back is open again, and a void gives back what was paid`() {
        var profit = ForeseenProfit()
        let market = Ticker("M")
        let belief = ForeseenProfit.Belief(market, probability: 0.5, ties: Self.nowhere)
        profit.bought(fill(1, market, .no, cents: 40, contracts: 10, fee: .cents(1)), in: Self.event, probability: 0.5, deviation: 0, belief: belief, at: .zero)
        profit.settled(market, result: .no, at: .seconds(1))
        #expect(profit.sums(correlations).came == .dollars(6) - .cents(1))
        profit.takenBack(market)
        #expect(profit.sums(correlations).events == 0)
        profit.settled(market, result: .void, at: .seconds(2))
        #expect(profit.sums(correlations).came == .cents(-1))
    }

    // MARK: - Several events

    private static let ties = EventTies(group: CorrelationGroup("crypto"), underlying: Underlying("BTC"), day: 20_000)

    private func two(_ sides: [Side], apart: Bool) -> ForeseenProfit.Sums {
        var profit = ForeseenProfit()
        for (number, event) in ["A", "B"].enumerated() {
            let start = apart ? Timestamp.seconds(Int64(number) * 100) : .seconds(Int64(number))
            profit.bought(
                fill(number, Ticker("\(event)-0"), sides[number], cents: 30, contracts: 10), in: EventTicker(event), probability: 0.3, deviation: 0,
                belief: brackets(event, [0.3, 0.4, 0.3], Self.ties), at: start)
            if apart { settle(&profit, event, winner: 0, at: start + .seconds(50)) }
        }
        if !apart { for event in ["A", "B"] { settle(&profit, event, winner: 0, at: .seconds(50)) } }
        return profit.sums(correlations)
    }

    @Test func `bets on one number that are open together add up or cancel, and after each other they are strangers`() {
        let alone = 2 * 100 * 0.3 * 0.7
        #expect(close(two([.yes, .yes], apart: true).variance, alone))
        #expect(two([.yes, .yes], apart: false).variance > 1.5 * alone)
        #expect(two([.yes, .no], apart: false).variance < 0.5 * alone)
    }

    @Test func `what is over for good is only a sum, and the sum is the same`() {
        var random = SeededRandom(seed: 11)
        var (kept, forgotten) = (ForeseenProfit(), ForeseenProfit())
        var open: [(name: String, end: Int64)] = []
        for number in 0..<200 {
            let now = Timestamp.seconds(Int64(number))
            let name = "E\(number)"
            let belief = brackets(name, [0.3, 0.3, 0.4], Self.ties)
            let fill = fill(number, Ticker("\(name)-\(number % 3)"), Bool.random(using: &random) ? .yes : .no, cents: 35, contracts: Int64.random(in: 1...20, using: &random))
            kept.bought(fill, in: EventTicker(name), probability: 0.35, deviation: 0.01, belief: belief, at: now)
            forgotten.bought(fill, in: EventTicker(name), probability: 0.35, deviation: 0.01, belief: belief, at: now)
            open.append((name, Int64(number + Int.random(in: 1...6, using: &random))))
            for event in open where event.end <= Int64(number) {
                settle(&kept, event.name, winner: 1, at: now)
                settle(&forgotten, event.name, winner: 1, at: now)
                for market in 0..<3 { forgotten.forget(Ticker("\(event.name)-\(market)"), correlations) }
            }
            open.removeAll { $0.end <= Int64(number) }
        }
        let (a, b) = (kept.sums(correlations), forgotten.sums(correlations))
        #expect(a.events == b.events && a.events > 150 && a.came == b.came)
        #expect(abs(a.expected - b.expected) < 1e-6 && abs(a.variance - b.variance) < 1e-6 && abs(a.doubt - b.doubt) < 1e-6)
    }

    // MARK: - Whether it is true

    /// Nine coins are thrown one after the other; the brackets are of the number of heads, so every probability on the way is known exactly.
    private func law(thrown: Int, heads: Int) -> [Double] {
        let left = 9 - thrown
        var ways = [1.0]
        for _ in 0..<left { ways = zip([0] + ways, ways + [0]).map { ($0 + $1) / 2 } }
        func mass(_ range: ClosedRange<Int>) -> Double { ways.indices.filter { range.contains(heads + $0) }.reduce(0) { $0 + ways[$1] } }
        return [mass(0...3), mass(4...5), mass(6...9)]
    }

    @Test func `of desks that know the probabilities 95 in 100 end within their own interval, whatever they traded on the way`() {
        var random = SeededRandom(seed: 5)
        let runs = 800
        var (inside, sum, squares) = (0, 0.0, 0.0)
        for _ in 0..<runs {
            var profit = ForeseenProfit()
            for event in 0..<6 {
                let name = "E\(event)"
                var heads = 0
                for thrown in 0..<9 {
                    let law = law(thrown: thrown, heads: heads)
                    for trade in 0..<Int.random(in: 0...2, using: &random) {
                        let market = Int.random(in: 0...2, using: &random)
                        let side: Side = Bool.random(using: &random) ? .yes : .no
                        let worth = side == .yes ? law[market] : 1 - law[market]
                        let cents = Int32(min(max((worth * 100 + random.uniform() * 10 - 6).rounded(), 1), 99))
                        profit.bought(
                            fill(trade, Ticker("\(name)-\(market)"), side, cents: cents, contracts: Int64.random(in: 1...20, using: &random), fee: .cents(1)),
                            in: EventTicker(name), probability: law[market], deviation: 0, belief: brackets(name, law), at: .seconds(Int64(event * 10 + thrown)))
                    }
                    heads += Bool.random(using: &random) ? 1 : 0
                }
                settle(&profit, name, winner: heads <= 3 ? 0 : heads <= 5 ? 1 : 2, at: .seconds(Int64(event * 10 + 9)))
            }
            let sums = profit.sums(correlations)
            let score = (sums.came.approximateDollars - sums.expected) / sums.deviation
            (sum, squares) = (sum + score, squares + score * score)
            if sums.came.approximateDollars >= sums.interval.low, sums.came.approximateDollars <= sums.interval.high { inside += 1 }
        }
        let share = Double(inside) / Double(runs)
        #expect(share > 0.93 && share < 0.97, "\(share) inside")
        #expect(abs(sum / Double(runs)) < 0.11 && abs(squares / Double(runs) - 1) < 0.16, "mean \(sum / Double(runs)), variance \(squares / Double(runs))")
    }

    // MARK: - The desk

    @Test func `the desk holds itself to what it believed when its order was filled`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        let pooled = try #require(desk.engine.market(Desk.market.ticker)?.pooled)
        let contracts = order.intent.quantity.hundredths / 100
        desk.fill(order, contracts, trade: "t1")
        for result in [MarketResult.yes, .no] {
            desk.give(.market(.determined(Desk.market.ticker, result)))
            desk.give(.market(.settled(Desk.market.ticker)))
            let sums = desk.engine.foreseenProfit
            #expect(sums.events == 1 && sums.came == desk.engine.attribution.gain)
            let worth = order.intent.side == .yes ? pooled.probability : 1 - pooled.probability
            let fees = desk.engine.portfolio.fees.approximateDollars
            #expect(close(sums.expected, Double(contracts) * (worth - order.intent.limit.probability) - fees))
            #expect(close(sums.variance, Double(contracts * contracts) * pooled.probability * (1 - pooled.probability)))
        }
    }
}
