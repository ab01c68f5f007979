import Accounting
import Books
import Engine
import Model
import Risk
import Testing

private let least = Money.cents(3)

private func markets(_ strikes: [Strike]) -> [Market] {
    let nested = strikes.allSatisfy { if case .greater = $0 { true } else { false } }
    return strikes.enumerated().map { i, strike in
        Market(
            ticker: Ticker("KXHIGHNY-\(i)"), event: EventTicker("KXHIGHNY"), series: SeriesTicker("KXHIGHNY"), title: "t", strike: strike, openTime: .zero,
            closeTime: .seconds(10_000), grid: .cents, fees: .ordinary, mutuallyExclusive: !nested, underlying: Underlying("NYC-HIGH"))
    }
}

private let brackets: [Strike] = [.less(49), .between(49, 50), .greater(50)]
private let ladder: [Strike] = [.greater(40), .greater(50), .greater(60)]

struct LockedSetTests {
    private func asks(_ yes: Int32, _ no: Int32, _ contracts: Int64 = 20) throws -> LockedSet.Asks {
        func level(_ cents: Int32) -> Level { Level(price: .cents(cents), quantity: .contracts(contracts)) }
        return LockedSet.Asks(yes: level(yes), no: level(no), fees: try #require(FeeSchedule(.ordinary)))
    }

    @Test func `all brackets for less than a dollar, fees counted, are a set`() throws {
        let states = try #require(EventStates(markets(brackets)))
        let set = try #require(LockedSet.best(states, [try asks(30, 75), try asks(30, 75, 10), try asks(30, 75)], least: least))
        #expect(set.legs.map(\.side) == [.yes, .yes, .yes] && set.pays == 1)
        // The one of which least is offered goes first.
        #expect(set.legs.map(\.index) == [1, 0, 2] && set.offered == .contracts(10))
        // 10 - 9 dollars, less three fees of 0.07 * 10 * 0.3 * 0.7, each with a cent for its rounding and a hundredth of one a fill.
        #expect(set.profit(.contracts(10)) == .dollars(1) - Money(millionths: 3 * (147_000 + 1_000 + 10_000)))
        // 96 cents leave nothing after the fees.
        #expect(LockedSet.best(states, [try asks(32, 70), try asks(32, 70), try asks(32, 70)], least: least) == nil)
        // One bracket that cannot be bought, and nothing is certain.
        #expect(LockedSet.best(states, [try asks(30, 75), nil, try asks(30, 75)], least: least) == nil)
    }

    @Test func `the NO of brackets that are bid for too dearly together are a set, and the cheap one is left out`() throws {
        let states = try #require(EventStates(markets(brackets)))
        let set = try #require(LockedSet.best(states, [try asks(61, 40), try asks(61, 40), try asks(3, 99, 1)], least: least))
        #expect(set.legs.map(\.side) == [.no, .no] && set.legs.map(\.index) == [0, 1] && set.pays == 1)
    }

    @Test func `an easier threshold that is cheaper than a harder one is a set of two`() throws {
        let states = try #require(EventStates(markets(ladder)))
        let set = try #require(LockedSet.best(states, [try asks(80, 22), try asks(40, 62), try asks(52, 50)], least: least))
        #expect(Set(set.legs.map { "\($0.index) \($0.side)" }) == ["1 yes", "2 no"] && set.pays == 1)
    }

    /// The twin tries each leg of each market, or none, and counts the worst state.
    @Test(arguments: 1...150) func `nothing better is to be had from any choice of legs, and what is promised holds in every state`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let strikes: [Strike] = seed % 2 == 0 ? [.less(49), .between(49, 50), .between(51, 52), .greater(52)] : [.greater(40), .greater(50), .greater(60), .greater(70)]
        let states = try #require(EventStates(markets(strikes)))
        let offers = try strikes.map { _ in
            let yes = Int32(5 + random.next() % 50)
            return try asks(yes, min(100 - yes + Int32(random.next() % 6), 99))
        }
        let shares = Quantity.contracts(20)
        var most: Money = .zero
        for choice in 0..<81 {
            var sides: [Int: Side] = [:]
            var rest = choice
            for i in 0..<4 {
                if rest % 3 > 0 { sides[i] = rest % 3 == 1 ? .yes : .no }
                rest /= 3
            }
            let pays = states.pays.map { row in sides.count { row[$0.key] == ($0.value == .yes) } }.min() ?? 0
            let cost = sides.reduce(Money.zero) { sum, leg in
                let price = (leg.value == .yes ? offers[leg.key].yes : offers[leg.key].no)?.price ?? .zero
                return sum + price * shares + offers[leg.key].fees.boundForWholeFills(price: price, quantity: shares)
            }
            most = max(most, .dollars(Int64(pays) * 20) - cost)
        }
        let best = LockedSet.best(states, offers, least: .zero)
        // The ladder's two-leg sets may be joined by a choice of four legs; one of them is half of that.
        if seed % 2 == 0 { #expect((best?.profit(shares) ?? .zero) == most) } else { #expect((best != nil) == (most > .zero)) }
        guard let best else { return }
        for row in states.pays { #expect(best.legs.count { row[$0.index] == ($0.side == .yes) } >= best.pays) }
        #expect(best.profit(shares) <= most)
    }

    @Test func `the bound for whole fills covers what any division into whole fills is charged`() throws {
        let fees = try #require(FeeSchedule(.ordinary))
        for seed in 1...200 as ClosedRange<UInt64> {
            var random = SeededRandom(seed: seed)
            let price = Price.cents(Int32(1 + random.next() % 99))
            var account = OrderFeeAccount(fees)
            var (total, charged) = (Quantity.zero, Money.zero)
            for _ in 0..<1 + random.next() % 8 {
                let part = Quantity.contracts(Int64(1 + random.next() % 9))
                total += part
                charged += account.charge(price: price, quantity: part, liquidity: .taker).net
            }
            #expect(charged <= fees.boundForWholeFills(price: price, quantity: total))
        }
    }
}

/// A desk with the markets of one event and no forecast of its own.
private struct SetDesk {
    static let subscription = SubscriptionID(connection: 1, sid: 2)
    let all: [Market]
    var engine = TradingEngine()
    var effects: [Effect] = []
    var sequence: UInt64 = 0
    var milliseconds: Int64 = 1000

    init(_ strikes: [Strike], settings: DeskSettings = DeskSettings()) {
        all = markets(strikes)
        give(.opened(desk: "d", mode: .simulated, settings: settings))
        give(.account(AccountReport(cash: .dollars(10_000), positions: [], orders: [], fills: [])))
        give(.market(.connected(connection: 1)))
        give(.market(.subscribed(Self.subscription, channel: "orderbook_delta", complete: true)))
        for market in all {
            give(.market(.listed(market)))
            give(.market(.status(market.ticker, .active)))
        }
        give(.account(AccountReport(cash: .dollars(10_000), positions: [], orders: [], fills: [])))
    }

    mutating func give(_ event: Event) { effects += Restoring.process(&engine, Stamped(event, at: .milliseconds(milliseconds))) }

    mutating func quote(_ index: Int, bid: Int32, ask: Int32, _ contracts: Int64 = 20) {
        sequence += 1
        give(
            .market(
                .snapshot(
                    BookSnapshot(
                        market: all[index].ticker, subscription: Self.subscription, sequence: sequence,
                        yes: [Level(price: .cents(bid), quantity: .contracts(contracts))], no: [Level(price: .cents(100 - ask), quantity: .contracts(contracts))]))))
    }

    mutating func tick() {
        milliseconds += 500
        give(.tick)
    }

    /// Fills what can be had of an order, the rest of which is gone.
    mutating func answer(_ order: ApprovedOrder, _ contracts: Int64) {
        milliseconds += 20
        let rest = order.intent.quantity - .contracts(contracts)
        give(.order(.accepted(order.id, OrderID("o-\(order.id)"), remaining: rest)))
        if contracts > 0 {
            give(
                .fill(
                    Fill(
                        trade: TradeID("t-\(order.id)"), order: OrderID("o-\(order.id)"), clientOrder: order.id, market: order.intent.market, side: order.intent.side,
                        price: order.intent.limit, quantity: .contracts(contracts), liquidity: .taker, fee: .cents(10), time: .milliseconds(milliseconds))))
        }
        if rest > .zero { give(.order(.canceled(order.id, remaining: rest))) }
    }

    var placed: [ApprovedOrder] { effects.compactMap { if case .place(let order) = $0 { order } else { nil } } }
    var notices: [String] { effects.compactMap { if case .notice(let notice) = $0 { notice.text } else { nil } } }
    func held(_ index: Int) -> Quantity { engine.portfolio.position(all[index].ticker).net }
}

struct SetOrderTests {
    private func brackets3() -> SetDesk {
        var desk = SetDesk(brackets)
        desk.quote(0, bid: 28, ask: 30)
        desk.quote(1, bid: 28, ask: 30, 12)
        desk.quote(2, bid: 28, ask: 30)
        desk.tick()
        return desk
    }

    @Test func `the legs go one after the other, the scarcest first, each at once or not at all`() throws {
        var desk = brackets3()
        for (step, index) in [1, 0, 2].enumerated() {
            #expect(desk.placed.count == step + 1)
            let order = try #require(desk.placed.last)
            #expect(order.intent == OrderIntent(
                market: desk.all[index].ticker, side: .yes, limit: .cents(30), quantity: .contracts(12), timeInForce: .immediateOrCancel, postOnly: false))
            desk.answer(order, 12)
        }
        #expect(desk.engine.setsLocked == 1 && desk.engine.setsBroken == 0)
        #expect((0..<3).allSatisfy { desk.held($0) == .contracts(12) })
        #expect(desk.notices.contains { $0.contains("what they pay is certain") })
        // Whatever comes, the set pays more than it has cost.
        let before = desk.engine.portfolio.cash
        desk.give(.market(.determined(desk.all[2].ticker, .yes)))
        desk.give(.market(.settled(desk.all[2].ticker)))
        #expect(desk.engine.portfolio.cash - before == .dollars(12) && before + .dollars(12) > .dollars(10_000))
    }

    @Test func `each next leg asks for as much as the last one got`() throws {
        var desk = brackets3()
        desk.answer(try #require(desk.placed.last), 5)
        #expect(desk.placed.last?.intent.quantity == .contracts(5))
        desk.answer(try #require(desk.placed.last), 5)
        desk.answer(try #require(desk.placed.last), 5)
        #expect(desk.placed.count == 3 && desk.engine.setsLocked == 1 && desk.engine.setsBroken == 0)
    }

    @Test func `a first leg that is gone costs nothing`() throws {
        var desk = brackets3()
        desk.answer(try #require(desk.placed.last), 0)
        #expect(desk.placed.count == 1 && desk.engine.setsLocked + desk.engine.setsBroken == 0)
    }

    @Test func `what is left without a counterpart is sold within the bound, once, and else kept`() throws {
        var desk = brackets3()
        desk.answer(try #require(desk.placed.last), 12)
        desk.answer(try #require(desk.placed.last), 7)
        desk.answer(try #require(desk.placed.last), 0)
        // Nothing is whole: both legs leave, at most two cents below what was paid, one order at a time.
        #expect(desk.engine.setsBroken == 1 && desk.engine.setsLocked == 0)
        let first = try #require(desk.placed.last)
        #expect(desk.placed.count == 4 && first.intent.side == .no && first.intent.limit == .cents(72) && first.intent.quantity == .contracts(12))
        desk.answer(first, 12)
        let second = try #require(desk.placed.last)
        #expect(desk.placed.count == 5 && second.intent.market == desk.all[0].ticker && second.intent.quantity == .contracts(7))
        desk.answer(second, 3)
        #expect(desk.placed.count == 5)
        #expect(desk.held(1) == .zero && desk.held(0) == .contracts(4))
    }

    @Test func `a leg that the gate refuses breaks the set, and the rest is kept where nothing may be sent`() throws {
        var desk = brackets3()
        let order = try #require(desk.placed.last)
        desk.give(.command(.pause))
        desk.answer(order, 12)
        #expect(desk.placed.count == 1 && desk.engine.setsBroken == 1 && desk.held(1) == .contracts(12))
        #expect(desk.engine.refusals["not_trading"] == 2)
    }

    @Test func `a limit makes the set smaller, and a group that is full makes it none`() throws {
        var settings = DeskSettings()
        settings.maximumMarketExposure = .dollars(2)
        var desk = SetDesk(brackets, settings: settings)
        for i in 0..<3 { desk.quote(i, bid: 28, ask: 30) }
        desk.tick()
        let order = try #require(desk.placed.first)
        #expect(order.intent.quantity > .zero && order.reserved <= .dollars(2))
        settings.maximumGroupTailLoss = .zero
        var none = SetDesk(brackets, settings: settings)
        for i in 0..<3 { none.quote(i, bid: 28, ask: 30) }
        none.tick()
        #expect(none.placed.isEmpty)
    }

    @Test func `a harder threshold bid above an easier one's price is bought apart and sold dear`() throws {
        var desk = SetDesk(ladder)
        desk.quote(0, bid: 70, ask: 72)
        desk.quote(1, bid: 38, ask: 40)
        desk.quote(2, bid: 50, ask: 52)
        desk.tick()
        desk.answer(try #require(desk.placed.last), 20)
        desk.answer(try #require(desk.placed.last), 20)
        #expect(desk.engine.setsLocked == 1 && desk.held(1) == .contracts(20) && desk.held(2) == -.contracts(20))
    }

    @Test func `a restart gives the set up and keeps what was bought`() throws {
        var desk = brackets3()
        desk.answer(try #require(desk.placed.last), 12)
        desk.give(.restarted(settings: nil))
        #expect(desk.notices.contains { $0.contains("is given up: the desk restarted") })
        #expect(desk.held(1) == .contracts(12) && desk.engine.setsBroken == 1)
    }

    @Test func `the same events give the same orders and the same state`() throws {
        func run() throws -> (UInt64, [ApprovedOrder]) {
            var desk = brackets3()
            desk.answer(try #require(desk.placed.last), 12)
            desk.answer(try #require(desk.placed.last), 7)
            desk.answer(try #require(desk.placed.last), 0)
            return (desk.engine.digest().value, desk.placed)
        }
        let (first, second) = (try run(), try run())
        #expect(first.0 == second.0 && first.1 == second.1)
    }
}
