import Accounting
import Backtest
import Engine
import Model
import Risk
import Testing

/// What the desk makes of an order that the recorded exchange refuses.
struct BacktestRefusalTests {
    private let market = Market(
        ticker: Ticker("KXBTC15M-A"), event: EventTicker("KXBTC15M"), series: SeriesTicker("KXBTC15M"), title: "BTC up?", strike: .greaterOrEqual(60_000),
        openTime: .zero, closeTime: .seconds(900), grid: .taperedTenths, fees: .ordinary, mutuallyExclusive: false, underlying: Underlying("BTC"))
    private let id = SubscriptionID(connection: 1, sid: 1)

    private func snapshot(_ sequence: UInt64, yes: Int32, no: Int32?) -> MarketEvent {
        .snapshot(
            BookSnapshot(
                market: market.ticker, subscription: id, sequence: sequence, yes: [Level(price: .cents(yes), quantity: .contracts(100))],
                no: no.map { [Level(price: .cents($0), quantity: .contracts(100))] } ?? []))
    }

    @Test func `a resting order that would cross when it arrives was late, which is no error of the exchange`() {
        var run = BacktestRun()
        run.take(.connected(connection: 1), at: .zero)
        run.take(.subscribed(id, channel: "orderbook_delta", complete: true), at: .zero)
        run.take(.listed(market), at: .zero)
        for second in 1...120 as ClosedRange<Int64> { run.take(.spot(SpotTick(underlying: Underlying("BTC"), price: 60_090 + Double(second % 2))), at: .seconds(second)) }
        var sequence: UInt64 = 0
        // The offer comes down between the decision, on the half second, and the order's arrival a tenth later; then it is gone, so that nothing stays.
        for round in 0..<200 as Range<Int64> {
            let moment = Timestamp.milliseconds(120_400 + round * 1000)
            run.take(.spot(SpotTick(underlying: Underlying("BTC"), price: 60_090)), at: moment)
            run.take(snapshot(sequence + 1, yes: 40, no: 30), at: moment)
            run.take(snapshot(sequence + 2, yes: 10, no: 60), at: moment + .milliseconds(150))
            run.take(snapshot(sequence + 3, yes: 10, no: nil), at: moment + .milliseconds(300))
            sequence += 3
        }
        run.finish()
        let late = run.engine.orders.values.filter { $0.rejection == "invalid_order" }.count
        #expect(late > 0)
        #expect(run.engine.risk.breaker.answers.errorRate ?? 0 == 0)
    }
}
