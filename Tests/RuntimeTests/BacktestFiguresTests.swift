@testable import Backtest
import Accounting
import Learning
import Model
import Testing

/// What a backtest says of itself, from cases that were worked out by hand.
struct BacktestFiguresTests {
    private func event(_ name: String, settled: Timestamp, gain: Int64) -> EventResult {
        EventResult(
            event: EventTicker(name), series: SeriesTicker("S"), span: WalkForward.Span(start: .zero, end: settled), bought: .dollars(1), fees: .zero, gain: .dollars(gain))
    }

    private func fill(_ trade: String, _ side: Side, cents: Int32, contracts: Int64, fee: Int64, market: String = "M") -> Fill {
        Fill(
            trade: TradeID(trade), order: OrderID("o"), clientOrder: nil, market: Ticker(market), side: side, price: .cents(cents), quantity: .contracts(contracts),
            liquidity: .taker, fee: .cents(fee), time: .zero)
    }

    @Test func `the drawdown is the deepest fall from the highest before it, in dollars and as a share of it`() {
        let table: [(equity: [Int64], most: Int64, share: Double)] = [
            ([], 0, 0), ([100], 0, 0), ([100, 110, 120], 0, 0), ([100, 90, 95], 10, 0.1),
            // 40 of 200 is more money than 30 of 100, and a smaller share.
            ([100, 70, 200, 160], 40, 0.3), ([100, 60, 120, 90, 50], 70, 70.0 / 120), ([0, 10, 5], 5, 0.5),
        ]
        for (equity, most, share) in table {
            let found = BacktestFigures.drawdown(equity.map { Money.dollars($0) })
            #expect(found.0 == .dollars(most) && abs(found.1 - share) < 1e-12, "\(equity)")
        }
    }

    @Test func `the worst day is the sum of what was settled on it, in UTC, and of equal ones the first`() throws {
        let day = Timestamp.seconds(86_400)
        #expect(BacktestFigures.worstDay([]) == nil)
        let worst = try #require(
            BacktestFigures.worstDay([
                event("a", settled: day - .seconds(1), gain: -3), event("b", settled: day, gain: -2), event("c", settled: day + .seconds(86_399), gain: -2),
                event("d", settled: day + .seconds(86_400), gain: 9),
            ]))
        #expect(worst.utcDay == 1 && worst.gain == .dollars(-4))
        let equal = try #require(BacktestFigures.worstDay([event("a", settled: day + .seconds(86_400), gain: -1), event("b", settled: day, gain: -1)]))
        #expect(equal.utcDay == 1)
        let best = try #require(BacktestFigures.worstDay([event("a", settled: day, gain: 5)]))
        #expect(best.gain == .dollars(5), "where nothing was lost, the least gained")
    }

    @Test func `an event's gain is its payout less what was paid and every fee, over all its markets`() {
        let start = Timestamp.seconds(100)
        var sums = BacktestRun.Sums(series: SeriesTicker("S"), start: start, end: start)
        // 10 YES at 40 and 5 more at 60 pay 15 dollars: 15 - 4 - 3 - 0.17 - 0.09.
        sums.add([fill("1", .yes, cents: 40, contracts: 10, fee: 17), fill("2", .yes, cents: 60, contracts: 5, fee: 9)], Ticker("M"), .yes, .seconds(90), .seconds(200))
        #expect(sums.bought == .dollars(7) && sums.fees == .cents(26) && sums.gain == .cents(774))
        #expect(sums.start == .seconds(90) && sums.end == .seconds(200))
        // A second market of it: 10 NO at 30 lose all.
        sums.add([fill("3", .no, cents: 30, contracts: 10, fee: 15)], Ticker("N"), .yes, .seconds(95), .seconds(150))
        #expect(sums.bought == .dollars(10) && sums.fees == .cents(41) && sums.gain == .cents(459))
        #expect(sums.start == .seconds(90) && sums.end == .seconds(200))
        // Both legs of one market close each other: 10 YES at 40 and 10 NO at 50 bring a dollar a pair whatever comes.
        for result in [MarketResult.yes, .no] {
            var pair = BacktestRun.Sums(series: SeriesTicker("S"), start: start, end: start)
            pair.add([fill("4", .yes, cents: 40, contracts: 10, fee: 0), fill("5", .no, cents: 50, contracts: 10, fee: 0)], Ticker("P"), result, start, start)
            #expect(pair.gain == .dollars(1) && pair.bought == .dollars(9))
        }
    }

    @Test func `turnover counts what was paid for contracts, share and capacity the tape of the markets that were traded`() throws {
        let fills = [
            fill("1", .yes, cents: 40, contracts: 10, fee: 17), fill("2", .no, cents: 70, contracts: 20, fee: 30), fill("3", .yes, cents: 25, contracts: 8, fee: 0, market: "N"),
        ]
        // 4 + 14 + 2 dollars; fees are no turnover.
        #expect(BacktestFigures.bought(fills) == .dollars(20))
        // 38 contracts of the 150 + 40 of the two markets; what changed hands in a third does not count.
        let tape = [Ticker("M"): Quantity.contracts(150), Ticker("N"): .contracts(40), Ticker("Q"): .contracts(1000)]
        let share = try #require(BacktestFigures.participation(fills, tape: tape))
        #expect(share == 0.2)
        // A tenth of the tape is half of what was bought: at the same prices ten dollars.
        #expect(abs(try #require(BacktestFigures.capacity(.dollars(20), participation: share, share: 0.1)) - 10) < 1e-12)
        #expect(BacktestFigures.participation(fills, tape: [Ticker("Q"): .contracts(9)]) == nil, "without a tape nothing can be said")
        #expect(BacktestFigures.capacity(.zero, participation: 0, share: 0.1) == nil)
    }

    @Test func `exposure is the most and the mean of what was held, at cost`() {
        let found = BacktestFigures.exposure([.zero, .dollars(4), .dollars(18), .dollars(2)])
        #expect(found.most == .dollars(18) && found.mean == .dollars(6))
        #expect(BacktestFigures.exposure([Money(millionths: 1), Money(millionths: 2)]).mean == Money(millionths: 1), "rounded down to a millionth")
    }

    @Test func `a run without a fill claims nothing`() {
        let figures = BacktestFigures(BacktestRun())
        #expect(figures.events.isEmpty && figures.tradedEvents == 0 && figures.gain == .zero && figures.bought == .zero)
        #expect(figures.worstDay == nil && figures.participation == nil && figures.capacity(at: 0.1) == nil && figures.gainBand == nil)
        #expect(figures.drawdown == .zero && figures.mostExposure == .zero && figures.meanExposure == .zero)
    }
}
