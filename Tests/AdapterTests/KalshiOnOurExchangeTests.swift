import Exchange
@testable import Kalshi
import Model
import Notation
import Testing

/// Every operation of the client, asked of our own exchange over a socket: two readings of one contract, each the other's test.
@Suite struct KalshiOnOurExchangeTests {
    @Test func `markets, events, series, books, candles and history are answered within the contract`() async throws {
        try await ExchangeRig.withClient { client, market, rig in
            let row = try await client.market(market)
            let event = try await client.event(row.event)
            let (from, to) = (rig.clock.now() - Interval.seconds(3600), rig.clock.now())
            #expect(try await client.exchangeStatus().exchangeActive)
            #expect(try await client.schedule().weeks.isEmpty == false)
            let behind = rig.clock.now() - (try await client.portfolioAsOf())
            #expect(abs(behind.seconds) < 5)
            #expect(try await client.limits().read.refillPerSecond > 0)
            #expect(try await client.markets([market]).map(\.ticker) == [market])
            #expect(try await client.markets(event: row.event, status: .open).contains { $0.ticker == market })
            #expect(try await client.events(series: event.series).contains { $0.ticker == event.ticker })
            _ = try await client.eventMetadata(event.ticker)
            #expect(try await client.series(event.series).ticker == event.series)
            #expect(try await client.series().contains { $0.ticker == event.series })
            _ = try await client.seriesFeeChanges(event.series, historical: true)
            _ = try await client.eventFeeChanges()
            #expect(try await client.orderbooks([market])[market] != nil)
            _ = try await client.trades(market, from: from)
            _ = try await client.candlesticks(market, series: event.series, from: from, to: to, .minute)
            _ = try await client.candlesticks([market], from: from, to: to, .hour)
            _ = try await client.candlesticks(of: event.ticker, series: event.series, from: from, to: to, .hour)
            _ = try await client.historicalCutoff()
            _ = try await client.historicalMarkets(most: 10)
            _ = try await client.historicalTrades(from: from)
            _ = try await client.historicalFills()
            _ = try await client.historicalOrders()
            _ = try await client.historicalPositions()
        }
    }

    @Test func `orders are placed, amended, decreased, queued, listed and taken back, one by one and in batches`() async throws {
        try await ExchangeRig.withClient { client, market, _ in
            func low(_ contracts: Int64, postOnly: Bool = true) -> OrderIntent {
                OrderIntent(market: market, side: .yes, limit: .cents(1), quantity: .contracts(contracts), timeInForce: .goodTillCanceled, postOnly: postOnly)
            }
            let first = try await client.createOrder(ClientOrderID("one"), low(5))
            #expect(first.client == ClientOrderID("one") && first.filled.isZero && first.remaining == .contracts(5))
            #expect(try await client.amendOrder(first.order, market, .yes, limit: .cents(2), total: .contracts(7), client: ClientOrderID("one"), updatedClient: ClientOrderID("uno")) ?? .contracts(7) == .contracts(7))
            #expect(try await client.decreaseOrder(first.order, market: market, to: .contracts(3)) == .contracts(3))
            #expect(try await client.order(first.order).remaining == .contracts(3))
            #expect(try await client.queuePosition(first.order) >= .zero)
            #expect(try await client.queuePositions([market]).map(\.order) == [first.order])
            let crossing = OrderIntent(market: market, side: .yes, limit: .cents(99), quantity: .contracts(1), timeInForce: .goodTillCanceled, postOnly: true)
            let batch = try await client.createOrders([(ClientOrderID("two"), low(2)), (ClientOrderID("three"), crossing), (ClientOrderID("two"), low(2))])
            guard case .done(let second) = batch[0], case .refused(let crossed, _) = batch[1], case .refused(let repeated, _) = batch[2] else {
                Issue.record("\(batch)")
                return
            }
            #expect(crossed == "invalid_order" && repeated == "order_already_exists")
            #expect(try await client.orders(market: market, status: .resting).count == 2)
            #expect(try await client.cancelOrders([(second.order, market), (first.order, market)]) == [.done(.contracts(2)), .done(.contracts(3))])
            let error = await #expect(throws: KalshiError.self) { try await client.cancelOrder(first.order, market: market) }
            #expect(error?.status == 404 && error?.outcome == .refused)
            #expect(try await client.balance().available == .dollars(10_000))
            _ = try await client.settlements()
        }
    }

    @Test func `a group of orders is made, limited, triggered, reset and deleted`() async throws {
        try await ExchangeRig.withClient { client, _, _ in
            let id = try await client.createOrderGroup(limit: .contracts(150))
            #expect(try await client.orderGroups().map(\.id) == [id])
            try await client.limitOrderGroup(id, to: .contracts(90))
            #expect(try await client.orderGroup(id).group.limit == .contracts(90))
            try await client.triggerOrderGroup(id)
            try await client.resetOrderGroup(id)
            try await client.deleteOrderGroup(id)
            #expect(try await client.orderGroups().isEmpty)
        }
    }

    @Test func `what another subaccount has and does is not the desk's`() async throws {
        try await ExchangeRig.withClient { client, market, rig in
            #expect(try await rig.send("POST", "/portfolio/subaccounts", body: .object([:])).status == 201)
            let moved = try await rig.send(
                "POST", "/portfolio/subaccounts/transfer",
                body: .object([
                    "client_transfer_id": "5f0c4f7a-3a39-4f0b-9a54-6a3f2f0f7c11", "from_subaccount": 0, "to_subaccount": 1, "amount_cents": 100_000,
                ]))
            #expect(moved.status == 200, "\(moved.json.rendered)")
            let placed = try await rig.send(
                "POST", "/portfolio/events/orders",
                body: .object([
                    "ticker": .text(market.text), "side": "bid", "count": "5.00", "price": "0.0100", "client_order_id": "theirs", "time_in_force": "good_till_canceled",
                    "self_trade_prevention_type": "taker_at_cross", "post_only": true, "subaccount": 1,
                ]))
            #expect(placed.status == 201, "\(placed.json.rendered)")
            let account = try await KalshiGateway(client: client).account(fillsSince: .zero)
            #expect(account.cash == .dollars(9_000) && account.orders.isEmpty)
            try await client.cancelAll()
            let theirs = try await rig.get("/portfolio/orders?subaccount=1&status=resting")
            #expect(theirs["orders"]?.array?.count == 1)
        }
    }
}
