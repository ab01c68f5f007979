import Accounting
import Engine
import Learning
import Model
import Risk
import Testing

/// An exchange that has paid a market by a wrong result takes the payout back, and pays it again.
struct EngineReversalTests {
    private static let ticker = Desk.market.ticker

    /// A desk that held contracts of a market and was paid by YES.
    private struct Paid {
        var desk = Desk()
        let held: Quantity
        /// Before it was paid.
        let cash: Money
        let won: Money

        init() throws {
            desk.tick()
            let order = try #require(desk.placed.first)
            held = order.intent.quantity
            desk.fill(order, held.hundredths / 100, trade: "t1")
            cash = desk.engine.portfolio.cash
            won = Price.one * held
            desk.give(.market(.determined(EngineReversalTests.ticker, .yes)))
            desk.give(.market(.settled(EngineReversalTests.ticker)))
        }

        mutating func report(_ cash: Money, held: Quantity = .zero, _ rows: (MarketResult, Int64)...) {
            desk.milliseconds += 1000
            desk.report(
                cash: cash, positions: held.isZero ? [] : [VenuePosition(market: EngineReversalTests.ticker, net: held)],
                settlements: rows.map { VenueSettlement(market: EngineReversalTests.ticker, result: $0.0, time: .seconds($0.1)) })
        }
    }

    @Test func `a payout that is paid again by the other result is corrected, once, however often both are told`() throws {
        var paid = try Paid()
        paid.report(paid.cash + paid.won, (.yes, 200))
        #expect(paid.desk.engine.portfolio.cash == paid.cash + paid.won)
        for _ in 0..<4 { paid.report(paid.cash, (.no, 260), (.yes, 200)) }
        #expect(paid.desk.engine.portfolio.cash == paid.cash)
        #expect(paid.desk.engine.blocked == nil && paid.desk.engine.unsettled.isEmpty)
        #expect(paid.desk.notices.count { $0.contains("was paid as yes and is paid as no now") } == 1)
        let booked = paid.desk.effects.compactMap { if case .settled(let settlement) = $0 { settlement.result } else { nil } }
        #expect(booked == [.yes, .no])
        // Its forecasts have met the true outcome, and the streak knows of one loss, not of a gain.
        let scored = paid.desk.effects.compactMap { if case .scored(let score) = $0 { score.outcome } else { nil } }
        #expect(scored == [1, 0])
        #expect(paid.desk.engine.risk.breaker.streak.events == 1)
    }

    @Test func `the stream alone may tell the second result`() throws {
        var paid = try Paid()
        paid.desk.give(.market(.determined(Self.ticker, .no)))
        paid.desk.give(.market(.settled(Self.ticker)))
        #expect(paid.desk.engine.portfolio.cash == paid.cash)
        paid.report(paid.cash, (.no, 260), (.yes, 100))
        #expect(paid.desk.engine.portfolio.cash == paid.cash && paid.desk.engine.unsettled.isEmpty)
    }

    @Test func `a market that is disputed for long is held again here as there, and paid when it is paid there`() throws {
        var paid = try Paid()
        paid.report(paid.cash + paid.won, (.yes, 200))
        let realized = paid.desk.engine.portfolio.realized
        // Taken back: the position stands there again, and the money is gone. It is explained, and blocks nothing.
        for _ in 0..<50 {
            paid.report(paid.cash, held: paid.held, (.yes, 200))
            #expect(paid.desk.engine.blocked == nil)
        }
        #expect(paid.desk.engine.unsettled.allSatisfy { $0.explanation != nil } && !paid.desk.engine.unsettled.isEmpty)
        for _ in 0..<20 { paid.report(paid.cash, held: paid.held, (.yes, 200)) }
        #expect(paid.desk.engine.portfolio.position(Self.ticker).net == paid.held)
        #expect(paid.desk.engine.portfolio.cash == paid.cash && paid.desk.engine.unsettled.isEmpty && paid.desk.engine.blocked == nil)
        #expect(paid.desk.engine.markets.first { $0.market.ticker == Self.ticker }?.status == .disputed)
        paid.report(paid.cash + paid.won, (.yes, 900))
        #expect(paid.desk.engine.portfolio.cash == paid.cash + paid.won && paid.desk.engine.unsettled.isEmpty)
        #expect(paid.desk.engine.portfolio.realized == realized)
    }

    @Test func `a payout that is late in the account is no reversal`() throws {
        var paid = try Paid()
        for _ in 0..<10 { paid.report(paid.cash, held: paid.held) }
        #expect(paid.desk.engine.blocked == nil)
        paid.report(paid.cash + paid.won, (.yes, 200))
        #expect(paid.desk.engine.unsettled.isEmpty && paid.desk.engine.portfolio.cash == paid.cash + paid.won)
    }

    @Test func `the same result told coarser is no other result`() throws {
        var desk = Desk()
        desk.tick()
        let order = try #require(desk.placed.first)
        desk.fill(order, order.intent.quantity.hundredths / 100, trade: "t1")
        desk.give(.market(.determined(Self.ticker, .scalar(Price(tenThousandths: 3_333)))))
        desk.give(.market(.settled(Self.ticker)))
        let cash = desk.engine.portfolio.cash
        desk.report(cash: cash, positions: [], settlements: [VenueSettlement(market: Self.ticker, result: .scalar(.cents(33)), time: .seconds(200))])
        #expect(desk.engine.portfolio.cash == cash && desk.engine.unsettled.isEmpty)
        #expect(!desk.notices.contains { $0.contains("is paid as") })
    }
}
