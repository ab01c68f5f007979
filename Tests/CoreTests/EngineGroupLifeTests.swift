import Accounting
import Engine
import Foundation
import Model
import Risk
import Testing

/// What the exchange says of order groups by itself, and the two requests that end a group's rest: reset and delete.
@Suite struct EngineGroupLifeTests {
    private static let group = OrderGroupID("og-1")

    /// A desk that wants nothing of its own, with the group g of 50 contracts.
    private func desk() -> Desk {
        var desk = Desk()
        var caps = LimitCaps()
        caps.kellyFraction = 0
        desk.give(.command(.tighten(caps)))
        desk.give(.command(.setGroup(GroupWish(name: "g", asker: "a", limit: .contracts(50)))))
        desk.give(.group(GroupReport(GroupRequest(name: "g", group: nil, limit: .contracts(50)), .set(Self.group))))
        desk.effects = []
        return desk
    }

    private func news(_ desk: inout Desk, _ change: OrderGroupChange, limit: Quantity? = nil, of group: OrderGroupID = group) { desk.give(.groupNews(GroupNews(group, change, limit: limit))) }
    private func reset(_ desk: inout Desk) { desk.give(.command(.resetGroup(name: "g", asker: "a"))) }
    private func delete(_ desk: inout Desk) { desk.give(.command(.deleteGroup(name: "g", asker: "a"))) }
    private func hear(_ desk: inout Desk, _ demand: GroupDemand, _ outcome: GroupReport.Outcome = .set(group)) {
        desk.give(.group(GroupReport(GroupRequest(name: "g", group: Self.group, demand: demand), outcome)))
    }
    private func order(_ desk: inout Desk, _ key: String) {
        let intent = OrderIntent(market: Desk.market.ticker, side: .yes, limit: .cents(41), quantity: .contracts(10), timeInForce: .goodTillCanceled, postOnly: false)
        desk.give(.command(.order(OrderWish(key: key, asker: "a", intent: intent, probability: 0.8, reduceOnly: false, group: "g"))))
    }
    private func sent(_ desk: Desk) -> [GroupRequest] { desk.effects.compactMap { if case .setGroup(let request) = $0 { request } else { nil } } }
    private func answer(_ desk: Desk) -> CommandAnswer? { desk.effects.compactMap(\.answer).last }
    private func known(_ desk: Desk) -> TradingEngine.GroupRecord? { desk.engine.groups.first { $0.name == "g" } }

    @Test func `a new group is open; triggered it takes no orders; a reset opens it, once`() {
        var desk = desk()
        #expect(known(desk)?.isTriggered == false)
        reset(&desk)
        #expect(answer(desk) == .groupAsAsked("g") && sent(desk).isEmpty)
        news(&desk, .triggered, of: OrderGroupID("another's"))
        #expect(known(desk)?.isTriggered == false)
        news(&desk, .triggered)
        #expect(known(desk)?.isTriggered == true && desk.notices.contains { $0.contains("was triggered") })
        order(&desk, "k1")
        #expect(answer(desk) == .refused(.groupTriggered("g")) && desk.placed.isEmpty)
        reset(&desk)
        reset(&desk)
        #expect(answer(desk) == .settingGroup("g") && sent(desk) == [GroupRequest(name: "g", group: Self.group, demand: .reset)])
        order(&desk, "k2")
        #expect(answer(desk) == .refused(.groupNotSet("g")), "until the exchange has said so")
        hear(&desk, .reset)
        news(&desk, .reset)
        #expect(known(desk)?.isTriggered == false && desk.notices.count { $0.contains("takes orders again") } == 1)
        order(&desk, "k3")
        #expect(desk.placed.map(\.intent.group) == [Self.group])
    }

    @Test func `an order that is refused for its group tells that the group is triggered or gone, and no breaker counts it`() throws {
        var desk = desk()
        for number in 1...12 {
            desk.wait(seconds: 10)
            desk.snapshot(yes: [(40, 100)], no: [(59, 100)])
            order(&desk, "k\(number)")
            guard let sent = desk.placed.last, number == 1 || known(desk)?.isTriggered == false else { break }
            desk.give(.order(.rejected(sent.id, code: "exceeded_order_group_risk_limit", message: "full")))
            #expect(known(desk)?.isTriggered == true && answer(desk) != nil)
            reset(&desk)
            #expect(answer(desk) == .settingGroup("g"), "its news was lost, and the reset is sent all the same")
            hear(&desk, .reset)
        }
        #expect(desk.placed.count == 12)
        #expect(desk.engine.risk.breaker.state == .normal && desk.engine.state == .running)
        order(&desk, "last")
        let last = try #require(desk.placed.last)
        desk.give(.order(.rejected(last.id, code: "order_group_not_found", message: "none")))
        #expect(known(desk)?.group == Self.group && known(desk)?.limit == nil && known(desk)?.trouble != nil, "one order's word ends no group")
    }

    @Test func `another's change back to what was before is seen once our own has been told, and one beside our own leaves doubt`() {
        var desk = desk()
        func set(_ contracts: Int64) { desk.give(.command(.setGroup(GroupWish(name: "g", asker: "a", limit: .contracts(contracts))))) }
        func confirm(_ contracts: Int64) { desk.give(.group(GroupReport(GroupRequest(name: "g", group: Self.group, limit: .contracts(contracts)), .set(Self.group)))) }
        set(20)
        confirm(20)
        news(&desk, .limitUpdated, limit: .contracts(20))
        news(&desk, .limitUpdated, limit: .contracts(50))
        #expect(known(desk)?.limit == nil)
        set(20)
        news(&desk, .limitUpdated, limit: .contracts(20))
        news(&desk, .limitUpdated, limit: .contracts(100))
        confirm(20)
        #expect(known(desk)?.limit == nil && known(desk)?.trouble?.contains("somebody else") == true)
        set(20)
        confirm(20)
        #expect(known(desk)?.limit == .contracts(20) && known(desk)?.trouble == nil)
    }

    @Test func `another's change of the limit soon after ours is told, and leaves the limit in doubt; our own that is told late is nothing`() {
        var desk = desk()
        desk.give(.command(.setGroup(GroupWish(name: "g", asker: "a", limit: .contracts(20)))))
        desk.give(.group(GroupReport(GroupRequest(name: "g", group: Self.group, limit: .contracts(20)), .set(Self.group))))
        news(&desk, .limitUpdated, limit: .contracts(50))
        news(&desk, .limitUpdated, limit: .contracts(20))
        #expect(known(desk)?.limit == .contracts(20) && !desk.notices.contains { $0.contains("not by this desk") })
        news(&desk, .limitUpdated, limit: .contracts(100))
        #expect(known(desk)?.limit == nil && desk.notices.contains { $0.contains("100") && $0.contains("not by this desk; set it again") })
        desk.effects = []
        desk.give(.command(.setGroup(GroupWish(name: "g", asker: "a", limit: .contracts(20)))))
        #expect(sent(desk).count == 1, "it is sent, not taken for as asked")
    }

    @Test(arguments: [
        (GroupReport.Outcome.refused(code: "no", message: "x"), Bool?.some(true), Quantity?.some(.contracts(50)), OrderGroupID?.some(group)), (.unknown(reason: "x"), nil, .contracts(50), group), (.absent, nil, nil, nil),
    ]) func `a reset that did not come to what was asked leaves what is certain`(outcome: GroupReport.Outcome, triggered: Bool?, limit: Quantity?, group: OrderGroupID?) {
        var desk = desk()
        news(&desk, .triggered)
        reset(&desk)
        hear(&desk, .reset, outcome)
        let known = known(desk)
        #expect(known?.isTriggered == triggered && known?.limit == limit && known?.group == group && known?.trouble != nil && known?.asked == nil)
    }

    @Test func `a reset passes the gate, a delete needs none`() {
        var desk = desk()
        news(&desk, .triggered)
        desk.give(.command(.kill(flatten: false)))
        reset(&desk)
        guard case .refused(.notTrading)? = answer(desk) else {
            Issue.record("\(String(describing: answer(desk)))")
            return
        }
        delete(&desk)
        #expect(answer(desk) == .settingGroup("g") && sent(desk) == [GroupRequest(name: "g", group: Self.group, demand: .delete)])
        reset(&desk)
        #expect(answer(desk) == .groupBusy("g"))
        hear(&desk, .delete)
        #expect(desk.engine.groups.isEmpty)
        delete(&desk)
        #expect(answer(desk) == .noGroup("g"))
    }

    @Test(arguments: [(GroupReport.Outcome.absent, true), (.set(group), true), (.refused(code: "no", message: "x"), false), (.unknown(reason: "x"), false)])
    func `a group is forgotten when the exchange has it no more, and not before`(outcome: GroupReport.Outcome, gone: Bool) {
        var desk = desk()
        delete(&desk)
        news(&desk, .deleted)
        hear(&desk, .delete, outcome)
        #expect(desk.engine.groups.isEmpty == gone)
        if case .unknown = outcome { #expect(known(desk)?.limit == nil && known(desk)?.trouble != nil, "no order goes into what may be gone") }
    }

    @Test func `what somebody else does with a group is told and believed; our own limits come from the answers`() {
        var desk = desk()
        news(&desk, .limitUpdated, limit: .contracts(20))
        #expect(known(desk)?.limit == nil, "which came last, that or our own, is not certain so soon")
        desk.wait(seconds: 31)
        news(&desk, .limitUpdated, limit: .contracts(20))
        #expect(known(desk)?.limit == .contracts(20) && desk.notices.contains { $0.contains("not by this desk") })
        news(&desk, .deleted)
        #expect(known(desk)?.group == nil && known(desk)?.limit == nil && known(desk)?.trouble?.contains("deleted") == true)
        reset(&desk)
        #expect(answer(desk) == .noGroup("g"))
    }

    @Test func `while nobody listens an open group may trigger unheard: that is unknown until an order is taken into it`() {
        for deaf in [Event.market(.disconnected(connection: 1)), .restarted(settings: nil)] {
            var desk = desk()
            desk.give(deaf)
            #expect(known(desk)?.isTriggered == nil)
            var shut = self.desk()
            news(&shut, .triggered)
            shut.give(deaf)
            #expect(known(shut)?.isTriggered == true, "only a reset opens it")
        }
        var desk = desk()
        order(&desk, "k")
        desk.give(.market(.disconnected(connection: 1)))
        desk.give(.order(.accepted(ClientOrderID("d-x-k"), OrderID("o"), remaining: .contracts(10))))
        #expect(known(desk)?.isTriggered == false)
    }

    @Test func `what filled within fifteen seconds is counted by the exchange's time, and a reset forgets it`() {
        var desk = desk()
        order(&desk, "k")
        desk.give(.order(.accepted(ClientOrderID("d-x-k"), OrderID("o"), remaining: .contracts(10))))
        func fill(_ trade: String, _ contracts: Int64, secondsAgo: Int64) {
            desk.give(
                .fill(
                    Fill(
                        trade: TradeID(trade), order: OrderID("o"), clientOrder: ClientOrderID("d-x-k"), market: Desk.market.ticker, side: .yes, price: .cents(41), quantity: .contracts(contracts),
                        liquidity: .maker, fee: .zero, time: desk.engine.now - .seconds(secondsAgo))))
        }
        fill("t1", 2, secondsAgo: 10)
        fill("t2", 3, secondsAgo: 0)
        fill("t2", 3, secondsAgo: 0)
        fill("t3", 1, secondsAgo: 15)
        func used() -> Quantity? { known(desk)?.used(at: desk.engine.now) }
        #expect(used() == .contracts(5))
        desk.wait(seconds: 5)
        #expect(used() == .contracts(3))
        news(&desk, .triggered)
        reset(&desk)
        hear(&desk, .reset)
        #expect(used() == .zero)
    }

    @Test func `requests are written as ever, and the same events give the same fingerprint out of a journal`() throws {
        let old = #"{"group":"og-1","limit":\#(try Written.encode(Quantity.contracts(50))),"name":"g"}"#
        #expect(try Written.decode(GroupRequest.self, old) == GroupRequest(name: "g", group: Self.group, limit: .contracts(50)))
        #expect(try !Written.encode(GroupRequest(name: "g", group: Self.group, limit: .contracts(50))).contains("act"))
        var desk = desk()
        var twin = desk
        let request = GroupRequest(name: "g", group: Self.group, demand: .reset)
        for event in [
            Event.groupNews(GroupNews(Self.group, .triggered, limit: nil)), .command(.resetGroup(name: "g", asker: "a")), .group(GroupReport(request, .set(Self.group))),
            .command(.deleteGroup(name: "g", asker: "a")),
        ] {
            desk.give(event)
            twin.give(try Written.decode(Event.self, try Written.encode(event)))
            #expect(desk.engine.digest().text == twin.engine.digest().text)
        }
        #expect(desk.effects == twin.effects)
    }
}
