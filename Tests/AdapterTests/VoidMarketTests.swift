@testable import Kalshi
import Exchange
import Keys
import Model
import Synchronization
import Testing
import Transport

/// A market whose trades are undone, from our exchange to the client: the contract has no other word for it than a value that is not there.
@Suite struct VoidMarketTests {
    private let market = Market(
        ticker: Ticker("KXBTC15M-V"), event: EventTicker("KXBTC15M-VE"), series: SeriesTicker("KXBTC15M"), title: "BTC up?", strike: .greaterOrEqual(60_000),
        openTime: MorningClock.wednesday, closeTime: MorningClock.wednesday + .seconds(600), grid: .cents, fees: .ordinary, mutuallyExclusive: false,
        underlying: Underlying("BTC"))

    @Test(.timeLimit(.minutes(1))) func `a position in a void market is paid, the account stays readable, and the stream and the lists say the same`() async throws {
        let clock = MorningClock()
        let exchange = try ExchangeServer(ExchangeConfiguration(liquidity: .recorded(seed: 7), now: { clock.now() }))
        let key = try await exchange.registerGeneratedKey(keyID: "desk")
        let address = try await exchange.start()
        let id = SubscriptionID(connection: 1, sid: 1)
        await exchange.feed(
            [
                .connected(connection: 1), .subscribed(id, channel: "orderbook_delta", complete: true), .listed(market),
                .snapshot(
                    BookSnapshot(
                        market: market.ticker, subscription: id, sequence: 1, yes: [Level(price: .cents(40), quantity: .contracts(100))],
                        no: [Level(price: .cents(55), quantity: .contracts(100))])),
            ], at: clock.now())
        let client = KalshiClient(
            endpoint: KalshiEndpoint(rest: address.url, stream: address.webSocketURL), credentials: KalshiCredentials(keyID: "desk", key: key), clock: clock, web: WebClient())
        let told = KalshiFeedTests.Told()
        let feed = KalshiFeed(client: client, clock: clock, settings: KalshiFeedSettings(series: [market.series], indices: []))
        let run = Task { await feed.run { told.add($0) } }
        let ticker = market.ticker
        #expect(await told.wait { $0.contains { if case .market(.snapshot(let book)) = $0 { book.market == ticker } else { false } } })

        let gateway = KalshiGateway(client: client)
        let intent = OrderIntent(market: ticker, side: .yes, limit: .cents(45), quantity: .contracts(10), timeInForce: .immediateOrCancel, postOnly: false)
        _ = await gateway.place(ClientOrderID("d-1"), intent)
        let before = try await gateway.account(fillsSince: .zero)
        #expect(before.positions == [VenuePosition(market: ticker, net: .contracts(10))])

        await exchange.feed([.determined(ticker, .void), .settled(ticker)], at: clock.now())
        let after = try await gateway.account(fillsSince: .zero)
        #expect(after.positions.isEmpty && after.cash == before.cash + .cents(450))
        #expect(after.settlements.map(\.result) == [.void])
        #expect(after.settlements.first?.paid == .init(net: .contracts(10), amount: .cents(450)))
        #expect(try await client.market(ticker).result == .void)
        #expect(await told.wait { $0.contains(.market(.settled(ticker))) })
        #expect(told.events.contains(.market(.determined(ticker, .void))))
        #expect(!told.events.contains { if case .drift(let drift) = $0 { drift.severity == .broken } else { false } })
        run.cancel()
        await run.value
        try await exchange.stop()
    }
}
