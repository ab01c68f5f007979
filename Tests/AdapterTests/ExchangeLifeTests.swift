import Foundation
import Keys
import Matching
import Model
import Notation
import Synchronization
import Testing
import Transport

@testable import Exchange

/// Minutes of the exchange's life in seconds, under a clock that the test moves.
@Suite struct ExchangeLifeTests {
    final class TestClock: Sendable {
        private let time: Mutex<Timestamp>
        init(_ start: Timestamp) { time = Mutex(start) }
        var now: Timestamp { time.withLock { $0 } }
        func move(_ step: Interval) { time.withLock { $0 = $0 + step } }
    }

    static let account = AccountID("desk-1")

    func request(_ method: String, _ query: String = "", body: JSON? = nil) -> HTTPRequest {
        HTTPRequest(method: method, path: "", query: query, body: body?.bytes ?? [])
    }

    func get(_ house: ExchangeHouse, _ operation: Exchange.Operation, _ query: String = "") async throws -> JSON {
        try #require(try await house.answer(operation, request("GET", query), account: Self.account).body)
    }

    @Test func `a quarter hour ends on the wire: no number is missing, the book is the venue's, and the position is paid`() async throws {
        // Three minutes before a quarter hour.
        let clock = TestClock(try #require(CivilTime.parse("2026-05-13T16:27:00Z")))
        let house = try ExchangeHouse(ExchangeConfiguration(liquidity: .living(seed: 11), now: { clock.now }), keys: KeyRing())
        try await house.register("desk-1", try SigningKey.generate(.ed25519).verifyingKey)
        clock.move(.seconds(2))
        await house.catchUp()
        let markets = try await get(house, .markets, "series_ticker=KXBTC15M&status=open")["markets"]?.array
        let ticker = try #require(markets?.first?["ticker"]?.text)

        let outbox = Outbox()
        let session = await house.open(SocketSession.Reader(account: "desk-1"), outbox: outbox)
        func command(_ text: String) async { await house.receive(Array(text.utf8), from: session) }
        await command(#"{"id":1,"cmd":"subscribe","params":{"channels":["orderbook_delta","trade","fill"],"market_tickers":["\#(ticker)"]}}"#)
        await command(#"{"id":2,"cmd":"subscribe","params":{"channels":["market_lifecycle_v2"]}}"#)

        let order: JSON = .object([
            "ticker": .text(ticker), "side": "bid", "count": "2.00", "price": "0.9900", "client_order_id": "life-1",
            "time_in_force": "immediate_or_cancel", "self_trade_prevention_type": "taker_at_cross",
        ])
        let created = try await house.answer(.createOrder, request("POST", body: order), account: Self.account)
        #expect(created.body?["fill_count"] == "2.00")

        for _ in 0..<(4 * 60 * 4) {
            clock.move(.milliseconds(250))
            await house.catchUp()
        }

        var sequences: [Int64: Int64] = [:]
        var book = ExchangeSocketTests.NaiveBook()
        var life: [String] = []
        var kinds: Set<String> = []
        for bytes in outbox.takeFrames() {
            let frame = try JSON(parsing: bytes)
            kinds.insert(frame["type"]?.text ?? "")
            if let sid = frame["sid"]?.integer, let sequence = frame["seq"]?.integer {
                #expect(sequence == (sequences[sid] ?? 0) + 1)
                sequences[sid] = sequence
            }
            switch frame["type"]?.text {
            case "orderbook_snapshot", "orderbook_delta": try book.apply(frame)
            case "market_lifecycle_v2" where frame["msg"]?["market_ticker"]?.text == ticker: life.append(frame["msg"]?["event_type"]?.text ?? "")
            default: break
            }
        }
        #expect(kinds.isSuperset(of: ["subscribed", "orderbook_snapshot", "orderbook_delta", "trade", "fill", "market_lifecycle_v2"]))
        #expect(try #require(sequences[1]) > 200)
        #expect(life == ["determined", "settled"])
        #expect(book.yes.isEmpty && book.no.isEmpty, "a closed market's book is empty")

        let market = try #require(try await get(house, .market(ticker))["market"])
        let result = try #require(market["result"]?.text)
        #expect(market["status"] == "finalized" && ["yes", "no"].contains(result) && market["expiration_value"] != "")
        let paid = try #require(try await get(house, .settlements)["settlements"]?.array?.first)
        #expect(paid["market_result"]?.text == result && paid["revenue"]?.integer == (result == "yes" ? 200 : 0))
        let unsettled = try await get(house, .positions)
        #expect(unsettled["market_positions"] == [])
        // Cash is what it was, less cost and fees, plus the payout.
        let fills = try #require(try await get(house, .fills)["fills"]?.array)
        var cash = Money.dollars(10_000) + .cents(result == "yes" ? 200 : 0)
        for fill in fills {
            guard let price = fill["yes_price_dollars"]?.text.flatMap({ Price($0) }), let count = fill["count_fp"]?.text.flatMap({ Quantity($0) }),
                let fee = fill["fee_cost"]?.text.flatMap({ Money($0) })
            else { throw ExchangeRigError.noLevel }
            cash = cash - price * count - fee
        }
        let balance = try await get(house, .balance)
        #expect(balance["balance_dollars"]?.text == cash.fourDecimals)
        let successors = try await get(house, .markets, "series_ticker=KXBTC15M&status=open")["markets"]?.array
        #expect(successors?.count == 1 && successors?.first?["ticker"]?.text != ticker)
    }

    @Test func `a settlement is reversed: what was paid is taken back, and paid again the other way`() async throws {
        let clock = TestClock(try #require(CivilTime.parse("2026-05-13T16:29:00Z")))
        let faults = FaultInjector(FaultPlan(), now: { clock.now })
        let house = try ExchangeHouse(ExchangeConfiguration(liquidity: .living(seed: 11), now: { clock.now }), keys: KeyRing(), faults: faults)
        try await house.register("desk-1", try SigningKey.generate(.ed25519).verifyingKey)
        clock.move(.seconds(2))
        await house.catchUp()
        let open = try await get(house, .markets, "series_ticker=KXBTC15M&status=open")["markets"]?.array
        let ticker = try #require(open?.first?["ticker"]?.text)
        let order: JSON = .object([
            "ticker": .text(ticker), "side": "bid", "count": "2.00", "price": "0.9900", "client_order_id": "paid-twice",
            "time_in_force": "immediate_or_cancel", "self_trade_prevention_type": "taker_at_cross",
        ])
        _ = try await house.answer(.createOrder, request("POST", body: order), account: Self.account)
        for _ in 0..<(80 * 4) {
            clock.move(.milliseconds(250))
            await house.catchUp()
        }
        let result = try #require(try await get(house, .market(ticker))["market"]?["result"]?.text)
        let before = try #require(try await get(house, .balance)["balance"]?.integer)
        faults.add([FaultRule(.settlementReversal, market: ticker)])
        clock.move(.milliseconds(250))
        await house.catchUp()
        let market = try await get(house, .market(ticker))["market"]
        #expect(market?["status"] == "finalized" && market?["result"]?.text == (result == "yes" ? "no" : "yes"))
        let after = try #require(try await get(house, .balance)["balance"]?.integer)
        #expect(after - before == (result == "yes" ? -200 : 200), "two contracts pay two dollars or nothing")
    }

    @Test func `a world may live faster than the clock, and begin at another time`() async throws {
        let start = try #require(CivilTime.parse("2026-05-13T16:27:00Z"))
        let other = try #require(CivilTime.parse("2026-09-23T15:02:00Z"))
        let clock = TestClock(start)
        var configuration = ExchangeConfiguration(liquidity: .living(seed: 11), now: { clock.now })
        configuration.pace = 60
        configuration.worldStart = other
        let house = try ExchangeHouse(configuration, keys: KeyRing())
        for _ in 0..<20 {
            clock.move(.milliseconds(50))
            await house.catchUp()
        }
        #expect(await house.time == other + .seconds(60))
        let markets = try await get(house, .markets, "series_ticker=KXBTC15M&status=open")["markets"]?.array
        #expect(markets?.first?["close_time"] == "2026-09-23T15:15:00Z")
    }

    @Test func `a recording's liquidity is served like any other`() async throws {
        let start = try #require(CivilTime.parse("2026-05-13T16:20:00Z"))
        let house = try ExchangeHouse(ExchangeConfiguration(liquidity: .recorded(seed: 1), now: { start }), keys: KeyRing())
        try await house.register("desk-1", try SigningKey.generate(.ed25519).verifyingKey)
        let ticker = Ticker("KXBTC15M-26MAY131230-30")
        let market = Market(
            ticker: ticker, event: EventTicker("KXBTC15M-26MAY131230"), series: SeriesTicker("KXBTC15M"), title: "BTC up?", strike: .greaterOrEqual(80_000),
            openTime: start, closeTime: start + .seconds(600), grid: .cents, fees: .ordinary, mutuallyExclusive: false, underlying: Underlying("BTC"))
        let subscription = SubscriptionID(connection: 1, sid: 1)
        func feed(_ event: MarketEvent, _ seconds: Int64) async { await house.feed([event], at: start + .seconds(seconds)) }
        await feed(.connected(connection: 1), 1)
        await feed(.listed(market), 1)

        let outbox = Outbox()
        let session = await house.open(SocketSession.Reader(account: "desk-1"), outbox: outbox)
        let channels = #"{"channels":["orderbook_delta","cfbenchmarks_value"],"market_tickers":["\#(ticker)"],"index_ids":["all"]}"#
        await house.receive(Array(#"{"id":1,"cmd":"subscribe","params":\#(channels)}"#.utf8), from: session)
        await feed(.subscribed(subscription, channel: "orderbook_delta", complete: true), 2)
        let levels = (yes: [Level(price: .cents(40), quantity: .contracts(5))], no: [Level(price: .cents(55), quantity: .contracts(7))])
        await feed(.snapshot(BookSnapshot(market: ticker, subscription: subscription, sequence: 1, yes: levels.yes, no: levels.no)), 2)
        await feed(
            .delta(BookDelta(market: ticker, subscription: subscription, sequence: 2, side: .yes, price: .cents(41), change: .contracts(2))), 3)
        await feed(.spot(SpotTick(underlying: Underlying("BTC"), price: 80_001.5)), 4)

        let order: JSON = .object([
            "ticker": .text(ticker.text), "side": "bid", "count": "3.00", "price": "0.4500", "client_order_id": "rec-1",
            "time_in_force": "good_till_canceled", "self_trade_prevention_type": "taker_at_cross",
        ])
        let created = try await house.answer(.createOrder, request("POST", body: order), account: Self.account)
        #expect(created.body?["fill_count"] == "3.00" && created.body?["average_fill_price"] == "0.4500")
        let shown = try #require(ExchangeSocketTests.NaiveBook.rest(try await get(house, .orderbook(ticker.text))["orderbook_fp"]))
        var book = ExchangeSocketTests.NaiveBook()
        var spot: String?
        for bytes in outbox.takeFrames() {
            let frame = try JSON(parsing: bytes)
            switch frame["type"]?.text {
            case "orderbook_snapshot", "orderbook_delta": try book.apply(frame)
            case "cfbenchmarks_value": spot = try JSON(parsing: Array((frame["msg"]?["data"]?.text ?? "").utf8))["value"]?.text
            default: break
            }
        }
        #expect(book.yes == shown.yes && book.no == shown.no)
        #expect(book.yes == ["0.4000": .contracts(5), "0.4100": .contracts(2)] && book.no == ["0.5500": .contracts(4)])
        #expect(spot == "80001.50000000")
    }
}
