import Keys
import Matching
import Model
import Notation
import Testing
import Transport

@testable import Exchange

/// An exchange whose liquidity is a recording's: what follows from it, and what it must survive.
@Suite struct RecordedExchangeTests {
    private let start = MorningClock.wednesday
    private let me = AccountID("desk-1")

    private func house() async throws -> ExchangeHouse {
        let now = start
        let house = try ExchangeHouse(ExchangeConfiguration(liquidity: .recorded(seed: 1), now: { now }), keys: KeyRing())
        for name in ["desk-1", "desk-2"] { try await house.register(name, try SigningKey.generate(.ed25519).verifyingKey) }
        await house.feed([.connected(connection: 1)], at: start)
        for name in ["A", "B"] { await house.feed([.listed(market(name))], at: start) }
        return house
    }

    private func market(_ name: String) -> Market {
        Market(
            ticker: Ticker("KX\(name)-1"), event: EventTicker("KX\(name)"), series: SeriesTicker("KX\(name)"), title: name, strike: .other, openTime: .zero,
            closeTime: start + .seconds(name == "A" ? 600 : 900), grid: .cents, fees: .ordinary, mutuallyExclusive: false, underlying: nil)
    }

    private func ask(_ house: ExchangeHouse, _ operation: Exchange.Operation, _ body: JSON? = nil, _ query: String = "") async throws -> JSON {
        try await house.answer(operation, HTTPRequest(method: "POST", path: "", query: query, body: body?.bytes ?? []), account: me).body ?? .null
    }

    private func combo(_ house: ExchangeHouse) async throws -> String {
        let legs = ["A", "B"].map { JSON.object(["market_ticker": .text("KX\($0)-1"), "event_ticker": .text("KX\($0)"), "side": "yes"]) }
        let made = try await ask(house, .createCombo(Combo.collection), .object(["selected_markets": .array(legs)]))
        return try #require(made["market_ticker"]?.text)
    }

    private func status(_ house: ExchangeHouse, _ ticker: String) async throws -> String? { try await ask(house, .market(ticker))["market"]?["status"]?.text }

    @Test func `combinations and requests for quotes hear of the closes and the results of a recording`() async throws {
        let house = try await house()
        let combo = try await combo(house)
        var requests: [String] = []
        for ticker in [combo, "KXA-1"] {
            let request = JSON.object(["market_ticker": .text(ticker), "contracts": 1, "rest_remainder": false])
            requests.append(try #require(try await ask(house, .createRFQ, request)["id"]?.text))
        }
        // Long before its time, and no request of anybody's in between.
        await house.feed([.status(Ticker("KXA-1"), .closed)], at: start + .seconds(5))
        #expect(await house.venue.market(Ticker(combo))?.status == .closed)
        for request in requests { #expect(await house.quoteDesk.rfq(RFQID(request))?.status == .closed) }
        for (seconds, name) in [(6, "A"), (7, "B")] as [(Int64, String)] {
            await house.feed([.determined(Ticker("KX\(name)-1"), .yes), .settled(Ticker("KX\(name)-1"))], at: start + .seconds(seconds))
        }
        #expect(try await status(house, combo) == "finalized")
        #expect(try await ask(house, .market(combo))["market"]?["result"] == "yes")
    }

    @Test func `a combination that is made after others closes with its first leg`() async throws {
        let house = try await house()
        await house.feed([.listed(market("C")), .listed(market("D"))], at: start)
        let legs = ["C", "D"].map { JSON.object(["market_ticker": .text("KX\($0)-1"), "event_ticker": .text("KX\($0)"), "side": "yes"]) }
        _ = try await ask(house, .createCombo(Combo.collection), .object(["selected_markets": .array(legs)]))
        await house.feed([.spot(SpotTick(underlying: Underlying("BTC"), price: 1))], at: start + .seconds(1))
        let sooner = try await combo(house)
        await house.feed([.spot(SpotTick(underlying: Underlying("BTC"), price: 1))], at: start + .seconds(601))
        #expect(await house.venue.market(Ticker(sooner))?.status == .closed)
    }

    @Test func `what no market would ever say does not end the exchange, nor does it count`() async throws {
        let house = try await house()
        let outbox = Outbox()
        let session = await house.open(SocketSession.Reader(account: "desk-1"), outbox: outbox)
        let channels = #"{"channels":["cfbenchmarks_value","cfbenchmarks_value_5hz","pyth_value"],"index_ids":["all"],"underlying_tickers":["all"]}"#
        await house.receive(Array(#"{"id":1,"cmd":"subscribe","params":\#(channels)}"#.utf8), from: session)
        let subscription = SubscriptionID(connection: 1, sid: 1)
        let snapshot = BookSnapshot(
            market: Ticker("KXA-1"), subscription: subscription, sequence: 1, yes: [Level(price: .cents(40), quantity: .contracts(5))], no: [])
        await house.feed([.subscribed(subscription, channel: "orderbook_delta", complete: true), .snapshot(snapshot)], at: start + .seconds(1))
        for price in [Double.nan, .infinity, -.infinity, 1e300, -1e12] {
            await house.feed([.spot(SpotTick(underlying: Underlying("BTC"), price: price))], at: start + .seconds(2))
        }
        var sequence: UInt64 = 1
        func trade(_ hundredths: Int64, _ time: Timestamp) -> MarketEvent {
            sequence += 1
            let trade = PublicTrade(
                market: Ticker("KXA-1"), id: TradeID("t-\(sequence)"), yesPrice: .cents(99), quantity: Quantity(hundredths: hundredths), takerSide: .yes, time: time)
            return .trade(trade, subscription, sequence)
        }
        for quantity in [0, -100, .max, .min, 1_000_000_000_000] as [Int64] { await house.feed([trade(quantity, start)], at: start + .seconds(3)) }
        for time in [Timestamp(nanoseconds: .min), Timestamp(nanoseconds: .max)] { await house.feed([trade(100, time)], at: start + .seconds(3)) }
        await house.feed([trade(200, start + .seconds(3))], at: start + .seconds(3))
        for change in [.max, .max, .min] as [Int64] {
            sequence += 1
            let delta = BookDelta(
                market: Ticker("KXA-1"), subscription: subscription, sequence: sequence, side: .yes, price: .cents(41), change: Quantity(hundredths: change))
            await house.feed([.delta(delta)], at: start + .seconds(4))
        }
        let absurd = BookSnapshot(
            market: Ticker("KXB-1"), subscription: subscription, sequence: sequence + 1, yes: [Level(price: .cents(40), quantity: Quantity(hundredths: .max))],
            no: [Level(price: .cents(50), quantity: Quantity(hundredths: .max))])
        await house.feed([.snapshot(absurd)], at: start + .seconds(5))

        #expect(try await ask(house, .trades)["trades"]?.array?.map { $0["count_fp"]?.text } == ["2.00"])
        #expect(try await ask(house, .market("KXA-1"))["market"]?["volume_fp"] == "2.00")
        #expect(try await ask(house, .orderbook("KXB-1"))["orderbook_fp"]?["yes_dollars"] == [])
        let period = "start_ts=\(start.wholeSeconds - 60)&end_ts=\(start.wholeSeconds + 600)&period_interval=1"
        let candles = try await ask(house, .candles(series: "KXA", market: "KXA-1"), nil, period)["candlesticks"]?.array
        #expect(candles?.last?["price"]?["mean_dollars"] == "0.9900")
        let told = outbox.takeFrames().filter { frame in ["cfbenchmarks_value", "pyth_value"].contains { String(decoding: frame, as: UTF8.self).contains("\"type\":\"\($0)") } }
        #expect(told.isEmpty)
    }

    @Test func `a batch of cancels that cannot be read cancels nothing`() async throws {
        let house = try await house()
        let order = JSON.object([
            "ticker": "KXA-1", "side": "bid", "count": "1.00", "price": "0.1000", "client_order_id": "one", "time_in_force": "good_till_canceled",
            "self_trade_prevention_type": "maker",
        ])
        let id = try #require(try await ask(house, .createOrder, order)["order_id"]?.text)
        let items: JSON = [.object(["order_id": .text(id)]), .object(["subaccount": 0])]
        await #expect(throws: APIError.self) { try await ask(house, .cancelOrders, .object(["orders": items])) }
        #expect(try await ask(house, .order(id))["order"]?["status"] == "resting")
    }
}
