import Model
import Testing

@testable import Exchange

@Suite struct CandleTests {
    private let market = Ticker("KXA-26-T1")

    private func second(_ seconds: Int64) -> Timestamp { .seconds(1_800_000_000 + seconds) }

    private func trade(_ cents: Int32, _ contracts: Int64, at seconds: Int64) -> PublicTrade {
        PublicTrade(
            market: market, id: TradeID("t\(seconds)"), yesPrice: .cents(cents), quantity: .contracts(contracts), takerSide: .yes, time: second(seconds))
    }

    /// 1,800,000,000 is the end of a minute and of an hour.
    private func book() -> CandleBook {
        var book = CandleBook()
        book.quote(market, bid: .cents(40), ask: .cents(44), openInterest: .zero, at: second(1))
        book.trade(trade(44, 2, at: 30))
        book.quote(market, bid: .cents(42), ask: .cents(45), openInterest: .contracts(2), at: second(30))
        // At the very end of the first minute, then in the fourth.
        book.trade(trade(41, 2, at: 60))
        book.quote(market, bid: .cents(39), ask: .cents(45), openInterest: .contracts(4), at: second(60))
        book.quote(market, bid: .cents(38), ask: .cents(46), openInterest: .contracts(4), at: second(185))
        return book
    }

    @Test func `a minute holds what was quoted and traded up to its inclusive end`() throws {
        let found = book().candles(market, .minute, from: 0, to: .max, until: second(240), limit: 100)
        #expect(found.map(\.end) == [60, 120, 180, 240].map { 1_800_000_000 + $0 })
        let first = try #require(found.first)
        #expect(first.bid.open == .cents(40) && first.bid.low == .cents(39) && first.bid.high == .cents(42) && first.bid.close == .cents(39))
        #expect(first.ask.open == .cents(44) && first.ask.high == .cents(45))
        let trades = try #require(first.trades)
        #expect(trades.range.open == .cents(44) && trades.range.close == .cents(41) && trades.volume == .contracts(4))
        #expect(trades.mean == Price(tenThousandths: 4250) && first.previous == nil && first.openInterest == .contracts(4))
    }

    @Test func `a quiet minute carries the quotes on, has no trade and knows the price before`() {
        let quiet = book().candles(market, .minute, from: 0, to: .max, until: second(240), limit: 100)[1]
        #expect(quiet.bid == QuoteRange(.cents(39)) && quiet.ask == QuoteRange(.cents(45)))
        #expect(quiet.trades == nil && quiet.previous == .cents(41) && quiet.openInterest == .contracts(4))
    }

    @Test func `an hour is its minutes put together, and nothing comes after the end of a market`() throws {
        let hours = book().candles(market, .hour, from: 0, to: .max, until: second(240), limit: 100)
        #expect(hours.count == 1 && hours[0].end == 1_800_003_600)
        #expect(hours[0].bid.open == .cents(40) && hours[0].bid.low == .cents(38) && hours[0].bid.close == .cents(38))
        #expect(hours[0].trades?.volume == .contracts(4))
        #expect(book().candles(market, .minute, from: 1_800_000_100, to: 1_800_000_180, until: second(240), limit: 100).map(\.end) == [1_800_000_120, 1_800_000_180])
        #expect(book().candles(market, .minute, from: 0, to: .max, until: second(240), limit: 2).count == 2)
    }

    @Test func `the latest before a start stands on the first period with its last prices`() throws {
        let latest = try #require(book().latest(market, .minute, before: 1_800_000_130))
        #expect(latest.end == 1_800_000_180 && latest.bid == QuoteRange(.cents(39)) && latest.previous == .cents(41) && latest.trades == nil)
        #expect(book().latest(market, .minute, before: 1_800_000_000) == nil)
    }

    @Test(arguments: [
        // Days end at midnight in New York; the one with the change of the clock is 25 hours long.
        ("2026-07-01T04:00:00Z", "2026-07-01T04:00:00Z"), ("2026-07-01T04:00:01Z", "2026-07-02T04:00:00Z"), ("2026-11-01T03:00:00Z", "2026-11-01T04:00:00Z"),
        ("2026-11-01T12:00:00Z", "2026-11-02T05:00:00Z"), ("2026-03-08T12:00:00Z", "2026-03-09T04:00:00Z"),
    ])
    func `a day is a day in New York`(_ moment: String, _ end: String) throws {
        let time = try #require(CivilTime.parse(moment))
        #expect(CandlePeriod.day.end(of: time) == CivilTime.parse(end)?.wholeSeconds)
        let next = CandlePeriod.day.next(after: CandlePeriod.day.end(of: time))
        #expect(CandlePeriod.day.end(ofSecond: next) == next && next > time.wholeSeconds)
    }

    @Test func `trades and quotes agree with a naive twin that keeps everything`() {
        var random = SeededRandom(seed: 5)
        var book = CandleBook()
        var quotes: [(at: Int64, bid: Int32)] = []
        var trades: [PublicTrade] = []
        var moment: Int64 = 0
        for _ in 0..<2000 {
            moment += Int64(random.next() % 90)
            if random.next() % 3 == 0 {
                let print = trade(Int32(1 + random.next() % 98), Int64(1 + random.next() % 5), at: moment)
                trades.append(print)
                book.trade(print)
            }
            let bid = Int32(1 + random.next() % 98)
            quotes.append((moment, bid))
            book.quote(market, bid: .cents(bid), ask: .one, openInterest: .zero, at: second(moment))
        }
        for period in [CandlePeriod.minute, .hour] {
            let length = period.rawValue * 60
            for candle in book.candles(market, period, from: 0, to: .max, until: second(moment), limit: .max) {
                let inside = trades.filter { $0.time.wholeSeconds > candle.end - length && $0.time.wholeSeconds <= candle.end }
                #expect((candle.trades?.volume ?? .zero) == inside.reduce(.zero) { $0 + $1.quantity })
                #expect(candle.trades?.range.high == inside.map(\.yesPrice).max() && candle.trades?.range.close == inside.last?.yesPrice)
                #expect(candle.previous == trades.last { $0.time.wholeSeconds <= candle.end - length }?.yesPrice)
                let seen = quotes.filter { 1_800_000_000 + $0.at <= candle.end }
                #expect(candle.bid.close == seen.last.map { .cents($0.bid) })
                let before = seen.last { 1_800_000_000 + $0.at <= candle.end - length }
                let during = seen.filter { 1_800_000_000 + $0.at > candle.end - length }
                #expect(candle.bid.high == (during + (before.map { [$0] } ?? [])).map { Price.cents($0.bid) }.max())
            }
        }
    }
}
