import Accounting
import Engine
import Foundation
import Model
import Risk
import Testing

/// What assistants ask of the desk: the same gate as for its own orders, once for each key, and in the journal.
@Suite struct EngineWishTests {
    private static let asker = "assistant"

    private func wish(
        _ key: String = "k1", side: Side = .yes, cents: Int32 = 45, count: Int64 = 5, probability: Double? = 0.8, reduceOnly: Bool = false,
        market: Ticker = Desk.market.ticker, life: TimeInForce = .immediateOrCancel
    ) -> OrderWish {
        OrderWish(
            key: key, asker: Self.asker,
            intent: OrderIntent(market: market, side: side, limit: .cents(cents), quantity: .contracts(count), timeInForce: life, postOnly: false), probability: probability,
            reduceOnly: reduceOnly)
    }

    /// A desk that wants nothing of its own.
    private func quiet() -> Desk {
        var desk = Desk()
        var caps = LimitCaps()
        caps.kellyFraction = 0
        desk.give(.command(.tighten(caps)))
        desk.effects = []
        return desk
    }

    private func answer(_ desk: Desk) -> CommandAnswer? { desk.effects.compactMap(\.answer).last }

    @Test func `an order that is asked for passes the gate and goes out under its own key, once`() throws {
        var desk = quiet()
        desk.give(.command(.order(wish())))
        #expect(desk.placed.map(\.id.text) == ["d-x-k1"] && answer(desk) == .ordered(ClientOrderID("d-x-k1")))
        #expect(desk.effects.contains { if case .decided(let decision) = $0 { decision.outcome == .ordered(ClientOrderID("d-x-k1")) } else { false } }, "it can say why")
        desk.give(.command(.order(wish())))
        desk.give(.command(.order(wish())))
        #expect(desk.placed.count == 1 && answer(desk) == .ordered(ClientOrderID("d-x-k1")), "the same wish is the same order")
        desk.give(.command(.order(wish(count: 6))))
        #expect(desk.placed.count == 1 && answer(desk) == .keyTaken)
        let reserved = try #require(desk.placed.first?.reserved)
        #expect(desk.engine.portfolio.reserved == reserved)
    }

    @Test func `the gate refuses what it would refuse the desk`() {
        func refusal(_ wish: OrderWish, _ prepare: (inout Desk) -> Void = { _ in }) -> String? {
            var desk = quiet()
            prepare(&desk)
            desk.give(.command(.order(wish)))
            #expect(desk.placed.isEmpty)
            if case .refused(let refusal)? = answer(desk) { return refusal.code }
            return nil
        }
        #expect(refusal(wish(count: 1000)) == "order_limit")
        #expect(refusal(wish(probability: 0.46)) == "edge_below_minimum")
        #expect(refusal(wish(probability: nil)) == "edge_below_minimum")
        #expect(refusal(wish(market: Ticker("NOSUCH"))) == "market_unknown")
        #expect(refusal(wish()) { $0.give(.command(.pause)) } == "not_trading")
        #expect(refusal(wish()) { $0.give(.command(.kill(flatten: false))) } == "not_trading")
        #expect(refusal(wish()) { $0.give(.market(.status(Desk.market.ticker, .inactive))) } == "market_not_active")
        #expect(refusal(wish()) { $0.give(.market(.disconnected(connection: 1))) } == "book_not_live")
        #expect(refusal(wish()) { $0.milliseconds += 60_000 } == "book_stale")
        #expect(refusal(wish()) { $0.milliseconds = 890_000; $0.snapshot(yes: [(40, 100)], no: [(55, 100)]); $0.report() } == "closes_soon")
        #expect(refusal(wish(reduceOnly: true)) == "opens_position")
        #expect(refusal(wish("k2")) { $0.give(.command(.order(wish()))); $0.effects = [] } == "order_open")
        var tight = LimitCaps()
        tight.maximumOrderCost = .dollars(1)
        #expect(refusal(wish()) { $0.give(.command(.tighten(tight))) } == "order_limit")
    }

    @Test func `an order that only closes needs no edge, and no more than is held`() throws {
        var desk = quiet()
        desk.give(.command(.order(wish())))
        let order = try #require(desk.placed.first)
        desk.fill(order, 5, trade: "t1")
        desk.give(.order(.state(VenueOrder(
            order: OrderID("o1"), clientOrder: order.id, market: Desk.market.ticker, side: .yes, limit: .cents(45), status: .executed, initial: .contracts(5),
            filled: .contracts(5), remaining: .zero, created: .zero))))
        desk.wait(seconds: 3)
        desk.snapshot(yes: [(40, 100)], no: [(55, 100)])
        desk.effects = []
        desk.give(.command(.order(wish("close", side: .no, cents: 60, count: 6, probability: nil, reduceOnly: true))))
        #expect(answer(desk) == .refused(.opensPosition(held: .contracts(5))))
        desk.give(.command(.order(wish("close2", side: .no, cents: 60, count: 5, probability: nil, reduceOnly: true))))
        #expect(answer(desk) == .ordered(ClientOrderID("d-x-close2")))
    }

    @Test func `no forecast of the desk takes back an order that was asked for, and no second look requotes it`() throws {
        var desk = quiet()
        desk.give(.command(.order(wish(side: .no, cents: 30, probability: 0.9, life: .goodTillCanceled))))
        let order = try #require(desk.placed.first)
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: .contracts(5))))
        for _ in 0..<40 { desk.tick() }
        #expect(desk.cancels.isEmpty, "the desk itself would want YES")
        #expect(desk.placed.count == 1)
        desk.give(.command(.cancel(.order(order.id))))
        #expect(desk.cancels == [order.id] && answer(desk) == .canceling([order.id]))
    }

    @Test(arguments: [(CancelScope.all, 1), (.market(Desk.market.ticker), 1), (.event(Desk.market.event), 1), (.market(Ticker("X")), 0), (.order(ClientOrderID("d-x-k9")), 0)])
    func `a cancel takes back what it names`(scope: CancelScope, count: Int) throws {
        var desk = quiet()
        desk.give(.command(.order(wish(cents: 41, life: .goodTillCanceled))))
        let order = try #require(desk.placed.first)
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: .contracts(5))))
        desk.give(.command(.cancel(scope)))
        #expect(desk.cancels.count == count)
        if case .canceling(let ids)? = answer(desk) { #expect(ids.count == count) } else { Issue.record("no answer") }
    }

    @Test func `a proposal sends nothing until the operator accepts it, and then passes the gate as it is`() {
        var desk = quiet()
        desk.give(.command(.propose(wish())))
        #expect(desk.placed.isEmpty && answer(desk) == .proposed && desk.engine.proposals.map(\.wish.key) == ["k1"])
        desk.give(.command(.decide(key: "other", accepted: true)))
        #expect(answer(desk) == .noProposal)
        desk.give(.command(.decide(key: "k1", accepted: true)))
        #expect(desk.placed.count == 1 && desk.engine.proposals.isEmpty)
        desk.give(.command(.decide(key: "k1", accepted: true)))
        #expect(desk.placed.count == 1 && answer(desk) == .noProposal, "a proposal is decided once")
        desk.give(.command(.propose(wish("k2", count: 1))))
        desk.give(.command(.decide(key: "k2", accepted: false)))
        #expect(answer(desk) == .declined && desk.placed.count == 1)
        desk.give(.command(.propose(wish("k3", count: 1))))
        desk.milliseconds += 601_000
        desk.give(.command(.decide(key: "k3", accepted: true)))
        #expect(answer(desk) == .noProposal && desk.placed.count == 1, "it is too old")
        for number in 0..<40 { desk.give(.command(.propose(wish("p\(number)")))) }
        #expect(desk.engine.proposals.count == 32 && answer(desk) == .tooManyProposals(limit: 32))
    }

    @Test func `limits are only tightened, all that are named or none, and stay until the operator changes his own`() {
        var desk = quiet()
        var caps = LimitCaps()
        caps.maximumOrderCost = .dollars(10)
        caps.cashReserve = .dollars(500)
        desk.give(.command(.tighten(caps)))
        #expect(desk.engine.risk.settings.maximumOrderCost == .dollars(10) && desk.engine.risk.settings.cashReserve == .dollars(500))
        var loose = LimitCaps()
        loose.maximumOrderCost = .dollars(11)
        loose.dailyLossLimit = .dollars(1)
        desk.give(.command(.tighten(loose)))
        #expect(answer(desk) == .wouldLoosen(["maximum_order_cost"]))
        #expect(desk.engine.risk.settings.dailyLossLimit == .dollars(200), "none of them")
        var nothing = LimitCaps()
        nothing.dailyLossLimit = .zero
        desk.give(.command(.tighten(nothing)))
        #expect(answer(desk) == .wouldLoosen(["daily_loss_limit"]), "nothing, as a limit of the loss, is none")
        desk.give(.restarted(settings: DeskSettings()))
        #expect(desk.engine.risk.settings.maximumOrderCost == .dollars(10), "a restart loosens nothing")
        var unlimited = DeskSettings()
        unlimited.dailyLossLimit = .zero
        #expect({ () -> [String] in var five = LimitCaps(); five.dailyLossLimit = .dollars(5); return five.loosened(unlimited) }().isEmpty, "some limit is stricter than none")
        var changed = DeskSettings()
        changed.maximumOrderCost = .dollars(40)
        desk.give(.restarted(settings: changed))
        #expect(desk.engine.risk.settings == changed)
    }

    @Test(arguments: 0..<200) func `caps never loosen a limit`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var settings = DeskSettings()
        settings.maximumOrderCost = .cents(Int64.random(in: 0...10_000, using: &random))
        settings.cashReserve = .cents(Int64.random(in: 0...10_000, using: &random))
        settings.kellyFraction = Double.random(in: 0...1, using: &random)
        var caps = LimitCaps()
        caps.maximumOrderCost = .cents(Int64.random(in: -100...10_000, using: &random))
        caps.cashReserve = .cents(Int64.random(in: -100...10_000, using: &random))
        caps.kellyFraction = Double.random(in: -1...2, using: &random)
        caps.maximumOrdersPerMinute = Int.random(in: -1...100, using: &random)
        let capped = settings.capped(by: caps)
        #expect(capped.maximumOrderCost <= settings.maximumOrderCost && capped.cashReserve >= settings.cashReserve && capped.kellyFraction <= settings.kellyFraction)
        if caps.loosened(settings).isEmpty {
            #expect(capped.maximumOrderCost == caps.maximumOrderCost && capped.kellyFraction == caps.kellyFraction)
        }
    }

    @Test func `every command is written and read back as it was, and the same events give the same desk`() throws {
        var caps = LimitCaps()
        caps.dailyLossLimit = .dollars(5)
        let commands: [Command] = [
            .order(wish()), .propose(wish("k2", count: 1)), .decide(key: "k2", accepted: false), .cancel(.event(Desk.market.event)), .cancel(.all), .tighten(caps),
        ]
        for command in commands {
            let event = Event.command(command)
            #expect(try JSONDecoder().decode(Event.self, from: JSONEncoder().encode(event)) == event)
        }
        func run() -> Desk {
            var desk = quiet()
            for command in commands { desk.give(.command(command)) }
            return desk
        }
        let (one, two) = (run(), run())
        #expect(one.engine.digest().text == two.engine.digest().text && one.effects == two.effects)
        #expect(one.engine.digest().text != quiet().engine.digest().text)
    }

    @Test(arguments: ["", "a b", String(repeating: "a", count: 33), "é", "a/b", "a.b"]) func `a key is a plain short name`(text: String) {
        #expect(!OrderWish.isKey(text))
    }
}
