import Accounting
import Engine
import Foundation
import Model
import Risk
import Testing

/// The exchange's own pauses: what is known of them, and what the desk does in one.
@Suite struct ExchangePauseTests {
    private typealias Window = ExchangeReading.Window

    /// A case of the table: a reading, when it was read, when it is asked, and the pause that is known.
    struct Row: Sendable {
        let takesOrders: Bool?
        let takesCancels: Bool?
        var resumes: Int64?
        var heard: Int64 = 0
        let now: Int64
        let pause: ExchangePause?

        init(_ takesOrders: Bool?, _ takesCancels: Bool?, resumes: Int64? = nil, heard: Int64 = 0, now: Int64, _ pause: ExchangePause?) {
            self.takesOrders = takesOrders
            self.takesCancels = takesCancels
            self.resumes = resumes
            self.heard = heard
            self.now = now
            self.pause = pause
        }
    }

    private static func until(_ seconds: Int64?, cancels: Bool = true) -> ExchangePause { ExchangePause(until: seconds.map { .seconds($0) }, takesCancels: cancels) }

    // Announced: from 100 until 200.
    @Test(arguments: [
        Row(true, true, now: 99, nil), Row(true, true, now: 100, until(200)), Row(true, true, now: 199, until(200)), Row(true, true, now: 200, nil),
        // It trades, by its word since the window began: late to begin, or early to end.
        Row(true, true, heard: 100, now: 150, nil), Row(true, true, heard: 99, now: 150, until(200)),
        // By its own word, whatever the calendar says; an end that has passed is none.
        Row(false, true, now: 50, until(nil)), Row(false, true, resumes: 80, now: 50, until(80)), Row(false, true, resumes: 80, now: 90, until(nil)),
        Row(false, true, heard: 120, now: 150, until(200)), Row(false, true, resumes: 240, heard: 120, now: 150, until(240)), Row(false, true, heard: 120, now: 210, until(nil)),
        Row(false, false, resumes: 80, now: 50, until(80, cancels: false)), Row(true, false, now: 50, until(nil, cancels: false)),
        // Nobody knows: only what was announced.
        Row(nil, nil, now: 50, nil), Row(nil, nil, heard: 120, now: 150, until(200)), Row(nil, nil, now: 250, nil),
    ]) func `a pause is known by the exchange's word, or by its calendar while no word has come since it began`(row: Row) {
        let reading = ExchangeReading(
            takesOrders: row.takesOrders, takesCancels: row.takesCancels, resumes: row.resumes.map { .seconds($0) }, maintenance: [Window(start: .seconds(100), end: .seconds(200))])
        #expect(reading.pause(at: .seconds(row.now), heard: .seconds(row.heard)) == row.pause)
    }

    @Test func `windows are kept in order, the empty ones and all too many left out`() throws {
        let windows = (0..<20).reversed().map { Window(start: .seconds($0), end: .seconds($0 == 3 ? 3 : $0 + 1)) }
        let reading = ExchangeReading(takesOrders: true, takesCancels: true, resumes: nil, maintenance: windows)
        #expect(reading.maintenance.map(\.start) == [0, 1, 2, 4, 5, 6, 7, 8].map { .seconds($0) })
        #expect(try Written.decode(Event.self, try Written.encode(Event.exchange(reading))) == .exchange(reading))
    }

    // MARK: - The desk

    private func word(_ desk: inout Desk, orders: Bool?, cancels: Bool? = true, resumes: Timestamp? = nil, windows: [Window] = []) {
        desk.give(.exchange(ExchangeReading(takesOrders: orders, takesCancels: cancels, resumes: resumes, maintenance: windows)))
    }

    @Test func `in a pause nothing new is sent and the reason is counted; when the exchange trades again, so does the desk`() {
        var desk = Desk()
        let end = Timestamp.seconds(7200 + 600)
        word(&desk, orders: false, resumes: end)
        for _ in 0..<10 { desk.tick() }
        #expect(desk.placed.isEmpty && desk.engine.refusals["exchange_paused"] == 10)
        #expect(desk.notices.count { $0 == "The exchange is paused until 1970-01-01 02:10 UTC: no new orders are sent, cancels still go." } == 1)
        #expect(desk.engine.state == .running && desk.engine.notTrading == nil && desk.engine.blocked == nil)
        let intent = OrderIntent(market: Desk.market.ticker, side: .yes, limit: .cents(41), quantity: .contracts(1), timeInForce: .goodTillCanceled, postOnly: false)
        desk.give(.command(.order(OrderWish(key: "k", asker: "a", intent: intent, probability: 0.8, reduceOnly: false))))
        #expect(desk.effects.compactMap(\.answer).last == .refused(.exchangePaused(until: end)))
        word(&desk, orders: true)
        desk.tick()
        #expect(desk.placed.count == 1 && desk.notices.count { $0 == "The exchange is not paused any more." } == 1)
    }

    @Test func `an announced window begins and ends by the clock, without a word`() {
        var desk = Desk()
        let begin = Timestamp.milliseconds(desk.milliseconds + 2000)
        word(&desk, orders: true, windows: [Window(start: begin, end: begin + .seconds(3))])
        desk.give(.command(.pause))
        for _ in 0..<4 { desk.tick() }
        desk.give(.command(.start))
        for _ in 0..<5 { desk.tick() }
        #expect(desk.placed.isEmpty && desk.engine.refusals["exchange_paused"] ?? 0 > 0)
        desk.tick()
        #expect(desk.placed.count == 1 && desk.engine.pause == nil)
    }

    @Test func `cancels go in a pause, those of the operator and the desk's own`() {
        var desk = Desk()
        desk.tick()
        let order = desk.placed[0]
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: order.intent.quantity)))
        word(&desk, orders: false)
        desk.give(.command(.cancel(.all)))
        #expect(desk.cancels == [order.id])
        desk.give(.command(.kill(flatten: false)))
        #expect(desk.cancelAlls == 1)
    }

    @Test func `silence in a pause is none, and counts from its end`() {
        var desk = Desk()
        desk.give(.command(.pause))
        desk.give(.command(.start))
        word(&desk, orders: false)
        func wait(_ seconds: Int64) {
            for _ in 0..<seconds / 5 {
                desk.milliseconds += 5000
                desk.give(.tick)
                desk.report()
            }
        }
        let limit = Int64(desk.engine.risk.settings.silenceLimit.seconds)
        wait(3 * limit)
        #expect(desk.engine.risk.breaker.state == .normal)
        word(&desk, orders: true)
        wait(limit / 4)
        #expect(desk.engine.risk.breaker.state == .normal)
        wait(limit)
        #expect(desk.engine.risk.breaker.state == .halted && desk.engine.risk.breaker.reason?.contains("nothing heard") == true)
    }

    @Test(arguments: [true, false]) func `answers that fail in a known pause are no errors, and outside of one they are`(paused: Bool) {
        var desk = Desk()
        var caps = LimitCaps()
        caps.kellyFraction = 0
        desk.give(.command(.tighten(caps)))
        var sent = 0
        for number in 0..<12 {
            let intent = OrderIntent(market: Desk.market.ticker, side: .yes, limit: .cents(41), quantity: .contracts(1), timeInForce: .goodTillCanceled, postOnly: false)
            desk.give(.command(.order(OrderWish(key: "k\(number)", asker: "a", intent: intent, probability: 0.8, reduceOnly: false))))
            if paused { word(&desk, orders: false, cancels: false) }
            desk.give(.order(.rejected(ClientOrderID("d-x-k\(number)"), code: "service_unavailable", message: "503")))
            if paused { word(&desk, orders: true) }
            sent = desk.placed.count
            desk.milliseconds += 4000
            desk.give(.tick)
            desk.report()
            desk.snapshot(yes: [(40, 100)], no: [(55, 100)])
        }
        #expect(paused ? sent == 12 && desk.engine.risk.breaker.state == .normal : desk.engine.risk.breaker.state == .halted, "\(sent) \(desk.engine.refusals)")
    }

    @Test func `in a pause of everything an account that cannot be read is no trouble, and blocks as ever once it is over`() {
        var desk = Desk()
        word(&desk, orders: false, cancels: false)
        for _ in 0..<20 {
            desk.milliseconds += 10_000
            desk.give(.tick)
            desk.give(.accountUnavailable(reason: "503"))
        }
        #expect(desk.engine.blocked == nil && !desk.notices.contains { $0.contains("could not be compared") })
        word(&desk, orders: true)
        #expect(desk.engine.blocked?.contains("not been compared") == true)
        desk.report()
        #expect(desk.engine.blocked == nil)
    }

    @Test func `what was to be flattened waits for the end of the pause`() {
        var desk = Desk()
        desk.tick()
        let order = desk.placed[0]
        desk.give(.order(.accepted(order.id, OrderID("o1"), remaining: order.intent.quantity)))
        desk.fill(order, order.intent.quantity.hundredths / 100, trade: "t1")
        // It wants nothing more.
        var caps = LimitCaps()
        caps.kellyFraction = 0
        desk.give(.command(.tighten(caps)))
        desk.wait(seconds: 6)
        desk.report()
        word(&desk, orders: false)
        desk.give(.command(.kill(flatten: true)))
        let before = desk.placed.count
        func pass() {
            for _ in 0..<6 {
                desk.tick()
                desk.snapshot(yes: [(40, 100)], no: [(55, 100)])
                desk.report()
            }
        }
        pass()
        #expect(desk.placed.count == before)
        word(&desk, orders: true)
        pass()
        #expect(desk.placed.count > before && desk.placed.last?.intent.side == .no)
    }

    @Test func `after a restart only what was announced still holds, and a desk that heard of no hours has the fingerprint that it had`() {
        var desk = Desk()
        let without = desk.engine.digest().text
        let begin = Timestamp.milliseconds(desk.milliseconds + 60_000)
        word(&desk, orders: false, windows: [Window(start: begin, end: begin + .seconds(10))])
        #expect(desk.engine.pause != nil && desk.engine.digest().text != without)
        desk.give(.restarted(settings: nil))
        #expect(desk.engine.pause == nil)
        desk.milliseconds += 60_000
        desk.give(.tick)
        #expect(desk.engine.pause == ExchangePause(until: begin + .seconds(10), takesCancels: true))
    }
}
