import Accounting
import Engine
import Foundation
import Model
import Risk
import Testing

/// Changes to an order that rests: one at a time, through the gate where they add risk, and certain only by the exchange's word.
@Suite struct EngineChangeTests {
    private static let id = ClientOrderID("d-x-k1")
    private static let name = OrderID("o1")

    private static func intent(cents: Int32 = 41, count: Int64 = 10) -> OrderIntent {
        OrderIntent(market: Desk.market.ticker, side: .yes, limit: .cents(cents), quantity: .contracts(count), timeInForce: .goodTillCanceled, postOnly: false)
    }

    /// A desk that wants nothing of its own and has one order resting that was asked for: 10 YES at 41 cents.
    private func resting() -> Desk {
        var desk = Desk()
        var caps = LimitCaps()
        caps.kellyFraction = 0
        desk.give(.command(.tighten(caps)))
        desk.give(.command(.order(OrderWish(key: "k1", asker: "a", intent: Self.intent(), probability: 0.8, reduceOnly: false))))
        desk.give(.order(.accepted(Self.id, Self.name, remaining: .contracts(10))))
        desk.effects = []
        return desk
    }

    private func amend(_ desk: inout Desk, cents: Int32 = 42, total: Int64 = 12, probability: Double? = nil) {
        desk.give(.command(.change(ChangeWish(order: Self.id, asker: "a", change: .amend(limit: .cents(cents), total: .contracts(total)), probability: probability))))
    }

    private func decrease(_ desk: inout Desk, to rest: Int64) {
        desk.give(.command(.change(ChangeWish(order: Self.id, asker: "a", change: .decrease(to: .contracts(rest))))))
    }

    private func shown(cents: Int32 = 41, filled: Int64 = 0, rest: Int64, status: VenueOrder.Status = .resting, initial: Int64 = 10) -> Event {
        .order(
            .state(
                VenueOrder(
                    order: Self.name, clientOrder: Self.id, market: Desk.market.ticker, side: .yes, limit: .cents(cents), status: status, initial: .contracts(initial),
                    filled: .contracts(filled), remaining: .contracts(rest), created: .zero)))
    }

    private func fill(_ desk: inout Desk, _ count: Int64, cents: Int32 = 41, trade: String) {
        desk.give(
            .fill(
                Fill(
                    trade: TradeID(trade), order: Self.name, clientOrder: Self.id, market: Desk.market.ticker, side: .yes, price: .cents(cents), quantity: .contracts(count),
                    liquidity: .maker, fee: .zero, time: .milliseconds(desk.milliseconds))))
    }

    private func sent(_ desk: Desk) -> [Effect] {
        desk.effects.filter { effect in
            switch effect {
            case .amend, .decrease: true
            default: false
            }
        }
    }
    private func answer(_ desk: Desk) -> CommandAnswer? { desk.effects.compactMap(\.answer).last }
    private func order(_ desk: Desk) throws -> TrackedOrder { try #require(desk.engine.orders[Self.id]) }

    @Test func `an amendment passes the gate, goes out once, and holds once the exchange says so`() throws {
        var desk = resting()
        let before = desk.engine.portfolio.reserved
        amend(&desk)
        amend(&desk)
        #expect(answer(desk) == .changing(Self.id) && sent(desk).count == 1, "the same again is the same")
        guard case .amend(let approved)? = sent(desk).first else {
            Issue.record("nothing was sent")
            return
        }
        #expect(approved.order == Self.name && approved.intent == Self.intent(cents: 42, count: 12))
        #expect(try order(desk).intent == Self.intent() && desk.engine.portfolio.reserved == approved.reserved && approved.reserved > before)
        #expect(try order(desk).remaining == .contracts(12), "while it is not certain the larger size counts")
        amend(&desk, cents: 43)
        decrease(&desk, to: 1)
        #expect(answer(desk) == .busy && sent(desk).count == 1, "one change at a time")
        desk.give(.order(.change(Self.id, .amended(limit: .cents(42), total: .contracts(12)))))
        #expect(try order(desk).intent == Self.intent(cents: 42, count: 12) && order(desk).change == nil)
        amend(&desk)
        #expect(answer(desk) == .asAsked(Self.id) && sent(desk).count == 1)
        fill(&desk, 12, cents: 42, trade: "t1")
        #expect(try order(desk).state == .executed && desk.engine.portfolio.reserved == .zero)
    }

    @Test func `what the gate refuses an order it refuses an amendment`() throws {
        func refusal(cents: Int32 = 42, total: Int64 = 12, probability: Double? = nil, _ prepare: (inout Desk) -> Void = { _ in }) -> String? {
            var desk = resting()
            prepare(&desk)
            amend(&desk, cents: cents, total: total, probability: probability)
            #expect(sent(desk).isEmpty)
            if case .refused(let refusal)? = answer(desk) { return refusal.code }
            return nil
        }
        #expect(refusal(total: 1000) == "order_limit")
        #expect(refusal(probability: 0.43) == "edge_below_minimum")
        #expect(refusal { $0.give(.command(.pause)) } == "not_trading")
        #expect(refusal { $0.give(.market(.status(Desk.market.ticker, .inactive))) } == "market_not_active")
        #expect(refusal { $0.milliseconds += 60_000 } == "book_stale")
        var tight = LimitCaps()
        tight.maximumMarketExposure = .dollars(5)
        #expect(refusal(cents: 44, total: 12) { $0.give(.command(.tighten(tight))) } == "market_limit")
    }

    @Test func `an order's own old size does not count against its new one`() throws {
        var desk = resting()
        var tight = LimitCaps()
        tight.maximumMarketExposure = .dollars(5)
        desk.give(.command(.tighten(tight)))
        amend(&desk, cents: 40, total: 11)
        #expect(answer(desk) == .changing(Self.id))
    }

    @Test func `only an order that rests and was asked for is amended`() throws {
        var desk = resting()
        desk.give(.command(.change(ChangeWish(order: ClientOrderID("d-x-other"), asker: "a", change: .decrease(to: .contracts(1))))))
        #expect(answer(desk) == .noOrder)
        fill(&desk, 4, trade: "t1")
        amend(&desk, total: 4)
        #expect(answer(desk) == .filledAlready(.contracts(4)))
        desk.give(.command(.cancel(.order(Self.id))))
        decrease(&desk, to: 1)
        #expect(answer(desk) == .busy, "it is being canceled")
        desk.give(.order(.canceled(Self.id, remaining: .contracts(6))))
        amend(&desk)
        #expect(answer(desk) == .noOrder && sent(desk).isEmpty)
        // The desk's own.
        var own = Desk()
        for _ in 0..<20 where own.placed.isEmpty { own.tick() }
        let placed = try #require(own.placed.first)
        own.give(.order(.accepted(placed.id, OrderID("o9"), remaining: placed.intent.quantity)))
        guard own.engine.orders[placed.id]?.state == .resting else { return }
        own.give(.command(.change(ChangeWish(order: placed.id, asker: "a", change: .amend(limit: .cents(30), total: .contracts(1))))))
        #expect(answer(own) == .deskOwn)
    }

    @Test func `a decrease asks no gate, in whatever state the desk is, and its size is what the exchange then shows`() throws {
        var desk = resting()
        desk.give(.command(.pause))
        let before = desk.engine.portfolio.reserved
        decrease(&desk, to: 4)
        decrease(&desk, to: 4)
        #expect(answer(desk) == .changing(Self.id) && sent(desk) == [.decrease(Self.name, Self.id, Desk.market.ticker, to: .contracts(4))])
        desk.give(.order(.change(Self.id, .decreased(to: .contracts(4)))))
        #expect(desk.resolves == 1, "how much had filled by then only its state tells")
        #expect(desk.engine.portfolio.reserved == before)
        desk.give(shown(filled: 1, rest: 4))
        #expect(try order(desk).intent.quantity == .contracts(5) && order(desk).change == nil)
        #expect(desk.engine.portfolio.reserved < before)
        decrease(&desk, to: 5)
        #expect(answer(desk) == .asAsked(Self.id) && sent(desk).count == 1, "it is smaller already")
        fill(&desk, 5, trade: "t1")
        #expect(try order(desk).state == .executed && desk.engine.portfolio.reserved == .zero)
    }

    @Test func `a change with an unknown outcome is asked about, and believed only when shown or proven absent`() throws {
        var desk = resting()
        amend(&desk, cents: 42, total: 12)
        desk.give(.order(.change(Self.id, .unknown(reason: "timeout"))))
        #expect(desk.resolves == 1)
        desk.give(shown(rest: 10))
        #expect(try order(desk).change != nil, "it may still be on its way")
        desk.milliseconds += 37_000
        desk.give(shown(rest: 10))
        #expect(try order(desk).change == nil && order(desk).intent == Self.intent() && order(desk).changes.refusal == "absent")
        var made = resting()
        amend(&made, cents: 42, total: 12)
        made.give(.order(.change(Self.id, .unknown(reason: "timeout"))))
        made.give(shown(cents: 42, rest: 12, initial: 12))
        #expect(try order(made).intent == Self.intent(cents: 42, count: 12) && order(made).change == nil)
    }

    @Test func `fills beyond the old size prove an amendment, and an end while it is under way is asked about`() throws {
        var desk = resting()
        amend(&desk, cents: 42, total: 12)
        fill(&desk, 11, cents: 42, trade: "t1")
        #expect(try order(desk).intent == Self.intent(cents: 42, count: 12) && order(desk).state == .resting)
        #expect(!desk.notices.contains { $0.contains("worse than its limit") })
        var ended = resting()
        amend(&ended, cents: 42, total: 12)
        ended.give(.command(.cancel(.all)))
        ended.give(.order(.canceled(Self.id, remaining: .contracts(12))))
        #expect(try order(ended).state == .canceled && order(ended).finallyFilled == nil && ended.resolves == 1)
        ended.give(shown(cents: 42, filled: 0, rest: 0, status: .canceled, initial: 12))
        #expect(try order(ended).finallyFilled == .zero && ended.engine.portfolio.reserved == .zero)
    }

    @Test func `a refused change leaves the order as it was`() throws {
        var desk = resting()
        let before = desk.engine.portfolio.reserved
        amend(&desk)
        desk.give(.order(.change(Self.id, .refused(code: "invalid_order", message: "post only cross"))))
        #expect(try order(desk).intent == Self.intent() && order(desk).changes.refusal == "invalid_order" && desk.engine.portfolio.reserved == before)
        amend(&desk)
        #expect(answer(desk) == .changing(Self.id), "it may be tried again")
    }

    @Test func `while an order is being changed the account may show it either way, and after that only as it is`() throws {
        var desk = resting()
        func report(cents: Int32, rest: Int64) {
            let seen = VenueOrder(
                order: Self.name, clientOrder: Self.id, market: Desk.market.ticker, side: .yes, limit: .cents(cents), status: .resting, initial: .contracts(10), filled: .zero,
                remaining: .contracts(rest), created: .zero)
            for _ in 0..<3 { desk.report(cash: desk.engine.portfolio.cash - Price.cents(cents) * .contracts(rest), orders: [seen]) }
        }
        amend(&desk, cents: 42, total: 12)
        report(cents: 41, rest: 10)
        #expect(desk.engine.differences.isEmpty)
        report(cents: 42, rest: 12)
        #expect(try desk.engine.differences.isEmpty && order(desk).change == nil)
        report(cents: 41, rest: 10)
        #expect(!desk.engine.differences.isEmpty)
    }

    @Test(arguments: 0..<300) func `whatever comes in whatever order, what is set aside covers what may still fill, and the same events give the same desk`(seed: UInt64) throws {
        func run() throws -> (Desk, Bool) {
            var random = SeededRandom(seed: seed)
            var desk = resting()
            var (limit, total, filled) = (Int32(41), Int64(10), Int64(0))
            var covered = true
            for step in 0..<12 {
                switch Int.random(in: 0..<6, using: &random) {
                case 0: amend(&desk, cents: Int32.random(in: 38...44, using: &random), total: Int64.random(in: 1...20, using: &random))
                case 1: decrease(&desk, to: Int64.random(in: 1...12, using: &random))
                case 2:
                    // The exchange carries out what was last asked, or does not.
                    guard let change = desk.engine.orders[Self.id]?.change else { continue }
                    let isMade = Bool.random(using: &random)
                    switch change.change {
                    case .amend(let price, let size) where isMade && size > .contracts(filled):
                        (limit, total) = (price.tenThousandths / 100, size.hundredths / 100)
                        desk.give(.order(.change(Self.id, .amended(limit: price, total: size))))
                    case .decrease(let rest) where isMade && rest < .contracts(total - filled):
                        total = filled + rest.hundredths / 100
                        desk.give(.order(.change(Self.id, .decreased(to: rest))))
                    default: desk.give(.order(.change(Self.id, .refused(code: "no", message: ""))))
                    }
                case 3: desk.give(shown(cents: limit, filled: filled, rest: total - filled, initial: total))
                case 4 where filled < total:
                    let count = Int64.random(in: 1...(total - filled), using: &random)
                    filled += count
                    fill(&desk, count, cents: limit, trade: "t\(step)")
                default: desk.milliseconds += 500
                }
                let tracked = try order(desk)
                if tracked.isOpen {
                    covered = covered && desk.engine.portfolio.reserved >= Price.cents(limit) * .contracts(total - filled) && tracked.mostQuantity >= .contracts(total)
                }
            }
            #expect(!desk.notices.contains { $0.contains("cannot follow") }, "\(desk.notices)")
            return (desk, covered)
        }
        let (one, covered) = try run()
        let (two, _) = try run()
        #expect(covered)
        #expect(one.engine.digest().text == two.engine.digest().text && one.effects == two.effects)
    }

    @Test func `changes are written and read back as they were`() throws {
        let events: [Event] = [
            .command(.change(ChangeWish(order: Self.id, asker: "a", change: .amend(limit: .cents(42), total: .contracts(12)), probability: 0.7))),
            .command(.change(ChangeWish(order: Self.id, asker: "a", change: .decrease(to: .contracts(3))))), .order(.change(Self.id, .amended(limit: .cents(42), total: .contracts(12)))),
            .order(.change(Self.id, .decreased(to: .contracts(3)))), .order(.change(Self.id, .refused(code: "c", message: "m"))), .order(.change(Self.id, .unknown(reason: "r"))),
        ]
        for event in events { #expect(try JSONDecoder().decode(Event.self, from: JSONEncoder().encode(event)) == event) }
    }
}
