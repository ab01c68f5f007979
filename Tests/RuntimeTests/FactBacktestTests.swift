import Backtest
import Engine
import Learning
import Model
import Testing

@Suite struct FactBacktestTests {
    private let place = WeatherPlace.all[0]

    private func forecast(_ day: Int64, _ fahrenheit: Double) -> Fact {
        .highForecast(HighForecast(place: place.underlying, day: day, source: "model", fahrenheit: fahrenheit))
    }

    @Test func `a backtest of facts alone is the same twice, and sees look-ahead in them`() {
        func run(_ error: Double) -> BacktestRun {
            var run = BacktestRun()
            for day in 20_000..<20_100 as Range<Int64> {
                let high = 60 + Double((day * 7919) % 41)
                run.take(forecast(day, high + error * Double((day * 104_729) % 7 - 3)), at: place.begins(day) - .seconds(3600))
                run.take(.high(OfficialHigh(place: place.underlying, day: day, fahrenheit: high)), at: place.reported(day))
            }
            run.finish()
            return run
        }
        #expect(run(3).engine.digest().text == run(3).engine.digest().text)
        if case .lookAhead = run(0.5).lookAhead.verdict {} else { Issue.record("forecasts that know the high passed") }
        if case .lookAhead(let sentence) = run(4).lookAhead.verdict { Issue.record("refused: \(sentence)") }
    }

    @Test func `a forecast is not compared with a book that was heard of long ago`() {
        let market = Market(
            ticker: Ticker("KXHIGHNY-24OCT04-B60.5"), event: EventTicker("KXHIGHNY-24OCT04"), series: SeriesTicker("KXHIGHNY"), title: "", strike: .between(60, 61),
            openTime: .seconds(20_000 * 86_400), closeTime: place.begins(20_001), grid: .cents, fees: .ordinary, mutuallyExclusive: true, underlying: place.underlying)
        let id = SubscriptionID(connection: 1, sid: 1)
        func snapshot(_ sequence: UInt64) -> MarketEvent {
            .snapshot(
                BookSnapshot(
                    market: market.ticker, subscription: id, sequence: sequence, yes: [Level(price: .cents(40), quantity: .contracts(1))],
                    no: [Level(price: .cents(55), quantity: .contracts(1))]))
        }
        var run = BacktestRun()
        let start = place.begins(20_000)
        run.take(.connected(connection: 1), at: start)
        run.take(.subscribed(id, channel: "orderbook_delta", complete: true), at: start)
        run.take(.listed(market), at: start)
        for hour in 0..<10 as Range<Int64> {
            run.take(snapshot(UInt64(hour) + 1), at: start + .seconds(hour * 3600))
            // News between two hours finds an old book.
            run.take(forecast(20_000, 60), at: start + .seconds(hour * 3600 + 1800))
        }
        run.finish()
        #expect(!run.forecasts.isEmpty)
        for row in run.forecasts { #expect((row.time - start).seconds.truncatingRemainder(dividingBy: 3600) <= 30) }
    }
}
