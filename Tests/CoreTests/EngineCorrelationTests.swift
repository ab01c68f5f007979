import Engine
import Learning
import Model
import Risk
import Testing

/// Correlations between events, learned by a desk from its markets.
struct EngineCorrelationTests {
    /// Two coins a day, bitcoin's and ether's, that fall alike on three days of four.
    private struct TwoCoins {
        var engine = TradingEngine()
        private var sequence: UInt64 = 0
        private var seconds: Int64 = 0
        private let subscription = SubscriptionID(connection: 1, sid: 2)

        init(days: Int) {
            give(.opened(desk: "d", mode: .simulated, settings: DeskSettings()))
            give(.account(AccountReport(cash: .dollars(10_000), positions: [], orders: [], fills: [])))
            give(.market(.connected(connection: 1)))
            give(.market(.subscribed(subscription, channel: "orderbook_delta", complete: true)))
            for day in 0..<Int64(days) { live(day) }
        }

        mutating func give(_ event: Event) { _ = Restoring.process(&engine, Stamped(event, at: .seconds(seconds))) }

        private mutating func live(_ day: Int64) {
            let names = ["BTC", "ETH"]
            for name in names {
                give(
                    .market(
                        .listed(
                            Market(
                                ticker: Ticker("\(name)-\(day)"), event: EventTicker("\(name)-\(day)"), series: SeriesTicker("KX\(name)D"), title: "up?", strike: .greaterOrEqual(100),
                                openTime: .seconds(day * 86_400), closeTime: .seconds(day * 86_400 + 80_000), grid: .taperedTenths, fees: .ordinary, mutuallyExclusive: false,
                                underlying: Underlying(name)))))
                give(.market(.status(Ticker("\(name)-\(day)"), .active)))
            }
            seconds = day * 86_400 + 50_000
            for name in names {
                sequence += 1
                let levels = [Level(price: .cents(45), quantity: .contracts(100))]
                give(.market(.snapshot(BookSnapshot(market: Ticker("\(name)-\(day)"), subscription: subscription, sequence: sequence, yes: levels, no: levels))))
            }
            seconds += 1
            give(.tick)
            seconds = day * 86_400 + 81_000
            for name in names {
                give(.market(.determined(Ticker("\(name)-\(day)"), (day % 3 == 0) == (name == "BTC" || day % 4 != 0) ? .yes : .no)))
                give(.market(.settled(Ticker("\(name)-\(day)"))))
            }
        }
    }

    private func ties(_ name: String) -> EventTies { EventTies(group: CorrelationGroup("crypto"), underlying: Underlying(name), day: 1) }

    @Test func `settlements move the correlation that risk counts with, the same in every replay`() throws {
        let desk = TwoCoins(days: 40)
        let figure = try #require(desk.engine.risk.correlations.figure(ties("BTC"), ties("ETH")))
        // 37 days are over and waited for; a coin tells 2/π of its number.
        #expect(figure.days > 13 && figure.days < 15 && abs(figure.value - 0.71) < 0.03)
        #expect(desk.engine.risk.correlations == desk.engine.learner.parameters.correlations)
        #expect(TwoCoins(days: 40).engine.digest().value == desk.engine.digest().value)
    }

    @Test func `a version holds the correlations, the difference names them, and a rollback gives them back to risk`() throws {
        var desk = TwoCoins(days: 40)
        let version = try #require(desk.engine.learner.history.version(50))
        let changes = VersionHistory.changes(from: version.parameters, to: desk.engine.learner.parameters)
        #expect(changes.contains { $0.name == "correlation BTC with ETH" } && changes.contains { $0.name == "correlation crypto with crypto" })
        desk.give(.command(.rollBack(version: 50, reason: "a try")))
        #expect(desk.engine.risk.correlations == version.parameters.correlations)
        #expect(desk.engine.risk.correlations != TwoCoins(days: 40).engine.risk.correlations)
    }
}
