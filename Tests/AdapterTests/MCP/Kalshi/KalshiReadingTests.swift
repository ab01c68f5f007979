import Accounting
import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Ports
import Risk
import Storage
import Testing
@testable import Kalshi
@testable import MCPKalshi

/// Everything that the Kalshi server reads, against our exchange and beside what the exchange itself answers.
@Suite(.serialized, .timeLimit(.minutes(1))) struct KalshiReadingTests {
    @Test func `markets are found by words, by filters and page by page`() async throws {
        let rig = try await KalshiServerRig.start()
        let all = try await rig.call("markets_search", ["limit": 200, "max_bytes": 262_144])
        let total = Int(all["total"]?.asInteger ?? 0)
        #expect(total > 20 && all["environment"] == "SIMULATED")
        let rows = all["markets"]?.asArray ?? []
        #expect(rows.count == min(total, 200))
        // Page by page the same, nothing twice.
        var paged: [JSON] = []
        var cursor: JSON?
        repeat {
            let page = try await rig.call("markets_search", ["limit": 7, "cursor": cursor])
            paged += page["markets"]?.asArray ?? []
            cursor = page["next_cursor"]
        } while cursor != nil && paged.count < 1000
        #expect(paged == rows || total > 200)
        let bitcoin = try await rig.call("markets_search", ["text": "bitc", "limit": 100])
        let names = bitcoin["markets"]?.asArray?.compactMap { $0["title"]?.asText } ?? []
        #expect(!names.isEmpty && names.allSatisfy { $0.lowercased().contains("bitc") }, "\(names)")
        let series = try await rig.call("markets_search", ["series": "KXBTC15M", "quoted": true, "fields": ["ticker", "yes_bid"]])
        for row in series["markets"]?.asArray ?? [] { #expect(Set(row.asObject?.map(\.key) ?? []) == ["ticker", "yes_bid"]) }
        #expect(try await rig.call("markets_search", ["text": "\"; DROP TABLE market; --"])["total"] == 0)
        #expect(try await rig.refusal("markets_search", ["cursor": "-1"]).contains("cursor"))
        #expect(try await rig.refusal("markets_search", ["fields": ["secret"]]).contains("no field 'secret'"))
        #expect(try await rig.refusal("markets_search", ["series": "../portfolio"]).contains("is no ticker"))
        try await rig.stop()
    }

    @Test func `a market, its event, its rules and its book are what the exchange says`() async throws {
        let rig = try await KalshiServerRig.start()
        let ticker = try await rig.exchange.quotedMarket().ticker
        let markets = try await rig.call("market_get", ["tickers": .array([.text(ticker), "NOSUCH-1"])])
        let market = markets["markets"]?.asArray?.first
        let truth = try await rig.exchange.get("/markets/\(ticker)")["market"]
        #expect(market?["rules"] == truth?["rules_primary"] && market?["status"] == "active" && market?["fee"]?.asText?.hasPrefix("quadratic") == true)
        #expect(markets["missing"] == ["NOSUCH-1"])
        let event = try await rig.call("event_get", ["event_ticker": market?["event"]])
        #expect(event["markets"]?.asArray?.contains { $0["ticker"]?.asText == ticker } == true)
        #expect(try await rig.refusal("event_get", ["event_ticker": "NOSUCH"]).contains("markets_search"))
        let rules = try await rig.call("rules_read", ["ticker": .text(ticker)])
        #expect(rules["rules_primary"] == truth?["rules_primary"])
        let books = try await rig.call("orderbook_get", ["tickers": .array([.text(ticker)]), "depth": 3])
        let book = books["books"]?.asArray?.first
        let bids = book?["yes"]?.asArray?.compactMap { $0.asArray?.first?.asText.flatMap { Price($0) } } ?? []
        #expect(!bids.isEmpty && bids.count <= 3 && bids == bids.sorted(by: >), "best first")
        #expect((book?["stale_ms"]?.asInteger ?? -1) >= 0 && book?["source"] == "rest")
        let status = try await rig.call("exchange_status")
        #expect(status["trading_active"] == true && status["environment"] == "SIMULATED" && status["tier"] == "prestige")
        try await rig.stop()
    }

    @Test func `trades and candles have their bounds`() async throws {
        let rig = try await KalshiServerRig.start()
        let ticker = try await rig.exchange.quotedMarket().ticker
        let trades = try await rig.call("trades_list", ["ticker": .text(ticker), "limit": 5])
        #expect((trades["trades"]?.asArray?.count ?? 99) <= 5)
        let candles = try await rig.call("candles_get", ["tickers": .array([.text(ticker)]), "interval": "minute"])
        #expect(candles["candles"]?.asArray != nil)
        #expect(try await rig.refusal("candles_get", ["tickers": .array([.text(ticker)]), "interval": "minute", "start": "2020-01-01T00:00:00Z"]).contains("periods"))
        #expect(try await rig.refusal("candles_get", ["tickers": .array([.text(ticker)]), "start": "yesterday"]).contains("must be a time"))
        #expect(try await rig.refusal("trades_list", ["ticker": "a/b"]).contains("ticker"))
        try await rig.stop()
    }

    @Test func `a simulated order costs what the exchange charges for the same order`() async throws {
        let rig = try await KalshiServerRig.start()
        let ticker = Ticker(try await rig.exchange.quotedMarket("KXHIGHNY").ticker)
        let client = try await rig.door.client()
        let before = try await client.balance().available
        let told = try await rig.call("order_simulate", ["ticker": .text(ticker.text), "side": "yes", "count": "3"])
        let intent = OrderIntent(market: ticker, side: .yes, limit: .cents(99), quantity: .contracts(3), timeInForce: .immediateOrCancel, postOnly: false)
        let created = try await client.createOrder(ClientOrderID("same-order"), intent)
        let fills = try await client.fills(market: ticker).filter { $0.order == created.order }
        // The market lives: only where the book was still the same must the figures be.
        let cost = fills.reduce(Money.zero) { $0 + $1.price * $1.quantity }
        if told["filled"] == "3.00", told["cost"]?.asText == cost.description {
            #expect(told["fee"]?.asText == fills.reduce(Money.zero) { $0 + $1.fee }.description)
            let paid = before - (try await client.balance().available)
            #expect(told["worst_case"]?.asText == paid.description)
        }
        #expect(try await rig.refusal("order_simulate", ["ticker": .text(ticker.text), "side": "yes", "count": "0"]).contains("count"))
        #expect(try await rig.refusal("order_simulate", ["ticker": .text(ticker.text), "side": "yes", "count": "1", "price": "1.00"]).contains("price"))
        let account = try await rig.call("account_get")
        #expect(account["balance"]?.asText == (try await client.balance().available).description)
        let positions = try await rig.call("positions_list")
        #expect(positions["positions"]?.asArray?.first?["count"] == "3.00" || fills.isEmpty)
        let listed = try await rig.call("fills_list", ["ticker": .text(ticker.text)])
        #expect(listed["fills"]?.asArray?.count == fills.count)
        #expect(try await rig.call("orders_list", ["status": "any"])["orders"]?.asArray?.contains { $0["client_order_id"] == "same-order" } == true)
        #expect(try await rig.call("settlements_list")["settlements"] == [])
        try await rig.stop()
    }

    @Test func `scans and histories are bounded and say which environment they are of`() async throws {
        let rig = try await KalshiServerRig.start()
        _ = try await rig.exchange.quotedMarket()
        let liquid = try await rig.call("liquidity_scan", ["series": "KXHIGHNY", "limit": 5])
        #expect((liquid["markets"]?.asArray?.count ?? 99) <= 5 && liquid["environment"] == "SIMULATED")
        let arbitrage = try await rig.call("arbitrage_scan", ["text": "KXHIGH", "min_profit": "-1000000"])
        for row in arbitrage["found"]?.asArray ?? [] {
            let cost = Money(row["cost"]?.asText ?? "") ?? .zero
            let pays = Money(row["pays_at_least"]?.asText ?? "") ?? .zero
            #expect(row["profit"]?.asText == (pays - cost).description)
        }
        #expect(arbitrage["events_scanned"]?.asInteger ?? 99 <= 10)
        let event = try await rig.call("markets_search", ["series": "KXHIGHNY", "limit": 1])["markets"]?.asArray?.first?["event"]
        let history = try await rig.call("forecast_history", ["event_ticker": event, "interval": "minute"])
        #expect(history["mutually_exclusive"] == true)
        try await rig.stop()
    }

    @Test func `kelly is the textbook's for one market without fees, and nothing without an edge`() async throws {
        let rig = try await KalshiServerRig.start()
        func size(_ probability: Double, _ price: String, multiplier: Double = 0) async throws -> JSON {
            try await rig.call("kelly_size", [
                "side": "yes", "probability": .number(probability), "price": .text(price), "bankroll": "1000", "fraction": 1, "fee_multiplier": .number(multiplier),
            ])
        }
        // (p - c) / (1 - c) of 1000 at 0.50 each: (0.6 - 0.5) / 0.5 = 0.2, 400 contracts.
        #expect(try await size(0.6, "0.50")["count"] == "400.00")
        #expect(try await size(0.5, "0.50")["count"] == "0.00")
        let charged = try await size(0.6, "0.50", multiplier: 1)
        #expect((Quantity(charged["count"]?.asText ?? "") ?? .zero) < .contracts(400), "fees make it smaller")
        #expect(try await rig.refusal("kelly_size", ["side": "yes", "probability": 1, "price": "0.5", "bankroll": "1"]).contains("between 0 and 1"))
        try await rig.stop()
    }

    @Test func `kelly with a ticker sizes beside what the account holds of the event and of what moves with it`() async throws {
        let rig = try await KalshiServerRig.start()
        let bitcoin = Ticker(try await rig.exchange.quotedMarket("KXBTC15M").ticker), ether = Ticker(try await rig.exchange.quotedMarket("KXETH15M").ticker)
        func size(_ ticker: Ticker) async throws -> JSON {
            try await rig.call("kelly_size", ["side": "yes", "probability": .number(0.9), "price": "0.60", "bankroll": "10000", "ticker": .text(ticker.text)])
        }
        func count(_ json: JSON, _ key: String) -> Quantity { Quantity(json[key]?.asText ?? "") ?? .zero }
        let before = try await size(bitcoin)
        #expect(before["count"] == before["count_alone"] && before["count_in_event"] == before["count_alone"] && before["moves_with"] == [] && count(before, "count") > .zero)
        let venue = try await rig.door.client()
        _ = try await venue.createOrder(
            ClientOrderID("held"), OrderIntent(market: bitcoin, side: .yes, limit: .cents(99), quantity: .contracts(20), timeInForce: .immediateOrCancel, postOnly: false))
        guard let held = try await venue.positions().first(where: { $0.market == bitcoin })?.net, held > .zero else { return try await rig.stop() }
        let same = try await size(bitcoin)
        #expect(count(same, "count_in_event") < count(same, "count_alone") && same["moves_with"] == [], "what is held of it counts")
        let other = try await size(ether)
        let moves = other["moves_with"]?.asArray?.first?.asText ?? ""
        #expect(moves.hasPrefix("\(bitcoin) 0.") && other["count_in_event"] == other["count_alone"] && count(other, "count") < count(other, "count_alone"), "\(other.rendered)")
        #expect(try await rig.refusal("kelly_size", ["side": "yes", "probability": .number(0.9), "price": "0.60", "bankroll": "100", "ticker": "KXNOSUCH-1"]).contains("no market"))
        try await rig.stop()
    }

    @Test func `a combination is held against its legs`() async throws {
        let rig = try await KalshiServerRig.start()
        let first = Ticker(try await rig.exchange.quotedMarket("KXBTC15M").ticker), second = Ticker(try await rig.exchange.quotedMarket("KXETH15M").ticker)
        let venue = try await rig.door.client()
        let collection = try #require(try await venue.collections().first)
        var legs: [KalshiLeg] = []
        for ticker in [first, second] { legs.append(KalshiLeg(market: ticker, event: try await venue.market(ticker).event, side: .yes)) }
        let combo = try await venue.combine(legs, in: collection.ticker)
        let market = try await venue.market(combo)
        #expect(market.legs.sorted { $0.market < $1.market } == legs.sorted { $0.market < $1.market })
        // Somebody pays far too much for it: its NO costs next to nothing, and with a leg it pays a dollar.
        _ = try await venue.createOrder(
            ClientOrderID("dear"), OrderIntent(market: combo, side: .yes, limit: .cents(90), quantity: .contracts(5), timeInForce: .goodTillCanceled, postOnly: true))
        let found = try await rig.call("arbitrage_scan", ["event_tickers": .array([.text(market.event.text)]), "min_profit": "-1000"])
        let rows = (found["found"]?.asArray ?? []).filter { $0["kind"] == "combo_no" }
        #expect(!rows.isEmpty, "\(found.rendered)")
        for row in rows {
            #expect(row["tickers"]?.asArray?.first?.asText == combo.text && row["certain"] == true)
            let (cost, pays) = (Money(row["cost"]?.asText ?? "") ?? .zero, Money(row["pays_at_least"]?.asText ?? "") ?? .zero)
            #expect(row["profit"]?.asText == (pays - cost).description && pays > .zero)
        }
        try await rig.stop()
    }

    @Test func `a subscribed book is kept by the stream and told of at most four times a second`() async throws {
        let rig = try await KalshiServerRig.start()
        let ticker = try await rig.exchange.quotedMarket().ticker
        let uri = "kalshi://book/\(ticker)"
        let watch = ResourceWatch(rig.door, rig.host)
        let heard = EventSignal()
        let listener = Client(InProcessLink(rig.host), info: Implementation(name: "listener", version: "1")) { method, params in
            if method == "notifications/resources/updated" { heard.happen(params["uri"]?.asText ?? "") }
        }
        _ = try await listener.connect()
        let listening = Task { try await listener.watch([uri, KalshiResources.portfolio]) }
        let running = Task { await watch.run() }
        let began = ContinuousClock.now
        await heard.wait(for: uri)
        let first = heard.all.filter { $0 == uri }.count
        let took = ContinuousClock.now - began
        #expect(Double(first) <= (took / .seconds(1)) * 4 + 1)
        // Followed now, so the answer is the stream's.
        let book = try await rig.call("orderbook_get", ["tickers": .array([.text(ticker)])])
        #expect(book["books"]?.asArray?.first?["source"] == "stream")
        let read = try await rig.client.read(uri)
        #expect(read.first?.text?.contains("\"environment\":\"SIMULATED\"") == true)
        listening.cancel()
        running.cancel()
        _ = await running.value
        await listener.close()
        try await rig.stop()
    }

    @Test func `what rests and what is held is told as soon as the stream says that an order came or went`() async throws {
        let rig = try await KalshiServerRig.start()
        let ticker = Ticker(try await rig.exchange.quotedMarket().ticker)
        let watch = ResourceWatch(rig.door, rig.host)
        let heard = EventSignal()
        let listener = Client(InProcessLink(rig.host), info: Implementation(name: "listener", version: "1")) { method, params in
            if method == "notifications/resources/updated" { heard.happen(params["uri"]?.asText ?? "") }
        }
        _ = try await listener.connect()
        let listening = Task { try await listener.watch([KalshiResources.portfolio, KalshiResources.openOrders]) }
        let running = Task { await watch.run() }
        let venue = try await rig.door.client()
        let low = OrderIntent(market: ticker, side: .yes, limit: .cents(1), quantity: .contracts(1), timeInForce: .goodTillCanceled, postOnly: true)
        // An order that came before the first look is no change: the next one is.
        let ordering = Task {
            for number in 0..<40 where !(heard.all.contains(KalshiResources.openOrders) && heard.all.contains(KalshiResources.portfolio)) {
                _ = try? await venue.createOrder(ClientOrderID("rests-\(number)"), low)
                try await Task.sleep(for: .milliseconds(250))
            }
        }
        await heard.wait(for: KalshiResources.openOrders)
        await heard.wait(for: KalshiResources.portfolio)
        ordering.cancel()
        _ = await ordering.result
        let read = try await rig.client.read(KalshiResources.openOrders)
        #expect(read.first?.text?.contains("rests-0") == true)
        listening.cancel()
        running.cancel()
        _ = await running.value
        await listener.close()
        try await rig.stop()
    }

    /// An index whose quotes are the opposite of what they were.
    private final class WrongIndex: MarketIndex {
        private let index: SQLiteMarketIndex
        init() throws { index = try SQLiteMarketIndex() }
        func replace(with markets: [IndexedMarket]) throws(JournalError) {
            try index.replace(with: markets.map { market in
                var wrong = market
                let isQuoted = market.yesBid != nil && market.yesAsk != nil
                (wrong.yesBid, wrong.yesAsk) = isQuoted ? (nil, nil) : (.cents(40), .cents(60))
                return wrong
            })
        }
        func search(_ query: MarketQuery) throws(JournalError) -> MarketPage { try index.search(query) }
        func tickers(beginning prefix: String, limit: Int) throws(JournalError) -> [Ticker] { try index.tickers(beginning: prefix, limit: limit) }
    }

    @Test func `a search for what is quoted tells what is quoted now, not when it was listed`() async throws {
        let rig = try await KalshiServerRig.start(index: try WrongIndex())
        _ = try await rig.exchange.quotedMarket("KXHIGHNY")
        let all = try await rig.call("markets_search", ["series": "KXHIGHNY", "limit": 200])
        let quoted = try await rig.call("markets_search", ["series": "KXHIGHNY", "limit": 200, "quoted": true])
        let rows = quoted["markets"]?.asArray ?? []
        #expect(!rows.isEmpty && rows.allSatisfy { $0["yes_bid"] != nil && $0["yes_ask"] != nil } && quoted["total"] == all["total"])
        // Page by page the same ones.
        var (cursor, paged): (JSON?, [JSON]) = (nil, [])
        repeat {
            let page = try await rig.call("markets_search", ["series": "KXHIGHNY", "limit": 2, "quoted": true, "cursor": cursor])
            paged += page["markets"]?.asArray ?? []
            cursor = page["next_cursor"]
        } while cursor != nil && paged.count < 400
        let tickers = paged.compactMap { $0["ticker"]?.asText }
        #expect(Set(tickers).count == tickers.count && abs(tickers.count - rows.count) <= 3, "\(tickers.count) and \(rows.count)")
        try await rig.stop()
    }

    @Test func `addresses of resources are understood or not there`() {
        #expect(KalshiResources.Address("kalshi://book/KXBTC-26.5") == .book(Ticker("KXBTC-26.5")))
        #expect(KalshiResources.Address("kalshi://portfolio") == .portfolio)
        for wrong in ["kalshi://book/", "kalshi://book/a/b", "kalshi://book/../x", "kalshi://book/%2e%2e", "http://book/a", "kalshi://secret/a"] {
            #expect(KalshiResources.Address(wrong) == nil, "\(wrong)")
        }
    }

    @Test func `every tool announces its schema and hints, and the lists keep their budgets`() async throws {
        let rig = try await KalshiServerRig.start()
        let all = try await rig.client.tools()
        for tool in all {
            #expect(tool.outputSchema != nil && tool.annotations?.readOnlyHint == true, "\(tool.name)")
            #expect(tool.annotations?.openWorldHint == true)
        }
        let standard = try KalshiServer.product(rig.door).host(.readOnly, version: "1", audit: nil)
        let client = Client(InProcessLink(standard), info: Implementation(name: "tester", version: "1"))
        _ = try await client.connect()
        let listed = try await client.tools()
        #expect(listed.count == 13)
        let bytes = try JSON(encoding: listed).bytes.count
        #expect(bytes < 16_000, "\(bytes) bytes")
        #expect(try JSON(encoding: all).bytes.count < 32_000)
        await client.close()
        try await rig.stop()
    }
}

@Suite struct LockedSumTests {
    private let free = FeeSchedule(FeeTerms(kind: .quadratic, multiplierThousandths: 0))
    private let ordinary = FeeSchedule(.ordinary)
    private func offer(_ cents: Int32, _ count: Int64) -> Level { Level(price: .cents(cents), quantity: .contracts(count)) }

    @Test func `a sum is bought in the size that all legs have, and costs its fees`() throws {
        let free = try #require(free), ordinary = try #require(ordinary)
        let sum = try #require(LockedSum(.allNo, offers: [offer(60, 10), offer(65, 4), offer(70, 7)], unit: .dollars(2), fees: free))
        #expect(sum.count == .contracts(4) && sum.cost == .cents(4 * 195) && sum.pays == .dollars(8) && sum.profit == .cents(20))
        let charged = try #require(LockedSum(.allNo, offers: [offer(60, 10), offer(65, 4), offer(70, 7)], unit: .dollars(2), fees: ordinary))
        #expect(charged.profit < sum.profit, "fees eat of it")
        #expect(LockedSum(.bothLegs, offers: [offer(40, 1), nil], unit: .dollars(1), fees: free) == nil)
    }
}
