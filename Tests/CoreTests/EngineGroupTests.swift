import Accounting
import Engine
import Foundation
import Model
import Risk
import Testing

/// Order groups at the exchange: set by a command, certain only by the exchange's word, and named by orders only while they are certain.
@Suite struct EngineGroupTests {
    private static let group = OrderGroupID("og-1")

    /// A desk that wants nothing of its own.
    private func desk() -> Desk {
        var desk = Desk()
        var caps = LimitCaps()
        caps.kellyFraction = 0
        desk.give(.command(.tighten(caps)))
        desk.effects = []
        return desk
    }

    private func set(_ desk: inout Desk, _ limit: Int64, name: String = "g") {
        desk.give(.command(.setGroup(GroupWish(name: name, asker: "a", limit: .contracts(limit)))))
    }

    private func hear(_ desk: inout Desk, _ limit: Int64, name: String = "g", known: OrderGroupID? = nil, _ outcome: GroupReport.Outcome = .set(group)) {
        desk.give(.group(GroupReport(GroupRequest(name: name, group: known, limit: .contracts(limit)), outcome)))
    }

    private func order(_ desk: inout Desk, _ key: String, group: String?) {
        let intent = OrderIntent(market: Desk.market.ticker, side: .yes, limit: .cents(41), quantity: .contracts(10), timeInForce: .goodTillCanceled, postOnly: false)
        desk.give(.command(.order(OrderWish(key: key, asker: "a", intent: intent, probability: 0.8, reduceOnly: false, group: group))))
    }

    private func sent(_ desk: Desk) -> [GroupRequest] { desk.effects.compactMap { if case .setGroup(let request) = $0 { request } else { nil } } }
    private func answer(_ desk: Desk) -> CommandAnswer? { desk.effects.compactMap(\.answer).last }
    private func limit(_ desk: Desk, _ name: String = "g") -> Quantity? { desk.engine.groups.first { $0.name == name }?.limit }

    @Test func `a group is made once, holds once the exchange says so, and the same limit again sends nothing`() {
        var desk = desk()
        set(&desk, 50)
        set(&desk, 50)
        #expect(answer(desk) == .settingGroup("g") && sent(desk) == [GroupRequest(name: "g", group: nil, limit: .contracts(50))])
        set(&desk, 40)
        #expect(answer(desk) == .groupBusy("g") && limit(desk) == nil)
        hear(&desk, 50)
        #expect(limit(desk) == .contracts(50))
        set(&desk, 50)
        #expect(answer(desk) == .groupAsAsked("g") && sent(desk).count == 1)
        set(&desk, 40)
        #expect(sent(desk).last == GroupRequest(name: "g", group: Self.group, limit: .contracts(40)) && limit(desk) == .contracts(50), "until the exchange has said so")
        hear(&desk, 30, known: Self.group)
        #expect(limit(desk) == .contracts(50), "an answer to something else changes nothing")
        hear(&desk, 40, known: Self.group)
        hear(&desk, 40, known: Self.group, .unknown(reason: "late"))
        #expect(limit(desk) == .contracts(40))
    }

    @Test func `an order goes into the group that it names, by the exchange's name, and into none that is in doubt`() throws {
        var desk = desk()
        order(&desk, "k1", group: "g")
        #expect(answer(desk) == .refused(.groupNotSet("g")) && desk.placed.isEmpty)
        set(&desk, 50)
        order(&desk, "k2", group: "g")
        #expect(answer(desk) == .refused(.groupNotSet("g")))
        hear(&desk, 50)
        order(&desk, "k3", group: "g")
        #expect(answer(desk) == .ordered(ClientOrderID("d-x-k3")) && desk.placed.map(\.intent.group) == [Self.group])
        #expect(desk.placed[0].intent.with(limit: .cents(42), quantity: .contracts(3)).group == Self.group, "an amendment leaves it there")
        set(&desk, 60)
        order(&desk, "k4", group: "g")
        #expect(answer(desk) == .refused(.groupNotSet("g")))
    }

    @Test(arguments: [
        (GroupReport.Outcome.refused(code: "no", message: "not today"), OrderGroupID?.none, Quantity?.none), (.unknown(reason: "no answer"), nil, nil), (.absent, nil, nil),
    ]) func `a group that could not be made is none, and can be asked for again`(outcome: GroupReport.Outcome, group: OrderGroupID?, limit: Quantity?) {
        var desk = desk()
        set(&desk, 50)
        hear(&desk, 50, outcome)
        #expect(desk.engine.groups[0].group == group && desk.engine.groups[0].limit == limit && desk.engine.groups[0].trouble != nil)
        set(&desk, 50)
        #expect(sent(desk).count == 2 && sent(desk)[1].group == nil)
        hear(&desk, 50)
        #expect(desk.engine.groups[0].trouble == nil && self.limit(desk) == .contracts(50))
    }

    @Test func `what became of a change decides what is known: refused it is as it was, unknown it is uncertain, gone it is made anew`() {
        for (outcome, limit, next) in [
            (GroupReport.Outcome.refused(code: "no", message: "x"), Quantity?.some(.contracts(50)), OrderGroupID?.some(Self.group)), (.unknown(reason: "x"), nil, Self.group), (.absent, nil, nil),
        ] {
            var desk = desk()
            set(&desk, 50)
            hear(&desk, 50)
            set(&desk, 40)
            hear(&desk, 40, known: Self.group, outcome)
            #expect(self.limit(desk) == limit)
            set(&desk, 40)
            #expect(sent(desk).last == GroupRequest(name: "g", group: next, limit: .contracts(40)))
        }
    }

    @Test func `a halted desk sets no new or wider limit, and always a stricter one`() {
        var desk = desk()
        set(&desk, 50)
        hear(&desk, 50)
        desk.give(.command(.kill(flatten: false)))
        for (name, limit) in [("g", 60), ("h", 10)] as [(String, Int64)] {
            set(&desk, limit, name: name)
            guard case .refused(.notTrading)? = answer(desk) else {
                Issue.record("\(String(describing: answer(desk)))")
                return
            }
        }
        set(&desk, 10)
        #expect(answer(desk) == .settingGroup("g") && sent(desk).count == 2)
    }

    @Test func `no answer for half a minute, or a restart, leaves it in doubt`() {
        var desk = desk()
        set(&desk, 50)
        hear(&desk, 50)
        set(&desk, 40)
        desk.wait(seconds: 31)
        #expect(limit(desk) == nil && desk.engine.groups[0].asked == nil && desk.engine.groups[0].trouble?.contains("no answer") == true)
        set(&desk, 40)
        hear(&desk, 40, known: Self.group)
        set(&desk, 30)
        desk.give(.restarted(settings: nil))
        #expect(limit(desk) == nil && desk.engine.groups[0].group == Self.group)
        hear(&desk, 30, known: Self.group)
        #expect(limit(desk) == nil, "what comes after is of another life")
    }

    @Test func `sixty-four groups are known: the oldest without an open order goes`() {
        var desk = desk()
        for number in 0..<64 {
            set(&desk, 50, name: "g\(number)")
            hear(&desk, 50, name: "g\(number)", .set(OrderGroupID("og-\(number)")))
        }
        order(&desk, "k", group: "g0")
        set(&desk, 50, name: "new")
        #expect(desk.engine.groups.map(\.name).prefix(2) == ["g0", "g2"] && desk.engine.groups.last?.name == "new" && desk.engine.groups.count == 64)
    }

    @Test func `the same events give the same effects and fingerprint, also out of a journal; a desk without groups has the fingerprint that it had`() throws {
        var desk = desk()
        let without = desk.engine.digest().text
        let events: [Event] = [
            .command(.setGroup(GroupWish(name: "g", asker: "a", limit: .contracts(50)))), .group(GroupReport(GroupRequest(name: "g", group: nil, limit: .contracts(50)), .set(Self.group))),
            .command(.order(OrderWish(key: "k", asker: "a", intent: OrderIntent(market: Desk.market.ticker, side: .yes, limit: .cents(41), quantity: .contracts(2), timeInForce: .goodTillCanceled, postOnly: false), probability: 0.8, reduceOnly: false, group: "g"))),
        ]
        var twin = desk
        for event in events {
            desk.give(event)
            twin.give(try Written.decode(Event.self, try Written.encode(event)))
        }
        #expect(desk.effects == twin.effects && desk.engine.digest().text == twin.engine.digest().text && desk.engine.digest().text != without)
        // As orders were written before there were groups.
        let old = try Written.encode(desk.placed[0].intent.with(limit: .cents(1), quantity: .contracts(1)))
        #expect(old.contains("og-1"))
        let plain = OrderIntent(market: Desk.market.ticker, side: .yes, limit: .cents(1), quantity: .contracts(1), timeInForce: .goodTillCanceled, postOnly: false)
        #expect(try !Written.encode(plain).contains("group"))
    }
}
