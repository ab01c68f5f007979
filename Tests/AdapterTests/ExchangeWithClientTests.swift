import Model
import Ports
import Synchronization
import Testing
import Transport

@testable import Exchange
@testable import Kalshi

/// Our client against our exchange, over real sockets: the two were written from the contract, apart.
@Suite struct ExchangeWithClientTests {
    @Test func `the desk's client places, finds, cancels and reads its account`() async throws {
        let rig = try await ExchangeRig.start()
        let client = KalshiClient(
            endpoint: .local(port: rig.address.port), credentials: KalshiCredentials(keyID: rig.keyID, key: rig.key), clock: rig.clock, web: rig.client)
        try await client.adoptLimits()
        let gateway = KalshiGateway(client: client)
        let market = Ticker(try await rig.quotedMarket().ticker)

        let resting = OrderIntent(market: market, side: .no, limit: .cents(1), quantity: .contracts(3), timeInForce: .goodTillCanceled, postOnly: true)
        guard case .accepted(_, let order, let remaining) = await gateway.place(ClientOrderID("c-1"), resting) else {
            Issue.record("the order was not accepted")
            return
        }
        #expect(remaining == .contracts(3))
        guard case .state(let found) = await gateway.find(ClientOrderID("c-1"), market: market) else {
            Issue.record("the order was not found")
            return
        }
        #expect(found.status == .resting && found.side == .no && found.limit == .cents(1) && found.order == order)

        let taking = OrderIntent(market: market, side: .yes, limit: .cents(98), quantity: .contracts(1), timeInForce: .immediateOrCancel, postOnly: false)
        _ = await gateway.place(ClientOrderID("c-2"), taking)
        let account = try await gateway.account(fillsSince: .zero)
        #expect(account.orders.map(\.clientOrder) == [ClientOrderID("c-1")])
        #expect(account.positions == [VenuePosition(market: market, net: .contracts(1))])
        let spent = account.fills.reduce(Money.zero) { $0 + $1.price * $1.quantity + $1.fee }
        let setAside = Money.dollars(10_000) - spent - account.cash
        #expect(setAside >= .zero && setAside <= .cents(5), "the balance is short by what the resting order may cost")
        #expect(account.fills.allSatisfy { $0.clientOrder == ClientOrderID("c-2") && $0.side == .yes })

        #expect(await gateway.cancel(order, ClientOrderID("c-1"), market: market) == .canceled(ClientOrderID("c-1"), remaining: .contracts(3)))
        #expect(await gateway.cancel(order, ClientOrderID("c-1"), market: market) == .notResting(ClientOrderID("c-1")))
        #expect(await gateway.find(ClientOrderID("never"), market: market) == .absent(ClientOrderID("never")))
        try await gateway.cancelAll()
        try await rig.stop()
    }

    @Test func `the desk's feed lists the markets, keeps the books in step and hears of its own orders`() async throws {
        let rig = try await ExchangeRig.start()
        let client = KalshiClient(
            endpoint: .local(port: rig.address.port), credentials: KalshiCredentials(keyID: rig.keyID, key: rig.key), clock: rig.clock, web: rig.client)
        let troubles = Mutex<[String]>([])
        let feed = KalshiFeed(
            client: client, clock: rig.clock, settings: KalshiFeedSettings(series: [SeriesTicker("KXBTC15M"), SeriesTicker("KXETH15M")]),
            onTrouble: { trouble in troubles.withLock { $0.append(trouble) } })
        let (events, entrance) = AsyncStream.makeStream(of: Event.self)
        let running = Task { await feed.run { entrance.yield($0.event) } }
        let market = try await rig.quotedMarket()

        var listed: Set<Ticker> = []
        var snapshots: Set<Ticker> = []
        var sequences: [SubscriptionID: UInt64] = [:]
        var (deltas, spots, placed) = (0, 0, false)
        var own: [OrderReport] = []
        var fills: [Fill] = []
        for await event in events {
            switch event {
            case .market(.listed(let market)): listed.insert(market.ticker)
            case .market(.snapshot(let snapshot)):
                snapshots.insert(snapshot.market)
                #expect(sequences[snapshot.subscription].map { $0 + 1 == snapshot.sequence } ?? true)
                sequences[snapshot.subscription] = snapshot.sequence
            case .market(.delta(let delta)):
                deltas += 1
                #expect(sequences[delta.subscription].map { $0 + 1 == delta.sequence } ?? true)
                sequences[delta.subscription] = delta.sequence
            case .market(.sequenced(let id, let sequence)): sequences[id] = sequence
            case .market(.spot(let tick)): spots += tick.price > 100 ? 1 : 0
            case .order(let report): own.append(report)
            case .fill(let fill): fills.append(fill)
            default: break
            }
            if deltas > 50, spots > 0, !placed {
                placed = true
                _ = try await rig.send(
                    "POST", "/portfolio/events/orders",
                    body: rig.order(market.ticker, "bid", .cents(99), client: "feed-1", timeInForce: "immediate_or_cancel"))
            }
            if !own.isEmpty, !fills.isEmpty, snapshots.count >= 2 { break }
        }
        running.cancel()
        await running.value
        #expect(listed.isSuperset(of: [Ticker(market.ticker)]) && listed.count >= 2)
        #expect(fills.first?.clientOrder == ClientOrderID("feed-1"))
        #expect(troubles.withLock { $0 } == [])
        try await rig.stop()
    }
}
