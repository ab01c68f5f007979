import Books
import Exchange
import Foundation
@testable import Kalshi
import Keys
import Model
import Ports
import Synchronization
import Testing
import Transport

/// The client against our own exchange, as `aura run` uses them: two programs' worth of code, meeting over sockets.
@Suite struct KalshiAgainstExchangeTests {
    /// What a desk would know from the stream alone.
    final class Desk: Sendable {
        private struct State {
            var books = BookKeeper()
            var markets: [Ticker: MarketStatus] = [:]
            var listed: [Ticker: Market] = [:]
            var spots: [Underlying: Double] = [:]
            var fills: [Fill] = []
            var orders: [ClientOrderID: VenueOrder] = [:]
            var froze = 0
        }
        private let state = Mutex(State())

        func take(_ stamped: Stamped) {
            state.withLock { state in
                switch stamped.event {
                case .market(let event):
                    if case .froze = state.books.apply(event, at: stamped.time) { state.froze += 1 }
                    switch event {
                    case .listed(let market): state.listed[market.ticker] = market
                    case .status(let ticker, let status): state.markets[ticker] = status
                    case .spot(let tick): state.spots[tick.underlying] = tick.price
                    default: break
                    }
                case .fill(let fill): state.fills.append(fill)
                case .order(.state(let order)): state.orders[order.clientOrder] = order
                default: break
                }
            }
        }

        var fills: [Fill] { state.withLock { $0.fills } }
        var froze: Int { state.withLock { $0.froze } }
        var spots: [Underlying: Double] { state.withLock { $0.spots } }
        func listing(_ ticker: Ticker) -> Market? { state.withLock { $0.listed[ticker] } }
        func order(_ id: ClientOrderID) -> VenueOrder? { state.withLock { $0.orders[id] } }
        func book(_ ticker: Ticker) -> OrderBook? { state.withLock { $0.books.book(ticker) } }
        /// An open market with both sides offered.
        var tradable: Ticker? {
            state.withLock { state in
                state.markets.filter { $0.value == .active }.keys.sorted().first { ticker in
                    guard let book = state.books.book(ticker), book.state == .live else { return false }
                    return !book[.yes].levels.isEmpty && !book[.no].levels.isEmpty
                }
            }
        }
    }

    /// Waits for something that another task brings, twenty seconds at most.
    private func wait<Value>(for value: () -> Value?) async -> Value? {
        for _ in 0..<2000 {
            if let value = value() { return value }
            // Polling: what is waited for happens in another program, as it were.
            try? await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }

    @Test(.timeLimit(.minutes(1)), arguments: SigningKey.Kind.allCases)
    func `the client trades on our exchange: found, quoted, placed, repeated, canceled, filled, and the account agrees`(kind: SigningKey.Kind) async throws {
        let clock = MorningClock()
        let exchange = try ExchangeServer(ExchangeConfiguration(liquidity: .living(seed: 7), now: { clock.now() }))
        let key = try await exchange.registerGeneratedKey(keyID: "desk", kind: kind)
        let address = try await exchange.start()
        let client = KalshiClient(
            endpoint: KalshiEndpoint(rest: address.url, stream: address.webSocketURL), credentials: KalshiCredentials(keyID: "desk", key: key), clock: clock, web: WebClient())
        try await client.adoptLimits()
        #expect(try await client.exchangeStatus().tradingActive)
        let gateway = KalshiGateway(client: client, settling: .milliseconds(100))
        let desk = Desk()
        let troubles = Mutex<[String]>([])
        let series = ["KXBTC15M", "KXETH15M", "KXBTCD"].map { SeriesTicker($0) }
        let feed = KalshiFeed(client: client, clock: clock, settings: KalshiFeedSettings(series: series), onTrouble: { text in troubles.withLock { $0.append(text) } })
        let run = Task { await feed.run { desk.take($0) } }

        let market = try #require(await wait { desk.tradable }, "\(troubles.withLock { $0 })")
        let listing = try #require(desk.listing(market))
        #expect(series.contains(listing.series) && listing.underlying != nil && listing.fees.kind != .unknown && listing.strike != .other)
        #expect(await wait { desk.spots.count == 2 ? true : nil } == true)

        // An order that rests: on the stream, in the lists, in the account, and once only.
        let start = try await gateway.account(fillsSince: .zero)
        #expect(start.cash == .dollars(10_000) && start.orders.isEmpty && start.positions.isEmpty)
        let first = ClientOrderID("first")
        let low = OrderIntent(market: market, side: .no, limit: .cents(1), quantity: .contracts(10), timeInForce: .goodTillCanceled, postOnly: true)
        guard case .accepted(first, let order, remaining: .contracts(10)) = await gateway.place(first, low) else {
            Issue.record("not accepted")
            return
        }
        let told = try #require(await wait { desk.order(first) })
        #expect(told.order == order && told.side == .no && told.limit == .cents(1) && told.status == .resting)
        guard case .state(let again) = await gateway.place(first, low), case .state(let found) = await gateway.find(first, market: market) else {
            Issue.record("the repeated order was not recognised")
            return
        }
        #expect(again.order == order && found.remaining == .contracts(10))
        let resting = try await gateway.account(fillsSince: .zero)
        // The balance is less what the order holds back: 10 at a cent, and perhaps a fee.
        #expect(resting.cash <= .dollars(10_000) - .cents(10) && resting.cash > .dollars(9_999) && resting.orders.map(\.clientOrder) == [first])
        #expect(await gateway.find(ClientOrderID("never sent"), market: market) == .absent(ClientOrderID("never sent")))
        #expect(await gateway.cancel(order, first, market: market) == .canceled(first, remaining: .contracts(10)))
        #expect(await gateway.cancel(order, first, market: market) == .notResting(first))
        #expect(await wait { desk.order(first)?.status == .canceled ? true : nil } == true)

        // Refusals have the exchange's own words.
        let crossing = OrderIntent(market: market, side: .yes, limit: .cents(99), quantity: .contracts(1), timeInForce: .goodTillCanceled, postOnly: true)
        #expect(await gateway.place(ClientOrderID("cross"), crossing) == .rejected(ClientOrderID("cross"), code: "invalid_order", message: "invalid order (post only cross)"))
        let huge = OrderIntent(market: market, side: .yes, limit: .cents(2), quantity: .contracts(10_000_000), timeInForce: .goodTillCanceled, postOnly: false)
        guard case .rejected(_, code: "insufficient_balance", _) = await gateway.place(ClientOrderID("huge"), huge) else {
            Issue.record("too large an order was not refused")
            return
        }

        // A fill: on the stream with our name, and by REST the same.
        let take = OrderIntent(market: market, side: .yes, limit: .cents(99), quantity: .contracts(3), timeInForce: .immediateOrCancel, postOnly: false)
        guard case .accepted(_, _, remaining: .zero) = await gateway.place(ClientOrderID("take"), take) else {
            Issue.record("not accepted")
            return
        }
        #expect(await wait { desk.fills.reduce(.zero) { $0 + $1.quantity } == .contracts(3) ? true : nil } == true)
        let account = try await gateway.account(fillsSince: .zero)
        #expect(account.fills.map(\.trade) == desk.fills.map(\.trade) && account.fills.map(\.price) == desk.fills.map(\.price))
        #expect(account.fills.allSatisfy { $0.clientOrder == ClientOrderID("take") && $0.side == .yes && $0.liquidity == .taker && $0.fee > .zero })
        #expect(account.positions == [VenuePosition(market: market, net: .contracts(3))])
        #expect(account.cash == account.fills.reduce(.dollars(10_000)) { $0 - $1.price * $1.quantity - $1.fee })

        // Everything off the book at once.
        for name in ["a", "b"] { _ = await gateway.place(ClientOrderID(name), low) }
        try await gateway.cancelAll()
        #expect(try await client.orders(status: .resting).isEmpty)

        // The book of the stream is the book of REST, at a moment when nothing moved between.
        var equal = false
        for _ in 0..<200 where !equal {
            let before = desk.book(market)
            let rest = try await client.orderbook(market)
            equal = before?[.yes].levels == rest.yes && before?[.no].levels == rest.no
        }
        #expect(equal)
        #expect(desk.froze == 0)
        run.cancel()
        await run.value
        try await exchange.stop()
        #expect(troubles.withLock { $0 }.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func `the desk comes back after the exchange went away, with the same orders and live books`() async throws {
        let ledger = MemoryLedger()
        let clock = MorningClock()
        let key = try SigningKey.generate(.ed25519)
        var exchange = try ExchangeServer(ExchangeConfiguration(liquidity: .living(seed: 9), ledger: ledger, now: { clock.now() }))
        try await exchange.register(keyID: "desk", publicKey: key.verifyingKey)
        let address = try await exchange.start()
        let client = KalshiClient(
            endpoint: KalshiEndpoint(rest: address.url, stream: address.webSocketURL), credentials: KalshiCredentials(keyID: "desk", key: key), clock: clock, web: WebClient())
        let gateway = KalshiGateway(client: client, settling: .milliseconds(100))
        let desk = Desk()
        let feed = KalshiFeed(client: client, clock: clock, settings: KalshiFeedSettings(series: [SeriesTicker("KXBTCD")]))
        let run = Task { await feed.run { desk.take($0) } }
        let market = try #require(await wait { desk.tradable })
        let low = OrderIntent(market: market, side: .yes, limit: .cents(1), quantity: .contracts(5), timeInForce: .goodTillCanceled, postOnly: true)
        guard case .accepted(_, let order, _) = await gateway.place(ClientOrderID("stays"), low) else {
            Issue.record("not accepted")
            return
        }
        try await exchange.stop()
        #expect(await wait { desk.tradable == nil ? true : nil } == true)
        #expect(await gateway.place(ClientOrderID("later"), low) != .accepted(ClientOrderID("later"), order, remaining: .contracts(5)))
        exchange = try ExchangeServer(ExchangeConfiguration(port: address.port, liquidity: .living(seed: 9), ledger: ledger, now: { clock.now() }))
        _ = try await exchange.start()
        #expect(await wait { desk.tradable } != nil)
        let account = try await gateway.account(fillsSince: .zero)
        #expect(account.orders.map(\.order) == [order] && account.cash > .dollars(9_999))
        run.cancel()
        await run.value
        try await exchange.stop()
    }
}
